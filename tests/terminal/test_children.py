"""The processes that read for the explorer end when it does, whatever they are reading."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from corpus import write_session
from terminals import Terminal

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
MARK = "CODEXLOG_TEST_OF_CHILDREN"


def marked(value: str) -> list[int]:
    """Processes with a mark in their environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                if f"{MARK}={value}\0".encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
    return found


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "rollout-2026-01-01T00-00-00-x.jsonl"
    write_session(path, size_bytes=80 << 20, seed=5)
    return path


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -9)]
)
def test_no_process_is_left(
    large: Path, number: signal.Signals, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = f"{os.getpid()}-{number}"
    monkeypatch.setenv(MARK, value)
    one = Terminal(large)
    one.until(lambda screen: "q quit" in screen and len(marked(value)) > 1)
    os.kill(one.pid, number)
    assert one.end() == code
    end = time.monotonic() + 10
    while marked(value):
        assert time.monotonic() < end, "a child reads on"
        time.sleep(0.05)
    os.close(one.fd)
