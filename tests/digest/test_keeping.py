from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from codexlog.digest.keeping import LEDGER, Kept, keep


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "codexlog"


@pytest.fixture
def wanted(tmp_path: Path) -> Path:
    return tmp_path / "home" / "history" / "2025-09-23-summary.md"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_text_makes_folder_and_file_for_the_person_alone(state: Path, wanted: Path) -> None:
    wanted.parent.parent.mkdir()
    assert keep("one\n", wanted, state) == Kept(wanted)
    assert wanted.read_text() == "one\n"
    assert (mode(wanted), mode(wanted.parent), mode(state / LEDGER)) == (0o600, 0o700, 0o600)
    assert [each.name for each in wanted.parent.iterdir()] == [wanted.name]  # nothing is left behind


def test_what_we_wrote_may_be_replaced(state: Path, wanted: Path) -> None:
    keep("one\n", wanted, state)
    assert keep("two\n", wanted, state) == Kept(wanted)
    assert wanted.read_text() == "two\n"


def test_the_same_text_again_touches_nothing(state: Path, wanted: Path) -> None:
    keep("one\n", wanted, state)
    before = (wanted.stat().st_mtime_ns, wanted.stat().st_ino, (state / LEDGER).stat().st_ino)
    assert keep("one\n", wanted, state) == Kept(wanted, is_new=False)
    assert (wanted.stat().st_mtime_ns, wanted.stat().st_ino, (state / LEDGER).stat().st_ino) == before


@pytest.mark.parametrize("known", [True, False])
def test_what_somebody_changed_or_wrote_stays(state: Path, wanted: Path, known: bool) -> None:
    wanted.parent.mkdir(parents=True)
    if known:
        keep("one\n", wanted, state)
    wanted.write_text("by hand\n")
    beside = wanted.with_name("2025-09-23-summary.new.md")
    assert keep("two\n", wanted, state) == Kept(beside, instead_of=wanted)
    assert (wanted.read_text(), beside.read_text()) == ("by hand\n", "two\n")
    assert keep("three\n", wanted, state) == Kept(beside, instead_of=wanted)  # that one is ours
    beside.write_text("by hand too\n")
    third = wanted.with_name("2025-09-23-summary.new-2.md")
    assert keep("four\n", wanted, state) == Kept(third, instead_of=wanted)
    assert (wanted.read_text(), beside.read_text(), third.read_text()) == (
        "by hand\n",
        "by hand too\n",
        "four\n",
    )


def test_who_gives_our_text_back_gives_the_file_back(state: Path, wanted: Path) -> None:
    keep("one\n", wanted, state)
    wanted.write_text("by hand\n")
    wanted.write_text("one\n")
    assert keep("two\n", wanted, state) == Kept(wanted)


def test_a_link_stays_a_link(tmp_path: Path, state: Path) -> None:
    real, link = tmp_path / "notes.md", tmp_path / "link.md"
    link.symlink_to(real)
    assert keep("one\n", link, state).path == link
    assert link.is_symlink()
    assert real.read_text() == "one\n"


@pytest.mark.parametrize("ledger", [b"", b"[]", b"{", b"\xff", b'{"x": 1}'])
def test_a_ledger_that_says_nothing_lets_nothing_be_overwritten(
    state: Path, wanted: Path, ledger: bytes
) -> None:
    keep("one\n", wanted, state)
    (state / LEDGER).write_bytes(ledger)
    assert keep("two\n", wanted, state).instead_of == wanted
    assert wanted.read_text() == "one\n"
    assert str(wanted.with_name("2025-09-23-summary.new.md")) in json.loads((state / LEDGER).read_text())


def test_a_ledger_that_cannot_be_written_is_said(tmp_path: Path, wanted: Path) -> None:
    (tmp_path / "state").write_text("a file, no folder")
    kept = keep("one\n", wanted, tmp_path / "state")
    assert wanted.read_text() == "one\n"
    assert kept.problem


def test_what_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path, state: Path) -> None:
    with pytest.raises(OSError):
        keep("one\n", tmp_path / ("x" * 300), state)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        keep("one\n", tmp_path / "file" / "summary.md", state)
    with pytest.raises(IsADirectoryError):
        keep("one\n", tmp_path, state)
    assert not (state / LEDGER).exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_home_that_is_read_only(wanted: Path, state: Path) -> None:
    home = wanted.parent.parent
    home.mkdir()
    home.chmod(0o500)
    with pytest.raises(PermissionError):
        keep("one\n", wanted, state)
    home.chmod(0o700)
