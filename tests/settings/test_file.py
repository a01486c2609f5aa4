from __future__ import annotations

from pathlib import Path

from codexlog.settings.file import read_settings


def test_no_file_is_no_settings(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") is None
    (tmp_path / "file").write_text("")
    assert read_settings(tmp_path / "file" / "settings.toml") is None


def test_a_mark_at_the_start_of_the_file_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b'\xef\xbb\xbfmouse = "on"\r\n')
    parsed = read_settings(path)
    assert parsed is not None
    assert parsed.settings.mouse == "on"
    assert parsed.problems == ()


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    folder = read_settings(tmp_path)
    assert folder is not None and folder.is_broken
    assert str(folder.problems[0]) == "cannot be read: Is a directory"
    path = tmp_path / "settings.toml"
    path.write_bytes(b'mouse = "on"\n# \xff\n')
    latin = read_settings(path)
    assert latin is not None and latin.is_broken
    assert str(latin.problems[0]) == "line 2: not UTF-8"
