"""Child processes that read whole sessions: every core for `list`, a free event loop for the explorer."""

from __future__ import annotations

import atexit
import heapq
import itertools
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from codexlog.catalog.listing import facts_of, full_summary, unreadable
from codexlog.catalog.worker import quiet_gc, read_message, write_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from codexlog.catalog.discover import Found
    from codexlog.catalog.growing import News
    from codexlog.model import Summary
    from codexlog.timeline.outline import Outline
    from codexlog.timeline.summary import FileFacts

MAX_WORKERS = 8
WORTH_A_CHILD = 24 << 20
"""Bytes that a child must have to read before starting it pays."""

WORKER = "codexlog.catalog.worker"
_Job = tuple[str, Any, "Path"]
"""Operation, what it goes by (mostly the file's facts), and the file."""


class WorkerDied(Exception):
    """A child ended without an answer (killed, out of memory)."""


class _Child:
    """One process and the thread that talks to it; the process starts with its first job."""

    def __init__(self, module: str = WORKER) -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, job: _Job) -> Any:
        process = self._process or self._start()
        assert process.stdin is not None and process.stdout is not None
        try:
            write_message(process.stdin, job)
            answer = read_message(process.stdout)
        except (OSError, EOFError) as error:
            self.kill()
            raise WorkerDied(str(error)) from error
        if answer is None:
            self.kill()
            raise WorkerDied(f"reading {job[2]} ended the worker process")
        fine, value = answer
        if not fine:
            raise value
        return value

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        atexit.register(self.kill)
        return self._process

    def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            atexit.unregister(self.kill)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # and the processes that it has started in turn
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


class Workers:
    """A pool for the explorer: jobs by priority, answers as futures, gone when closed."""

    def __init__(self, count: int | None = None, module: str = WORKER) -> None:
        """`module` is what the children run; it serves the jobs that the pool is asked for."""
        self._module = module
        self._count = count if count is not None else max(1, min(MAX_WORKERS, (os.cpu_count() or 2) - 1))
        self._queue: list[tuple[int, int, _Job, Future[Any]]] = []
        self._order = itertools.count()
        self._ready = threading.Condition()
        self._children: list[_Child] = []
        self._closed = False

    def summary(self, found: Found, now: float, priority: int = 0) -> Future[Summary]:
        """Full figures of a session. A smaller `priority` goes first."""
        return self._put(("summary", facts_of(found, now), found.path), priority)

    def outline(self, path: Path, facts: FileFacts, priority: int = -1) -> Future[Outline]:
        """The outline of a whole session; the future raises SourceError or WorkerDied."""
        return self._put(("outline", facts, path), priority)

    def quick_outline(self, path: Path, facts: FileFacts, priority: int = -2) -> Future[Outline]:
        """The provisional outline of a huge session, well before `outline`; raises like that."""
        return self._put(("quick", facts, path), priority)

    def grow(self, path: Path, facts: FileFacts, priority: int = -1) -> Future[News]:
        """What is new in a growing session, to be asked of a pool of one; raises like `outline`.

        The child keeps what it has read: the first answer is the whole outline, later ones patch it.
        """
        return self._put(("grow", facts, path), priority)

    def figures(self, path: Path, facts: FileFacts, priority: int = 0) -> Future[Summary]:
        """The figures of a session that grows, from a pool of one: all is read once, then what is new."""
        return self._put(("figures", facts, path), priority)

    def ask(self, operation: str, given: Any, path: Path, priority: int = 0) -> Future[Any]:
        """An operation of another module's; the future raises WorkerDied, or what the operation does."""
        return self._put((operation, given, path), priority)

    def close(self) -> None:
        """Stop the children and drop what waits."""
        with self._ready:
            self._closed = True
            for *_, future in self._queue:
                future.cancel()
            self._queue.clear()
            self._ready.notify_all()
        for child in self._children:
            child.kill()

    def _put(self, job: _Job, priority: int) -> Future[Any]:
        future: Future[Any] = Future()
        with self._ready:
            if self._closed:
                future.cancel()
                return future
            heapq.heappush(self._queue, (priority, next(self._order), job, future))
            if len(self._children) < self._count:
                child = _Child(self._module)
                self._children.append(child)
                threading.Thread(target=self._serve, args=(child,), daemon=True).start()
            self._ready.notify()
        return future

    def _serve(self, child: _Child) -> None:
        while True:
            with self._ready:
                while not self._queue and not self._closed:
                    self._ready.wait()
                if self._closed:
                    return
                *_, job, future = heapq.heappop(self._queue)
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(child.ask(job))
            except Exception as error:  # noqa: BLE001 - whoever waits for the future gets it
                future.set_exception(error)


def iter_summaries(
    found: Sequence[Found], now: float, running_seconds: float
) -> Iterator[tuple[int, Summary]]:
    """(index, figures) as they become known; this process reads along with its children."""
    from queue import Empty, SimpleQueue

    facts = [facts_of(each, now, running_seconds) for each in found]
    waiting: SimpleQueue[int] = SimpleQueue()
    for largest_first in sorted(range(len(found)), key=lambda each: -found[each].size):
        waiting.put(largest_first)
    done: SimpleQueue[tuple[int, Summary]] = SimpleQueue()
    children = _children(sum(each.size for each in found))
    quiet_gc()

    def take() -> int | None:
        try:
            return waiting.get_nowait()
        except Empty:
            return None

    threads = [
        threading.Thread(target=_help, args=(child, take, facts, found, done), daemon=True)
        for child in children
    ]
    for thread in threads:
        thread.start()
    left = len(found)
    try:
        while (index := take()) is not None:
            yield index, full_summary(facts[index], found[index].path)
            left -= 1
            while not done.empty():
                yield done.get()
                left -= 1
        for _ in range(left):
            yield done.get()
    finally:
        while take() is not None:
            continue  # nobody wants the rest
        for child in children:
            child.kill()


def _children(size: int) -> list[_Child]:
    count = min(MAX_WORKERS, os.cpu_count() or 1, 1 + size // WORTH_A_CHILD)
    return [_Child() for _ in range(count - 1)]


def _help(
    child: _Child,
    take: Callable[[], int | None],
    facts: Sequence[FileFacts],
    found: Sequence[Found],
    done: Any,
) -> None:
    """Read with a child until nothing waits; what a dying child leaves is read here."""
    while (index := take()) is not None:
        done.put((index, _with_child(child, facts[index], found[index].path)))


def _with_child(child: _Child, facts: FileFacts, path: Path) -> Summary:
    """Figures by way of a child; in any case a line, for somebody waits for it."""
    try:
        try:
            summary: Summary = child.ask(("summary", facts, path))
        except (WorkerDied, OSError):
            summary = full_summary(facts, path)
    except Exception as error:  # noqa: BLE001 - whatever reading does, the list says so
        return unreadable(facts, f"could not be read: {error!r}")
    return summary
