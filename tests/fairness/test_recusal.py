"""R21: nobody acts for their own household or kin, nor approves what they wrote down, by whatever way in."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

from kiosk.fairness import inspections
from kiosk.office import rewards
from kiosk.scoring import answering, batches, deciding, declaring, ledger, recusal, remarks
from kiosk.scoring.actors import Actor
from kiosk.scoring.declarations import Declared
from kiosk.scoring.drafts import Draft
from kiosk.scoring.objecting import Complaint, raise_objection
from kiosk.scoring.periods import parse_period
from kiosk.scoring.problems import Problem, Refused
from kiosk.scoring.tables import account
from kiosk.sheets.reading import Row
from kiosk.sheets.register import RegisterRow, bring_in
from tests.scoring.small_village import (
    ADMIN,
    JUDGE,
    REVIEWER,
    A,
    B,
    C,
    SmallVillage,
    at,
    book,
    register_kin,
    small_village,
)
from tests.scoring.test_settlement import settle_summer

Way = Callable[[SmallVillage, Actor], object]
SUMMER, NOW = parse_period("2026Q3"), at("2026-09-20")
AFTER = at("2026-10-20")
BOOK = book(A | {"review": "always"}, B | {"review": "never"}, C | {"review": "never"})
AT_HOME = replace(REVIEWER, household_id=1)
KIN, FREE = JUDGE, ADMIN
WAITS = "waiting-01"


def number(village: SmallVillage) -> int:
    """A deed of household 1 that waits; made by 陈会计, who is nobody's relative."""
    return village.record("A", "2026-09-19", member=1, key=WAITS).event_id


def counted(village: SmallVillage) -> int:
    return village.record("B", "2026-09-19", points="3", key="counted-01").event_id


def draft(key: str, item: str = "B", day: str = "2026-09-19", late: bool = False) -> Draft:
    points = Decimal(2) if item == "B" else None
    member = 1 if item == "A" else None
    return Draft(key, 1, member, item, points, date.fromisoformat(day), basis="单位反馈", late=late)


def form(village: SmallVillage, by: Actor) -> object:
    return ledger.record(village.connection, 1, draft("form-0001"), by, NOW)


def late_entry(village: SmallVillage, by: Actor) -> object:
    settle_once(village)
    return ledger.record(village.connection, 1, draft("late-0001", late=True), by, AFTER)


def settle_once(village: SmallVillage) -> None:
    with suppress(Refused):
        settle_summer(village)


def approval(village: SmallVillage, by: Actor) -> object:
    return ledger.decide(village.connection, 1, number(village), "approved", by, "", NOW)


def rejection(village: SmallVillage, by: Actor) -> object:
    return ledger.decide(village.connection, 1, number(village), "rejected", by, "不属实", NOW)


def approvals_together(village: SmallVillage, by: Actor) -> object:
    done = batches.decide_each(village.connection, 1, [number(village)], "approved", by, "", NOW)
    return all_done([one for said in done.refused.values() for one in said])


def all_done(problems: list[Problem]) -> bool:
    if problems:
        raise Refused(*problems)
    return True


def question(village: SmallVillage, by: Actor) -> object:
    return remarks.ask(village.connection, 1, number(village), by, "哪一天？", NOW)


def declared(village: SmallVillage) -> int:
    said = Declared("declared-1", 1, None, "B", date(2026, 9, 19), "", "扫了村道", "")
    return declaring.declare(village.connection, 1, said, NOW)[0]


def declaration_taken_up(village: SmallVillage, by: Actor, item: str = "B") -> int:
    one = declared(village)
    made = ledger.record(village.connection, 1, draft("taken-0001", item), by, NOW)
    declaring.take_up(village.connection, 1, one, made.event_id, 1, by, NOW)
    return made.event_id


def declaration_declined(village: SmallVillage, by: Actor) -> object:
    return declaring.decline(village.connection, 1, declared(village), by, "没有这回事", NOW)


def paper(
    village: SmallVillage, by: Actor | None, recorder: str, item: str = "B", approved: bool = True
) -> bool:
    what = {
        "item": item,
        "points": Decimal(3) if item == "B" else None,
        "member": "张三" if item == "A" else "",
    }
    who = {"household": "001", "recorder": recorder, "ref": "7"}
    words = {"place": "村口", "reason": "", "basis": ""}
    row = RegisterRow(Row("台账", 2, {}, {}), occurred_on=date(2026, 9, 1), **what, **who, **words)  # type: ignore[arg-type]
    return all_done(bring_in(village.connection, 1, [row], NOW, approved, by=by).problems)


def paper_brought_in(village: SmallVillage, by: Actor) -> object:
    return paper(village, by, "老陈")


def paper_that_names_them(village: SmallVillage, by: Actor) -> object:
    return paper(village, None, by.name)


def objection(village: SmallVillage, kind: str, event: int | None = None) -> int:
    said = Complaint(f"objection-{kind}", kind, "notice", SUMMER, "不对", household_id=1, event_id=event)
    return raise_objection(village.connection, 1, said, NOW)[0].number


def answered(village: SmallVillage, one: int, remedy: answering.Remedy, by: Actor) -> object:
    return answering.answer(village.connection, 1, one, remedy, "已核实", by, NOW)


def objection_rejected(village: SmallVillage, by: Actor) -> object:
    return answered(village, objection(village, "rank"), answering.Reject(), by)


def objection_set_right(village: SmallVillage, by: Actor) -> object:
    return answered(village, objection(village, "rank"), answering.SetRight(), by)


