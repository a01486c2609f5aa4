from __future__ import annotations

from pathlib import Path

import pytest

from catalog.conftest import session_rows, write_rows
from codexlog.catalog.copies import copies
from codexlog.catalog.discover import Found
from codexlog.catalog.whose import only
from codexlog.paths import Agent

SESSION = "0d6f6a0e-6f4f-4a39-9a53-3b4f3c1f6f10"
OWN = Path(f"/a/projects/-x/{SESSION}.jsonl")
SECOND = Path(f"/b/projects/-x/{SESSION}.jsonl")
COPY = Path(f"/r/.entire/metadata/{SESSION}/full.jsonl")
DATED = Path(f"/r/.entire/metadata/2026-01-10-{SESSION}/full.jsonl")


def found(path: Path, agent: Agent | None, size: int = 1, error: str | None = None) -> Found:
    return Found(path, path, None, False, size, 0.0, error, agent)


@pytest.mark.parametrize(
    ("files", "copied"),
    [
        ([found(OWN, "claude")], set()),
        ([found(OWN, "claude"), found(COPY, "entire", 9)], {COPY}),
        ([found(OWN, "claude", 0, "Permission denied"), found(COPY, "entire")], {OWN}),
        ([found(OWN, "claude"), found(SECOND, "claude", 2)], {OWN}),
        ([found(COPY, "entire", 1), found(DATED, "entire", 2)], {COPY}),
        ([found(OWN, None), found(SECOND, None)], set()),
        ([found(Path("/a/full.jsonl"), "entire"), found(Path("/b/full.jsonl"), "entire")], set()),
    ],
    ids=[
        "alone",
        "own first",
        "readable first",
        "longest",
        "with date or without",
        "plain folders",
        "no ids",
    ],
)
def test_reader_74_one_file_stands_for_a_session(files: list[Found], copied: set[Path]) -> None:
    assert copies(files) == copied
    assert copies(reversed(files)) == copied


def test_whose_a_plain_file_is_its_rows_tell(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    write_rows(path, session_rows("aaaaaaaa-495a-7ff1-9db5-efef3c506d2a"))
    files = [found(path, None, path.stat().st_size), found(OWN, "claude")]
    assert only(files, "codex") == files[:1]
    assert only(files, "claude") == files[1:]
    assert only(files, "entire") == []
    assert only(files, None) == files
