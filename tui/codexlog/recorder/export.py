"""A session as the three files that Entire keeps of it."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from codexlog.formats.claude_blocks import blocks_of, texts_of
from codexlog.formats.marks import UNNAMED
from codexlog.recorder.context import action_line, context_text
from codexlog.recorder.convert import Image, Part, drafts_of
from codexlog.recorder.exchanges import exchanges_of
from codexlog.recorder.journal import CONTEXT, PROMPT_TEXT, ROWS, Identity, Journal, stamp
from codexlog.recorder.rows import clean, encode
from codexlog.rows.forward import lines
from codexlog.timeline.entries import CALL, ECHO, PROMPT
from codexlog.timeline.times import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codexlog.catalog.transcript import Transcript
    from codexlog.recorder.convert import Draft
    from codexlog.timeline.outline import Outline

JsonObject = dict[str, Any]
COPIED = frozenset(("claude", "entire"))


class Memory:
    """Takes the files of a session instead of a folder."""

    def __init__(self) -> None:
        self.is_made = False
        self._files: dict[str, list[bytes]] = {}

    def read(self, name: str) -> bytes | None:
        """Nothing is there from earlier."""
        return b"".join(self._files[name]) if name in self._files else None

    def news(self, _: str) -> bytes:
        """Nobody else writes here."""
        return b""

    def append(self, name: str, line: Callable[[bytes], bytes]) -> None:
        """Add a line."""
        self.keep(name, line(b""))

    def keep(self, name: str, line: bytes) -> None:
        """Add a line that is made already."""
        self.is_made = True
        self._files.setdefault(name, []).append(line)

    def write_once(self, name: str, data: bytes) -> None:
        """Keep a whole file."""
        self.is_made = True
        self._files[name] = [data]

    def files(self) -> dict[str, bytes]:
        """What was written, by name."""
        return {name: b"".join(pieces) for name, pieces in self._files.items()}


class Writer(NamedTuple):
    """What an export needs beside the session."""

    version: str
    """Stands for the agent's where the transcript does not tell it."""
    otherwise: datetime
    """The time of rows before the first that has one."""
    change: Callable[[Any], Any] = lambda value: value
    """Applied to everything that is written: leaves out what must not leave."""


def entire_files(transcript: Transcript, session_id: str, writer: Writer) -> dict[str, bytes]:
    """`full.jsonl`, `prompt.txt` and `context.md`. The same session gives the same bytes.

    Of Claude Code's own rows Entire keeps a copy, and so does this; all others are converted.
    """
    found = transcript.outline()
    convert = _copied if found.summary.format in COPIED else _converted
    return convert(transcript, found, session_id, writer)


def _copied(transcript: Transcript, found: Outline, session_id: str, writer: Writer) -> dict[str, bytes]:
    memory, summary = Memory(), found.summary
    for _, raw, _ in lines(transcript.source):
        memory.keep(ROWS, _line(raw, writer))
    items = [transcript.item(found, index) for index in _spoken(found)]
    prompts = (each.text.strip() for each in items if each.kind == "message" and each.role == "user")
    prompt = next(filter(None, prompts), None)
    if prompt is not None:
        memory.write_once(PROMPT_TEXT, clean(writer.change(prompt)).encode())
    calls = [{"name": each.name, "input": each.arguments} for each in items if each.kind == "call"]
    started = stamp(parse(summary.started_at) or writer.otherwise)
    context = context_text(
        session_id, summary.model, started, [action_line(writer.change(each)) for each in calls]
    )
    memory.write_once(CONTEXT, clean(context).encode())
    return memory.files()


def _line(raw: bytes, writer: Writer) -> bytes:
    """One row as it may leave; a line that is no row stays the line that it was."""
    try:
        row = orjson.loads(raw)
    except ValueError:
        text = raw.decode("utf-8", "surrogateescape")
        changed = writer.change(text)
        return raw + b"\n" if changed == text else clean(changed).encode() + b"\n"
    changed = writer.change(row)
    return raw + b"\n" if changed == row else encode(changed)


def _spoken(found: Outline) -> Iterator[int]:
    """Entries of prompts and calls."""
    columns = zip(found.entries.kind, found.entries.shown, strict=True)
    return (index for index, (kind, shown) in enumerate(columns) if kind in (CALL, PROMPT) and shown != ECHO)


def _converted(transcript: Transcript, found: Outline, session_id: str, writer: Writer) -> dict[str, bytes]:
    summary, memory = found.summary, Memory()
    drafts = drafts_of(exchanges_of(found, parts_of(transcript, found)), summary.usage)
    change = writer.change
    identity = Identity(
        session_id, change(summary.cwd or ""), summary.cli_version or writer.version, summary.model, ""
    )
    times = _Times(drafts, parse(summary.started_at) or writer.otherwise)
    extra = {"gitBranch": change(summary.branch)} if summary.branch else {}
    journal = Journal(identity, memory, times.now, _ids(session_id), extra)
    for number, draft in enumerate(drafts):
        times.now_is(number)
        message = change(draft.message)
        if draft.kind == "assistant":
            message |= {"id": f"msg_{_hash(session_id, number)[:24]}", "model": summary.model or UNNAMED}
        elif draft.is_prompt and (text := "\n".join(texts_of(blocks_of(message["content"]) or [])).strip()):
            journal.keep_prompt(text)
        journal.append(draft.kind, message, **change(draft.keys))
    journal.close()
    return memory.files()


def parts_of(transcript: Transcript, found: Outline) -> dict[int, Part]:
    """Every visible item with what it does not hold itself, by its entry."""
    parts = {}
    for index, (kind, shown) in enumerate(zip(found.entries.kind, found.entries.shown, strict=True)):
        if shown == ECHO:
            continue
        stored = transcript.attachments(found, index) if kind in (CALL, PROMPT) else []
        images = [each for each in stored if isinstance(each.content, bytes)]
        parts[index] = Part(
            transcript.item(found, index),
            tuple(
                Image(each.attachment.media_type, each.content, each.is_reference)
                for each in images
                if isinstance(each.content, bytes)
            ),
            transcript.answered_at(found, index),
        )
    return parts


class _Times:
    """The clock of a journal that writes what happened long ago."""

    def __init__(self, drafts: list[Draft], first: datetime) -> None:
        self._now = first
        self._moments = [parse(draft.at) for draft in drafts]

    def now(self) -> datetime:
        return self._now

    def now_is(self, number: int) -> None:
        """The next row is this draft; one without a time has that of the row before it."""
        self._now = self._moments[number] or self._now


def _ids(session_id: str) -> Callable[[], str]:
    """Makes the ids of rows: they look random and are always the same."""
    numbers = iter(range(1 << 62))
    return lambda: str(uuid.UUID(hex=_hash(session_id, next(numbers), "row")[:32], version=4))


def _hash(*words: object) -> str:
    return hashlib.sha256(":".join(map(str, words)).encode("utf-8", "replace")).hexdigest()


def file_time(seconds: float) -> datetime:
    """A file's time as the time of rows that have none."""
    return datetime.fromtimestamp(seconds, UTC)
