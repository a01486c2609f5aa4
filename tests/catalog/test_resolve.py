"""What SESSION may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.conftest import session_rows, write_rows
from codexlog.catalog.discover import discover
from codexlog.catalog.resolve import ResolveError, resolve


def test_path_id_prefix_and_latest(home: Path) -> None:
    newest = discover([home])[0].path
    assert resolve(str(newest), []).path == newest
    assert resolve("cccccccc-495a-7ff1-9db5-efef3c506d2a", [home]).path == newest
    assert resolve("CCC", [home]).path == newest
    assert resolve("latest", [home]).path.name.endswith(".jsonl")


def test_latest_is_the_session_with_the_youngest_row(home: Path) -> None:
    path = discover([home])[-1].path
    rows = session_rows("aaaaaaaa-495a-7ff1-9db5-efef3c506d2a")
    rows[-1]["timestamp"] = "2026-02-02T00:00:00.000Z"
    write_rows(path, rows)
    assert resolve("latest", [home]).path == path


def test_an_ambiguous_prefix_lists_the_candidates(tmp_path: Path) -> None:
    for digit in "12":
        identity = f"aaaaaaa{digit}-495a-7ff1-9db5-efef3c506d2a"
        write_rows(tmp_path / f"rollout-2026-01-01T00-00-00-{identity}.jsonl", session_rows(identity))
    with pytest.raises(ResolveError) as caught:
        resolve("aaaa", [tmp_path])
    assert not caught.value.missing
    assert "aaaaaaa1-" in str(caught.value)
    assert "aaaaaaa2-" in str(caught.value)


def test_a_renamed_file_is_found_by_the_id_inside(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "renamed.jsonl", session_rows("dddddddd-495a-7ff1-9db5-efef3c506d2a"))
    assert resolve("dddd", [tmp_path]).path == path


@pytest.mark.parametrize("target", ["eeee", "no/such.jsonl", "gone.jsonl"])
def test_nothing_of_that_name(home: Path, target: str) -> None:
    with pytest.raises(ResolveError):
        resolve(target, [home])


def test_a_folder_is_no_session(home: Path) -> None:
    with pytest.raises(ResolveError, match="a folder"):
        resolve(f"{home}/", [home])


def test_reader_76_an_id_with_and_without_the_date_is_one_session(tmp_path: Path) -> None:
    session = "0d6f6a0e-6f4f-4a39-9a53-3b4f3c1f6f10"
    path = tmp_path / f".entire/metadata/2026-01-10-{session}/full.jsonl"
    write_rows(path, [{"type": "user", "uuid": "u", "message": {"role": "user", "content": "x"}}])
    for target in (session, session[:8], f"2026-01-10-{session}", "2026-01-10-0d6f"):
        assert resolve(target, [tmp_path]).path == path
    assert resolve("latest", [tmp_path], "entire").path == path
    with pytest.raises(ResolveError):
        resolve("latest", [tmp_path], "claude")
