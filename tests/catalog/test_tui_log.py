from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codexlog.catalog.tui_log import LogSlice, find_log, log_slice

ID = "019c0000-0000-7000-8000-000000000001"
OTHER = "019c0000-0000-7000-8000-000000000002"
TEXT = f"""\
left over from a log that was cut
\x1b[2m2026-02-07T08:05:41.430678Z\x1b[0m \x1b[32m INFO\x1b[0m loop{{thread_id={ID}}}: new
\x1b[2m2026-02-07T08:05:42.000000Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[1mloop\x1b[0m{{thread_id={ID}}}: no: {{
  "error": {{
    "message": "no"
  }}
}}
2026-02-07T08:05:43Z  INFO loop{{thread_id={OTHER}}}: call_id=call_12
2026-02-07T17:05:44+09:00  INFO no id at all
2026-02-07T08:05:45Z  INFO body follows
  names call_1 in its body
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log/codex-tui.log"
    path.parent.mkdir()
    path.write_text(TEXT)
    return path


def numbers(found: LogSlice) -> list[int]:
    return [line.number for line in found.lines]


def test_find_log(log: Path, tmp_path: Path) -> None:
    assert find_log(tmp_path) == log
    assert find_log(tmp_path / "log") is None


def test_whole_log(log: Path) -> None:
    found = log_slice(log)
    assert numbers(found) == list(range(1, 12))
    assert not found.truncated
    assert found.lines[0].at is None
    assert "\x1b" not in "".join(line.text for line in found.lines)


def test_session_with_its_records_whole(log: Path) -> None:
    found = log_slice(log, session_id=ID)
    assert numbers(found) == [2, 3, 4, 5, 6, 7]
    assert found.lines[0].text == f"2026-02-07T08:05:41.430678Z  INFO loop{{thread_id={ID}}}: new"
    assert {line.at for line in found.lines[1:]} == {"2026-02-07T08:05:42Z"}


def test_call_is_not_the_beginning_of_another(log: Path) -> None:
    assert numbers(log_slice(log, call_ids=["call_1"])) == [10, 11]
    assert numbers(log_slice(log, call_ids=["call_12", "call_1"])) == [8, 10, 11]
    assert numbers(log_slice(log, session_id=ID, call_ids=["call_12"])) == [2, 3, 4, 5, 6, 7, 8]
    assert numbers(log_slice(log, call_ids=["absent"])) == []


def test_window_of_any_zone(log: Path) -> None:
    window = log_slice(log, start="2026-02-07T08:05:43.000Z", end="2026-02-07T08:05:44.000Z")
    assert numbers(window) == [8, 9]
    assert window.lines[1].at == "2026-02-07T08:05:44Z"
    assert numbers(log_slice(log, session_id=ID, start="2026-02-07T08:05:42Z")) == [3, 4, 5, 6, 7]
    assert numbers(log_slice(log, end="2026-02-07T08:05:41.999Z")) == [2]
    assert numbers(log_slice(log, start="no time")) == list(range(1, 12))


def test_limit_keeps_the_newest_records(log: Path) -> None:
    found = log_slice(log, limit=3)
    assert (numbers(found), found.truncated) == ([9, 10, 11], True)
    found = log_slice(log, session_id=ID, limit=2)
    assert (numbers(found), found.truncated) == ([3, 4], True)


def test_impossible_time_starts_no_record(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text(
        f"2026-02-07T08:05:41Z {ID}\n2026-99-07T08:05:41Z not a time\n0001-01-01T00:00:00+09:00 b\n"
    )
    assert numbers(log_slice(path, session_id=ID)) == [1, 2, 3]


def test_long_line_is_cut_and_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(b"2026-02-07T08:05:41Z " + b"x" * 100_000 + b"\n2026-02-07T08:05:42Z \xff end\r\n")
    found = log_slice(path)
    assert found.truncated
    assert len(found.lines[0].text) < 20_000
    assert (found.lines[1].number, found.lines[1].text) == (2, "2026-02-07T08:05:42Z \ufffd end")


def test_no_log_is_no_error_of_the_caller(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert log_slice(tmp_path / "gone").error == "No such file or directory"
    assert log_slice(tmp_path / "fifo").error == "Not a regular file"
    assert log_slice(tmp_path).error


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(), st.text(max_size=5), st.text(max_size=5))
def test_no_bytes_are_an_error(tmp_path: Path, data: bytes, name: str, bound: str) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(data)
    assert log_slice(path).error is None
    assert log_slice(path, session_id=name, call_ids=[name], start=bound, end=bound, limit=1).error is None


def test_real_log_when_it_is_there() -> None:
    path = Path(__file__).parents[2].parent / "shared/transcripts/codex_home/log/codex-tui.log"
    if not path.is_file():
        pytest.skip("no real log beside the checkout")
    found = log_slice(path, session_id="019c372e-2526-7052-8755-0c317ca55dd1")
    assert found.lines
    assert all(line.at and line.at.startswith("2026-02-07T") for line in found.lines)
    assert "\x1b" not in "".join(line.text for line in log_slice(path, limit=5000).lines)
