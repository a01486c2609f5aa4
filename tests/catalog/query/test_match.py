"""Which sessions a query takes, and what is known of it before a file is read whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from codexlog.catalog.discover import discover
from codexlog.catalog.listing import facts_of, full_summary, head_summary
from codexlog.catalog.query.match import _AT_HEAD, Facts, fact, is_cheap, matches
from codexlog.catalog.query.parse import parse
from codexlog.model import Counts, Summary, Usage

ROOT = Path(__file__).resolve().parents[3]
NOW = 1_791_400_000.0
"""2026-10-07 20:26:40 UTC."""
WHOLE = Summary(
    id="01a1127f-db8e",
    path="/home/me/.codex/sessions/rollout-x.jsonl",
    format="codex-legacy",
    title="Fix the Parser",
    cwd="/srv/my-api",
    branch="main",
    model="gpt-5-codex",
    cli_version="0.145.2",
    originator="codex_cli_rs",
    source="cli",
    started_at="2026-10-07T08:00:00Z",
    ended_at="2026-10-07T09:30:00Z",
    size_bytes=1_500_000,
    outcome="failed",
    counts=Counts(rows=9, turns=3, calls=7, calls_failed=2, compactions=1),
    usage=Usage(900, None, None, 100, None, 1000, complete=False),
    forked_from="parent",
    first_prompt="please FIX it\nat once",
    call_ends=frozenset(
        (("exec_command", 0, "ok"), ("apply_patch", None, "failed"), ("exec_command", 101, "failed"))
    ),
)
BARE = replace(
    WHOLE,
    branch=None,
    cwd=None,
    model=None,
    started_at=None,
    ended_at=None,
    usage=None,
    title=None,
    call_ends=frozenset(),
)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def takes(query: str, summary: Summary = WHOLE, *, is_whole: bool = True) -> bool | None:
    return matches(parse(query, NOW), Facts(summary, is_whole=is_whole))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "outcome:failed", "outcome:FAILED,empty", "-outcome:completed", "outcome:!completed",
        "project:my-api", "project:api", "project:MY*", "-project:srv", "cwd:/srv", "cwd:/srv/*",
        "branch:main", "branch:ma*", "-branch:ma", "branch:!dev", "model:gpt-5*", "-model:gpt-5",
        "model:gpt-?-codex", "agent:codex", "agent:!claude", "source:cli", "originator:CODEX_cli_rs",
        "version:0.145", "version:0.145.2", "-version:0.14", "id:01A1", "title:parser",
        'title:"the pars"', 'prompt:"it at"', 'prompt:"fix  it"', "-prompt:parser",
        "tool:exec_command", "tool:exec*",
        "-tool:shell", "tool:!apply_patch", "exit:101", "exit:!0", "exit:>0", "exit:1..200", "exit:unknown",
        "status:failed", "status:ok", "-status:denied", "tool:exec_command exit:!0",
        "tool:exec_command status:failed exit:101", "tool:apply_patch exit:unknown",
        "since:2026-10-07", "since:2026-10-07T09:30:00Z", "since:12h", "since:today", "since:yesterday",
        "-since:1h", "since:!1h", "until:2026-10-07", "until:today", "-until:yesterday", "until:08:00",
        "tokens:1k", "tokens:>=1000", "tokens:<2K", "tokens:0.5k..1k", "tokens:..1k", "tokens:1k..",
        "-tokens:>1k", "tokens:!5", "calls:7", "failed:>0", "turns:2..5", "unanswered:0", "compactions:1",
        "size:>1MB", "size:<1.5MiB", "duration:1h30m", "duration:>1h", "duration:5400", "duration:<2h",
        "is:fork", "is:child", "is:partial", "-is:archived", "is:!archived", "is:running,fork",
        "parser", "FIX parser", "my-api failed", "rollout-x", "gpt-5-codex 0.145.2", "-nosuchword",
        "re:^please.fix", "re:pars[ae]r$", "-re:xyz",
    ],
)  # fmt: skip
def test_taken(query: str) -> None:
    assert takes(query)


@pytest.mark.parametrize(
    "query",
    [
        "outcome:completed", "outcome:!failed", "-outcome:failed", "project:srv", "branch:mai", "model:gpt-5",
        "version:0.14", "id:1a1", "agent:claude", 'title:"pars the"', "tool:exec", "exit:2", "exit:!0,101",
        "status:denied", "tool:apply_patch exit:101", "tool:!apply_patch exit:unknown", "since:1h",
        "since:2026-10-08", "until:2026-10-06", "until:1d", "until:07:59", "tokens:>1k", "tokens:unknown",
        "turns:>3", "size:>1.5MB", "duration:>1h30m", "is:archived", "is:subagent", "is:damaged", "is:empty",
        "parser nosuchword", "-parser", "re:^once",
    ],
)  # fmt: skip
def test_left_out(query: str) -> None:
    assert takes(query) is False


UNKNOWN = ("branch", "project", "cwd", "model", "tokens", "since", "until", "duration")


@pytest.mark.parametrize("name", UNKNOWN)
def test_no_comparison_with_an_unknown_figure_is_true(name: str) -> None:
    value = {"since": "2d", "until": "today"}.get(name, "5" if name in ("tokens", "duration") else "x")
    for shape in ("{}:{}", "{}:!{}"):
        assert takes(shape.format(name, value), BARE) is False
    assert takes(f"-{name}:{value}", BARE)
    assert takes(f"{name}:unknown", BARE)
    assert takes(f"{name}:!unknown", BARE) is False
    assert takes(f"{name}:!unknown")
    assert takes(f"{name}:unknown") is False


def test_an_unreadable_file_has_no_counts() -> None:
    unreadable = replace(WHOLE, counts=Counts(), error="cannot be read")
    assert takes("calls:0", unreadable) is False
    assert takes("calls:unknown is:damaged", unreadable)


@pytest.mark.parametrize(
    ("query", "verdict"),
    [
        ("outcome:failed", None), ("-outcome:failed", None), ("tool:x", None), ("-tool:x", None),
        ("tokens:>1", None), ("model:gpt*", None), ("is:archived", None), ("is:fork", True),
        ("-is:fork", None), ("is:!archived", None), ("parser", True), ("-parser", None), ("nosuch", None),
        ("title:parser", True), ("title:!parser", None), ("branch:main", True), ("branch:dev", False),
        ("-branch:dev", True), ("since:1h", False), ("since:12h outcome:failed", None),
        ("since:1h outcome:failed", False), ("size:>1MB", True), ("id:02", False), ("agent:claude", False),
    ],
)  # fmt: skip
def test_what_the_ends_of_a_file_decide(query: str, verdict: bool | None) -> None:
    assert takes(query, is_whole=False) is verdict


def test_what_a_head_does_not_tell_is_open() -> None:
    for name in ("branch", "cwd", "since"):
        assert takes(f"{name}:unknown", BARE, is_whole=False) is None


@pytest.mark.parametrize(
    ("query", "cheap"),
    [("since:2d", True), ("outcome:failed id:0", True), ("outcome:failed word", False), ("", False)],
)
def test_cheap(query: str, cheap: bool) -> None:
    assert is_cheap(parse(query, NOW)) is cheap


def files() -> list[Path]:
    found = discover([ROOT / "sample_sessions"])
    shared = ROOT.parent / "shared" / "transcripts"
    if shared.is_dir():
        found += discover([shared])
    return [each.path for each in found if each.error is None]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem[-20:])
def test_facts_of_the_ends_are_those_of_the_whole(path: Path) -> None:
    (found,) = discover([path])
    known = facts_of(found, found.mtime + 10_000)
    head, whole = head_summary(known, found.path), full_summary(known, found.path)
    for name, is_final in _AT_HEAD.items():
        if is_final(head):
            assert fact(name, head) == fact(name, whole), name
