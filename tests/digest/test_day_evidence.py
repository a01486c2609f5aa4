"""Whatever a day's digest quotes or counts stands in the file that it names, read here as plain JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from digest.day_home import digest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_sessions"
SHARED = ROOT.parent / "shared" / "transcripts" / "codex_home"
OF_SAMPLES = "2026-02-07 2026-04-15 2026-06-24 2026-06-29 2026-07-20 2026-10-02 2026-10-06"
OF_SHARED = "2025-09-16 2025-09-29 2026-01-08 2026-02-07 2026-04-15 2026-06-29 2026-07-01"
DAYS = {SAMPLES: OF_SAMPLES.split(), SHARED: OF_SHARED.split()}
CASES = [
    pytest.param(home, day, marks=[] if home.is_dir() else pytest.mark.skip("the transcripts are not here"))
    for home, days in DAYS.items()
    for day in days
]
ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.")
QUOTE = re.compile(r': "(.*?)"(?: \(|\.?$|, )')
PLACE = re.compile(r"^- `([^`]+):(\d+)` (?!.*cited)")
EXIT = re.compile(r"exit (-?\d+), [^()]*row (\d+), output in row (\d+)")
SAID_AT = re.compile(r'"([^"]*)" \((?:\w+, )?row (\d+)\)')


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if value[:1] in "{[":
            try:
                yield from strings(json.loads(value))
            except ValueError:
                return
    elif isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def bones(text: str) -> str:
    """Letters and digits alone: what escaping and folding leave as it is."""
    return "".join(char for char in ESCAPE.sub("", text) if char.isalnum())


def rows_of(path: Path) -> dict[int, Any]:
    """Rows by line; of several on a line, a list."""
    found: dict[int, Any] = {}
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        text = line.decode("utf-8-sig", "replace").strip()
        rows = []
        while text.startswith("{"):
            try:
                row, end = json.JSONDecoder().raw_decode(text)
            except ValueError:
                break
            rows.append(row)
            text = text[end:].lstrip()
        if rows:
            found[number] = rows[0] if len(rows) == 1 else rows
    return found


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a value."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(each)


def sessions(text: str, home: Path) -> Iterator[tuple[list[str], dict[int, Any]]]:
    """The lines of each session, and the rows of its file."""
    stems = dict(re.findall(r"session (\d+) `(rollout-[^`]+)`", text))
    for block in re.split(r"^#### Session ", text, flags=re.MULTILINE)[1:]:
        number = block.partition(":")[0]
        path = next(home.rglob(f"{stems[number]}.jsonl"))
        yield block.partition("\n**Assumptions")[0].splitlines(), rows_of(path)


def pieces(quote: str) -> list[str]:
    """A quote without what stands for something else."""
    return [bones(piece) for piece in re.split(r"\[redacted\]|\[promise|…$|~", quote)]


@pytest.mark.parametrize(("home", "day"), CASES)
def test_every_quote_stands_in_its_file(home: Path, day: str) -> None:
    made = digest(home, day)
    seen = 0
    for lines, rows in sessions(made.text, home):
        told = "\0".join(bones(each) for row in rows.values() for each in strings(row))
        for line in lines:
            if "by a subagent" in line:
                continue
            for quote in QUOTE.findall(line):
                for piece in pieces(quote):
                    assert piece in told, line
                    seen += 1
    assert seen >= made.sessions


@pytest.mark.parametrize(("home", "day"), CASES)
def test_every_line_number_stands_in_a_recorded_change(home: Path, day: str) -> None:
    for lines, rows in sessions(digest(home, day).text, home):
        changes = [
            (path, change)
            for found in objects(list(rows.values()))
            if isinstance(found.get("changes"), dict)
            for path, change in found["changes"].items()
        ]
        for line in lines:
            place = PLACE.match(line)
            if place is None or "by a subagent" in line:
                continue
            path, number = place[1], int(place[2])
            assert any(
                (change.get("move_path") or each).endswith(path.removeprefix("~")) and _holds(change, number)
                for each, change in changes
            ), line


def _holds(change: dict[str, Any], number: int) -> bool:
    """Whether a line of the new file was changed."""
    if change["type"] == "add":
        return number == 1
    at = 0
    for line in change["unified_diff"].split("\n"):
        head = re.match(r"@@ -\d+(?:,\d+)? \+(\d+)", line)
        if head:
            at = int(head[1])
        elif line[:1] in ("+", "-") and at == number:
            return True
        else:
            at += line[:1] in (" ", "+")
    return False


@pytest.mark.parametrize(("home", "day"), CASES)
def test_exit_codes_and_rows(home: Path, day: str) -> None:
    for lines, rows in sessions(digest(home, day).text, home):
        for line in lines:
            for code, call, out in EXIT.findall(line):
                assert rows[int(call)]["payload"]["call_id"] == rows[int(out)]["payload"]["call_id"]
                text = " ".join(strings(rows[int(out)]["payload"].get("output")))
                assert re.search(rf"(?:exited with code|Exit code:|exit_code\D*) ?{code}\b", text), line
            for quote, row in SAID_AT.findall(line):
                told = bones(" ".join(strings(rows[int(row)])))
                assert all(piece in told for piece in pieces(quote)), line
            figures = re.search(r"(\d+) of (\d+) calls? failed", line)
            if figures and _begins_itself(rows):
                assert int(figures[2]) == _calls(rows), line


def _begins_itself(rows: dict[int, Any]) -> bool:
    """Whether nothing was copied from another session."""
    heads = [each for each in objects(list(rows.values())) if each.get("type") == "session_meta"]
    return len({each["payload"]["id"] for each in heads}) == 1 and "forked_from_id" not in heads[0]["payload"]


def _calls(rows: dict[int, Any]) -> int:
    kinds = ("function_call", "custom_tool_call", "local_shell_call", "web_search_call", "tool_search_call")
    payloads = (each.get("payload") for each in objects(list(rows.values())))
    return sum(isinstance(each, dict) and each.get("type") in kinds for each in payloads)
