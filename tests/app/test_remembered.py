from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.app.options import Options, theme_of
from codexlog.app.remembered import Remembered, recall, remember


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "codexlog" / "state.json"
    state = Remembered("dark", "terminal", {"beside.list": 0.3})
    assert remember(path, state) is None
    assert recall(path) == state
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["state.json"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    problem = remember(tmp_path / "file" / "state.json", Remembered())
    assert problem is not None
    assert "Not a directory" in problem or "File exists" in problem


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1]",
        b"\xff",
        b'{"theme": 3, "shares": []}',
        b'{"shares": {"a": 7, "b": "x", "c": NaN}}',
        b"[" * 99_999,
    ],
)
def test_damage_means_defaults(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(content)
    assert recall(path) == Remembered()


@given(content=st.binary(max_size=60))
def test_no_content_makes_it_fail(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any-state.json"
    path.write_bytes(content)
    recall(path)


def test_the_last_decision_about_the_theme_wins() -> None:
    picked = Remembered("dark", "terminal")
    assert theme_of(Options(paths=(), remembered=picked)) == "dark"
    assert theme_of(Options(paths=(), remembered=picked, theme="light")) == "light"
    assert theme_of(Options(paths=(), theme="light")) == "light"
