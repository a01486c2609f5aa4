"""Sessions that are written while somebody looks."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.conftest import LONG_AGO, Explore, press, screen_of, shown, until
from codexlog.app.growing_rows import GrowingRows
from rollout import call, event, exited, message, meta, output, task_started

pytestmark = pytest.mark.asyncio
ID = "019d0000-0000-7000-8000-000000000001"
NAME = f"rollout-2026-10-07T09-00-00-{ID}.jsonl"


def rows(*each: dict[str, object]) -> str:
    return "".join(json.dumps(row) + "\n" for row in each)


BEGINNING = rows(
    meta(), task_started("t1"), event("user_message", message="do it"), call("a"), output("a", exited(0))
)
END = rows(event("task_complete", turn_id="t1"))


def said(number: int) -> str:
    return rows(message("assistant", f"number {number}"))


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A home with one session that is being written."""
    day = tmp_path / "home" / "sessions" / "2026" / "10" / "07"
    day.mkdir(parents=True)
    path = day / NAME
    path.write_text(BEGINNING)
    other = day.parent / "06" / NAME.replace("2026-10-07", "2026-10-06").replace(ID, ID[:-1] + "2")
    other.parent.mkdir()
    other.write_text(BEGINNING.replace(ID, ID[:-1] + "2").replace("do it", "the other one") + END)
    os.utime(other, (LONG_AGO, LONG_AGO))
    return path


def home_of(path: Path) -> Path:
    return path.parents[4]


def header(pilot: Pilot[None]) -> str:
    return screen_of(pilot).timeline.header.facts


async def test_a_live_session_opens_following_and_rows_appear_at_its_end(
    explore: Explore, live: Path
) -> None:
    async with explore(home_of(live)) as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: "following" in header(pilot))
        assert isinstance(screen_of(pilot).timeline.rows, GrowingRows)
        append(live, said(1))
        await until(pilot, lambda: "number 1" in shown(pilot))
        view = screen_of(pilot).timeline.view
        assert view.cursor == view.row_count() - 1


async def test_moving_up_stops_following_and_g_goes_on(explore: Explore, live: Path) -> None:
    async with explore(home_of(live)) as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: "following" in header(pilot))
        await press(pilot, "k")
        assert "not following" in header(pilot)
        view = screen_of(pilot).timeline.view
        before = view.cursor
        append(live, said(1))
        await until(pilot, lambda: view.row_count() == before + 3)
        assert view.cursor == before
        await press(pilot, "G")
        assert "not following" not in header(pilot)
        append(live, said(2))
        await until(pilot, lambda: "number 2" in shown(pilot))
        assert view.cursor == view.row_count() - 1


async def test_f_follows_and_ends_following(explore: Explore, live: Path) -> None:
    async with explore(home_of(live)) as pilot:
        await press(pilot, "f")
        await until(pilot, lambda: "following" in header(pilot))
        assert screen_of(pilot).front == "timeline"
        await press(pilot, "f")
        assert "not following" in header(pilot)
        assert "Following ends" in shown(pilot)
        await press(pilot, "g", "f")
        assert "not following" not in header(pilot)


async def test_f_on_a_session_that_is_not_written_says_so_and_waits(explore: Explore, live: Path) -> None:
    append(live, END)
    async with explore(home_of(live)) as pilot:
        await press(pilot, "f")
        await until(pilot, lambda: "Nothing is being written" in shown(pilot))
        append(live, rows(task_started("t2")))
        await until(pilot, lambda: "Nothing is being written" not in shown(pilot))
        assert "following" in header(pilot)
        append(live, rows(task_started("t2"), event("user_message", message="more")) + said(3))
        await until(pilot, lambda: "number 3" in shown(pilot))
        view = screen_of(pilot).timeline.view
        assert view.cursor == view.row_count() - 1


async def test_what_was_folded_stays_folded(explore: Explore, live: Path) -> None:
    async with explore(home_of(live)) as pilot:
        await press(pilot, "enter", "h", "h")
        assert "2/2" in header(pilot)
        append(live, said(1) + rows(task_started("t2"), event("user_message", message="again")) + said(2))
        await until(pilot, lambda: "number 2" in shown(pilot))
        assert "number 1" not in shown(pilot)


async def test_the_details_of_a_call_tell_its_output_when_it_comes(explore: Explore, live: Path) -> None:
    append(live, rows(call("b")))
    async with explore(home_of(live)) as pilot:
        await press(pilot, "enter", "tab")
        await until(pilot, lambda: "no output in the transcript" in shown(pilot))
        append(live, rows(output("b", exited(3))))
        await until(pilot, lambda: "exit 3" in shown(pilot))


async def test_a_hundred_rows_are_a_few_repaints(
    explore: Explore, live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patches: list[int] = []
    grow = GrowingRows.grow

    def counted(self: GrowingRows, patch: object) -> None:
        patches.append(1)
        grow(self, patch)  # type: ignore[arg-type]

    monkeypatch.setattr(GrowingRows, "grow", counted)
    async with explore(home_of(live)) as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: "following" in header(pilot))
        view = screen_of(pilot).timeline.view
        before = view.row_count()
        for number in range(100):
            append(live, said(number))
        await until(pilot, lambda: view.row_count() == before + 100)
        assert len(patches) <= 10


