"""How to go on with a session: the agent's own command for it, as a line for a POSIX shell. Pure.

Codex finds a session by its id in the home that `CODEX_HOME` names, Claude Code in the folder that the
session ran in. Ids, folders and paths come from transcripts: an id that is no plain one never becomes an
argument, and a folder whose name a terminal would not show as it is leaves the command without its `cd`.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.safe_text import safe_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.model import Summary

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{7,99}", re.ASCII)
_NOT_RECORDED = "How to resume it is not recorded"


class Place(NamedTuple):
    """Where the session's file stands, as the edge sees it."""

    path: str
    home: str | None = None
    """The agent's home that it belongs to."""
    is_usual_home: bool = True
    """Whether the agent would look there by itself."""
    archived: bool = False


class Resume(NamedTuple):
    """What to run, or why there is nothing."""

    command: str | None
    notes: tuple[str, ...] = ()
    """Whole sentences; where there is no command the first one says why."""


class _Way(NamedTuple):
    """One line of the table."""

    arguments: Callable[[Summary, Place], tuple[str, ...] | None]
    home_variable: str
    note: str = ""


def resume(summary: Summary, place: Place) -> Resume:
    """The command that goes on with a session."""
    if summary.parent_id:
        return Resume(None, (f"A subagent is resumed by the session that started it: {summary.parent_id}.",))
    way = _WAYS.get(summary.format or "")
    if way is None:
        what = summary.format or "such a file"
        return Resume(None, (f"{_NOT_RECORDED}: no agent's command opens {_NAMES.get(what, what)}.",))
    arguments = way.arguments(summary, place)
    if arguments is None:
        return Resume(None, (f"{_NOT_RECORDED}: the transcript holds no id that an agent would take.",))
    folder, folder_note = _folder(summary.cwd)
    home, home_note = _home(way, place)
    prompt_note = "The next prompt goes behind it, in quotes." if "exec" in arguments else ""
    notes = (prompt_note, folder_note, home_note, way.note, _archived(summary, place))
    return Resume(folder + home + shlex.join(arguments), tuple(note for note in notes if note))


def _codex(summary: Summary, _: Place) -> tuple[str, ...] | None:
    is_exec = summary.source == "exec" or (summary.source is None and summary.originator == "codex_exec")
    return _with_id(summary, "codex", "exec", "resume") if is_exec else _with_id(summary, "codex", "resume")


def _exec(summary: Summary, _: Place) -> tuple[str, ...] | None:
    return _with_id(summary, "codex", "exec", "resume")


def _legacy(_: Summary, place: Place) -> tuple[str, ...] | None:
    shown = safe_line(place.path) == place.path
    return ("codex", "-c", f"experimental_resume={place.path}") if shown else None


def _claude(summary: Summary, _: Place) -> tuple[str, ...] | None:
    return _with_id(summary, "claude", "--resume")


def _with_id(summary: Summary, *words: str) -> tuple[str, ...] | None:
    return (*words, summary.id) if summary.id is not None and _ID.fullmatch(summary.id) else None


_WAYS: Mapping[str, _Way] = {
    "codex": _Way(_codex, "CODEX_HOME"),  # 0.32 and later: newer versions read them all
    "codex-legacy": _Way(  # before 0.32: bare rows, found by their path
        _legacy, "CODEX_HOME", "Codex before 0.32 wrote this file and newer versions do not read it."
    ),
    "codex-exec": _Way(_exec, "CODEX_HOME", "The stream does not say in which home the session stands."),
    "claude": _Way(_claude, "CLAUDE_CONFIG_DIR"),
}
"""By the format of the transcript, which for Codex tells the eras apart."""
_NAMES = {"codex-typescript": "the files of Codex's TypeScript era", "entire": "Entire's copies"}


def _folder(cwd: str | None) -> tuple[str, str]:
    """`cd` to where the session ran, and what to say of it."""
    if not cwd:
        return "", "The folder that it ran in is not recorded."
    if safe_line(cwd) != cwd:
        return "", "The name of its folder holds characters that no terminal shows: go there first."
    return f"cd {'-- ' if cwd.startswith('-') else ''}{shlex.quote(cwd)} && ", ""


def _home(way: _Way, place: Place) -> tuple[str, str]:
    """The variable that leads to another home than the usual one."""
    if place.home is None or place.is_usual_home:
        return "", ""
    if safe_line(place.home) != place.home:
        return "", f"It belongs to another home: set {way.home_variable} first."
    return f"{way.home_variable}={shlex.quote(place.home)} ", ""


def _archived(summary: Summary, place: Place) -> str:
    if not (place.archived or summary.archived):
        return ""
    return "It is archived: Codex 0.136 and later want `codex unarchive` with the same id before."
