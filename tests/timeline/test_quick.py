from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.catalog.workers import Workers
from codexlog.rows.source import SourceError
from codexlog.timeline import quick
from codexlog.timeline.quick import quick_outline
from codexlog.timeline.summary import FileFacts
from huge import FORMS, compact, memory, outlines, session, visible

ROOT = Path(__file__).parents[2]
REAL = sorted((ROOT / "sample_sessions").rglob("*.jsonl")) + sorted(
    (ROOT.parent / "shared" / "transcripts" / "codex_home").rglob("*.jsonl")
)


def same(path: Path) -> None:
    """Check that the provisional outline of a healthy file shows what the whole one does."""
    found, whole = outlines(path)
    assert found is not None
    assert found.provisional
    assert visible(found) == visible(whole)
    assert found.turns == whole.turns
    counts = replace(
        found.summary.counts,
        attachments=whole.summary.counts.attachments,
        words_approx=whole.summary.counts.words_approx,
    )
    assert found.summary.call_ends == frozenset()
    assert replace(found.summary, counts=counts, call_ends=whole.summary.call_ends) == whole.summary


@pytest.mark.parametrize("form", FORMS)
def test_a_generated_session_in_every_form(form: str, tmp_path: Path) -> None:
    path = tmp_path / "rollout.jsonl"
    path.write_bytes(FORMS[form](session(tmp_path, seed=11)))
    same(path)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem[-20:])
def test_whole_files(path: Path) -> None:
    try:
        found, whole = outlines(path)
    except SourceError:
        pytest.skip("no session")
    if found is None:
        assert whole.summary.format != "codex" or len(whole.entries) < 100 or whole.summary.forked_from
    elif whole.summary.counts.bad_rows or whole.summary.counts.rows != len(_lines(path)):
        assert len(found.turns) == len(whole.turns)
    else:
        same(path)


def _lines(path: Path) -> list[bytes]:
    try:
        return [line for line in path.read_bytes().split(b"\n") if line.strip() and line.decode()]
    except UnicodeDecodeError:
        return []


def item(**payload: Any) -> dict[str, Any]:
    return {"timestamp": "2026-02-02T08:00:01.000Z", "type": "response_item", "payload": payload}


def event(**payload: Any) -> dict[str, Any]:
    return {"timestamp": "2026-02-02T08:00:02.000Z", "type": "event_msg", "payload": payload}


META = {
    "timestamp": "2026-02-02T08:00:00.000Z",
    "type": "session_meta",
    "payload": {"id": "own", "timestamp": "2026-02-02T08:00:00.000Z", "cwd": "/srv/x"},
}


@pytest.mark.parametrize(
    "rows",
    [
        [item(type="function_call", name="a", arguments="", call_id="1")],
        [
            event(type="user_message", message="go"),
            event(type="agent_message", message="only an event tells"),
        ],
        [event(type="agent_reasoning", text="thinking aloud"), event(type="user_message", message="go")],
        [item(type="function_call_output", call_id="nobody", output="Exit code: 1\nOutput:\n")],
        [{**META, "type": "compacted", "payload": {"message": "m", "replacement_history": []}}],
        [event(type="turn_aborted", reason="interrupted"), event(type="no_such_event")],
        [
            event(type="task_started", turn_id="t"),
            item(type="message", role="assistant", content=[{"type": "output_text", "text": "yes"}]),
            item(type="reasoning", summary=[], encrypted_content="x"),
        ],
        [
            event(type="item_completed", item={"type": "AgentMessage", "content": [{"text": "shown"}]}),
            event(type="item_completed", item={"type": "UserMessage", "content": [{"text": "typed"}]}),
        ],
    ],
    ids=["call alone", "lone event", "thoughts", "orphan", "compacted", "marks", "thought last", "items"],
)
def test_small_files(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    path = tmp_path / "rollout.jsonl"
    path.write_bytes(compact([META, event(type="user_message", message="hello"), *rows]))
    same(path)


def test_many_token_figures_are_sampled_and_said_to_be_partial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick, "MAX_TOKEN_ROWS", 0)
    path = tmp_path / "rollout.jsonl"
    path.write_bytes(compact(session(tmp_path, seed=11)))
    found, whole = outlines(path)
    assert found is not None and found.summary.usage is not None and whole.summary.usage is not None
    assert found.summary.usage == replace(whole.summary.usage, complete=False)
    assert found.turns == whole.turns


def test_a_fork_shows_its_own_rows_alone(tmp_path: Path) -> None:
    parent = session(tmp_path, seed=2, size=100_000)
    own = session(tmp_path, seed=4, size=100_000)
    path = tmp_path / "rollout.jsonl"
    path.write_bytes(compact([own[0], *parent, *own[1:]]))
    found, whole = outlines(path)
    assert whole.summary.counts.inherited_rows
    if found is not None:
        assert visible(found) == visible(whole)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b'{"id":"x","timestamp":"2025-07-01T00:00:00Z"}\n{"type":"message","role":"user","content":[]}\n',
    ],
)
def test_other_eras_are_left_to_the_whole_timeline(data: bytes) -> None:
    assert quick_outline(memory(data), FileFacts("x")) is None


def test_a_torn_last_row_is_shown_and_damage_behind_a_head_is_left_to_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "rollout.jsonl"
    rows = compact(session(tmp_path, seed=11))
    path.write_bytes(rows + rows.splitlines()[5][:120])
    found, whole = outlines(path)
    assert found is not None
    assert visible(found) == visible(whole)
    assert found.summary.counts.bad_rows == whole.summary.counts.bad_rows == 1


def test_a_worker_makes_it(tmp_path: Path) -> None:
    path = tmp_path / "rollout.jsonl"
    path.write_bytes(compact(session(tmp_path, seed=11)))
    facts = FileFacts(str(path))
    workers = Workers(1)
    try:
        found = workers.quick_outline(path, facts).result(60)
    finally:
        workers.close()
    with Transcript.open(path) as transcript:
        assert visible(found) == visible(transcript.outline())
