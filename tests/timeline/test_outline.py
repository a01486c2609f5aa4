"""Turn headings, what is visible, figures a turn; and the outline of a tail."""

from __future__ import annotations

import pickle
from pathlib import Path

from codexlog.catalog.transcript import Transcript
from codexlog.timeline.entries import NOTE, PROMPT
from corpus import write_session
from rollout import call, event, exited, message, meta, outlined, output, task_started, tokens

TURN = (task_started("t1"), message("user", "one"), event("user_message", message="one"))
DONE = event("task_complete", "2026-03-01T10:00:05.000Z", turn_id="t1")


def test_heading_of_a_turn() -> None:
    rows = (*TURN, call("a"), output("a", exited(1)), call("b"), output("b", exited(0)), DONE)
    (head,) = outlined(meta(), *rows).turns
    assert (head.index, head.turn_id, head.prompt, head.outcome) == (1, "t1", "one", "completed")
    assert (head.started_at, head.ended_at) == ("2026-03-01T10:00:01.000Z", "2026-03-01T10:00:05.000Z")
    assert (head.calls, head.failed, head.error, head.usage) == (2, 1, None, None)


def test_usage_of_a_turn_is_what_was_added_in_it() -> None:
    first = (*TURN, tokens((100, 10, 5, 1), (100, 10, 5, 1)), message("assistant", "x"), DONE)
    second = (task_started("t2"), tokens((100, 10, 5, 1)), tokens((300, 20, 9, 1)), message("assistant", "y"))
    heads = outlined(meta(), *first, *second).turns
    assert [head.usage.total_tokens if head.usage else None for head in heads] == [105, 204]


def test_turn_without_new_figures_has_no_usage() -> None:
    first = (*TURN, tokens((100, 10, 5, 1)), message("assistant", "x"), DONE)
    heads = outlined(meta(), *first, task_started("t2"), message("assistant", "y")).turns
    assert heads[1].usage is None


def test_user_role_message_is_the_echo_of_its_event() -> None:
    entries = outlined(meta(), *TURN).entries
    assert [(entries.kind[index], entries.shown[index]) for index in range(2)] == [(PROMPT, 1), (PROMPT, 0)]


def test_boilerplate_is_folded_and_kept() -> None:
    entries = outlined(meta(), message("developer", "rules"), *TURN).entries
    assert (entries.kind[0], entries.shown[0]) == (NOTE, 2)


def test_error_and_abort_reason_stand_in_the_heading() -> None:
    failed = event("task_complete", turn_id="t1", error={"message": "limit"})
    assert outlined(meta(), *TURN, failed).turns[0].error == "limit"
    aborted = event("turn_aborted", turn_id="t1", reason="replaced")
    assert outlined(meta(), *TURN, aborted).turns[0].error == "replaced"


def test_outline_can_be_sent_between_processes() -> None:
    found = outlined(meta(), *TURN, call("a"), output("a", exited(0)), DONE)
    again = pickle.loads(pickle.dumps(found))
    assert again.summary == found.summary
    assert [again.entries[index] for index in range(len(again.entries))] == [
        found.entries[index] for index in range(len(found.entries))
    ]


def test_tail_knows_who_the_session_is_and_ends_like_the_whole(tmp_path: Path) -> None:
    written = write_session(tmp_path / "a.jsonl", size_bytes=3_000_000, seed=5)
    with Transcript.open(written.path) as transcript:
        whole, end = transcript.outline(), transcript.tail_outline(50)
        assert end.is_tail
        assert not whole.is_tail
        assert end.summary.id == whole.summary.id == written.session_id
        assert end.summary.outcome == whole.summary.outcome
        last = transcript.item(end, len(end.entries) - 1)
        same = transcript.item(whole, len(whole.entries) - 1)
        assert type(last) is type(same)
        assert transcript.source.size > end.start > transcript.source.size // 4


def test_generator_and_reader_count_the_same(tmp_path: Path) -> None:
    for seed in range(3):
        written = write_session(tmp_path / f"{seed}.jsonl", size_bytes=400_000, seed=seed)
        with Transcript.open(written.path) as transcript:
            found = transcript.outline().summary
        counts = found.counts
        assert found.id == written.session_id
        assert (counts.rows, counts.prompts, counts.messages) == (
            written.rows,
            written.prompts,
            written.messages,
        )
        assert (counts.calls, counts.calls_failed) == (written.calls, written.calls_failed)
        assert (counts.calls_unanswered, counts.bad_rows) == (written.calls_unanswered, 0)
        assert found.usage is not None
        assert found.usage.total_tokens == written.total_tokens
