"""Small git repositories with sessions in their objects, made by one `git fast-import`."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

BRANCH = "refs/heads/entire/checkpoints/v1"
SESSION = "0d6f6a0e-6f4f-4a39-9a53-3b4f3c1f6f10"
AT = 1770000000
QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}

Files = dict[str, bytes]


def git(folder: Path, *arguments: str, data: bytes | None = None) -> str:
    """Run git without anybody's settings."""
    command = ("git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments)
    done = subprocess.run(command, cwd=folder, env=QUIET, input=data, check=True, capture_output=True)
    return done.stdout.decode().strip()


def repository(folder: Path, branches: dict[str, Files] | None = None, *, bare: bool = False) -> Path:
    """A repository with commits of these files, by name of the ref."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", *(["--bare"] if bare else []))
    add(folder, branches or {})
    return folder


def add(folder: Path, branches: dict[str, Files], at: int = AT) -> None:
    """Commit files; what was there before stays."""
    stream = b"".join(_commit(folder, ref, files, at) for ref, files in branches.items())
    git(folder, "fast-import", "--quiet", data=stream)


def _commit(folder: Path, ref: str, files: Files, at: int) -> bytes:
    known = git(folder, "for-each-ref", "--format=%(objectname)", ref)
    head = f"commit {ref}\ncommitter a <a@b> {at} +0000\ndata 1\nm\n".encode()
    parts = [head, f"from {known}\n".encode() if known else b""]
    for path, data in files.items():
        parts.append(b"M 644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
    return b"".join(parts)


def turn(text: str, session: str = SESSION, **more: Any) -> bytes:
    """A prompt of Claude Code."""
    row = {
        "type": "user",
        "sessionId": session,
        "uuid": text,
        "parentUuid": None,
        "isSidechain": False,
        "userType": "external",
        "timestamp": "2026-02-01T10:00:00.000Z",
        "cwd": "/srv/app",
        "version": "2.1.34",
        "message": {"role": "user", "content": text},
        **more,
    }
    return json.dumps(row).encode() + b"\n"


def metadata(session: str = SESSION, day: int = 1, **more: Any) -> bytes:
    """What stands beside a session."""
    made = f"2026-02-{day:02d}T11:00:00.897848Z"
    return json.dumps({"session_id": session, "created_at": made, "agent": "Claude Code", **more}).encode()


def checkpoint(
    number: int, transcript: bytes, session: str = SESSION, slot: int = 0, name: str = "full.jsonl"
) -> Files:
    """The files of a checkpoint with one session; the number is also the day that it was made."""
    top = f"{number % 256:02x}/{number:010x}"
    return {
        f"{top}/metadata.json": b"{}",
        f"{top}/{slot}/metadata.json": metadata(session, number % 28 + 1),
        f"{top}/{slot}/{name}": transcript,
        f"{top}/{slot}/prompt.txt": b"a",
    }
