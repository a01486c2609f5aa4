"""The sample sessions: their figures, counted from the rows with plain `json`, and the story of the loop."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.model import Call, Session
from codexlog.rows.source import SourceError

SAMPLES = Path(__file__).resolve().parents[1] / "sample_sessions"
TABLE = """
end of the name           rows bad pro msg call fail una orp tokens  outcome
8fe51eb963de.jsonl          15   0   1   1    1    0   0   0  11219  completed
733659a48da7.jsonl          16   0   1   1    4    1   0   0      -  completed
203bb4179c54.jsonl          37   0   1   1    5    1   0   0  23760  completed
4bf829995aad.jsonl          26   0   1   3    2    0   0   0  11880  completed
adb25d1e9c52.jsonl          26   0   1   0    4    1   0   0  17820  failed
1f30a7347c24.jsonl          28   0   1   1    6    1   0   0  53465  completed
30a672d431de.jsonl          31   0   2   2    3    1   0   0  38997  completed
59a1daa672e3.jsonl          31   0   1   1    2    0   0   0  24163  completed
e6a7c2e1f7c4.jsonl          50   0   3   2    5    0   1   0  40103  completed
22a90a9356cd.jsonl          20   0   1   1    2    0   0   0  24365  completed
cfee52ca0eb5.jsonl           9   0   1   0    0    0   0   0      -  failed
1efa77682057.jsonl          24   0   1   1    4    1   0   0  24586  completed
bda3ce4b77a4.jsonl          16   0   1   1    1    0   0   0  10869  completed
f9d4d2ed5290.jsonl          22   0   1   1    3    0   0   0  23490  completed
5015e9323b3e.jsonl          18   0   1   1    3    1   0   0  10497  completed
9b1390aac9b2.jsonl          15   0   1   1    1    0   0   0  11357  completed
9b1390aac9b2.jsonl.zst      15   0   1   1    1    0   0   0  11357  completed
216226390e59.jsonl.zst      15   0   1   1    1    0   0   0  11001  completed
42c6cab74ad2.jsonl          11   1   1   1    1    0   0   0  10670  incomplete
bd5fe736a558.jsonl          12   0   1   1    1    0   0   0  11496  completed
44705c8e7b97.jsonl          12   0   1   1    1    0   0   0  10477  completed
4dbeb275bda6.jsonl          12   1   1   1    1    0   0   0  10387  completed
68a69e2160c0.jsonl          12   0   1   1    1    0   0   0  11623  completed
9c7b11ef3a7d.jsonl          12   0   1   1    1    0   0   0  10437  completed
2437363ddc19.jsonl          12   1   1   1    1    0   0   0  11091  completed
5dbb736b3753.jsonl          13   0   1   1    1    0   0   0  11220  completed
ec2bedb78c4a.jsonl          12   0   1   1    1    0   0   0  10693  completed
ae8234d97df2.jsonl          15   3   1   1    1    0   0   0  10539  completed
9e73bfa80a73.jsonl          19   0   2   1    2    0   1   0  11356  incomplete
ea740aa88ef9.jsonl          13   0   1   1    1    0   0   1  11345  completed
207c4f0f388f.jsonl          17   0   1   1    3    1   0   0  11154  completed
7ca5d391079a.jsonl          22   0   1   2    5    1   0   0  11825  completed
33bfef3ceaca.jsonl          22   0   1   2    5    1   0   0  11453  completed
8a05ece10392.jsonl          22   0   1   2    5    1   0   0  11218  completed
e0f379b78308.jsonl           0   0   0   0    0    0   0   0      -  empty
2d7ba7b86461.jsonl           1   0   0   0    0    0   0   0      -  empty
d53cc65b5f54.jsonl          31   0   1   2    5    2   0   0  20720  completed
fcc60cd03547.jsonl          13   0   1   1    1    0   0   0  10360  completed
c600df0518e7.jsonl          55   0   1   2   13    0   0   0 143582  completed
b0a1e04ae62d.jsonl          49   0   1   2   11    0   0   0 122914  completed
e40f25e05708.jsonl          55   0   1   3   12    0   0   0 169511  completed
1a81dd8752c1.jsonl          58   0   1   3   12    1   0   0 159411  completed
f8e9b1af3942.jsonl          61   0   1   4   13    5   0   0 193264  completed
0522e9b15b0d.jsonl          47   0   1   4    9    3   0   0 100710  completed
223c25ac39a9.jsonl          55   0   1   5   12    4   1   0 142696  incomplete
3d1e405ee817.jsonl          26   0   1   1    5    1   0   0  23235  failed
d3566c668849.json            9   0   1   1    3    1   0   0      -  completed
exec-stream.jsonl           12   0   0   1    3    1   0   0  32752  completed
80d4955/full.jsonl           8   0   1   2    4    1   0   0  11455  completed
6efe347/full.jsonl           4   0   1   1    1    0   0   0  16290  completed
c3d0353/full.jsonl           6   0   1   2    1    0   0   0  18627  completed
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
POINTER = "fd37e9f9b548.jsonl"
LOOP = sorted((SAMPLES / "sessions/2026/10/06").glob("*.jsonl"))


