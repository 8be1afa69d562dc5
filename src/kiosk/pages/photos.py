"""`/photos/{event}`: the picture that belongs to a deed, for the staff of its village alone."""

import hmac
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from kiosk import photos
from kiosk.pages.guard import staff
from kiosk.pages.site import Site
from kiosk.scoring import history, remarks

_STAFF = staff("recorder", "reviewer", "admin")
_HEADERS = {
    "cache-control": "no-store",
    "content-disposition": 'inline; filename="photo.jpg"',
}


@get("/photos/{event_id:int}", guards=[_STAFF], sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], site: NamedDependency[Site], event_id: FromPath[int]
) -> Response[bytes]:
    """The photo of a deed of one's own village."""
    with site.database.read() as connection:
        deed = history.deed(connection, request.user.village_id, event_id)
    if deed is None:
        raise NotFoundException
    return photo_response(site, deed.photo)


@get("/photos/{event_id:int}/answers/{remark_id:int}", guards=[_STAFF], sync_to_thread=True)
def show_answer(
    request: Request[Any, Any, Any],
    site: NamedDependency[Site],
    event_id: FromPath[int],
    remark_id: FromPath[int],
) -> Response[bytes]:
    """The photo with which a recorder of one's own village answered a question about a deed."""
    with site.database.read() as connection:
        deed = history.deed(connection, request.user.village_id, event_id)
        said = remarks.of_events(connection, [event_id])[event_id] if deed else []
    return photo_response(site, next((one.photo for one in said if one.id == remark_id), ""))


def photo_response(site: Site, name: str) -> Response[bytes]:
    """A stored photo by its SHA-256; 404 if there is none. The caller has checked who asks."""
    folder = site.settings.data / "photos"
    if not photos.is_kept(folder, name):
        raise NotFoundException
    return Response(photos.path_of(folder, name).read_bytes(), media_type="image/jpeg", headers=_HEADERS)


def enclosed(site: Site, holder: int | str, upload: bytes, ticket_text: str) -> str:
    """The SHA-256 of a photo sent with a form: a new one, on the disk before anything refers to it, or the
    one accepted earlier; empty without. Raises Refused."""
    if upload:
        return photos.keep(site.settings.data / "photos", upload)
    return redeemed(site, holder, ticket_text)


def ticket(site: Site, holder: int | str, name: str) -> str:
    """What a form carries for a photo that was accepted while the rest was not: good for this holder only,
    the account of somebody signed in or a household's name for itself."""
    return f"{name}.{_signature(site, holder, name)}"


def redeemed(site: Site, holder: int | str, text: str) -> str:
    """The SHA-256 of the photo that a ticket stands for, or empty."""
    name, _, signature = text.partition(".")
    genuine = hmac.compare_digest(signature.encode(), _signature(site, holder, name).encode())
    return name if genuine and photos.is_kept(site.settings.data / "photos", name) else ""


def _signature(site: Site, holder: int | str, name: str) -> str:
    key = site.secrets.key("photo ticket").encode()
    return hmac.new(key, f"{holder}.{name}".encode(), "sha256").hexdigest()


routes = [show, show_answer]
