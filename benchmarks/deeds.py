"""A recorder at the form: signed in, with a session and a CSRF token, sending one deed after another."""

import socket
import time
from datetime import datetime
from http.cookies import SimpleCookie
from itertools import cycle
from urllib.parse import urlencode

from sqlalchemy import select

from benchmarks.client import Answer, once, read, request
from benchmarks.village import PASSWORD, RECORDER
from kiosk.database import open_database
from kiosk.scoring.tables import household, member
from kiosk.settings import Settings

# a small reward to a person that counts at once; nobody reaches its cap, for everybody has a turn
_ITEM = "E03"


class People:
    """Everybody's household code and name, over and over; recorders share it so that no two name the same."""

    def __init__(self, settings: Settings) -> None:
        database = open_database(settings)
        with database.read() as connection:
            everybody = select(household.c.code, member.c.name).join_from(member, household)
            rows = [(code, name) for code, name in connection.execute(everybody)]
        database.close()
        self._turns = enumerate(cycle(rows))

    def next(self) -> tuple[int, tuple[str, str]]:
        """The number of this turn, and whose it is."""
        return next(self._turns)


class Recorder:
    def __init__(self, port: int, people: People) -> None:
        self._port, self._people = port, people
        self._cookies: dict[str, str] = {}
        self._keep(once(port, request(port, "/login")))
        self._keep(self._sent("/login", {"username": RECORDER, "password": PASSWORD}))

    def take_turns(self, until: float) -> list[float]:
        """One deed after another until then; how long each took, in seconds. The server hangs up on the idle."""
        taken = []
        with socket.create_connection(("127.0.0.1", self._port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (began := time.perf_counter()) < until:
                self.record(connection)
                taken.append(time.perf_counter() - began)
        return taken

    def record_one(self) -> None:
        with socket.create_connection(("127.0.0.1", self._port)) as connection:
            self.record(connection)

    def record(self, connection: socket.socket) -> None:
        """Send a deed and wait until it is durable."""
        turn, (home, person) = self._people.next()
        fields = {
            "submission_key": f"recorded-{turn}",
            "household": home,
            "member": person,
            "item": _ITEM,
            "occurred_on": datetime.now(Settings().zone).date().isoformat(),
            "place": "村口",
            "basis": "巡查",
        }
        connection.sendall(self._asked("/record", fields))
        answer = read(connection)
        if answer.status != 201:
            raise RuntimeError(f"{answer.status}: {answer.body.decode()[:500]}")

    def _asked(self, path: str, fields: dict[str, str]) -> bytes:
        headers = {
            "accept": "application/json",
            "accept-encoding": "identity",
            "content-type": "application/x-www-form-urlencoded",
            "cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "origin": f"http://localhost:{self._port}",
            "x-csrftoken": self._cookies["csrftoken"],
        }
        return request(self._port, path, headers, "POST", urlencode(fields).encode())

    def _sent(self, path: str, fields: dict[str, str]) -> Answer:
        return once(self._port, self._asked(path, fields))

    def _keep(self, answer: Answer) -> None:
        for cookie in answer.cookies:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
