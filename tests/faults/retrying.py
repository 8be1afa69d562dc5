"""Recorders at their tablets who send a deed again and again until it is acknowledged."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

import httpx

from tests.faults.serving import PASSWORD

_PATIENCE = Event()  # never set: a tablet that waits a moment before it tries again
_COUNTS_AT_ONCE = "A02"  # 参加普法宣传: one point, a member's


@dataclass
class Tablet:
    """One recorder's browser. With `forgets_key` every try has a key of its own: then deeds are doubled."""

    url: str
    name: str
    forgets_key: bool = False
    acknowledged: dict[str, int] = field(default_factory=dict)  # reason: the event of the receipt
    tries: int = 0

    def sign_in(self) -> None:
        self._browser = httpx.Client(base_url=self.url, timeout=15, headers={"accept": "application/json"})
        while True:
            try:
                self._browser.get("/login")
                sent = {"username": "刘敏", "password": PASSWORD}
                answer = self._browser.post("/login", data=sent, headers=self._token())
            except httpx.TransportError:
                _PATIENCE.wait(0.05)
                continue
            assert answer.status_code == 303, answer.text
            return

    def record(self, reason: str) -> httpx.Response:
        """Send a deed until it is acknowledged, as the form's script does."""
        key = secrets.token_hex(16)
        while True:
            self.tries += 1
            try:
                answer = self.send(reason, secrets.token_hex(16) if self.forgets_key else key)
            except httpx.TransportError as lost:
                _PATIENCE.wait(0.2 if isinstance(lost, httpx.ConnectError) else 0.02)
                continue
            assert answer.status_code in (200, 201), f"{answer.status_code} {answer.text}"
            self.acknowledged[reason] = answer.json()["event"]
            return answer

    def send(self, reason: str, key: str) -> httpx.Response:
        fields = {"submission_key": key, "household": "001", "member": "张三", "item": _COUNTS_AT_ONCE}
        fields |= {
            "points": "",
            "occurred_on": "2024-05-06",
            "place": "村部",
            "reason": reason,
            "basis": "巡查",
        }
        return self._browser.post("/record", data=fields, headers=self._token())

    def close(self) -> None:
        self._browser.close()

    def _token(self) -> dict[str, str]:
        return {"x-csrftoken": self._browser.cookies["csrftoken"]}


@contextmanager
def at_work(tablets: list[Tablet], has_more: Callable[[Tablet], bool]) -> Iterator[None]:
    """Everybody records deeds of their own, at the same time, as long as there are more.

    Ends when all did; raises what any of them was told that no recorder should be.
    """
    with ThreadPoolExecutor(len(tablets)) as pool:
        working = [pool.submit(_work, tablet, has_more) for tablet in tablets]
        yield
    for work in working:
        work.result()


def _work(tablet: Tablet, has_more: Callable[[Tablet], bool]) -> None:
    deed = 0
    while has_more(tablet):
        deed += 1
        tablet.record(f"{tablet.name}第{deed}件")


def everything_acknowledged(tablets: list[Tablet]) -> dict[str, int]:
    return {reason: event for tablet in tablets for reason, event in tablet.acknowledged.items()}
