"""The query language in the session list: typing, completion, errors, empty lists."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from app.conftest import NOW, Explore, press, screen_of, shown, until
from codexlog.app.actions import filtering
from codexlog.app.session_rows import SessionRows
from codexlog.app.sieve import Sieve
from codexlog.app.widgets.query_field import QueryField
from codexlog.catalog.discover import Found
from codexlog.catalog.listing import unreadable
from codexlog.catalog.query.match import Facts, holds, matches
from codexlog.catalog.query.parse import parse
from codexlog.catalog.workers import Workers
from codexlog.model import Outcome, Summary
from codexlog.timeline.summary import FileFacts


def field_of(pilot: Pilot[None]) -> QueryField:
    return pilot.app.screen.query_one(QueryField)


def footer(pilot: Pilot[None]) -> str:
    return shown(pilot).splitlines()[-1]


async def write(pilot: Pilot[None], text: str) -> None:
    names = {
        " ": "space",
        ":": "colon",
        "!": "exclamation_mark",
        "-": "minus",
        "*": "asterisk",
        '"': "quotation_mark",
    }
    for char in text:
        await pilot.press(names.get(char, char))
    await pilot.pause(filtering.DEBOUNCE + 0.05)


async def test_the_list_follows_the_query_and_the_header_keeps_it(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        await press(pilot, "slash")
        await write(pilot, "outcome:failed exit:!0")
        model = screen_of(pilot).sessions.model
        kept = [model[row].summary for row in range(len(model))]
        assert kept and all(each is not None and each.outcome == "failed" for each in kept)
        await press(pilot, "enter")
        assert f"Sessions  {len(kept)} of {model.total}  /outcome:failed" in shown(pilot).splitlines()[0]
        await press(pilot, "escape")
        assert len(model) == model.total - 1, "one subagent is folded"


async def test_nothing_flashes_while_the_name_of_a_field_is_typed(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        model = screen_of(pilot).sessions.model
        await press(pilot, "slash")
        for end in range(1, len("compactions:") + 1):
            await write(pilot, "compactions:"[end - 1])
            assert len(model) > 0, "compactions:"[:end]
        assert "needs a value" not in shown(pilot)


async def test_tab_goes_round_and_right_takes_what_is_there(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        await press(pilot, "slash", "o", "tab")
        field = field_of(pilot)
        assert field.value == "outcome:"
        await press(pilot, "tab")
        assert field.value == "originator:"
        await press(pilot, "shift+tab", "right", "tab")
        assert field.value == "outcome:completed"
        await press(pilot, "tab", "right")
        assert field.value == "outcome:failed"
        assert all(word in shown(pilot) for word in ("3 of 47", "how the last turn ended"))
        await write(pilot, " bra")
        await press(pilot, "right")
        assert field.value == "outcome:failed branch:"
        await press(pilot, "home", "right")
        assert field.cursor_position == 1


async def test_values_of_this_list_are_offered(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        await press(pilot, "slash")
        await write(pilot, "tool:ap")
        assert "apply_patch" in shown(pilot)
        await press(pilot, "tab")
        assert field_of(pilot).value == "tool:apply_patch"


async def test_a_finished_wrong_word_is_pointed_at(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        await press(pilot, "slash")
        await write(pilot, "outcom:x")
        assert "no such field" not in shown(pilot)
        await press(pilot, "enter")
        field = field_of(pilot)
        assert "no such field" in shown(pilot)
        line = field.render_line(0)
        assert [segment.text for segment in line if segment.style and segment.style.underline] == ["outcom"]
        field.set_text("outcome:failed", 14)
        await press(pilot, "enter")
        assert not pilot.app.screen.query(QueryField)
        assert "/outcome:failed" in shown(pilot)


async def test_a_wrong_word_leaves_the_others_in_force(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        await press(pilot, "slash")
        await write(pilot, "outcom:x outcome:failed")
        assert "3 of 47" in shown(pilot)
        assert "outcom: no such field" in shown(pilot)


async def test_what_is_kept_is_what_was_shown(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        model = screen_of(pilot).sessions.model
        await press(pilot, "slash")
        await write(pilot, "tool:exec_comm")
        shown_then = len(model)
        assert shown_then > 0
        await press(pilot, "enter")
        assert len(model) == shown_then
        assert "/tool:exec_comm*" in shown(pilot)


async def test_an_empty_list_says_which_condition_emptied_it(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        await press(pilot, "slash")
        await write(pilot, "outcome:failed project:nosuch")
        text = shown(pilot)
        assert "No session has project:nosuch." in text
        assert "Without it 3 match." in text
        assert footer(pilot).split() == ["Tab", "complete", "→", "accept", "Enter", "keep", "Esc", "clear"]
        await press(pilot, "enter")
        assert "Enter open" not in footer(pilot)
        assert "✗" not in footer(pilot)
        assert all(word in footer(pilot) for word in ("/ filter", "Esc back", "q quit"))
        await press(pilot, "escape")
        assert "Enter open" in footer(pilot)
        assert "Esc back" not in footer(pilot)


async def test_an_empty_home_offers_what_works(explore: Explore, tmp_path: Path) -> None:
    async with explore(tmp_path) as pilot:
        assert not any(word in footer(pilot) for word in ("open", "filter", "✗"))
        assert "q quit" in footer(pilot)


async def test_earlier_queries_come_back(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        for query in ("outcome:failed", "project:ledger"):
            await press(pilot, "slash")
            await write(pilot, query)
            await press(pilot, "enter", "escape")
        await press(pilot, "slash", "up")
        assert field_of(pilot).value == "project:ledger"
        await press(pilot, "up", "up")
        assert field_of(pilot).value == "outcome:failed"
        await press(pilot, "escape", "slash")
        await write(pilot, "x")
        cursor = screen_of(pilot).sessions.view.cursor
        await press(pilot, "down", "up")
        assert field_of(pilot).value == "x"
        assert screen_of(pilot).sessions.view.cursor == cursor


async def test_what_is_not_counted_yet_is_neither_in_nor_lost(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[Callable[[], None]] = []
    read = Workers.summary

    def hold(workers: Workers, found: Found, now: float, priority: int = 0) -> Future[Summary]:
        future: Future[Summary] = Future()
        held.append(
            lambda: read(workers, found, now).add_done_callback(lambda done: future.set_result(done.result()))
        )
        return future

    monkeypatch.setattr(Workers, "summary", hold)
    async with explore(home) as pilot:
        model = screen_of(pilot).sessions.model
        await press(pilot, "slash")
        await write(pilot, "since:2026-10-01 outcome:failed")
        await until(pilot, lambda: 0 < model.pending < 40)
        assert len(model) == 0
        assert f"0 of 47, {model.pending} being counted" in shown(pilot)
        assert f"Nothing so far; {model.pending} sessions" in shown(pilot)
        for let_go in held:
            let_go()
        await until(pilot, lambda: "1 of 47  /since:" in shown(pilot))
        assert model.pending == 0


OUTCOMES: list[Outcome] = ["failed", "completed", "empty"]
NEWS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(OUTCOMES), st.sampled_from(["a", "b"]), st.booleans()),
    max_size=12,
)
QUERIES = st.sampled_from(["outcome:failed", "outcome:failed branch:a", "-branch:b", "t1", "tokens:unknown"])


def line(index: int, outcome: Outcome, branch: str) -> Summary:
    known = unreadable(FileFacts(f"t{index}", 1), "")
    started = "2026-01-01T00:00:00Z"
    return replace(known, error=None, outcome=outcome, branch=branch, started_at=started)


@given(NEWS, QUERIES, QUERIES)
def test_rows_decided_one_by_one_are_those_decided_together(
    news: list[tuple[int, Outcome, str, bool]], first: str, second: str
) -> None:
    rows, sieve = SessionRows(), Sieve()
    rows.replace([Found(Path(f"t{index}"), Path(f"t{index}"), None, False, 1, 0.0) for index in range(6)])
    for number, (index, outcome, branch, whole) in enumerate(news):
        if number == len(news) // 3:
            sieve.use(parse(first, NOW))
            rows.filter(sieve)
        if number == 2 * len(news) // 3:
            sieve.use(parse(second, NOW))
            rows.filter(sieve)
        rows.learn({index: line(index, outcome, branch)}, whole=whole)
    rows.filter(None)
    every = [rows[row] for row in range(len(rows))]
    verdicts = [
        matches(sieve.query, Facts(row.summary, is_whole=row.counted)) if row.summary is not None else None
        for row in every
    ]
    if not sieve.query.terms:
        return
    assert sieve.shown == [index for index, verdict in enumerate(verdicts) if verdict]
    assert sieve.open == {index for index, verdict in enumerate(verdicts) if verdict is None}


def test_a_further_word_looks_at_no_row_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, sieve = SessionRows(), Sieve()
    rows.replace([Found(Path(f"t{index}"), Path(f"t{index}"), None, False, 1, 0.0) for index in range(50)])
    rows.learn({index: line(index, "failed", "a") for index in range(50)}, whole=True)
    asked: list[str] = []

    def counting(group, facts):  # type: ignore[no-untyped-def]
        asked.append(str(group[0]))
        return holds(group, facts)

    monkeypatch.setattr("codexlog.app.sieve.holds", counting)
    for text in ("outcome:failed", "outcome:failed branch:a"):
        sieve.use(parse(text, NOW))
        rows.filter(sieve)
    assert asked == ["outcome:failed"] * 50 + ["branch:a"] * 50
    rows.learn({7: line(7, "empty", "a")}, whole=True)
    assert asked[100:] == ["outcome:failed"]
    assert len(rows) == 49
