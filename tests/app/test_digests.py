"""`y` and `Y`: digests at the keyboard."""

from __future__ import annotations

import base64
import io
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import rollout as ro
from app.conftest import NOW, SAMPLES, Explore, press, screen_of, settled, shown, until
from codexlog.app.app import ExplorerApp
from codexlog.app.loading import digesting
from codexlog.app.options import Options
from codexlog.app.widgets.link_view import LinkView
from codexlog.catalog.transcript import Stopped, Transcript
from codexlog.digest.reading import Reading
from codexlog.rows.source import spool
from codexlog.timeline.summary import FileFacts

pytestmark = pytest.mark.asyncio
FIFTH = ("j", "j", "j")
"""From the newest session to the fifth iteration of the sample loop."""


def copied(tmp_path: Path) -> str:
    return (tmp_path / "state" / "copy.txt").read_text(encoding="utf-8")


def in_list(pilot: object) -> str:
    """The session under the cursor."""
    current = screen_of(pilot).sessions.current  # type: ignore[arg-type]
    assert current is not None
    return str(current.found.path)


async def test_y_copies_the_session_under_the_cursor_and_shows_it(
    explore: Explore, home: Path, tmp_path: Path
) -> None:
    async with explore(home, state=tmp_path / "state", home=tmp_path) as pilot:
        await press(pilot, *FIFTH, "y")
        await until(pilot, lambda: "Digest (y shows it): written to ~/state/copy.txt" in shown(pilot))
        text = copied(tmp_path)
        assert text.startswith("**Codex session** `")
        assert Path(in_list(pilot)).name in text
        assert "of 8 of loop-" in text
        await press(pilot, "y")
        assert "▸ Digest" in shown(pilot)
        assert "**Codex session** `" in shown(pilot)
        await press(pilot, "escape")
        assert pilot.app.screen is screen_of(pilot)
        (tmp_path / "state" / "copy.txt").unlink()
        await press(pilot, "y")
        await until(pilot, lambda: (tmp_path / "state" / "copy.txt").exists())
        assert pilot.app.screen is screen_of(pilot)
        assert copied(tmp_path) == text


