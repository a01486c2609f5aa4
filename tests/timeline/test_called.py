"""Which tools a session called and how its calls ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.timeline.called import Called
from codexlog.timeline.entries import CALL, Entries, Tally
from codexlog.timeline.summary import FileFacts, summarize

SAMPLES = Path(__file__).resolve().parents[2] / "sample_sessions"


@pytest.mark.parametrize("entries", [Entries(), Tally()])
def test_each_way_of_ending_is_told_once(entries: Entries) -> None:
    called = Called()
    for name, status, code in (("b", "failed", 2), ("a", "ok", None), ("b", "failed", 2), ("b", "ok", 0)):
        entry = entries.append(CALL, 1, 0, 0, 0, 0)
        entries.settle(entry, status, code)
        called.add(entry, name)
    assert called.ends(entries) == {("b", 2, "failed"), ("a", None, "ok"), ("b", 0, "ok")}


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.jsonl")), ids=lambda path: path.stem[-12:])
def test_they_agree_with_the_items(path: Path) -> None:
    if path.read_bytes().startswith(b"version "):
        return
    with Transcript.open(path) as transcript:
        session = transcript.session()
        figures = summarize(transcript.build(figures_only=True), FileFacts(str(path)))
    items = [*session.loose_items, *(item for turn in session.turns for item in turn.items)]
    calls = {(item.name, item.exit_code, item.status) for item in items if item.kind == "call"}
    assert figures.call_ends == session.summary.call_ends == calls