@pytest.mark.parametrize("large", [False, True])
async def test_a_session_that_is_cut_shorter_or_replaced_says_so(
    explore: Explore, live: Path, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:
        monkeypatch.setattr("codexlog.app.loading.opening.LARGE", 100)
    async with explore(home_of(live), size=(180, 40)) as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: "following" in header(pilot))
        append(live, said(1))
        await until(pilot, lambda: "number 1" in shown(pilot))
        os.truncate(live, len(BEGINNING))
        await until(pilot, lambda: "cut shorter" in shown(pilot))
        fresh = live.with_suffix(".new")
        fresh.write_text(BEGINNING + said(7))
        fresh.replace(live)
        await until(pilot, lambda: "was replaced" in shown(pilot))
        await press(pilot, "u")
        await until(pilot, lambda: "number 7" in shown(pilot) and "replaced" not in shown(pilot))
        append(live, said(8))
        await until(pilot, lambda: "number 8" in shown(pilot))


async def test_a_session_that_the_agent_packs_keeps_its_rows(explore: Explore, live: Path) -> None:
    import zstandard

    async with explore(home_of(live), size=(180, 40)) as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: "following" in header(pilot))
        live.with_name(live.name + ".zst").write_bytes(zstandard.compress(live.read_bytes()))
        live.unlink()
        await until(pilot, lambda: "has packed the file" in shown(pilot))
        assert "do it" in shown(pilot)
        assert screen_of(pilot).sessions.model.total == 2


# ------------------------------------------------------------------------------------------- the list


def titles(pilot: Pilot[None]) -> list[str]:
    model = screen_of(pilot).sessions.model
    return [
        f"{row.summary.outcome} {row.summary.title}" if row.summary else ""
        for row in map(model.__getitem__, range(len(model)))
    ]


async def test_the_list_shows_new_sessions_and_the_cursor_stays(explore: Explore, live: Path) -> None:
    async with explore(home_of(live), counted=True) as pilot:
        await press(pilot, "j")
        sessions = screen_of(pilot).sessions
        assert titles(pilot) == ["running do it", "completed the other one"]
        current = sessions.current
        assert current is not None
        new = live.parents[1] / "08" / "deeper" / NAME.replace("07T09", "08T09").replace(ID, ID[:-1] + "3")
        new.parent.mkdir(parents=True)
        new.write_text(BEGINNING.replace(ID, ID[:-1] + "3").replace("do it", "brand new"))
        await until(pilot, lambda: titles(pilot)[:1] == ["running brand new"])
        assert sessions.current is not None and sessions.current.found.path == current.found.path
        assert sessions.view.cursor == 2
        append(new, END)
        await until(pilot, lambda: titles(pilot)[:1] == ["completed brand new"])
        await until(pilot, lambda: "✓ brand new" in shown(pilot))
        shutil.rmtree(new.parents[1])
        await until(pilot, lambda: len(titles(pilot)) == 2)
        assert sessions.view.cursor == 1
        assert sessions.model.counted == sessions.model.total == 2


async def test_the_list_hears_of_the_open_session_from_its_reader(explore: Explore, live: Path) -> None:
    async with explore(home_of(live), counted=True) as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: "following" in header(pilot))
        append(live, rows(call("z"), output("z", exited(1))) + END)
        await until(pilot, lambda: titles(pilot)[0] == "completed do it")
        row = screen_of(pilot).sessions.model[0]
        assert row.summary is not None and row.summary.counts.calls_failed == 1
        assert "following" not in header(pilot)


async def test_a_session_that_falls_quiet_is_not_running_any_longer(explore: Explore, live: Path) -> None:
    now = live.stat().st_mtime
    clock = [now]
    async with explore(home_of(live), counted=True, clock=lambda: clock[0], running_seconds=3600.0) as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: "following" in header(pilot))
        assert screen_of(pilot).sessions.model.live == {0}
        clock[0] = now + 3601
        screen_of(pilot).sessions._fall_quiet()
        await until(pilot, lambda: titles(pilot)[0] == "incomplete do it")
        assert not screen_of(pilot).sessions.model.live
        await until(pilot, lambda: "following" not in header(pilot))


async def test_a_session_of_another_folder_is_left_alone(explore: Explore, live: Path) -> None:
    async with explore(home_of(live), counted=True) as pilot:
        (live.parent / "notes.txt").write_text("x")
        (live.parent / "history.jsonl").write_text("{}\n")
        (live.parent / NAME.replace(ID, ID[:-1] + "9")).write_text(BEGINNING)
        await until(pilot, lambda: len(titles(pilot)) == 3)


async def test_a_filter_holds_for_sessions_that_come(explore: Explore, live: Path) -> None:
    async with explore(home_of(live), counted=True) as pilot:
        await press(pilot, "slash", *"other", "enter")
        assert len(titles(pilot)) == 1
        for number, title in ((4, "something else"), (5, "another other")):
            path = live.parent / NAME.replace(ID, ID[:-1] + str(number))
            path.write_text(BEGINNING.replace(ID, ID[:-1] + str(number)).replace("do it", title))
        await until(pilot, lambda: len(titles(pilot)) == 2)
        assert screen_of(pilot).sessions.model.total == 4


async def test_a_session_that_is_renamed_shows_its_name(explore: Explore, live: Path) -> None:
    async with explore(home_of(live), counted=True) as pilot:
        index = home_of(live) / "session_index.jsonl"
        index.write_text(rows({"id": ID, "thread_name": "the lost cent"}))
        await until(pilot, lambda: titles(pilot)[0] == "running the lost cent")
