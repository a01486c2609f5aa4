from __future__ import annotations

from pathlib import Path

import pytest

from app.conftest import SAMPLES
from codexlog.app.outline_rows import FOLDS, HEAD, SESSION, OutlineRows, Row
from codexlog.catalog.transcript import Transcript
from codexlog.rows.source import SourceError
from codexlog.timeline.entries import ECHO
from codexlog.timeline.outline import Outline

LOOP = next((SAMPLES / "sessions/2026/10/06").glob("*T20-37*.jsonl"))
EVERY = sorted(SAMPLES.rglob("rollout*.jsonl"))


def outline(path: Path) -> Outline | None:
    try:
        with Transcript.open(path) as transcript:
            return transcript.outline()
    except SourceError:
        return None


@pytest.fixture
def rows() -> OutlineRows:
    found = outline(LOOP)
    assert found is not None
    return OutlineRows(found)


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name[8:27] + path.name[-12:-6])
def test_every_row_is_found_where_it_stands(path: Path) -> None:
    found = outline(path)
    if found is None:
        return
    rows = OutlineRows(found)
    for turn in range(len(found.turns)):
        rows.toggle_texts(turn)
    for index in range(len(rows)):
        assert rows.index(rows.row(index)) == index
        assert rows.find(rows.place(index)) == index
    shown = {rows.row(index).entry for index in range(len(rows))}
    hidden = set(range(len(found.entries))) - shown
    assert all(found.entries.shown[entry] == ECHO or found.entries.opener[entry] for entry in hidden)


def test_the_session_comes_first_then_turns_with_their_entries(rows: OutlineRows) -> None:
    assert [rows.row(index).entry for index in range(3)] == [SESSION, HEAD, FOLDS]


def test_a_folded_turn_is_its_heading(rows: OutlineRows) -> None:
    whole = len(rows)
    inside = rows.row(5)
    rows.toggle_turn(0)
    assert len(rows) == 2
    assert rows.index(inside) == 1
    rows.toggle_turn(0)
    assert len(rows) == whole


def test_all_turns_fold_at_once(rows: OutlineRows) -> None:
    whole = len(rows)
    rows.fold_all(fold=True)
    assert len(rows) == 1 + len(rows.outline.turns)
    rows.fold_all(fold=False)
    assert len(rows) == whole


def test_failures_are_found_from_any_row(rows: OutlineRows) -> None:
    failing = list(rows.failures())
    assert len(failing) == 5
    assert rows.failure(0, 1) == failing[0]
    assert rows.failure(len(rows) - 1, -1) == failing[-1]
    assert rows.failure(rows.index(Row(0, failing[1])), 1) == failing[2]
    assert rows.failure(rows.index(Row(0, failing[-1])), 1) is None


def test_a_failure_in_a_folded_turn_is_revealed(rows: OutlineRows) -> None:
    failing = next(rows.failures())
    rows.toggle_turn(0)
    assert rows.row(rows.reveal(failing)).entry == failing


def test_polls_stand_below_their_call_when_unfolded() -> None:
    for path in EVERY:
        found = outline(path)
        if found is None or not any(found.entries.opener):
            continue
        rows = OutlineRows(found)
        opener = next(opener for opener in found.entries.opener if opener) - 1
        before = len(rows)
        rows.toggle_polls(opener)
        assert len(rows) == before + len(rows.polls(opener))
        rows.toggle_polls(opener)
        assert len(rows) == before
        return
    pytest.fail("no sample session polls a process")


def test_a_row_of_the_tail_is_found_in_the_whole(tmp_path: Path) -> None:
    source = LOOP.read_text().splitlines()
    path = tmp_path / LOOP.name
    path.write_text("\n".join([source[0], *(source[1:] * 10)]) + "\n")
    with Transcript.open(path) as transcript:
        tail, whole = OutlineRows(transcript.tail_outline(60)), OutlineRows(transcript.outline())
    assert tail.outline.is_tail
    last = len(tail) - 1
    entry = tail.row(last).entry
    again = whole.row(whole.find(tail.place(last))).entry
    assert whole.outline.entries.offset[again] == tail.outline.entries.offset[entry]
