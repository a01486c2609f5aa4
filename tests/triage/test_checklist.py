from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.timeline.summary import FileFacts
from codexlog.triage.checklist import checklist_of
from codexlog.triage.loops import Loop
from codexlog.triage.reading import trace_of
from codexlog.triage.story import asked, story
from faults import plays
from faults.score import loops_in
from faults.stories import change, commit, finish, healthy, look, write_loop
from faults.writers import ERAS, Writer

if TYPE_CHECKING:
    from codexlog.triage.checklist import Wanted

PROMPT = (
    "Read specs/amounts.md and study IMPLEMENTATION_PLAN.md, pick ONE open item, run the tests,\n"
    "use `make lint`, tick the item, commit and git push. Never edit specs/.\n"
    "When all is done print <promise>DONE</promise>."
)


def checklist(home: Path, era: str, play: object) -> dict[str, Wanted]:
    (path,) = write_loop(home, era, 1, {1: play}, prompt=PROMPT)  # type: ignore[dict-item]
    with Transcript.open(path, FileFacts(str(path), path.stat().st_size, 1e9)) as transcript:
        return {each.asked: each for each in checklist_of(trace_of(transcript))}


@pytest.mark.parametrize("era", ERAS)
def test_what_was_seen_and_what_was_not(tmp_path: Path, era: str) -> None:
    found = checklist(tmp_path, era, healthy)
    assert {words: each.seen for words, each in found.items()} == {
        "Read specs/amounts.md": False,
        "study IMPLEMENTATION_PLAN.md": True,
        "use make lint": False,
        "run the tests": True,
        "ONE open item": True,
        "tick the item": True,
        "commit": True,
        "git push": False,
        "Never edit specs/": True,
        "<promise>DONE</promise>": False,
    }


def test_what_was_done_against_it(tmp_path: Path) -> None:
    def play(writer: Writer) -> None:
        look(writer)
        writer.patch("specs/amounts.md", "two", "four")
        change(writer)
        commit(writer)
        finish(writer, "<promise>DONE</promise>")

    found = checklist(tmp_path, "codex-0.145", play)
    assert (found["Never edit specs/"].seen, found["Never edit specs/"].what) == (False, "edited")
    assert found["<promise>DONE</promise>"].seen
    assert not found["run the tests"].seen


def test_a_prompt_that_asks_for_nothing_has_none(tmp_path: Path) -> None:
    (path,) = write_loop(tmp_path, "codex-0.145", 1, prompt="What is this?")
    with Transcript.open(path, FileFacts(str(path), path.stat().st_size, 1e9)) as transcript:
        assert checklist_of(trace_of(transcript)) == ()


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Loop:
    home = tmp_path_factory.mktemp("home")
    (found,) = loops_in(write_loop(home, "codex-0.145", 5, {3: plays.hidden_by_pipe, 5: plays.limit}))
    return found


def test_the_story_of_a_loop(loop: Loop) -> None:
    told = {each.label: each for each in story(loop)}
    assert told["first bad"].text.startswith("#3 failed: ")
    assert told["evidence"].row == loop.iterations[2].failing[0].row
    assert "though the exit code of its command line was 0" in told["evidence"].text
    assert "did not fail at the end of #2" in told["changed"].text
    assert "1 edit not committed" in told["changed"].text
    assert told["made good"].text == "by #4"
    assert told["ended"].text.startswith("usage limit")


def test_the_checklist_of_a_loop(loop: Loop) -> None:
    found = {each.text: each for each in asked(loop)}
    assert found["commit"].cells == (True, True, False, True, False)
    assert (found["commit"].iteration, found["commit"].missing) == (3, "not in #3, #5")
    assert found["run the tests"].cells == (True, True, True, True, False)
