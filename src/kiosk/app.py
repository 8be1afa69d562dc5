"""create_app(settings): wires, decides nothing."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from kiosk.pages import errors
from kiosk.pages.door import Door, no_such_number
from kiosk.pages.fields import FormRequest
from kiosk.pages.shelf import Shelf
from kiosk.pages.site import Site
from kiosk.settings import Settings

# one page, one module, one line
PAGES = (
    "styles",
    "languages",
    "health",
    "home",
    "village",
    "standings",
    "notice",
    "verify",
    "household",
    "household_objection",
    "household_declaration",
    "village_objection",
    "objections",
    "objection",
    "square",
    "login",
    "tls",
    "password",
    "setup",
    "admin",
    "admin_people",
    "admin_person",
    "admin_village",
    "admin_household",
    "admin_roster",
    "admin_roster_household",
    "admin_roster_member",
    "admin_roster_movement",
    "admin_rulebook",
    "admin_rulebook_versions",
    "admin_rulebook_difference",
    "admin_activity",
    "admin_health",
    "admin_erasure",
    "admin_quarters",
    "admin_quarter",
    "admin_analysis",
    "admin_reports",
    "admin_years",
    "admin_year",
    "certificates",
    "admin_rewards",
    "admin_import",
    "admin_outbox",
    "admin_fairness",
    "admin_fairness_events",
    "admin_kin",
    "admin_sample",
    "admin_sample_list",
    "plates",
    "admin_registers",
    "admin_broadcast",
    "record",
    "record_app",
    "record_households",
    "record_questions",
    "record_day",
    "tablet",
    "record_many",
    "rounds",
    "declarations",
    "declarations_list",
    "review",
    "review_list",
    "photos",
)
LARGEST_BODY = 16_000_000  # bytes: a telephone's photo, where no script could make it smaller


def create_app(
    settings: Settings, clock: Callable[[], datetime] | None = None, grace: float = 1.0
) -> Litestar:
    """The web application over a migrated database. `clock` says now in the village's zone; `grace` is how
    many seconds a public page may lag behind under a storm of changes."""
    site = Site(settings, clock or (lambda: datetime.now(settings.zone)), grace)
    csrf = CSRFConfig(secret=site.secrets.key("csrf"), cookie_secure=site.is_https, cookie_samesite="lax")
    app = Litestar(
        # one router: registered one by one, a sync GET beside a POST of the same path would be wrapped twice
        route_handlers=[Router("/", route_handlers=page_routes(), before_request=no_such_number)],
        dependencies={"site": Provide(lambda: site, sync_to_thread=False)},
        state=State({"site": site}),
        request_class=FormRequest,
        csrf_config=csrf,
        compression_config=CompressionConfig(
            backend="gzip",
            gzip_compress_level=6,
            minimum_size=800,
            exclude_opt_key="exclude_from_compression",
        ),
        exception_handlers=errors.handlers,
        request_max_body_size=LARGEST_BODY,
        lifespan=[site.serving],
        on_shutdown=[site.close],
        openapi_config=None,
        logging_config=None,
    )
    app.asgi_handler = Door(Shelf(app.asgi_handler, site), site, csrf.secret)
    return app


def page_routes() -> list[ControllerRouterHandler]:
    """Every page's `routes`, in the order of PAGES."""
    modules: list[Any] = [import_module(f"kiosk.pages.{name}") for name in PAGES]
    return [route for module in modules for route in module.routes]
