"""What is left when the recorder is killed at any moment, and when the disk refuses."""

from __future__ import annotations

import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.recorder import Recorder
from recorded import USE, rows, start, talk

SESSION = "2026-02-10-6f0c1c8e-0b1d-4c6e-9c1a-2f6f6b0a7d11"
KILLS = 200
USAGE = {"input_tokens": 3, "output_tokens": 2}
SIZES = (10, 10, 5_000, 300_000)
"""Characters of an output; a write of the largest takes long enough to be killed inside."""


def test_42_44_killed_two_hundred_times(tmp_path: Path) -> None:
    """Every call that had returned is there, whole; a new recorder goes on behind what is torn."""
    chance = random.Random(6)
    torn = 0
    for number in range(KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        returned = _kill(folder, chance, slow=number % 2 == 1)
        path = folder / ".entire" / "metadata" / SESSION / "full.jsonl"
        if returned:
            assert (path.parent / "prompt.txt").read_text() == "prompt 0"
        assert not (path.parent / "context.md").exists()
        with start(folder, session_id=SESSION) as rec:
            rec.user("after the kill")
        torn += _check(path, returned)
        shutil.rmtree(folder)
    assert torn > 0


def _kill(folder: Path, chance: random.Random, *, slow: bool) -> int:
    """Let a child record and kill it; returns how many rows it had written for sure."""
    reading, writing = os.pipe()
    seed, wait = chance.random(), chance.random() ** 2 * 0.012
    child = os.fork()
    if child == 0:
        os.close(reading)
        _record(folder, writing, random.Random(seed), slow=slow)
    os.close(writing)
    time.sleep(wait)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as told:
        return len(told.read())


def _record(folder: Path, told: int, chance: random.Random, *, slow: bool) -> None:
    """Turns without end; a byte into the pipe for each row that is written.

    `slow`: the disk takes a row in two halves, so that most kills hit one that is half written.
    """
    write = os.write

    def halves(descriptor: int, data: Any) -> int:
        if descriptor == told:
            return write(descriptor, data)
        half = write(descriptor, data[: len(data) // 2])
        time.sleep(0.001)
        return half + write(descriptor, data[half:])

    try:
        if slow:
            os.write = halves
        rec = start(folder, session_id=SESSION)
        number = 0
        while True:
            rec.user(f"prompt {number}")
            os.write(told, b".")
            rec.assistant([USE], usage=USAGE)
            os.write(told, b".")
            output = "x" * chance.choice(SIZES)
            rec.tool_results([{"tool_use_id": "toolu_1", "content": output}])
            os.write(told, b".")
            number += 1
    finally:
        os._exit(1)


def _check(path: Path, returned: int) -> int:
    """What a killed session holds, with a row behind it; returns how many lines are torn."""
    lines = path.read_bytes().split(b"\n")
    assert lines.pop() == b""
    found, torn = [], []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            torn.append(line)
    assert len(torn) <= 1
    assert returned <= len(found) - 1 <= returned + 1
    assert [row["parentUuid"] for row in found[1:]] == [row["uuid"] for row in found[:-1]]
    assert found[-1]["message"]["content"] == "after the kill"
    with Transcript.open(path) as transcript:
        counts = transcript.outline().summary.counts
    assert (counts.rows, counts.bad_rows) == (len(found), len(torn))
    return len(torn)


# ------------------------------------------------------------------------------------------- disks


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False).returncode
    except OSError:
        done = 1
    if done:
        pytest.skip("nothing may be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def _contents(rec: Recorder) -> list[Any]:
    return [row["message"]["content"] for row in rows(rec)]


def test_46_a_full_disk(small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with start(small_disk) as rec:
        rec.user("first")
        for _ in range(4):
            rec.user("x" * 40_000)
        (small_disk / ".entire" / "metadata" / rec.session_id / "prompt.txt").unlink()
        path = rec.directory / "full.jsonl"
        path.write_bytes(path.read_bytes()[: path.read_bytes().index(b"\n") + 1])
        rec.user("last")
    assert _contents(rec) == ["first", "last"]
    assert capsys.readouterr().err.count("\n") == 1
    assert (rec.directory / "context.md").exists()


def test_46_a_disk_that_is_full_from_the_start(small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small_disk / "filler").write_bytes(b"x" * 65_536)
    with start(small_disk) as rec:
        talk(rec)
    assert "No space left" in capsys.readouterr().err
    (small_disk / "filler").unlink()
    with start(small_disk, session_id=rec.session_id) as again:
        again.user("room at last")
    assert _contents(again) == ["room at last"]


def test_46_a_file_that_may_not_grow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same where nothing can be mounted: rows are cut off in the middle, and go whole or not at all."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with start(tmp_path) as rec:
        rec.user("first")
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, before[1]))
            for _ in range(3):
                rec.assistant("y" * 5_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        rec.user("last")
    assert _contents(rec) == ["first", "last"]
    assert [row["parentUuid"] for row in rows(rec)] == [None, rows(rec)[0]["uuid"]]
    assert capsys.readouterr().err.count("\n") == 1


def test_46_the_first_prompt_is_kept_until_it_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start(tmp_path) as rec:
        with monkeypatch.context() as patch:
            patch.setattr(os, "open", _refuse)
            rec.user("first")
        rec.user("second")
    assert (rec.directory / "prompt.txt").read_text() == "first"
    assert _contents(rec) == ["second"]
    assert rows(rec)[0]["parentUuid"] is None


def _refuse(*_: object, **__: object) -> int:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


def test_46_a_read_only_disk(small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with start(small_disk) as rec:
        talk(rec)
    assert list(small_disk.iterdir()) == []
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Read-only file system" in said


def test_46_a_folder_that_may_not_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser may write everywhere")
    tmp_path.chmod(0o500)
    with start(tmp_path) as rec:
        talk(rec)
    tmp_path.chmod(0o700)
    assert list(tmp_path.iterdir()) == []
    assert "Permission denied" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["file", "loop", "nowhere"])
def test_46_53_what_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str) -> None:
    place = tmp_path / ".entire"
    if what == "file":
        place.write_text("mine")
    else:
        place.symlink_to(place if what == "loop" else tmp_path / "nowhere" / "deep")
    with start(tmp_path) as rec:
        talk(rec)
    assert [each.name for each in tmp_path.iterdir()] == [".entire"]
    assert capsys.readouterr().err.count("\n") == 1


def test_46_nobody_reads_the_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".entire").write_text("mine")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", buffering=1) as closed:
        monkeypatch.setattr("sys.stderr", closed)
        with start(tmp_path) as rec:
            talk(rec)
        monkeypatch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), closed.fileno())  # so that closing it does not fail
    assert (tmp_path / ".entire").read_text() == "mine"
