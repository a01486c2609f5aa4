"""`codexlog digest`: what it prints, writes and copies, and how it says what is wrong."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from codexlog.cli import main
from commandline import SAMPLES, Ran, arguments, environment, snapshot

RED = "01a11281-405b-7438-9c2a-f8e9b1af3942"
"""The fifth iteration of the sample loop."""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Any:
    """The command in this process: starting one for each would take longer than all the rest."""
    for name in (*os.environ, "SSH_TTY"):
        if name not in ("PATH", "PYTHONPATH"):
            monkeypatch.delenv(name, raising=False)
    home = {"CODEX_HOME": str(SAMPLES), "HOME": str(SAMPLES), "TERM": "dumb"}
    for name, value in (home | folders(tmp_path)).items():
        monkeypatch.setenv(name, value)

    monkeypatch.setattr("codexlog.digesting.TERMINAL", str(tmp_path / "no terminal"))

    def ran(*given: str | Path, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main([*map(str, given)])
        out, err = capfdbinary.readouterr()
        return Ran(code, out, err.decode())

    return ran


def folders(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_STATE_HOME": str(tmp_path / "state")}


def test_a_session_with_the_loop_that_it_is_a_part_of(run: Any) -> None:
    before = snapshot(SAMPLES)
    ran = run("digest", RED[:12])
    assert (ran.code, ran.err) == (0, "")
    text = ran.out.decode()
    assert text.startswith(f"**Codex session** `{RED}`")
    assert re.search(r"; iteration 5 of 8 of loop-[0-9a-f]{8}\n", text)
    assert "File `~/sessions/2026/10/06/rollout-" in text
    assert run("digest", RED).out == ran.out
    assert snapshot(SAMPLES) == before


def test_latest_is_the_usual_one(run: Any) -> None:
    assert run("digest").out == run("digest", "latest").out
    assert b"iteration 8 of 8" in run("digest").out


def test_a_handoff(run: Any) -> None:
    text = run("digest", RED, "--handoff").out.decode()
    assert text.startswith("You continue work that another agent left.")
    assert "Next: the check that fails: `python -m pytest -q` (row 51)." in text


def test_a_loop_by_the_beginning_of_its_id(run: Any) -> None:
    (loop,) = json.loads(run("loops", "--json").out)["loops"]
    whole, short = run("digest", "--loop", loop["id"]), run("digest", "--loop", loop["id"][:8])
    assert (whole.code, whole.out) == (0, short.out)
    assert whole.out.decode().startswith(f"**Loop** `{loop['id']}` · 8 iterations")
    assert "2026-10-06T20:31:07+02:00" in whole.out.decode()


def test_a_session_on_stdin(run: Any) -> None:
    (path,) = SAMPLES.rglob(f"*{RED}*")
    text = run("digest", "-", stdin=path.read_bytes()).out.decode()
    assert text.startswith(f"**Codex session** `{RED}`")


def test_out_writes_a_file_and_over_no_other(run: Any, tmp_path: Path) -> None:
    wanted, foreign = tmp_path / "made.md", tmp_path / "mine.md"
    printed = run("digest", RED).out
    for _ in range(2):
        ran = run("digest", RED, "--out", wanted)
        assert (ran.code, ran.out, ran.err) == (0, b"", "")
        assert wanted.read_bytes() == printed
    assert run("digest", RED, "--handoff", "--out", wanted).code == 0
    assert wanted.read_bytes() == run("digest", RED, "--handoff").out
    foreign.write_text("my own words\n", encoding="utf-8")
    ran = run("digest", RED, "--out", foreign)
    assert ran.code == 0
    assert foreign.read_text(encoding="utf-8") == "my own words\n"
    assert (tmp_path / "mine.new.md").read_bytes() == printed
    assert "mine.md is not ours and stays as it is; written to" in ran.err


def test_copy_says_how_and_prints_all_the_same(run: Any, tmp_path: Path) -> None:
    ran = run("digest", RED, "--copy")
    assert ran.out == run("digest", RED).out
    assert (tmp_path / "state" / "codexlog" / "copy.txt").read_bytes() == ran.out
    assert ran.err.count("\n") == 1
    assert re.match(r"codexlog: .*copy\.txt", ran.err)


def test_copy_asks_the_terminal_that_stdout_does_not_lead_to(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            arguments("digest", RED, "--copy"),
            stdin=theirs,
            capture_output=True,
            env=environment() | folders(tmp_path) | {"SSH_TTY": "/dev/pts/1", "TERM": "xterm-256color"},
            start_new_session=True,
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # the terminal of this session
            timeout=60,
            check=True,
        )
        sequence = os.read(ours, 1 << 16)
    finally:
        os.close(ours)
        os.close(theirs)
    assert sequence.startswith(b"\x1b]52;c;")
    assert b"the terminal was asked to copy it" in done.stderr
    assert done.stdout.startswith(b"**Codex session**")


def planted(tmp_path: Path) -> Path:
    (path,) = SAMPLES.rglob(f"*{RED}*")
    copy = tmp_path / path.name
    secret = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    copy.write_bytes(path.read_bytes().replace(b"study specs/*", f"use {secret} for specs/*".encode()))
    return copy


def test_secrets_stay_unless_they_are_asked_for(run: Any, tmp_path: Path) -> None:
    path = planted(tmp_path)
    ran = run("digest", path, "--copy")
    assert b"use [redacted] for specs/*" in ran.out
    assert b"ghp_" not in ran.out
    assert "1 secret left out" in ran.err
    assert b"ghp_" in run("digest", path, "--no-redact").out


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (("nosuch",), 1, "no session with this id"),
        (("--loop", "loop-nosuch"), 1, "no such loop"),
        (("--loop", "nosuch"), 2, "not the id of a loop"),
        (("--loop", "loop-1", "--handoff"), 2, "not allowed with"),
        (("",), 2, "SESSION is empty"),
        (("/nosuch/file.jsonl",), 2, "no such file"),
        ((RED, "--out", "/proc/nosuch/x.md"), 2, "--out /proc/nosuch/x.md: "),
    ],
)
def test_what_is_wrong_is_said_in_one_line(run: Any, given: tuple[str, ...], code: int, words: str) -> None:
    ran = run("digest", *given)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, b"", 1)
    assert words in ran.err


def test_out_is_never_a_session_nor_among_them(run: Any, tmp_path: Path) -> None:
    session = tmp_path / "mine.jsonl"
    session.write_bytes(next(SAMPLES.rglob("rollout-*.jsonl")).read_bytes())
    before = snapshot(SAMPLES)
    for wanted in (session, SAMPLES / "sessions" / "notes.md"):
        ran = run("digest", RED, "--out", wanted)
        assert (ran.code, ran.out) == (2, b"")
        assert ran.err.startswith(f"codexlog: --out {wanted}: ")
    assert sorted(each.name for each in tmp_path.glob("mine*")) == ["mine.jsonl"]
    assert snapshot(SAMPLES) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_disk_that_is_full_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            arguments("list"), stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert done.stderr.startswith(b"codexlog: cannot write: ")
