from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from codexlog.model import Counts, Summary
from codexlog.triage.grouping import Wishes, group, prompt_key

LONG = "study the specs, pick ONE item of the plan, implement it, run the tests, tick it and commit it"
START = datetime(2026, 3, 1, 10, tzinfo=UTC)


def session(
    name: str, begin: float, seconds: float = 60, prompt: str = LONG, cwd: str = "/srv/a", **more: object
) -> Summary:
    start = START + timedelta(seconds=begin)
    summary = Summary(
        id=name,
        path=f"/home/x/{name}.jsonl",
        format="codex",
        title=None,
        cwd=cwd,
        branch=None,
        model=None,
        cli_version="0.145.0",
        originator="codex_exec",
        source="exec",
        started_at=start.isoformat(),
        ended_at=(start + timedelta(seconds=seconds)).isoformat(),
        size_bytes=1,
        outcome="completed",
        counts=Counts(rows=10),
        usage=None,
        first_prompt=prompt,
    )
    return replace(summary, **more)  # type: ignore[arg-type]


def names(sessions: list[Summary], wishes: Wishes | None = None) -> list[list[str | None]]:
    return [[member.id for member in found.members] for found in group(sessions, wishes)]


def test_sessions_of_one_prompt_in_one_folder_are_a_loop() -> None:
    found = group([session("a", 0), session("b", 70), session("c", 140)])
    assert [member.id for member in found[0].members] == ["a", "b", "c"]
    assert found[0].why.startswith("3 sessions · same prompt ")
    assert "pauses 10 s ·" in found[0].why


def test_two_runs_of_claude_that_a_script_started_are_a_loop() -> None:
    for source, loops in (("sdk-cli", 1), ("cli", 0), (None, 0)):
        two = [session(name, at, originator=None, source=source) for name, at in (("a", 0), ("b", 70))]
        assert len(group(two)) == loops


def test_the_id_stays_while_the_loop_grows() -> None:
    three = [session("a", 0), session("b", 70), session("c", 140)]
    assert group(three)[0].id == group([*three, session("d", 210)])[0].id


def test_another_folder_or_prompt_is_another_loop() -> None:
    sessions = [session(f"{place}{number}", number * 70, cwd=place) for place in "xy" for number in range(3)]
    assert sorted(map(len, names(sessions))) == [3, 3]


def test_a_long_pause_ends_a_loop_and_the_gap_can_be_widened() -> None:
    sessions = [session(str(number), number * 1_000) for number in range(4)]
    assert names(sessions) == []
    assert names(sessions, Wishes(gap=1_200)) == [["0", "1", "2", "3"]]


def test_overlapping_sessions_are_no_iterations() -> None:
    assert names([session("a", 0), session("b", 30), session("c", 55)]) == []


def test_two_are_enough_only_with_a_long_prompt_and_nobody_at_the_keyboard() -> None:
    pair = [session("a", 0), session("b", 70)]
    assert names(pair) == [["a", "b"]]
    assert names([replace(each, first_prompt="hi") for each in pair]) == []
    assert names([replace(each, source="cli", originator="codex_cli_rs") for each in pair]) == []


def test_children_forks_and_helpers_of_an_editor_stay_out() -> None:
    loop = [session("a", 0), session("b", 70), session("c", 140)]
    others = [
        session("child", 62, 5, parent_id="a"),
        session("fork", 132, 5, forked_from="a"),
        session("title", 202, 5, originator="codex_vscode"),
    ]
    assert names([*loop, *others]) == [["a", "b", "c"]]


def test_copies_of_a_session_count_once() -> None:
    copies = [session("a", 0), session("a", 0, counts=Counts(rows=3)), session("b", 70), session("c", 140)]
    assert names(copies) == [["a", "b", "c"]]


def test_a_supervisor_that_runs_alongside_stays_out() -> None:
    loop = [session(str(number), number * 70) for number in range(3)]
    assert names([*loop, session("boss", 0, 500, prompt="watch the loop")]) == [["0", "1", "2"]]


def test_plan_and_build_are_phases_of_one_loop() -> None:
    plan = [session(f"p{number}", number * 70, prompt="plan " + LONG) for number in range(3)]
    build = [session(f"b{number}", 900 + number * 70) for number in range(3)]
    found = group([*plan, *build])
    assert len(found) == 1
    assert [len(phase.members) for phase in found[0].phases] == [3, 3]


def test_wishes_split_and_join() -> None:
    sessions = [session(str(number), number * 70) for number in range(6)]
    assert names(sessions, Wishes(splits=frozenset("3"))) == [["3", "4", "5"], ["0", "1", "2"]]
    late = [*sessions, session("6", 5_000, prompt="something else")]
    assert names(late, Wishes(joins=frozenset("6"))) == [["0", "1", "2", "3", "4", "5", "6"]]


def test_a_loop_that_is_joined_carries_on_the_one_before_it_whatever_its_prompt() -> None:
    plan = [session(f"p{number}", number * 70, prompt="plan " + LONG) for number in range(3)]
    build = [session(f"b{number}", 9_000 + number * 70) for number in range(3)]
    stranger = session("s", 5_000, prompt="what is this?")
    (found,) = group([*plan, stranger, *build], Wishes(joins=frozenset(("b0",))))
    assert [len(phase.members) for phase in found.phases] == [3, 3]
    assert found.why.endswith("joined by you")


def test_a_stranger_is_joined_where_it_ran() -> None:
    sessions = [session(str(number), number * 200) for number in range(4)]
    between = session("other", 270, prompt="the same, with a hint")
    joined = Wishes(joins=frozenset(("other",)))
    assert names([*sessions, between], joined) == [["0", "1", "other", "2", "3"]]
    overlapping = session("other", 230, prompt="the same, with a hint")
    assert names([*sessions, overlapping], joined) == [["0", "1", "2", "3"]]
    early = session("other", -500, prompt="the same, with a hint")
    assert names([*sessions, early], joined) == [["0", "1", "2", "3"]]


def test_numbers_of_iterations_dates_and_ids_do_not_part_a_prompt() -> None:
    assert prompt_key("Iteration 3 of 10, 2026-03-01: go") == prompt_key(
        "iteration 12 of 10,  2026-03-02: go"
    )
    assert prompt_key("go on") != prompt_key("go off")


def test_pauses_of_one_length_are_said_once() -> None:
    uneven = group([session("a", 0), session("b", 70), session("c", 150)])
    assert "pauses 10–20 s ·" in uneven[0].why
