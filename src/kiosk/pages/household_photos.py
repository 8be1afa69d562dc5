"""A household's evidence photos, drawn smaller than they are kept: old phones, slow networks."""

from io import BytesIO

from litestar import Response
from litestar.exceptions import NotFoundException

from kiosk import photos
from kiosk.pages.site import Site

LONGEST_SIDE = 800  # pixels
QUALITY = 70
_HEADERS = {"cache-control": "no-store", "content-disposition": 'inline; filename="photo.jpg"'}


def small_photo(site: Site, name: str) -> Response[bytes]:
    """A stored photo by its SHA-256; 404 if there is none. The caller has checked who asks."""
    folder = site.settings.data / "photos"
    if not photos.is_kept(folder, name):
        raise NotFoundException
    return Response(
        _smaller(photos.path_of(folder, name).read_bytes()), media_type="image/jpeg", headers=_HEADERS
    )


def _smaller(picture: bytes) -> bytes:
    from PIL import Image  # only when somebody looks at a photo: the program starts faster without

    image = Image.open(BytesIO(picture), formats=("JPEG",))
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    written = BytesIO()
    image.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
