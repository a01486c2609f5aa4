"""From a call to the session that it started, and back; and from an id to a file that no list holds."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from codexlog.catalog.discover import DiscoverError, Found, discover, name_id, superseded
from codexlog.formats.agent_calls import (
    CLAUDE_TOOLS,
    CODEX_TOOLS,
    agent_session,
    agents_in_event,
    concerns_agents,
    named_agents,
)
from codexlog.timeline.entries import CALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from codexlog.catalog.transcript import Transcript
    from codexlog.model import Call
    from codexlog.timeline.outline import Outline

EVENT_ROWS = 12
"""Rows after a call among which the event stands that names its agent."""
SIDE_FILES = 500
"""Side files of subagents that are looked through at most."""
SIDE_FILE_BYTES = 1 << 16
_TOOL_NAMES = re.compile("|".join(sorted(f'"{name}"' for name in CODEX_TOOLS | CLAUDE_TOOLS)).encode())
_PLAIN_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{3,99}", re.ASCII)


def agents_of(transcript: Transcript, outline: Outline, index: int, call: Call) -> tuple[str, ...]:
    """The ids of the sessions that a call started or spoke to."""
    if not concerns_agents(call.name):
        return ()
    entry = outline.entries[index]
    row = transcript.row(entry.offset)
    if row is None:
        return ()
    output_row = transcript.row(entry.out_offset) if call.output_row is not None else None
    ids = named_agents(call.name, call.arguments, call.output, row, output_row)
    if ids or call.call_id is None:
        return ids
    if call.name in CLAUDE_TOOLS:
        return _in_side_files(transcript.source.path, call.call_id)
    return _in_events(transcript, entry.offset, call.call_id)


def call_that_started(
    transcript: Transcript, outline: Outline, session_id: str, stop: Callable[[], bool]
) -> int | None:
    """The entry of the first call that names a session; the calls of other tools are never parsed."""
    for index, kind in enumerate(outline.entries.kind):
        if stop():
            return None
        if kind != CALL or not _TOOL_NAMES.search(transcript.raw(outline.entries.offset[index])):
            continue
        item = transcript.item(outline, index)
        if item.kind == "call" and session_id in agents_of(transcript, outline, index, item):
            return index
    return None


def relative_file(session_id: str, near: Found) -> Found | None:
    """The file of a session in the home of another one, or where Claude Code puts a relative's file."""
    if not _PLAIN_ID.fullmatch(session_id):
        return None
    path = near.path.absolute()
    folders = (path.with_suffix("") / "subagents", path.parent, *path.parents[2:5])
    places = [folder / f"{session_id}.jsonl" for folder in folders]
    try:
        found = discover([place for place in places if place.is_file()][:1])
        if not found and near.home is not None:
            same = [each for each in discover([near.home]) if name_id(each.path) == session_id]
            old = superseded(same)
            found = [each for each in same if each.path not in old]
    except DiscoverError:
        return None
    return found[0] if found else None


def _in_events(transcript: Transcript, offset: int, call_id: str) -> tuple[str, ...]:
    if transcript.is_document:
        return ()
    for _ in range(EVENT_ROWS):
        offset += len(transcript.raw(offset)) + 1
        row = transcript.row(offset) if call_id.encode() in transcript.raw(offset) else None
        ids = agents_in_event(row, call_id) if row is not None else ()
        if ids:
            return ids
    return ()


def _in_side_files(path: Path, call_id: str) -> tuple[str, ...]:
    """Look for the subagent whose side file names the call."""
    for side in _side_files(path.with_suffix("") / "subagents"):
        try:
            known = json.loads(side.read_bytes()[:SIDE_FILE_BYTES])
        except (OSError, ValueError):  # gone, or still being written: it names no call
            continue
        if isinstance(known, dict) and known.get("toolUseId") == call_id:
            session = agent_session(side.name.removeprefix("agent-").removesuffix(".meta.json"))
            return (session,) if session is not None else ()
    return ()


def _side_files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(folder.glob("agent-*.meta.json"))[:SIDE_FILES]
