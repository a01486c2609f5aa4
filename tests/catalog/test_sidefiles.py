from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codexlog.catalog.sidefiles import SideFacts, capped_lines, read_side_files


def rows(path: Path, *values: object) -> None:
    path.write_bytes(b"".join(orjson.dumps(value) + b"\n" for value in values))


def database(path: Path, columns: str, *values: tuple[object, ...]) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE threads ({columns})")
    if values:
        marks = ", ".join("?" * len(values[0]))
        connection.executemany(f"INSERT INTO threads VALUES ({marks})", values)
    connection.commit()
    return connection


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_empty_home_has_no_facts(tmp_path: Path) -> None:
    assert read_side_files(tmp_path, None) == SideFacts()
    assert read_side_files(tmp_path / "gone", tmp_path / "gone") == SideFacts()


def test_last_name_of_a_thread_wins(tmp_path: Path) -> None:
    rows(
        tmp_path / "session_index.jsonl",
        {"id": "a", "thread_name": "old"},
        {"id": "b", "thread_name": "gone"},
        {"id": "a", "thread_name": "new"},
        {"id": "b", "thread_name": ""},
    )
    assert read_side_files(tmp_path, None).titles == {"a": "new"}


def test_first_prompt_of_each_session_under_any_spelling(tmp_path: Path) -> None:
    rows(
        tmp_path / "history.jsonl",
        {"session_id": "a", "ts": 1760000000, "text": "one"},
        {"conversation_id": "b", "ts": 1760000001, "text": "two"},
        {"thread_id": "c", "ts": 1760000002, "text": "three"},
        {"session_id": "a", "ts": 1760000003, "text": "four"},
    )
    assert read_side_files(tmp_path, None).first_prompts == {"a": "one", "b": "two", "c": "three"}


def test_bad_rows_cost_themselves_and_one_note(tmp_path: Path) -> None:
    good = b'{"id":"a","thread_name":"name"}'
    lines = [b"\xef\xbb\xbf" + good, b"", b"\xff\xfe", b"[1]", b"null", b'{"id":', good + b"\r"]
    (tmp_path / "session_index.jsonl").write_bytes(b"\n".join(lines))
    (tmp_path / "history.jsonl").write_bytes(b'{"session_id":3,"text":"x"}\n{"session_id":"a","text":"torn')
    facts = read_side_files(tmp_path, None)
    assert facts.titles == {"a": "name"}
    assert facts.first_prompts == {}
    assert facts.notes == (
        "session_index.jsonl: 4 rows are not readable",
        "history.jsonl: 1 row is not readable",
    )


def test_folders_and_fifos_in_place_of_side_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "history.jsonl")
    (tmp_path / "session_index.jsonl").mkdir()
    os.mkfifo(tmp_path / "state_5.sqlite")
    notes = read_side_files(tmp_path, None).notes
    assert len(notes) == 3
    assert all("\n" not in note for note in notes)


def test_state_gives_title_name_and_archive_flag(tmp_path: Path) -> None:
    columns = "id TEXT, title TEXT, name TEXT, archived INTEGER"
    data = [("a", "title", "name", 1), ("b", "title", None, 0), ("c", " ", None, None)]
    database(tmp_path / "state_5.sqlite", columns, *data).close()
    before = listing(tmp_path)
    facts = read_side_files(tmp_path, None)
    assert facts.titles == {"a": "name", "b": "title"}
    assert facts.archived == {"a": True, "b": False}
    assert facts.notes == ()
    assert listing(tmp_path) == before


def test_index_goes_before_state(tmp_path: Path) -> None:
    database(tmp_path / "state_5.sqlite", "id TEXT, title TEXT", ("a", "title")).close()
    rows(tmp_path / "session_index.jsonl", {"id": "a", "thread_name": "name"})
    assert read_side_files(tmp_path, None).titles == {"a": "name"}


def test_highest_number_counts_as_a_number(tmp_path: Path) -> None:
    for number in (2, 9, 10):
        database(tmp_path / f"state_{number}.sqlite", "id TEXT, title TEXT", ("a", f"of {number}")).close()
    assert read_side_files(tmp_path, None).titles == {"a": "of 10"}


