"""Reads the files that Claude Code put long outputs into: beside the session, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.catalog.sidefiles import open_regular
from codexlog.formats.claude_spilled import FOLDER, result_blocks, shown_output, spilled_name, with_texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codexlog.formats.claude_spilled import JsonObject

MOST = 1 << 24
"""Bytes of such a file that are read; a longer one is shown up to there."""


def whole_outputs(row: JsonObject, session: Path) -> JsonObject:
    """The row with its outputs whole: from their files, else from the structured twin, else as it is."""
    found = result_blocks(row)
    if not found:
        return row
    texts = {id(block): _whole(text, row, session, alone=len(found) == 1) for block, text in found}
    return with_texts(row, texts)


def _whole(text: str, row: JsonObject, session: Path, *, alone: bool) -> str:
    name = spilled_name(text)
    read = _read(name, session) if name is not None else None
    if read is not None:
        return read
    twin = shown_output(row) if alone else None
    if twin is not None and len(twin) > len(text):
        return twin
    missing = f"{FOLDER}/{name} is not here" if name is not None else "no file is named"
    return f"{text}\n(the whole output is missing: {missing})"


def _read(name: str, session: Path) -> str | None:
    for folder in _folders(session):
        try:
            with open_regular(folder / name) as stream:
                data = stream.read(MOST + 1)
        except OSError:
            continue  # not in this folder; where it is in none, the text says so
        text = data[:MOST].decode("utf-8", "replace")
        return text if len(data) <= MOST else f"{text}\n(cut here, after {MOST:,} bytes)"
    return None


def _folders(session: Path) -> Iterator[Path]:
    """Where a session's outputs stand: in its folder; a subagent's in that of its parent."""
    yield session.with_suffix("") / FOLDER
    yield session.parent / FOLDER
    yield session.parent.parent / FOLDER
