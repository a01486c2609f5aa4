"""Digests of the sample sessions, as they are kept in `golden/`. `GOLDEN=write pytest …` writes them anew."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from codexlog.catalog.cache import Cache
from codexlog.catalog.discover import discover
from codexlog.digest.compose import Wish, loop_text, session_text
from codexlog.digest.reading import offset_at
from codexlog.settings.thresholds import Thresholds
from codexlog.triage.finder import Finder
from codexlog.triage.loops import Loop
from digest.making import facts_at
from test_samples import LOOP, SAMPLES, sample

GOLDEN = Path(__file__).parent / "golden"
SESSIONS = {
    "red": LOOP[4].name,
    "cut-off": LOOP[6].name,
    "committed": LOOP[0].name,
    "limit": LOOP[7].name,
    "fork": "59a1daa672e3.jsonl",
    "stream-error": "adb25d1e9c52.jsonl",
    "code-mode": "1f30a7347c24.jsonl",
    "bare": "733659a48da7.jsonl",
    "typescript": "d3566c668849.json",
    "empty": "2d7ba7b86461.jsonl",
    "damaged": "ae8234d97df2.jsonl",
    "stream": "exec-stream.jsonl",
}


def compare(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.md"
    shown = text.replace(str(SAMPLES), "HOME")
    if os.environ.get("GOLDEN") == "write":
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SESSIONS)
@pytest.mark.parametrize("for_agent", [False, True], ids=["issue", "handoff"])
def test_a_session(name: str, *, for_agent: bool) -> None:
    found = facts_at(sample(SESSIONS[name]))
    compare(
        f"{name}-{'handoff' if for_agent else 'issue'}",
        session_text(found, None, Wish(), for_agent=for_agent).text,
    )


def the_loop(home: Path, shuffled: random.Random | None = None) -> Loop:
    found = [each for each in discover([home]) if each.error is None]
    if shuffled is not None:
        shuffled.shuffle(found)
    with Cache(None, "") as cache:
        (loop,) = Finder(found, 2e9, Thresholds(), cache).loops()
    return loop


def test_the_loop() -> None:
    loop = the_loop(SAMPLES)
    compare("loop", loop_text(loop, offset_at(LOOP[0]), Wish()).text)
    found = facts_at(LOOP[4])
    told = session_text(found, loop, Wish()).text
    assert f"iteration 5 of 8 of {loop.id}" in told
    assert "fails in iterations 4, 5, 6, 7, 8" in told


def test_the_same_transcripts_give_the_same_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "home"
    shutil.copytree(SAMPLES, copy)

    def told(home: Path, shuffled: random.Random | None = None) -> str:
        loop = the_loop(home, shuffled)
        path = home / LOOP[5].relative_to(SAMPLES)
        texts = [
            loop_text(loop, offset_at(home / LOOP[0].relative_to(SAMPLES)), Wish()).text,
            *(session_text(facts_at(path), loop, Wish(), for_agent=each).text for each in (False, True)),
        ]
        return "".join(texts).replace(str(home), "HOME")

    assert told(SAMPLES) == told(SAMPLES, random.Random(7)) == told(copy)


def test_sizes_are_what_a_person_pastes() -> None:
    sizes = sorted(path.stat().st_size for path in GOLDEN.glob("*.md"))
    assert sizes[-1] <= 4_000
