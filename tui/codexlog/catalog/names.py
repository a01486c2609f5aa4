"""What a file's name says: whether it is a transcript, when it was started and whose thread it is."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NOT_SESSIONS = frozenset(("history.jsonl", "session_index.jsonl"))
"""Side files of the agents that look like transcripts by their extension."""
ENTIRE = ".entire"
ENTIRE_FILES = frozenset(("full.jsonl", "full.log", "transcript.jsonl"))

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_IDS = re.compile(rf"(?<![0-9a-f])({_UUID})(?:_({_UUID}))?(?![0-9a-f])")
_USUAL = re.compile(rf"rollout-[\dt-]{{19}}-({_UUID})(?:_({_UUID}))?\.jsonl", re.ASCII)
_TIME = re.compile(
    r"rollout-(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))"
    r"(?:T([01]\d|2[0-3])-([0-5]\d)-([0-5]\d|60))?-",
    re.ASCII,
)
_AGENT = re.compile(r"(agent-[0-9a-z-]+)\.jsonl", re.ASCII)
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


def name_time(path: Path) -> str | None:
    """Read the local time in a rollout's name: `YYYY-MM-DDThh:mm:ss`, of the oldest names the date alone."""
    match = _TIME.match(path.name)
    if match is None:
        return None
    day, hour, minute, second = match.groups()
    return f"{day}T{hour}:{minute}:{second}" if hour else str(day)


def name_id(path: Path) -> str | None:
    """Read the thread's id: the last UUID of the name, or the first half of a `<thread>_<rollout>` pair."""
    return _ids(path)[0]


def rollout_id(path: Path) -> str | None:
    """Read the id of the file itself, which differs from the thread's once a thread was reverted."""
    return _ids(path)[1]


def local_time(mtime: float) -> str:
    """Write a modification time as `name_time` does, so that the two can be compared."""
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(mtime))
    except (OverflowError, OSError, ValueError):
        return ""


def session_in(path: Path) -> str | None:
    """Read the id that copies of a session share: the thread's, or `agent-<id>` of a subagent.

    Entire names the folder for the session and each file in it the same.
    """
    name = path.name.lower()
    if name in ENTIRE_FILES:
        return name_id(path.parent)
    agent = _AGENT.fullmatch(name)
    return agent[1] if agent else name_id(path)


def is_entires(path: Path) -> bool:
    """Whether a file is one of those that Entire keeps."""
    return path.name in ENTIRE_FILES or ENTIRE in path.parts


def entire_takes(name: str, folder: Path) -> bool:
    """Tell a transcript among the files below an `.entire` folder: beside them are settings, logs, drafts."""
    parts = folder.parts[folder.parts.index(ENTIRE) + 1 :]
    if parts[:1] != ("metadata",) or len(parts) < 2:
        return False
    return name in ENTIRE_FILES or _AGENT.fullmatch(name) is not None


def _ids(path: Path) -> tuple[str, str] | tuple[None, None]:
    name = path.name.lower()
    usual = _USUAL.match(name)
    pairs = [usual.groups()] if usual else _IDS.findall(name)
    if not pairs:
        return None, None
    thread, rollout = pairs[-1]
    return thread, rollout or thread