def objections_rejected_together(village: SmallVillage, by: Actor) -> object:
    one = objection(village, "rank")
    done = answering.reject_each(village.connection, 1, [one], "已核实", by, NOW)
    return all_done([problem for said in done.refused.values() for problem in said])


def objection_that_takes_a_deed_back(village: SmallVillage, by: Actor) -> object:
    event = counted(village)
    return answered(village, objection(village, "event", event), answering.TakeBack(event), by)


def objection_of_nobody_that_takes_their_deed_back(village: SmallVillage, by: Actor) -> object:
    said = Complaint("objection-none", "rank", "notice", SUMMER, "不对")
    one = raise_objection(village.connection, 1, said, NOW)[0].number
    return answered(village, one, answering.TakeBack(counted(village)), by)


def objection_that_records_a_deed(village: SmallVillage, by: Actor, item: str = "B") -> object:
    record = answering.Record(draft("missing-01", item))
    return answered(village, objection(village, "missing"), record, by)


def objection_of_nobody_that_records_their_deed(village: SmallVillage, by: Actor) -> object:
    said = Complaint("objection-none", "missing", "notice", SUMMER, "少了一条")
    one = raise_objection(village.connection, 1, said, NOW)[0].number
    return answered(village, one, answering.Record(draft("missing-02")), by)


def taken_back(village: SmallVillage, by: Actor) -> object:
    return ledger.reverse(village.connection, 1, counted(village), by, "记错了", NOW)


def correction(village: SmallVillage, by: Actor) -> object:
    event = counted(village)
    settle_once(village)
    return ledger.reverse(village.connection, 1, event, by, "记错了", AFTER)


def found_by_a_check(village: SmallVillage, by: Actor) -> object:
    row = deciding.event_in(village.connection, 1, counted(village))
    return all_done(inspections.may_not_note(village.connection, 1, row, by))


def reward(village: SmallVillage, by: Actor) -> object:
    said = rewards.Draft("reward-001", 2026, "001", "goods", "肥皂", "评为第一", date(2026, 9, 1))
    return rewards.give(village.connection, 1, said, by, NOW)


WAYS: tuple[Way, ...] = (
    *(form, late_entry, approval, rejection, approvals_together, question),
    *(declaration_taken_up, declaration_declined, paper_brought_in, paper_that_names_them),
    *(objection_rejected, objection_set_right, objections_rejected_together),
    *(objection_that_takes_a_deed_back, objection_of_nobody_that_takes_their_deed_back),
    *(objection_that_records_a_deed, objection_of_nobody_that_records_their_deed),
    *(taken_back, correction, found_by_a_check, reward),
)


def at_home_and_kin(village: SmallVillage) -> None:
    village.connection.execute(
        update(account).where(account.c.id == REVIEWER.account_id).values(household_id=1)
    )
    register_kin(village.connection, KIN, 1)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nobody_acts_for_their_own_household_or_kin(way: Way) -> None:
    with small_village(BOOK) as village:
        at_home_and_kin(village)
        for by in (AT_HOME, KIN):
            attempt = village.connection.begin_nested()
            with pytest.raises(Refused) as caught:
                way(village, by)
            attempt.rollback()
            said = " ".join(problem.text() for problem in caught.value.problems)
            assert "own household" in said or "kin" in said, said
            assert "周支书" in said  # who can
        assert way(village, FREE)  # and nothing else was wrong with it


def recorded(village: SmallVillage) -> int:
    return ledger.record(village.connection, 1, draft("own-00001", "A"), ADMIN, NOW).event_id


def recorded_late(village: SmallVillage) -> int:
    settle_once(village)
    return ledger.record(village.connection, 1, draft("own-00002", "A", late=True), ADMIN, AFTER).event_id


def from_a_declaration(village: SmallVillage) -> int:
    return declaration_taken_up(village, ADMIN, "A")


def from_an_objection(village: SmallVillage) -> int:
    objection_that_records_a_deed(village, ADMIN, "A")
    return newest(village)


def from_paper(village: SmallVillage) -> int:
    paper(village, ADMIN, ADMIN.name, "A", approved=False)
    return newest(village)


def newest(village: SmallVillage) -> int:
    return int(village.connection.exec_driver_sql("SELECT max(id) FROM event").scalar_one())


@pytest.mark.parametrize(
    "deed",
    [recorded, recorded_late, from_a_declaration, from_an_objection, from_paper],
    ids=lambda deed: deed.__name__,
)
def test_nobody_decides_about_what_they_wrote_down(deed: Callable[[SmallVillage], int]) -> None:
    with small_village(BOOK) as village:
        event, connection = deed(village), village.connection
        for verdict in ("approved", "rejected"):
            with pytest.raises(Refused, match="You recorded this yourself"):
                ledger.decide(connection, 1, event, verdict, ADMIN, "好", AFTER)
        together = batches.decide_each(connection, 1, [event], "approved", ADMIN, "", AFTER)
        assert (list(together.receipts), list(together.refused)) == ([], [event])
        with pytest.raises(Refused, match="You recorded this yourself"):
            remarks.ask(connection, 1, event, ADMIN, "哪一天？", AFTER)
        assert ledger.decide(connection, 1, event, "approved", JUDGE, "", AFTER).status == "counted"


@pytest.mark.teeth
@pytest.mark.parametrize(
    "way", [form, paper_brought_in, objection_rejected, reward], ids=lambda way: way.__name__
)
def test_without_the_register_of_kin_they_would(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recusal, "is_kin", lambda *_: False)
    monkeypatch.setattr(recusal.Ties, "near", lambda *_: False)
    with small_village(BOOK) as village:
        at_home_and_kin(village)
        assert way(village, KIN)
