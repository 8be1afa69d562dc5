"""The `kiosk` command: which commands there are, and where. Imports only the one that is called."""

from kiosk.commands.lazy import Lazy, LazyGroup
from kiosk.languages import speak
from kiosk.scoring.problems import N_
from kiosk.settings import language

_IMPORT = LazyGroup(
    "import",
    N_("Bring in a roster, a rulebook or a paper register."),
    {
        "roster": Lazy("kiosk.commands.roster", "import_roster", N_("Households and people")),
        "rulebook": Lazy("kiosk.commands.rulebook", "import_rulebook", N_("What scores how much")),
        "events": Lazy("kiosk.commands.events", "import_events", N_("A paper register of events")),
    },
)
_EXPORT = LazyGroup(
    "export",
    N_("Write sheets for the office: CSV, Excel or JSON."),
    {
        "roster": Lazy("kiosk.commands.roster", "export_roster", N_("Households and people")),
        "rulebook": Lazy("kiosk.commands.rulebook", "export_rulebook", N_("What scores how much")),
        "events": Lazy("kiosk.commands.events", "export_events", N_("Events and what became of them")),
        "standings": Lazy("kiosk.commands.standings", "export_standings", N_("The ranking of a period")),
        "ledger": Lazy("kiosk.commands.ledger", "export_ledger", N_("Every entry with its digest")),
    },
)
_VILLAGE = LazyGroup(
    "village",
    N_("Look after villages."),
    {"add": Lazy("kiosk.commands.village", "add_village", N_("Add a village"))},
)
_USER = LazyGroup(
    "user",
    N_("Look after the people who sign in."),
    {"add": Lazy("kiosk.commands.user", "add_user", N_("Add a person who signs in"))},
)
_QUARTER = LazyGroup(
    "quarter",
    N_("Close a quarter: first on notice, then settled."),
    {
        "publish": Lazy("kiosk.commands.quarter", "quarter_publish_command", N_("Put a quarter on notice")),
        "settle": Lazy(
            "kiosk.commands.quarter", "quarter_settle_command", N_("Freeze a quarter's standings")
        ),
    },
)
_TLS = LazyGroup(
    "tls",
    N_("Https for the recorders' tablets."),
    {"init": Lazy("kiosk.commands.tls", "tls_init_command", N_("Make the certificates, or renew them"))},
)

kiosk = LazyGroup(
    "kiosk",
    N_("Village points: a ledger, the ranking on a screen, a page for every household."),
    {
        "serve": Lazy("kiosk.commands.serve", "serve_command", N_("Serve the pages")),
        "demo": Lazy("kiosk.commands.demo", "demo_command", N_("Make a believable village and serve it")),
        "village": _VILLAGE,
        "user": _USER,
        "import": _IMPORT,
        "export": _EXPORT,
        "quarter": _QUARTER,
        "tls": _TLS,
        "plates": Lazy("kiosk.commands.plates", "plates_command", N_("Print the households' QR plates")),
        "verify": Lazy("kiosk.commands.verify", "verify_command", N_("Recompute everything and compare")),
        "backup": Lazy("kiosk.commands.backup", "backup_command", N_("Write a backup")),
        "backup-key": Lazy(
            "kiosk.commands.backup", "backup_key_command", N_("Make the phrase that opens sealed copies")
        ),
        "stick": Lazy(
            "kiosk.commands.stick", "stick_command", N_("Bring the copy on a USB stick up to date")
        ),
        "restore": Lazy("kiosk.commands.backup", "restore_command", N_("Put a backup back")),
        "update": Lazy("kiosk.commands.update", "update_command", N_("Install a new version, tried first")),
        "doctor": Lazy("kiosk.commands.doctor", "doctor_command", N_("Check the box and say what to do")),
    },
)


def main() -> None:
    """Run the command line. Exits with 0, 1 (bad input) or 2 (wrong usage)."""
    speak(language())
    kiosk(prog_name="kiosk")
