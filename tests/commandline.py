"""Runs the command line in a process of its own, as a person's shell would."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_sessions"
LIMIT = 60


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: bytes
    err: str


def environment(home: Path = SAMPLES, **more: str) -> dict[str, str]:
    """Nothing of the caller's but what Python needs; `home` is the Codex home."""
    kept = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "TMPDIR") if key in os.environ}
    own = {"CODEX_HOME": str(home), "HOME": str(home), "PYTHONPATH": str(ROOT / "tui"), "TZ": "UTC"}
    return {**kept, **own, "PYTHONDONTWRITEBYTECODE": "1", **more}


def arguments(*given: str | Path) -> list[str]:
    return [sys.executable, "-m", "codexlog", *map(str, given)]


def codexlog(*given: str | Path, home: Path = SAMPLES, stdin: bytes = b"", **more: str) -> Ran:
    done = subprocess.run(
        arguments(*given),
        input=stdin,
        capture_output=True,
        env=environment(home, **more),
        timeout=LIMIT,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr.decode())


def snapshot(folder: Path) -> dict[str, tuple[int, int, int, int]]:
    """Everything under a folder: size, times and inode of each name."""
    return {
        str(path.relative_to(folder)): (status.st_size, status.st_mtime_ns, status.st_ino, status.st_mode)
        for path in [folder, *folder.rglob("*")]
        for status in [path.lstat()]
    }
