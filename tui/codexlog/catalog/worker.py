"""A child process that reads whole sessions, so that the parent's interpreter stays free.

Reads pickled jobs `(operation, facts, path)` on stdin, writes pickled results on stdout, each behind its
length in eight bytes. Ends when stdin does. What it has read of a session that grows it keeps, and sends
only what changed.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import struct
import sys
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from codexlog.catalog.growing import Kept
from codexlog.catalog.indexing import file_index
from codexlog.catalog.listing import full_summary
from codexlog.catalog.transcript import Transcript
from codexlog.timeline.quick import quick_outline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from codexlog.timeline.outline import Outline
    from codexlog.timeline.summary import FileFacts

LENGTH = struct.Struct("<Q")


def read_message(stream: IO[bytes]) -> Any:
    """The next message; None at the end of the stream."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    body = stream.read(size)
    return pickle.loads(body) if len(body) == size else None


def write_message(stream: IO[bytes], message: Any) -> None:
    """Send one message."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


def whole_outline(facts: FileFacts, path: Path) -> Outline:
    """The outline of a whole file. Raises SourceError."""
    with Transcript.open(path, facts) as transcript:
        return transcript.outline()


def first_outline(facts: FileFacts, path: Path) -> Outline:
    """The provisional outline of a whole file; the final one where that is as quick. Raises SourceError."""
    with Transcript.open(path, facts) as transcript:
        source = transcript.source
        if not transcript.is_document:
            found = quick_outline(source.pread, facts, partial(file_index, source))
            if found is not None:
                return found
        return transcript.outline()


OPERATIONS = {
    "summary": full_summary,
    "outline": whole_outline,
    "quick": first_outline,
}
"""Those that keep nothing; `main` adds those of `Kept`."""


def quiet_gc() -> None:
    """Collect rarely: rows are trees without cycles, and there are very many of them."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def end_with_parent() -> None:
    """End within a second when the parent is gone, also amid a long job. No thread, for jobs may fork."""
    parent = os.getppid()

    def look(*_: object) -> None:
        if os.getppid() != parent and os.getpid() == os.getpgrp():
            os.killpg(0, signal.SIGKILL)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, 1, 1)


def main() -> None:
    """Serve jobs until stdin ends."""
    kept = Kept()
    serve({**OPERATIONS, "grow": kept.outline, "figures": kept.figures})


def serve(operations: Mapping[str, Callable[[Any, Path], object]]) -> None:
    """The same with other operations, for rooms above this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    quiet_gc()
    jobs, results = sys.stdin.buffer, sys.stdout.buffer
    while (job := read_message(jobs)) is not None:
        operation, facts, path = job
        try:
            answer = (True, operations[operation](facts, path))
        except Exception as error:  # noqa: BLE001 - the parent raises it again
            answer = (False, error)
        try:
            write_message(results, answer)
        except BrokenPipeError:
            return


if __name__ == "__main__":
    main()
