"""What Codex keeps beside its sessions: names of threads, typed prompts, archive flags.

None of it is the truth; a session stands without it. So a damaged side file costs its facts and one
line in `notes`, never an exception. The agent's folder is read and left as it was.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, BinaryIO

import orjson

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

INDEX = "session_index.jsonl"
HISTORY = "history.jsonl"
HISTORY_IDS = ("session_id", "conversation_id", "thread_id")
"""`conversation_id` stood in builds of September 2025."""
STATE = re.compile(r"state_(\d+)\.sqlite", re.ASCII)
STATE_COLUMNS = ("name", "title", "archived")
JOURNALS = ("-wal", "-journal")
MAX_LINE = 16 * 1024 * 1024
MAX_TITLE = 1000
MAX_META = 1 << 16
COPY_TRIES = 3


@dataclass(frozen=True, slots=True)
class SideFacts:
    """What the side files say, by thread id."""

    titles: Mapping[str, str] = field(default_factory=dict)
    archived: Mapping[str, bool] = field(default_factory=dict)
    first_prompts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """One line for each side file that could not be read whole."""


@dataclass(slots=True)
class _Facts:
    titles: dict[str, str] = field(default_factory=dict)
    archived: dict[str, bool] = field(default_factory=dict)
    first_prompts: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_side_files(home: Path, sqlite_home: Path | None) -> SideFacts:
    """Collect the facts of a Codex home. A name in the index goes before one in the database."""
    facts = _Facts()
    _read_state(sqlite_home or home, facts)
    _read_index(home / INDEX, facts)
    _read_history(home / HISTORY, facts)
    return SideFacts(facts.titles, facts.archived, facts.first_prompts, tuple(facts.notes))


def agent_title(session: Path) -> str | None:
    """What a subagent of Claude Code was started for, as the file beside its session says."""
    name = session.name.removesuffix(".zst").removesuffix(".jsonl")
    try:
        with open_regular(session.with_name(f"{name}.meta.json")) as stream:
            known = orjson.loads(stream.read(MAX_META))
    except (OSError, orjson.JSONDecodeError):
        return None  # most have none
    said = known.get("description") if isinstance(known, dict) else None
    return said[:MAX_TITLE] if isinstance(said, str) and said.strip() else None


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading; anything but a regular file is an OSError, and nothing blocks."""
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(0, "Not a regular file")
    return os.fdopen(number, "rb")


def capped_lines(stream: BinaryIO, cap: int) -> Iterator[tuple[bytes, bool]]:
    """Read lines without their newline, and say of each whether it was over `cap` bytes and lost its rest."""
    while line := stream.readline(cap):
        whole = line.endswith(b"\n") or len(line) < cap
        if not whole:
            whole = _skip_line(stream, cap)
        yield line.removesuffix(b"\n"), not whole


def _skip_line(stream: BinaryIO, cap: int) -> bool:
    """Read on to the end of a line; true where nothing but that end was left."""
    rest = stream.readline(cap)
    nothing_lost = rest in (b"", b"\n")
    while rest and not rest.endswith(b"\n"):
        rest = stream.readline(cap)
    return nothing_lost


def _read_index(path: Path, facts: _Facts) -> None:
    for row in _rows(path, facts.notes):
        thread, name = row.get("id"), row.get("thread_name")
        if not isinstance(thread, str):
            continue
        if isinstance(name, str) and name.strip():
            facts.titles[thread] = name
        elif name is None or name == "":
            facts.titles.pop(thread, None)


def _read_history(path: Path, facts: _Facts) -> None:
    for row in _rows(path, facts.notes):
        thread = next((row[key] for key in HISTORY_IDS if row.get(key)), None)
        text = row.get("text")
        if isinstance(thread, str) and isinstance(text, str) and text.strip():
            facts.first_prompts.setdefault(thread, text)


def _rows(path: Path, notes: list[str]) -> Iterator[dict[str, object]]:
    """Yield the JSON objects of a file, one a line; what is none is counted into one note."""
    bad = 0
    try:
        with open_regular(path) as stream:
            for line, _ in capped_lines(stream, MAX_LINE):
                row = _row(line)
                if isinstance(row, dict):
                    yield row
                elif row is not None:
                    bad += 1
    except FileNotFoundError:
        return
    except OSError as error:
        notes.append(f"{path.name}: {error.strerror or type(error).__name__}")
    if bad:
        notes.append(f"{path.name}: {bad} {'row is' if bad == 1 else 'rows are'} not readable")