@cache
def read(path: Path) -> Session:
    with Transcript.open(path) as transcript:
        return transcript.session()


def sample(end: str) -> Path:
    (path,) = SAMPLES.rglob(f"*{end}")
    return path


def calls(session: Session) -> list[Call]:
    return [item for turn in session.turns for item in turn.items if item.kind == "call"]


def failed(session: Session) -> list[Call]:
    return [call for call in calls(session) if call.status in ("failed", "denied", "timeout")]


@pytest.mark.parametrize("wanted", ROWS, ids=lambda wanted: wanted[0])
def test_figures(wanted: list[str]) -> None:
    path = sample(wanted[0])
    found = read(path).summary
    counts = found.counts
    figures = (
        counts.rows,
        counts.bad_rows,
        counts.prompts,
        counts.messages,
        counts.calls,
        counts.calls_failed,
        counts.calls_unanswered,
        counts.orphan_outputs,
        found.usage.total_tokens if found.usage is not None else "-",
        found.outcome,
    )
    assert list(map(str, figures)) == wanted[1:]


def test_every_sample_is_in_the_table() -> None:
    names = ("rollout-*", "full.jsonl")
    sessions = {path for name in names for path in SAMPLES.rglob(name) if path.is_file()}
    assert sessions - {sample(row[0]) for row in ROWS} == {sample(POINTER)}


def test_pointer_is_refused() -> None:
    with pytest.raises(SourceError, match="git-LFS pointer"):
        Transcript.open(sample(POINTER))


def test_packed_twin_gives_way_to_the_plain_file() -> None:
    packed = sample("9b1390aac9b2.jsonl.zst")
    assert read(packed).summary.counts == read(packed.with_suffix("")).summary.counts


def test_fork_leaves_the_parents_rows_out() -> None:
    found = read(sample("59a1daa672e3.jsonl")).summary
    assert found.forked_from == read(sample("30a672d431de.jsonl")).summary.id
    assert found.counts.inherited_rows == 15


# ---------------------------------------------------------------------------------- the loop's story


def test_loop_is_one_prompt_in_eight_runs() -> None:
    assert len(LOOP) == 8
    assert len({read(path).summary.first_prompt for path in LOOP}) == 1


def test_three_runs_go_well() -> None:
    for path in LOOP[:3]:
        assert failed(read(path)) == []
        assert any("git commit" in str(call.arguments) for call in calls(read(path)))


def test_long_command_of_the_third_run_ends_in_its_poll() -> None:
    made = calls(read(LOOP[2]))
    polls = [call for call in made if call.name == "write_stdin"]
    (opener,) = {call.call_id for call in made} & {poll.continues for poll in polls}
    assert len(polls) == 2
    for call in (polls[-1], next(call for call in made if call.call_id == opener)):
        assert (call.status, call.exit_code) == ("ok", 0)


def test_first_failing_command_is_the_suite_of_the_fourth_run() -> None:
    (call,) = failed(read(LOOP[3]))
    assert (call.row, call.output_row, call.status, call.exit_code) == (38, 39, "failed", 1)
    assert call.arguments["cmd"] == "python -m pytest -q"
    assert "1 failed" in (call.output or "")
    piped = next(each for each in calls(read(LOOP[3])) if "| tail" in str(each.arguments))
    assert (piped.status, piped.exit_code) == ("ok", 0)


def test_later_runs_fail_each_in_its_own_way() -> None:
    fifth = [(call.name, call.exit_code) for call in failed(read(LOOP[4]))]
    assert ("apply_patch", None) in fifth
    assert "denied" in [call.status for call in failed(read(LOOP[5]))]
    assert calls(read(LOOP[6]))[-1].status == "unanswered"
    assert read(LOOP[7]).turns[-1].outcome == "failed"
    notes = [
        item.text for item in read(LOOP[7]).turns[-1].items if item.kind == "note" and item.what == "error"
    ]
    assert any("usage limit" in text for text in notes)
