"""A desk: one thread that does the newest job it was given, and forgets the ones before."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Desk(Generic[T]):
    """Answers at once where the work is quick, later where it is not.

    `deliver` gets the late results, on the desk's thread; results of jobs that a newer one has replaced
    are dropped.
    """

    def __init__(self, name: str, deliver: Callable[[T], None]) -> None:
        self._name = name
        self._deliver = deliver
        self._state = threading.Condition()
        self._job: Callable[[], T] | None = None
        self._number = 0
        self._waited_for = 0
        self._answers: dict[int, T] = {}
        self._thread: threading.Thread | None = None
        self._closed = False

    def ask(self, job: Callable[[], T], patience: float) -> T | None:
        """Do a job. Returns its result if that takes less than `patience` seconds, else delivers it."""
        with self._state:
            if self._closed:
                return None
            self._number += 1
            number = self._waited_for = self._number
            self._job = job
            self._answers.clear()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            self._state.notify_all()
            self._state.wait_for(lambda: number in self._answers or self._closed, patience)
            self._waited_for = 0
            return self._answers.pop(number, None)

    def drop(self) -> None:
        """Forget the job that waits or runs."""
        with self._state:
            self._number += 1
            self._job = None

    def close(self) -> None:
        """Let the thread end."""
        with self._state:
            self._closed = True
            self._job = None
            self._state.notify_all()

    def _work(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(lambda: self._job is not None or self._closed)
                if self._closed or self._job is None:
                    return
                job, self._job, number = self._job, None, self._number
            result = job()
            with self._state:
                if number != self._number or self._closed:
                    continue
                if self._waited_for == number:
                    self._answers[number] = result
                    self._state.notify_all()
                    continue
            self._deliver(result)
