"""The row index of a file, on two cores where it is huge."""

from __future__ import annotations

import os
import pickle
from typing import TYPE_CHECKING, Any

from codexlog.formats.row_parts import Part, join
from codexlog.formats.row_scan import scan, scan_part

if TYPE_CHECKING:
    from codexlog.formats.row_index import RowIndex
    from codexlog.rows.source import Source

WORTH_A_FORK = 64 << 20
"""Bytes to read above which a second process pays."""


def file_index(source: Source, start: int = 0) -> RowIndex:
    """Index the lines of a file from an offset on.

    Forks for large files, so call it in a process with one thread: in a worker.
    """
    middle = _middle(source, start)
    if middle is None:
        return scan(source.pread, start)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _send(source, middle, writer)
    os.close(writer)
    first = scan_part(source.pread, start, middle)
    with os.fdopen(reader, "rb") as stream:
        answer = stream.read()
    _, status = os.waitpid(child, 0)
    second: Part = pickle.loads(answer) if status == 0 else scan_part(source.pread, middle)
    return join(first, second)


def _middle(source: Source, start: int) -> int | None:
    """Where a line starts about half-way; None where one process is enough."""
    size = source.size - start
    if size < WORTH_A_FORK or (os.cpu_count() or 1) < 2 or not hasattr(os, "fork"):
        return None
    half = start + size // 2
    middle = half + len(source.line_at(half)) + 1
    return middle if middle < source.size else None


def _send(source: Source, middle: int, writer: int) -> Any:
    """Index the second half in the child, which ends here whatever happens."""
    code = 1
    try:
        with os.fdopen(writer, "wb") as stream:
            pickle.dump(scan_part(source.pread, middle), stream, pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)
