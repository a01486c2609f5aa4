"""What a file's name says: whether it is a transcript, when it was started and whose thread it is."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NOT_SESSIONS = frozenset(("history.jsonl", "session_index.jsonl", "journal.jsonl"))
"""Side files of the agents that look like transcripts by their extension."""

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_IDS = re.compile(rf"(?<![0-9a-f])({_UUID})(?:_({_UUID}))?(?![0-9a-f])")
_USUAL = re.compile(rf"rollout-[\dt-]{{19}}-({_UUID})(?:_({_UUID}))?\.jsonl", re.ASCII)
_TIME = re.compile(
    r"rollout-(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))"
    r"(?:T([01]\d|2[0-3])-([0-5]\d)-([0-5]\d|60))?-",
    re.ASCII,
)
_CLAUDE = re.compile(rf"(?:{_UUID}|(agent-[0-9A-Za-z_-]+))\.jsonl(?:\.zst)?", re.ASCII)
_PROJECT = re.compile(r"-|[A-Za-z]--", re.ASCII)
"""How the names of Claude Code's project folders begin: a path with all but letters and digits replaced."""
_COPIES = ("full.jsonl", "full.log", "transcript.jsonl")
"""What Entire calls a session; the folder has its id."""
_DATED = re.compile(r"\A\d{4}-\d\d-\d\d-", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)


def is_side_file(name: str, folder: str) -> bool:
    """Tell what no agent means to be a transcript, by its name and that of the folder around it."""
    if name.removesuffix(".zst") in NOT_SESSIONS:
        return True
    return folder == "log" and name.startswith("session-")


def stands_in_codex_sessions(name: str) -> bool:
    """Tell the names that Codex itself writes into `sessions/`: years, rollouts, `<uuid>.json`."""
    if name.startswith("rollout-") or _YEAR.fullmatch(name):
        return True
    return name.endswith(".json") and _IDS.fullmatch(name.removesuffix(".json")) is not None


def is_claude_session(name: str) -> bool:
    """Tell the files of Claude Code's projects that are sessions: a full id, or a subagent's."""
    return _CLAUDE.fullmatch(name) is not None


def is_entire_session(name: str) -> bool:
    """Tell the files in Entire's folders that are sessions: a copy of the agent's, or a subagent's."""
    agent = _CLAUDE.fullmatch(name)
    return name in _COPIES or (agent is not None and agent[1] is not None)


def stands_in_claude_projects(name: str) -> bool:
    """Tell the names that Claude Code gives to the folders of projects."""
    return _PROJECT.match(name) is not None


def name_time(path: Path) -> str | None:
    """Read the local time in a rollout's name: `YYYY-MM-DDThh:mm:ss`, of the oldest names the date alone."""
    match = _TIME.match(path.name)
    if match is None:
        return None
    day, hour, minute, second = match.groups()
    return f"{day}T{hour}:{minute}:{second}" if hour else str(day)


def folder_day(path: Path) -> str | None:
    """Read the day on which a session began, `YYYY-MM-DD`, where Entire's folder has it before the id."""
    if path.name.removesuffix(".zst") not in _COPIES:
        return None
    match = _DATED.match(path.parent.name)
    return match[0][:-1] if match else None


def name_id(path: Path) -> str | None:
    """Read the thread's id: the last UUID of the name, or the first half of a `<thread>_<rollout>` pair.

    A subagent of Claude Code has the whole name, a copy of Entire's the UUID of its folder.
    """
    agent = _CLAUDE.fullmatch(path.name)
    if agent is not None and agent[1]:
        return agent[1]
    return _ids(path.parent if path.name.removesuffix(".zst") in _COPIES else path)[0]


def bare_id(session_id: str) -> str:
    """Leave out the date that Entire once put before an agent's own id."""
    return _DATED.sub("", session_id) or session_id


def rollout_id(path: Path) -> str | None:
    """Read the id of the file itself, which differs from the thread's once a thread was reverted."""
    return _ids(path)[1]


def local_time(mtime: float) -> str:
    """Write a modification time as `name_time` does, so that the two can be compared."""
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(mtime))
    except (OverflowError, OSError, ValueError):
        return ""


def _ids(path: Path) -> tuple[str, str] | tuple[None, None]:
    name = path.name.lower()
    usual = _USUAL.match(name)
    pairs = [usual.groups()] if usual else _IDS.findall(name)
    if not pairs:
        return None, None
    thread, rollout = pairs[-1]
    return thread, rollout or thread