def test_state_of_another_folder(tmp_path: Path) -> None:
    folder = tmp_path / "100% #1?"
    folder.mkdir()
    database(folder / "state_5.sqlite", "id TEXT, title TEXT", ("a", "title")).close()
    assert read_side_files(tmp_path, folder).titles == {"a": "title"}


def test_rows_that_wait_in_the_journal_are_read_from_a_copy(tmp_path: Path) -> None:
    connection = database(tmp_path / "state_5.sqlite", "id TEXT, title TEXT", ("a", "old"))
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("UPDATE threads SET title = 'new'")
    connection.commit()
    home = tmp_path / "home"
    home.mkdir()
    for end in ("", "-wal"):
        (home / f"state_5.sqlite{end}").write_bytes((tmp_path / f"state_5.sqlite{end}").read_bytes())
    connection.close()
    before = listing(home)
    assert read_side_files(home, None).titles == {"a": "new"}
    assert listing(home) == before


def test_locked_state_is_read(tmp_path: Path) -> None:
    connection = database(tmp_path / "state_5.sqlite", "id TEXT, title TEXT", ("a", "title"))
    connection.execute("BEGIN EXCLUSIVE")
    try:
        assert read_side_files(tmp_path, None).titles == {"a": "title"}
    finally:
        connection.close()


def test_missing_columns_and_tables(tmp_path: Path) -> None:
    database(tmp_path / "state_1.sqlite", "id TEXT", ("a",)).close()
    assert read_side_files(tmp_path, None) == SideFacts()
    database(tmp_path / "state_2.sqlite", "thread TEXT", ("a",)).close()
    assert read_side_files(tmp_path, None).notes == ("state_2.sqlite: no column id in threads",)
    sqlite3.connect(tmp_path / "state_3.sqlite").execute("CREATE VIEW threads AS SELECT 1 AS id").close()
    assert read_side_files(tmp_path, None).notes == ("state_3.sqlite: no table threads",)


def test_odd_values_in_state(tmp_path: Path) -> None:
    columns = "id, title, archived"
    path = tmp_path / "state_5.sqlite"
    connection = database(path, columns, (1, "x", 1), ("a", b"blob", "yes"), ("b", 7, 2), ("c", "ok", "1"))
    connection.execute("INSERT INTO threads VALUES ('d', CAST(x'66ff' AS TEXT), 0)")
    connection.commit()
    connection.close()
    facts = read_side_files(tmp_path, None)
    assert facts.titles == {"b": "7", "c": "ok", "d": "f\ufffd"}
    assert facts.archived == {"c": True, "d": False}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 8191), junk=st.binary(max_size=64), wal=st.binary(max_size=64))
def test_no_damage_of_state_is_an_error(tmp_path: Path, at: int, junk: bytes, wal: bytes) -> None:
    path = tmp_path / "state_5.sqlite"
    path.unlink(missing_ok=True)
    Path(f"{path}-wal").unlink(missing_ok=True)
    database(path, "id TEXT, title TEXT", ("a", "title")).close()
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + junk + whole[at + len(junk) :])
    Path(f"{path}-wal").write_bytes(wal)
    assert len(read_side_files(tmp_path, None).notes) <= 1


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary() | st.lists(st.binary()).map(b"\n".join))
def test_no_bytes_are_an_error(tmp_path: Path, data: bytes) -> None:
    for name in ("session_index.jsonl", "history.jsonl", "state_5.sqlite"):
        (tmp_path / name).write_bytes(data)
    assert len(read_side_files(tmp_path, None).notes) <= 3


@given(st.binary(), st.integers(1, 8))
def test_capped_lines_are_the_lines(data: bytes, cap: int) -> None:
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    expected = [(line[:cap], len(line) > cap) for line in lines]
    assert list(capped_lines(BytesIO(data), cap)) == expected


@pytest.mark.parametrize("state", [False, True])
def test_sqlite_is_imported_for_a_state_file_alone(tmp_path: Path, state: bool) -> None:
    if state:
        database(tmp_path / "state_5.sqlite", "id TEXT").close()
    code = (
        "import sys; from pathlib import Path; from codexlog.catalog.sidefiles import read_side_files;"
        f"read_side_files(Path({str(tmp_path)!r}), None); print('sqlite3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(state)
