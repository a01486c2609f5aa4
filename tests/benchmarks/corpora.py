"""The files that are measured, made once and kept in the folder for temporary files."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfile

from corpus import write_home, write_session

SEED = 7
MARK = "Quokka_Balance"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    session: int
    home: int
    sessions: int
    rounds: int


FULL = Sizes(session=1 << 30, home=300_000_000, sessions=1000, rounds=5)
QUICK = Sizes(session=100 << 20, home=30_000_000, sessions=100, rounds=3)


def cache() -> Path:
    """Where the files stay between runs."""
    folder = Path(tempfile.gettempdir(), "codexlog-benchmarks")
    folder.mkdir(exist_ok=True)
    return folder


def copy_of(sizes: Sizes, size: int) -> Path:
    """A session of a size that may be written to; whoever asked for it deletes it."""
    path = session(replace(sizes, session=size))
    copy = path.with_suffix(".copy")
    copyfile(path, copy)
    return copy


def session(sizes: Sizes) -> Path:
    """One huge session."""
    path = cache() / f"session-{sizes.session}-{SEED}.jsonl"
    if not path.exists():
        making = path.with_suffix(".making")
        write_session(making, size_bytes=sizes.session, seed=SEED)
        making.rename(path)
    return path


def marked_session(sizes: Sizes) -> Path:
    """The same session with an answer at its end that holds MARK, which stands nowhere else in it."""
    path = cache() / f"session-{sizes.session}-{SEED}-marked.jsonl"
    if not path.exists():
        making = path.with_suffix(".making")
        shutil.copyfile(session(sizes), making)
        content = [{"type": "output_text", "text": f"The word is {MARK}."}]
        payload = {"type": "message", "role": "assistant", "content": content}
        row = {"timestamp": "2026-12-01T08:00:00.000Z", "type": "response_item", "payload": payload}
        with making.open("a") as file:
            file.write(json.dumps(row, separators=(",", ":")) + "\n")
        making.rename(path)
    return path


def home(sizes: Sizes) -> Path:
    """A Codex home with many sessions."""
    folder = cache() / f"home-{sizes.sessions}-{sizes.home}-{SEED}"
    if not folder.exists():
        making = Path(tempfile.mkdtemp(dir=cache()))
        write_home(making, sessions=sizes.sessions, total_bytes=sizes.home, seed=SEED)
        making.rename(folder)
    return folder