async def test_a_narrow_screen_shows_where_the_copy_is(
    explore: Explore, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codexlog.clipboard._took", lambda tool, *_: tool.command[0] == "tmux")
    state = tmp_path / ".local" / "state" / "codexlog"
    async with explore(home, state=state, home=tmp_path, size=(80, 24)) as pilot:
        await press(pilot, *FIFTH, "Y")
        await until(
            pilot, lambda: "through tmux; written to ~/.local/state/codexlog/copy.txt" in shown(pilot)
        )
        assert " Handoff: sent " in shown(pilot)


async def test_capital_y_copies_a_handoff_of_the_open_session(
    explore: Explore, home: Path, tmp_path: Path
) -> None:
    async with explore(home, state=tmp_path / "state", home=tmp_path) as pilot:
        await press(pilot, *FIFTH, "enter")
        await settled(pilot)
        await press(pilot, "j", "Y")
        await until(pilot, lambda: "Handoff (Y shows it): " in shown(pilot))
        assert copied(tmp_path).startswith("You continue work that another agent left.")
        await press(pilot, "y")
        await until(pilot, lambda: "Digest (y shows it): " in shown(pilot))
        assert copied(tmp_path).startswith("**Codex session**")


async def test_the_page_copies_either_form_and_its_lines_lead_to_their_rows(
    explore: Explore, home: Path, tmp_path: Path
) -> None:
    async with explore(home, state=tmp_path / "state", home=tmp_path) as pilot:
        await press(pilot, *FIFTH, "y", "y")
        await until(pilot, lambda: "▸ Digest" in shown(pilot))
        await press(pilot, "Y")
        await until(pilot, lambda: "▸ Handoff" in shown(pilot))
        assert copied(tmp_path).startswith("You continue")
        await press(pilot, "y")
        await until(pilot, lambda: "▸ Digest" in shown(pilot))
        await press(pilot, "j")
        view = pilot.app.screen.query_one(LinkView)
        line = "".join(text for text, _ in view.lines[view.cursor].line)
        row = int(re.search(r"row (\d+)", line)[1])  # type: ignore[index]
        await press(pilot, "enter")
        screen = screen_of(pilot)
        await until(pilot, lambda: screen.front == "timeline" and screen.timeline.is_whole)

        def at_row() -> bool:
            here, rows = screen.timeline.view.current(), screen.timeline.rows
            assert rows is not None
            entries = rows.outline.entries
            return here is not None and row in (entries.line[here.entry], entries.out_line[here.entry])

        await until(pilot, at_row)


async def test_on_the_page_of_a_loop_it_is_the_loops(explore: Explore, home: Path, tmp_path: Path) -> None:
    async with explore(home, state=tmp_path / "state", home=tmp_path) as pilot:
        await press(pilot, "L")
        await until(pilot, lambda: "first bad  #4 failed" in shown(pilot))
        await press(pilot, "y")
        await until(pilot, lambda: "Digest (y shows it): " in shown(pilot))
        assert copied(tmp_path).startswith("**Loop** `loop-")
        await press(pilot, "y")
        await until(pilot, lambda: "**Loop** `loop-" in shown(pilot))
        view = pilot.app.screen.query_one(LinkView)
        while "oscillating" not in "".join(text for text, _ in view.lines[view.cursor].line):
            await press(pilot, "j")
        await press(pilot, "enter")
        screen = screen_of(pilot)
        await until(pilot, lambda: pilot.app.screen is screen and screen.timeline.found is not None)
        assert "20-39-56" in str(screen.timeline.found)
        await press(pilot, "L")
        await until(pilot, lambda: "first bad  #4 failed" in shown(pilot))
        await press(pilot, "j", "j", "Y")
        await until(pilot, lambda: "Handoff (Y shows it): " in shown(pilot))
        assert copied(tmp_path).startswith("You continue")


async def test_on_the_row_of_a_loop_it_is_the_loops(explore: Explore, home: Path, tmp_path: Path) -> None:
    async with explore(home, state=tmp_path / "state", home=tmp_path, group_loops=True) as pilot:
        await until(pilot, lambda: screen_of(pilot).sessions.loop_here is not None)
        await press(pilot, "y")
        await until(pilot, lambda: "Digest (y shows it): " in shown(pilot))
        assert copied(tmp_path).startswith("**Loop** `loop-")
        await press(pilot, "Y")
        await until(pilot, lambda: "Handoff (Y shows it): " in shown(pilot))
        assert "20-41-27" in copied(tmp_path)


async def test_escape_stops_the_reading(
    explore: Explore, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def endless(_: Transcript, stop: Callable[[], bool], heed: Callable[[int, int], None]) -> Reading:
        heed(3, 5)
        begun.set()
        while not stop():
            ended.wait(0.01)
        ended.set()
        raise Stopped

    monkeypatch.setattr(digesting, "read", endless)
    async with explore(home, state=tmp_path / "state", home=tmp_path) as pilot:
        await press(pilot, "y")
        assert begun.wait(10)
        await until(pilot, lambda: "(Esc stops)" in shown(pilot))
        await press(pilot, "j")  # the keys go on working
        await press(pilot, "escape")
        assert ended.wait(10)
        assert "Stopped; nothing was copied." in shown(pilot)
        assert not (tmp_path / "state").exists()


async def test_escape_on_the_page_of_a_loop_stops_the_digest_before_it_goes_back(
    explore: Explore, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    def endless(_: Transcript, stop: Callable[[], bool], heed: Callable[[int, int], None]) -> Reading:
        while not stop():
            ended.wait(0.01)
        ended.set()
        raise Stopped

    async with explore(home, state=tmp_path / "state", home=tmp_path) as pilot:
        await press(pilot, "L")
        await until(pilot, lambda: "first bad  #4 failed" in shown(pilot))
        monkeypatch.setattr(digesting, "read", endless)
        await press(pilot, "j", "Y")
        await until(pilot, lambda: "(Esc stops)" in shown(pilot))
        await press(pilot, "escape")
        assert ended.wait(10)
        assert "Stopped; nothing was copied." in shown(pilot)
        assert "first bad  #4 failed" in shown(pilot)
        await press(pilot, "escape")
        assert "first bad  #4 failed" not in shown(pilot)


async def test_what_cannot_be_read_is_said(
    explore: Explore, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with explore(home, state=tmp_path / "state", home=tmp_path) as pilot:
        Path(in_list(pilot)).unlink()
        await press(pilot, "y")
        await until(pilot, lambda: "No digest of" in shown(pilot))


async def test_a_bare_terminal_is_asked_and_secrets_are_counted(
    explore: Explore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    rows = [ro.meta(), ro.event("user_message", message=f"use {token} \x1b[2J now")]
    path = tmp_path / "rollout-2026-03-01T11-00-00-019d0000-0000-7000-8000-000000000001.jsonl"
    path.write_bytes(ro.encode(rows))
    written: list[str] = []
    monkeypatch.setattr(ExplorerApp, "write_to_terminal", lambda _, sequence: written.append(sequence))
    env = {"SSH_TTY": "/dev/pts/1", "TERM": "xterm-256color"}
    async with explore(path, state=tmp_path / "state", home=tmp_path, env=env) as pilot:
        await press(pilot, "y")
        await until(pilot, lambda: "1 secret left out" in shown(pilot))
        (sequence,) = written
        text = base64.b64decode(sequence.removeprefix("\x1b]52;c;").removesuffix("\x07")).decode()
        assert text == copied(tmp_path)
        assert "use [redacted] now" in text
        await press(pilot, "y")
        assert "use [redacted] now" in shown(pilot)


async def test_a_session_from_stdin_has_a_digest_too(tmp_path: Path) -> None:
    (path,) = SAMPLES.rglob("*01a11281*")
    transcript = Transcript(spool(io.BytesIO(path.read_bytes())), FileFacts("-"))
    app = ExplorerApp(Options(paths=(), clock=lambda: NOW, state=tmp_path / "state"), None, transcript)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "y")
        await until(pilot, lambda: "Digest (y shows it)" in shown(pilot))
        assert "`01a11281-405b-7438-9c2a-f8e9b1af3942`" in copied(tmp_path)
        await press(pilot, "y")
        await until(pilot, lambda: "▸ Digest" in shown(pilot))
        await press(pilot, "j", "enter")
        screen = screen_of(pilot)
        await until(pilot, lambda: pilot.app.screen is screen)
        here, rows = screen.timeline.view.current(), screen.timeline.rows
        assert here is not None
        assert rows is not None
        assert 20 in (rows.outline.entries.line[here.entry], rows.outline.entries.out_line[here.entry])


async def test_without_a_session_nothing_is_copied(explore: Explore, tmp_path: Path) -> None:
    async with explore(tmp_path, state=tmp_path / "state", wait=False) as pilot:
        await until(pilot, lambda: "No sessions" in shown(pilot) or "no sessions" in shown(pilot))
        await press(pilot, "y")
        assert "There is no session here." in shown(pilot)
        assert " y digest" not in shown(pilot)
