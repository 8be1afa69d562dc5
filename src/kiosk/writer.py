"""The one thread that writes. Works that wait together are committed together, each in its own savepoint.

A sync of the disk costs far more than the work; ten recorders who send at once share one.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from kiosk.storage import Fault, Unsaved

_TOGETHER = 64  # at most so many works share a commit, so that none waits long

Work = Callable[[Connection], Any]


class _Job:
    """One waiting work. After `perform` it has a result or an error, which `answer` tells to its caller."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.future: Future[Any] = Future()
        self.result: Any = None
        self.error: BaseException | None = None

    def answer(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """Owns the writing connection. `fault_of` tells the disk's faults from other errors of the driver."""

    def __init__(self, engine: Engine, fault_of: Callable[[DBAPIError], Fault | None]) -> None:
        self._engine = engine
        self._fault_of = fault_of
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def write(self, work: Work) -> Any:
        """Run the work and return its result after the durable commit; see Database.write."""
        job = _Job(work)
        with self._lock:
            if self._closed:
                raise RuntimeError("the database is closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()
            if threading.current_thread() is self._thread:
                raise RuntimeError("a work must use the connection it is given")
            self._waiting.put(job)
        return job.future.result()

    def close(self) -> None:
        """Finish what waits, then end the thread and close the connection."""
        with self._lock:
            self._closed = True
            thread = self._thread
            self._waiting.put(None)
        if thread is not None:
            thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        while jobs := self._next_jobs():
            try:
                self._perform(jobs)
            except BaseException as error:
                for job in jobs:
                    job.error = self._unsaved(error)
            for job in jobs:
                job.answer()

    def _next_jobs(self) -> list[_Job]:
        """Wait for a job and take those behind it along. Empty when the writer closes."""
        jobs: list[_Job] = []
        job = self._waiting.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == _TOGETHER:
                return jobs
            try:
                job = self._waiting.get_nowait()
            except Empty:
                return jobs
        self._waiting.put(None)
        return jobs

    def _perform(self, jobs: list[_Job]) -> None:
        with self._engine.connect() as connection:
            try:
                with connection.begin():
                    for job in jobs:
                        self._perform_one(connection, job)
            except BaseException:
                # after a failed sync nothing that this connection remembers can be trusted
                connection.invalidate()
                raise

    def _perform_one(self, connection: Connection, job: _Job) -> None:
        savepoint = connection.begin_nested()
        try:
            job.result = job.work(connection)
            savepoint.commit()
        except BaseException as error:
            if isinstance(error, DBAPIError) and self._fault_of(error):
                raise  # the disk failed, not the work: all of them fail together
            job.error = error
            savepoint.rollback()

    def _unsaved(self, error: BaseException) -> BaseException:
        fault = self._fault_of(error) if isinstance(error, DBAPIError) else None
        return Unsaved(fault) if fault else error
