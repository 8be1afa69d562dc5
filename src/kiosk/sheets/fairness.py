"""The questions about fairness and the counts beside them as a workbook, for the leading group's file."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from kiosk.fairness.comparing import Comparison
from kiosk.fairness.report import Report
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column, Sheet, workbook

Translate = Callable[[str], str]
_PRIVATE = N_("For the leading group alone: these are questions, not findings. Ask the person first.")
_COMPARED = (
    *((N_("Measure"), 30, "wrap"), (N_("Name"), 14, "text"), (N_("Events"), 9, "number")),
    *((N_("Yes"), 9, "number"), (N_("Events of the others"), 11, "number")),
    *((N_("Yes of the others"), 11, "number"), (N_("Usual from"), 9, "number"), (N_("to"), 9, "number")),
    *((N_("Would be found, of 100"), 11, "number"), (N_("Question"), 48, "wrap")),
)
_RECORDED = (
    *((N_("Name"), 16, "text"), (N_("Events"), 9, "number"), (N_("Late entries"), 11, "number")),
    *((N_("Taken back by themselves"), 13, "number"), (N_("Taken back by others"), 13, "number")),
    *((N_("Rejected"), 9, "number"), (N_("Own group"), 11, "number"), (N_("Groups of kin"), 11, "number")),
)
_REVIEWED = (
    *((N_("Name"), 16, "text"), (N_("Decided"), 9, "number"), (N_("Approved"), 9, "number")),
    *((N_("Rejected"), 9, "number"), (N_("Hours until decided"), 13, "number")),
    *((N_("Own group"), 11, "number"), (N_("Groups of kin"), 11, "number")),
)
_MEANS = (
    *((N_("Item"), 30, "wrap"), (N_("Points"), 10, "text"), (N_("Name"), 16, "text")),
    *((N_("Events"), 9, "number"), (N_("Mean"), 9, "number")),
    *((N_("Events of the others"), 12, "number"), (N_("Mean of the others"), 12, "number")),
)
_PLACES = (
    *((N_("Name"), 16, "text"), (N_("Household"), 12, "text"), (N_("Group"), 14, "text")),
    *((N_("Events"), 9, "number"), (N_("If spread evenly"), 12, "number"), (N_("What it is"), 40, "wrap")),
)
_OFTEN = N_("Often the same household")
_BEFORE = N_("Before the relation was registered")


def workbook_of(report: Report, title: str, codes: Mapping[int, str], translate: Translate) -> bytes:
    """`codes` are the households' by id."""

    def sheet(name: str, columns: Sequence[tuple[str, int, str]], rows: Sequence[Sequence[object]]) -> Sheet:
        made = [Column(translate(words), width, kind) for words, width, kind in columns]  # type: ignore[arg-type]
        told, empty = translate(name), translate(N_("Nothing in this quarter"))
        return Sheet(told, f"{title} {told}", made, rows, lines=[translate(_PRIVATE)], empty=empty)

    return workbook(
        [
            sheet(N_("Comparisons"), _COMPARED, _compared(report, translate)),
            sheet(N_("Recorders"), _RECORDED, _recorded(report)),
            sheet(N_("Reviewers"), _REVIEWED, _reviewed(report)),
            sheet(N_("Mean points"), _MEANS, _means(report)),
            sheet(N_("Places to look"), _PLACES, _places(report, codes, translate)),
        ]
    )


def _compared(report: Report, translate: Translate) -> list[Sequence[object]]:
    return [
        (
            *(translate(measure.title), one.person.name, one.events, one.yes, one.others, one.others_yes),
            *((*one.usual, round(one.power * 100)) if one.enough else ("", "", "")),
            _word(one, translate),
        )
        for measure, all_of in report.compared
        for one in all_of
    ]


def _word(one: Comparison, translate: Translate) -> str:
    if not one.enough:
        return translate(N_("too little data"))
    return one.question.text(translate) if one.asks else ""


def _recorded(report: Report) -> list[Sequence[object]]:
    return [
        (
            one.person.name,
            one.events,
            one.late,
            one.slips,
            one.undone,
            one.rejected,
            one.own_group,
            one.kin_groups,
        )
        for one in report.recorders
    ]


def _reviewed(report: Report) -> list[Sequence[object]]:
    return [
        (
            *(one.person.name, one.decided, one.approved, one.rejected),
            *(round(Decimal(one.took / timedelta(hours=1)), 1), one.own_group, one.kin_groups),
        )
        for one in report.reviewers
    ]


def _means(report: Report) -> list[Sequence[object]]:
    return [
        (
            *(f"{one.item.code} {one.item.title}", one.item.points, one.person.name),
            *(one.events, one.mean, one.others, one.others_mean),
        )
        for one in report.means
    ]


def _places(report: Report, codes: Mapping[int, str], translate: Translate) -> list[Sequence[object]]:
    often = [
        (
            *(one.person.name, codes.get(one.household_id, ""), one.group),
            *(one.events, round(Decimal(one.expected), 1), translate(_OFTEN)),
        )
        for one in report.pairs
    ]
    before = [
        (one.person.name, one.household, "", len(one.events), "", translate(_BEFORE))
        for one in report.undeclared
    ]
    return [*often, *before]
