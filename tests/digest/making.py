"""Digests of made-up rows and of files, as the command and the explorer make them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import rollout as ro
from codexlog.catalog.transcript import Transcript
from codexlog.digest.compose import Wish, session_text
from codexlog.digest.facts import Facts, facts_of
from codexlog.digest.reading import read
from codexlog.rows.source import spool
from codexlog.settings.thresholds import Thresholds
from codexlog.timeline.summary import FileFacts

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = Wish(redacts=False)
NAME = "rollout-2026-03-01T11-00-00-019d0000-0000-7000-8000-000000000001.jsonl"


def facts(*rows: ro.JsonObject, name: str = NAME) -> Facts:
    """The facts of made-up rows; without a `session_meta` they begin with one."""
    own = rows if rows and rows[0].get("type") == "session_meta" else (ro.meta(), *rows)
    with Transcript(spool(io.BytesIO(ro.encode(own)), name), FileFacts(name)) as transcript:
        return facts_of(read(transcript), Thresholds())


def facts_at(path: Path) -> Facts:
    with Transcript.open(path, FileFacts(str(path), path.stat().st_size)) as transcript:
        return facts_of(read(transcript), Thresholds())


def text(found: Facts, wish: Wish = PLAIN, *, for_agent: bool = False) -> str:
    return session_text(found, None, wish, for_agent=for_agent).text


def both(*rows: ro.JsonObject, wish: Wish = PLAIN) -> list[str]:
    """Both forms."""
    found = facts(*rows)
    return [text(found, wish, for_agent=each) for each in (False, True)]


def prompt(words: str) -> ro.JsonObject:
    return ro.event("user_message", message=words)


def answer(words: str) -> ro.JsonObject:
    return ro.message("assistant", words)


def ran(name: str, command: str, code: int, body: str = "done") -> list[ro.JsonObject]:
    """A command and its output."""
    return [ro.call(name, arguments={"cmd": command}), ro.output(name, ro.exited(code, body))]


def patched(
    name: str, patch: str, changes: ro.JsonObject | None, *, success: bool = True, shown: str | None = None
) -> list[ro.JsonObject]:
    """A patch, the event that records it where there is one, and its output."""
    said = shown or (
        "Success. Updated the following files:\nM a.py\n"
        if success
        else "apply_patch verification failed: no"
    )
    call = ro.item("custom_tool_call", name="apply_patch", input=patch, call_id=name)
    event = (
        []
        if changes is None
        else [ro.event("patch_apply_end", call_id=name, success=success, changes=changes)]
    )
    return [call, *event, ro.item("custom_tool_call_output", call_id=name, output=said)]
