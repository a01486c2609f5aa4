"""A file's row index and provisional outline beside its whole timeline, for comparison."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from codexlog.catalog.transcript import Transcript
from codexlog.formats import row_kinds as rk
from codexlog.formats.row_index import RowIndex
from codexlog.formats.row_scan import scan
from codexlog.timeline import entries as en
from codexlog.timeline.quick import quick_outline
from codexlog.timeline.row_pairs import settle
from corpus import shuffled, write_session

if TYPE_CHECKING:
    from pathlib import Path

    from codexlog.timeline.outline import Outline

Call = tuple[int, int, str, int | None]
"""Line, line of the output or 0, status, exit code."""


def memory(data: bytes) -> Callable[[int, int], bytes]:
    """A reader of bytes."""
    return lambda size, offset: data[offset : offset + size]


def indexed(data: bytes) -> RowIndex:
    """The settled index of some bytes."""
    index = scan(memory(data))
    settle(index)
    return index


def calls_by_index(index: RowIndex) -> list[Call]:
    """Every call that an index knows."""
    return [
        (row + 1, index.answers[row], index.verdict(row).status, index.verdict(row).exit_code)
        for row, kind in enumerate(index.kinds)
        if kind == rk.CALL
    ]


def calls_by_outline(found: Outline) -> list[Call]:
    """Every call that a timeline knows."""
    entries = found.entries
    return [
        (entries.line[at], entries.out_line[at], entries.status_name(at), entries.code(at))
        for at, kind in enumerate(entries.kind)
        if kind == en.CALL
    ]


def visible(found: Outline) -> list[en.Entry]:
    """What a screen shows; openers as lines, for echoes shift the indices."""
    lines = found.entries.line
    shown = [found.entries[at] for at, state in enumerate(found.entries.shown) if state != en.ECHO]
    return [each._replace(opener=lines[each.opener - 1] if each.opener else 0) for each in shown]


def outlines(path: Path) -> tuple[Outline | None, Outline]:
    """The provisional outline of a file, and the whole one."""
    with Transcript.open(path) as transcript:
        return quick_outline(transcript.source.pread, transcript.facts), transcript.outline()


def session(folder: Path, seed: int = 3, size: int = 400_000) -> list[dict[str, Any]]:
    """The rows of a generated session."""
    path = folder / f"made-{seed}.jsonl"
    write_session(path, size_bytes=size, seed=seed)
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def compact(rows: list[dict[str, Any]]) -> bytes:
    """Rows as Codex writes them."""
    return b"".join(
        json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" for row in rows
    )


def spaced(rows: list[dict[str, Any]]) -> bytes:
    """Rows as Python's json writes them."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def mixed(rows: list[dict[str, Any]], seed: int = 5) -> bytes:
    """Rows with their keys in any order."""
    rng = random.Random(seed)
    return b"".join(json.dumps(shuffled(row, rng)).encode() + b"\n" for row in rows)


def longer_times(rows: list[dict[str, Any]]) -> bytes:
    """Rows whose times have six digits of fraction."""
    return compact([{**row, "timestamp": str(row["timestamp"]).replace("Z", "000Z")} for row in rows])


def numbered(rows: list[dict[str, Any]]) -> bytes:
    """Rows with ordinals, as paginated history has them."""
    return compact(
        [
            {
                "timestamp": row["timestamp"],
                "ordinal": number,
                **{k: v for k, v in row.items() if k != "timestamp"},
            }
            for number, row in enumerate(rows)
        ]
    )


def with_returns(rows: list[dict[str, Any]]) -> bytes:
    """Rows with the line ends of another system."""
    return compact(rows).replace(b"\n", b"\r\n")


FORMS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "compact": compact,
    "spaced": spaced,
    "keys in any order": mixed,
    "longer times": longer_times,
    "ordinals": numbered,
    "CRLF": with_returns,
}
"""Ways to write the same rows."""
