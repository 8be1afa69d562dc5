"""Whatever the office does by a button, the second click on it answers with a page that leads on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Litestar

from tests.conftest import Clock, Village
from tests.pages.recorders import Desk, deed, hire, sit_down
from tests.pages.test_record import english

DAY = "2026-08-15"
HOME = {"group": "一组", "address": "1 号", "residency": "local"}
SOMEBODY = {"name": "李新", "relation": "户主", "born": "1990-01-01", "joined": "", "left": ""}
OBJECTION = {"kind": "rank", "words": "名次不对", "quarter": "2026Q3"}
REWARD = {
    "year": "2026",
    "household": "003",
    "kind": "goods",
    "what": "肥皂",
    "reason": "评",
    "decided_on": DAY,
}
NUMBER = {"public_number": "03 11 17 22", "again": "03111722"}
PLATE, PUBLIC = f"/h/TOKEN{'003':>021}", "/v/qingshan/objection"


@dataclass(frozen=True)
class Click:
    """`first` and `second` are the statuses; `days` go by before. Fields may be made of a page that is open."""

    who: str
    path: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    second: int = 303
    first: int = 303
    days: int = 0


CLICKS = (
    Click("刘敏", "/record", deed(), 200, 201),
    Click("刘敏", "/record/1/reversal"),
    Click("刘敏", "/record", deed(item="C06", member="", points="-2", basis="单位反馈"), 200, 201),
    Click("陈静", "/review/2/question", {"question": "哪一天？"}),
    Click("刘敏", "/record/2/answer", {"answer": "昨天"}),
    Click("陈静", "/review/decisions", {"event": "2", "listed": "2", "verdict": "approved"}),
    Click("陈静", "/review/2/decision", {"verdict": "rejected", "reason": "不属实"}, 422, 422),
    Click("陈静", "/record/2/reversal", {"reason": "记错了户"}),
    Click("赵强", f"{PLATE}/declaration", {**deed(household=""), "item": "C01", "member": ""}),
    Click("赵强", "/record/declarations/1/refusal", {"answer": "没有照片"}),
    Click("赵强", f"{PLATE}/objection", {"submission_key": "c" * 32, "about": "rank", "words": "不对"}),
    Click("赵强", PUBLIC, {**OBJECTION, "submission_key": "d" * 32}),
    Click("陈静", "/objections", {**OBJECTION, "submission_key": "e" * 32}),
    Click("陈静", "/objections/1/answer", {"way": "rejected", "reason": "属实"}),
    Click("陈静", "/objections/answers", {"number": ["2", "3"], "reason": "属实"}),
    Click("陈静", "/admin/rewards", {**REWARD, "submission_key": "f" * 32}),
    Click("陈静", "/admin/rewards/1/cancellation", {"reason": "写错了", "year": "2026"}),
    Click("陈静", "/admin/years/2026/decisions", {"household": "003", "decision": "barred", "reason": "查"}),
    Click("周平", "/admin/people", {"name": "新人", "role": "recorder", "password": "竹林深处 2026"}, 422),
    Click("周平", "/admin/people/6/password", {"password": "稻田金黄 2026"}),
    Click("周平", "/admin/people/6/household", {"household": "003"}),
    Click("周平", "/admin/people/6/kin", {"kin": "004"}),
    Click("周平", "/admin/people/6/kin", {"kin": "004", "remove": "1"}),
    Click("周平", "/admin/people/6/state", {"active": ""}),
    Click("周平", "/admin/village/messages", {"words": "停水", "first_day": DAY, "last_day": DAY}),
    Click("周平", "/admin/village/messages/1/removal"),
    Click("周平", "/admin/household/004/plate", {"sure": "1", "plate": "?"}, 422),
    Click("周平", "/admin/roster", {"code": "777", **HOME, **SOMEBODY}, 422),
    Click("周平", "/admin/roster/777", HOME),
    Click(
        "周平", "/admin/roster/777/members", {**SOMEBODY, "name": "李好", "relation": "妻", "sure": "1"}, 422
    ),
    Click(
        "周平",
        "/admin/roster/777/members/{member}",
        {**SOMEBODY, "name": "李好好", "relation": "妻", "sure": "1"},
    ),
    Click("周平", "/admin/roster/777/members/{member}/removal", {"sure": "1"}),
    Click(
        "周平", "/admin/roster/005/movement", {"where": "away", "day": DAY, "goes-9": "1", "sure": "1"}, 422
    ),
    Click("陈静", "/admin/quarters/2026Q2/publication", {"sure": "1"}),
    Click("周平", "/admin/sample/2026Q2", NUMBER, days=2),
    Click("陈静", "/admin/quarters/2026Q2/settlement", {"sure": "1"}, days=8),
    Click("周平", "/logout"),
)


def test_a_second_click_never_leads_into_a_dead_end(app: Litestar, village: Village, clock: Clock) -> None:
    village.write(lambda connection: hire(connection, village))
    desks = {name: english(sit_down(app, village, name)) for name in ("刘敏", "赵强", "陈静", "周平")}
    wrong, landed = [], set()
    for click in CLICKS:
        clock.move(days=click.days)
        if click.days:
            desks = {name: english(sit_down(app, village, name)) for name in desks}
        desk = desks[click.who]
        path, more = _found(desk, click)
        statuses = []
        for _ in range(2):
            answer = desk.post(path, {**click.fields, **more})
            statuses.append(answer.status_code)
            if answer.status_code == 303:
                place = click.who, answer.headers["location"].partition("#")[0]
                if place not in landed:
                    assert desk.get(place[1]).status_code == 200, click
                landed.add(place)
            elif answer.status_code == 422:
                assert re.search(r'class="(problem|notice bad|notice wait)', answer.text), click
                assert "staff-nav" in answer.text or click.who == "赵强", click
        if statuses != [click.first, click.second]:
            wrong.append((click.path, statuses, re.findall(r'class="problem"[^>]*>([^<]*)<', answer.text)))
    assert not wrong, wrong


def _found(desk: Desk, click: Click) -> tuple[str, dict[str, str]]:
    """The address and what only the open page knows: which plate it means, the number of who was added."""
    if click.path.endswith("/plate"):
        page = desk.get(click.path.removesuffix("/plate")).text
        return click.path, {"plate": re.findall(r'name="plate" value="(\w+)"', page)[0]}
    if "{member}" not in click.path:
        return click.path, {}
    page = desk.get("/admin/roster/777").text
    (number,) = re.findall(r'/members/(\d+)"[^>]*>李好', page)
    return click.path.format(member=number), {}