def _row(line: bytes) -> dict[str, object] | bool | None:
    """Decode a line: None for a blank one, False for what is no object."""
    line = line.removeprefix(b"\xef\xbb\xbf").strip()
    if not line:
        return None
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return row if isinstance(row, dict) else False


def _read_state(folder: Path, facts: _Facts) -> None:
    """Read the database with the highest number: Codex starts a new one with each incompatible schema."""
    path = _newest_state(folder)
    if path is None:
        return
    import sqlite3

    try:
        with _traceless_uri(path) as uri:
            _query_state(uri, facts)
    except (sqlite3.Error, OSError) as error:
        facts.notes.append(f"{path.name}: {_one_line(error)}")
    except LookupError as error:
        facts.notes.append(f"{path.name}: {error.args[0]}")
    except (ValueError, MemoryError):  # sqlite3 stumbles so over damage in the schema
        facts.notes.append(f"{path.name}: database is damaged")


def _newest_state(folder: Path) -> Path | None:
    try:
        numbered = [
            (int(match[1]), path) for path in folder.iterdir() if (match := STATE.fullmatch(path.name))
        ]
    except OSError:
        return None
    return max(numbered)[1] if numbered else None


@contextmanager
def _traceless_uri(path: Path) -> Iterator[str]:
    """Name a database so that opening it leaves no trace beside it.

    `immutable` neither locks nor looks for a journal, so it creates no file; but rows that wait in
    a journal are then unseen. Where there is one, a copy of both is read instead.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(0, "Not a regular file")
    journals = [side for side in (Path(f"{path}{end}") for end in JOURNALS) if _size(side)]
    if not journals:
        yield f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        return
    with tempfile.TemporaryDirectory(prefix="codexlog-") as name:
        scratch = Path(name).absolute()
        _copy_steady([path, *journals], scratch)
        yield f"{(scratch / path.name).as_uri()}?mode=rw"


def _copy_steady(files: list[Path], folder: Path) -> None:
    """Copy files that belong together; again where one of them changed in the meantime."""
    for _ in range(COPY_TRIES):
        before = [_stamp(path) for path in files]
        for path in files:
            if _size(path):
                copyfile(path, folder / path.name)
        if before == [_stamp(path) for path in files]:
            return


def _stamp(path: Path) -> tuple[int, int]:
    try:
        facts = path.stat()
    except FileNotFoundError:
        return 0, 0
    return facts.st_size, facts.st_mtime_ns


def _size(path: Path) -> int:
    try:
        facts = path.stat()
    except FileNotFoundError:
        return 0
    return facts.st_size if stat.S_ISREG(facts.st_mode) else 0


def _query_state(uri: str, facts: _Facts) -> None:
    import sqlite3

    connection = sqlite3.connect(uri, uri=True, timeout=0.2)
    try:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        columns = _columns(connection)
        wanted = [f"substr({name}, 1, {MAX_TITLE})" if name in columns else "NULL" for name in STATE_COLUMNS]
        for thread, name, title, archived in connection.execute(
            f"SELECT id, {', '.join(wanted)} FROM threads"
        ):
            _keep_thread(facts, thread, (name, title), archived)
    finally:
        connection.close()


def _columns(connection: sqlite3.Connection) -> set[str]:
    """List the columns of `threads`, which must be a table: a view could compute for ever."""
    tables = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'threads'")
    if tables.fetchone() is None:
        raise LookupError("no table threads")
    columns = {row[1] for row in connection.execute("PRAGMA table_info(threads)")}
    if "id" not in columns:
        raise LookupError("no column id in threads")
    return columns


def _keep_thread(facts: _Facts, thread: object, names: tuple[object, ...], archived: object) -> None:
    if not isinstance(thread, str):
        return
    title = next((name for name in names if isinstance(name, str) and name.strip()), None)
    if title:
        facts.titles[thread] = title
    if str(archived) in ("0", "1"):
        facts.archived[thread] = str(archived) == "1"


def _one_line(error: Exception) -> str:
    cause = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(cause.split()) or type(error).__name__
