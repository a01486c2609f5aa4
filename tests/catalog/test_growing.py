"""Sessions that a process keeps open: each row is read once, whoever asks how often."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from codexlog.catalog.growing import MOST_KEPT, Growing, Kept
from codexlog.catalog.listing import full_summary
from codexlog.catalog.transcript import Transcript
from codexlog.catalog.workers import Workers
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.growth import patched
from codexlog.timeline.summary import FileFacts
from corpus import write_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codexlog.timeline.outline import Outline


@pytest.fixture
def data(tmp_path: Path) -> bytes:
    return write_session(tmp_path / "whole.jsonl", size_bytes=200_000, seed=4).path.read_bytes()


def cuts(data: bytes) -> Iterator[int]:
    yield from (1000, 1001, len(data) // 2, len(data) // 2 + 1, len(data) - 10, len(data))


def plain(found: Outline) -> object:
    return found.summary, list(found.turns), [found.entries[at] for at in range(len(found.entries))]


def facts(path: Path) -> FileFacts:
    return FileFacts(str(path), path.stat().st_size)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_any_slicing_gives_the_outline_of_the_whole(elsewhere: bool, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.touch()
    workers, growing = Workers(1), Growing(path)
    found = None
    for end in cuts(data):
        path.write_bytes(data[:end]) if end < 1001 else append(path, data[path.stat().st_size : end])
        known = facts(path)
        news = workers.grow(path, known).result(30) if elsewhere else growing.look(known)
        if news.patch is not None:
            assert found is not None
            found = patched(found, news.patch)
        elif news.whole is not None:
            found = replace(news.whole, entries=news.whole.entries.behind(0))
        assert news.pending == end - data[:end].rfind(b"\n") - 1
    workers.close()
    growing.close()
    assert found is not None
    with Transcript.open(path, facts(path)) as transcript:
        assert plain(found) == plain(transcript.outline())


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_figures_are_those_of_a_full_read_and_cost_what_is_new(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    feed_row = TimelineBuilder.feed_row

    def counted(self: TimelineBuilder, line: int, *more: object) -> None:
        read.append(line)
        feed_row(self, line, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(TimelineBuilder, "feed_row", counted)
    path, kept = tmp_path / "a.jsonl", Kept()
    lines = data.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-3]))
    kept.figures(facts(path), path)
    read.clear()
    append(path, b"".join(lines[-3:]))
    summary = kept.figures(facts(path), path)
    assert read == [len(lines) - 2, len(lines) - 1, len(lines)]
    assert summary == full_summary(facts(path), path)


def test_a_file_that_is_replaced_is_counted_anew(data: bytes, tmp_path: Path) -> None:
    path, kept = tmp_path / "a.jsonl", Kept()
    path.write_bytes(data)
    kept.figures(facts(path), path)
    path.write_bytes(b"".join(data.splitlines(keepends=True)[:5]))
    assert kept.figures(facts(path), path).counts.rows == 5
    known = facts(path)
    path.unlink()
    assert kept.figures(known, path).error == "no such file"


def test_only_so_many_files_are_kept_open(tmp_path: Path) -> None:
    kept = Kept()
    for number in range(MOST_KEPT + 5):
        path = tmp_path / f"{number}.jsonl"
        path.write_text("{}\n")
        kept.figures(facts(path), path)
    assert len(kept._figures) == MOST_KEPT
