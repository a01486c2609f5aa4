"""Every finding rests on rows that exist, and what it quotes stands in one of them."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codexlog.catalog.cache import Cache
from codexlog.catalog.discover import discover
from codexlog.catalog.transcript import Transcript
from codexlog.paths import demo_home
from codexlog.rows.source import SourceError, spool
from codexlog.settings.thresholds import Thresholds
from codexlog.timeline.summary import FileFacts
from codexlog.triage.finder import Finder
from codexlog.triage.findings import Finding
from codexlog.triage.loops import Loop
from codexlog.triage.reading import iterations_in, trace_of
from faults.catalogue import FAULTS
from faults.score import every_finding, loop_with
from faults.stories import START
from faults.writers import ERAS, begin

LIMITS = Thresholds()
HOME = demo_home()
assert HOME is not None
SAMPLES = [each.path for each in discover([HOME]) if each.stored.suffix == ".jsonl"]
SHARED = Path(__file__).resolve().parents[3] / "shared" / "transcripts"
MEASURED = {
    "repeated_failing_command": 2 / 272,
    "repeated_call": 1 / 272,
    "patch_failures": 7 / 177,
    "oscillating_edits": 5 / 177,
    "cut_off": 11 / 243,
    "network_blocked": 17 / 272,
}
"""Shares of real sessions in which each was found, by notes on 440 of them: what comes often is no alarm."""


def strings(value: Any) -> Iterator[str]:
    """Every text in a row, decoded where a text is JSON itself; figures as they are written."""
    if isinstance(value, str):
        yield value
        if value[:1] in ("{", "["):
            with suppress(ValueError):
                yield from strings(json.loads(value))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from strings(each)
    elif isinstance(value, list):
        yield " ".join(each for each in value if isinstance(each, str))
        for each in value:
            yield from strings(each)
    elif isinstance(value, int):
        yield str(value)


def holds(line: str, evidence: str) -> bool:
    try:
        row = json.loads(line)
    except ValueError:
        return evidence in line
    return evidence in line or any(evidence in text for text in strings(row))


def check(findings: list[Finding], path: Path) -> None:
    check_rows(findings, path.read_text("utf-8", "replace").split("\n"))


def check_rows(findings: list[Finding], rows: list[str]) -> None:
    for each in findings:
        assert each.rows, each
        assert each.evidence, each
        assert all(1 <= row <= len(rows) for row in each.rows), each
        assert any(holds(rows[row - 1], each.evidence) for row in each.rows), each
        assert each.explanation.endswith("."), each


def check_loop(loop: Loop) -> None:
    for run in loop.iterations:
        assert run.cause is not None
        assert run.cause.row is not None, run.cause
        assert 1 <= run.cause.row <= len(Path(run.path).read_text("utf-8", "replace").split("\n"))
    by_index = {run.index: run for run in loop.iterations}
    for each in every_finding(loop):
        assert each.iteration is not None
        run = by_index[each.iteration]
        assert each.session_id == run.session_id
        check([each], Path(run.path))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name[-20:-6])
@pytest.mark.parametrize("in_loop", [False, True])
def test_in_the_samples(path: Path, in_loop: bool) -> None:
    try:
        with Transcript.open(path, FileFacts(str(path), path.stat().st_size, 1e9)) as transcript:
            runs = iterations_in(trace_of(transcript), LIMITS, in_loop=in_loop)
    except SourceError:
        return
    for run in runs:
        check(list(run.findings), path)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared transcripts are not here")
def test_in_the_shared_transcripts() -> None:
    found = [each for each in discover([SHARED]) if each.error is None and each.stored.suffix == ".jsonl"]
    kinds: Counter[str] = Counter()
    worked = 0
    for each in found:
        try:
            with Transcript.open(each.path, FileFacts(str(each.path), each.size, 1e9)) as transcript:
                trace = trace_of(transcript)
        except SourceError:
            continue
        worked += bool(trace.steps)
        for in_loop in (False, True):
            runs = iterations_in(trace, LIMITS, in_loop=in_loop)
            findings = [finding for run in runs for finding in run.findings]
            check(findings, each.path)
        kinds.update({finding.kind for finding in findings if finding.severity != "info"})
    assert worked > 40
    for kind, share in MEASURED.items():  # of few sessions; two more than were measured are chance
        assert kinds[kind] <= share * worked + 2, (kind, kinds[kind], worked)
    with Cache(None, "") as cache:
        loops = Finder(found, 4e9, LIMITS, cache).loops()
    for loop in loops:
        check_loop(loop)


@pytest.mark.parametrize("era", ERAS)
def test_in_loops_with_faults(tmp_path: Path, era: str) -> None:
    for number, fault in enumerate(FAULTS):
        loop = loop_with(tmp_path / str(number), era, fault, number)
        assert loop is not None, fault.name
        check_loop(loop)


def told(era: str) -> list[str]:
    """The rows of a session in which everything happens."""
    writer = begin(era, 1, START)
    writer.open()
    for fault in FAULTS:
        writer.prompt(fault.prompt)
        fault.plays.get(0, fault.plays[min(fault.plays)])(writer)
    writer.compact()
    return writer.lines()


STORIES = {era: told(era) for era in ERAS}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(ERAS)), st.data())
def test_rows_in_any_order_torn_and_missing(era: str, data: st.DataObject) -> None:
    lines = STORIES[era]
    start = data.draw(st.integers(0, len(lines) - 1))
    part = lines[:1] + lines[start : start + data.draw(st.integers(1, 120))]
    part = data.draw(st.permutations(part)) if data.draw(st.booleans()) else part
    cut = data.draw(st.integers(0, len(part) - 1))
    part[cut] = part[cut][: data.draw(st.integers(0, 200))]
    content = "\n".join(part).encode("utf-8", "replace")
    with Transcript(spool(io.BytesIO(content), "a.jsonl"), FileFacts("a.jsonl", age=1e9)) as transcript:
        trace = trace_of(transcript)
    for in_loop in (False, True):
        for run in iterations_in(trace, LIMITS, in_loop=in_loop):
            check_rows(list(run.findings), content.decode().split("\n"))
