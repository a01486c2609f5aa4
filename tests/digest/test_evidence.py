"""Every place, count, exit code and quote of a digest stands in the rows that it names.

Reads the digest's text and the raw rows with `json`, and nothing else: no reader, no facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from codexlog.digest.compose import Wish, session_text
from digest.making import facts_at
from test_samples import SAMPLES, TABLE

SHARED = Path(__file__).resolve().parents[3] / "shared" / "transcripts"
EXPECTED = SHARED / "expected.jsonl"
ROWS = re.compile(r"\((?:[^()\"]*, )?rows? ((?:\d+(?:, )?)+)")
BEFORE_ROW = re.compile(r'"(?= \((?:[^()"]*, )?row (\d+))')
BEHIND_ROW = re.compile(r'\(row (\d+)\): "(.*)"$')
BEHIND_ROWS = re.compile(r'\([^()]*rows? [\d, …]+\)[^"]*: "(.*)"$')
CHANGED = re.compile(
    r"`([^`]+?)(?::(\d+))?`(?: (?:new|deleted))?(?: \+(\d+))?(?: −(\d+))?(?: \((\d+) edits\))?"
)
FAILING = re.compile(
    r"\*\*(?:Last failing command|Check that still fails)\*\* \(([^\n]*)\)\n\n((?:    [^\n]*\n|\n)+)"
)
HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)")


@cache
def figures() -> dict[str, tuple[int, int]]:
    """Calls and failed ones of each session, by the end of its path."""
    found = {}
    for line in TABLE.strip().splitlines()[1:]:
        name, *columns = line.split()
        found[name] = (int(columns[4]), int(columns[5]))
    for line in EXPECTED.read_text("utf-8").splitlines() if EXPECTED.exists() else ():
        each = json.loads(line)
        found[each["path"]] = (each["counts"]["calls"], each["counts"]["calls_failed"])
    return found


def known(path: Path) -> tuple[int, int] | None:
    return next((found for name, found in figures().items() if str(path).endswith(name)), None)


def files() -> list[Any]:
    found = [path for path in SAMPLES.rglob("*.jsonl") if "sessions" in path.parts]
    shared = [path for path in SHARED.rglob("*.jsonl") if path.name != "expected.jsonl"]
    return [
        pytest.param(path, id=path.name[-24:]) for path in sorted(found) + sorted(shared) if readable(path)
    ]


def readable(path: Path) -> bool:
    """Whether it is one of the sessions whose figures are known, as lines of text."""
    return path.suffix == ".jsonl" and known(path) is not None


@cache
def lines(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8", "replace").split("\n")


def strings(value: Any) -> Iterator[str]:
    """Every text of a row, and the texts of those that are JSON themselves; figures too."""
    if isinstance(value, str):
        yield value
        if value.lstrip()[:1] in ("{", "["):
            with suppress(ValueError):
                yield from strings(json.loads(value))
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        yield " ".join(each for each in value if isinstance(each, str))
        for each in value:
            yield from strings(each)
    elif value is not None:
        yield str(value)


@cache
def words(path: Path, row: int) -> str:
    """All that a row says, blanks folded, without what no terminal draws."""
    raw = lines(path)[row - 1]
    try:
        texts = list(strings(json.loads(raw)))
    except ValueError:
        texts = [raw]
    return plain(" ".join(texts))


def plain(text: str) -> str:
    """Letters and digits alone, without what no terminal draws."""
    text = re.sub(
        r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)?", "", text
    )
    return "".join(re.findall(r"\w", text))


@cache
def digest(path: Path, *, for_agent: bool = False) -> str:
    return session_text(facts_at(path), None, Wish(redacts=False), for_agent=for_agent).text


def both(path: Path) -> Iterator[str]:
    yield digest(path)
    yield digest(path, for_agent=True)


def part(text: str, title: str) -> list[str]:
    """The items of a heading: behind it, or below it."""
    found = text.split("\n")
    at = next((at for at, line in enumerate(found) if line.startswith(f"- **{title}**")), None)
    if at is None:
        return []
    rest = found[at].removeprefix(f"- **{title}**").strip()
    if rest:
        return rest.split(" · ")
    below = []
    for line in found[at + 1 :]:
        if not line.startswith("  - "):
            break
        below.append(line[4:])
    return below


every_file = pytest.mark.parametrize("path", files())


@every_file
def test_every_row_is_there(path: Path) -> None:
    for text in both(path):
        for match in ROWS.finditer(text):
            for number in match[1].strip(", ").split(", "):
                assert lines(path)[int(number) - 1].strip()


def quotes(text: str) -> Iterator[tuple[str, int | None]]:
    """Each quote, and the row that it is said to stand in; None for one of several."""
    for line in text.split("\n"):
        if line.startswith("    "):
            continue
        if behind := BEHIND_ROW.search(line):
            yield behind[2], int(behind[1])
        elif behind := BEHIND_ROWS.search(line):
            yield behind[1], None
        else:
            yield from _before(line)


def _before(line: str) -> Iterator[tuple[str, int | None]]:
    at = 0
    while end := BEFORE_ROW.search(line, at):
        starts = (each.start() for each in re.finditer('(?<= )"', line[: end.start()]) if each.start() >= at)
        start = next((each for each in starts if line[at:each].count("`") % 2 == 0), None)
        if start is not None:
            yield line[start + 1 : end.start()], int(end[1])
        at = end.end()


@every_file
def test_every_quote_stands_in_its_row(path: Path) -> None:
    for text in both(path):
        for quote, row in quotes(text):
            said = plain(re.sub(r"\\([`<\[\\])", r"\1", quote).rstrip("…"))
            rows = [row] if row is not None else range(1, len(lines(path)) + 1)
            assert any(said in words(path, each) for each in rows), quote


@every_file
def test_the_failing_command_and_its_output_stand_in_their_rows(path: Path) -> None:
    text = digest(path)
    head = re.search(
        r"\*\*(?:Last failing command|Check that still fails)\*\* \(([^\n]*)\)\n\n((?:    [^\n]*\n|\n)+)",
        text,
    )
    if head is None:
        assert "No command failed." in text or "**Last failing command**" not in text
        return
    row = re.search(r"row (\d+)", head[1])
    out = re.search(r"output in row (\d+)", head[1])
    assert row is not None
    called = words(path, int(row[1]))
    answered = words(path, int(out[1])) if out is not None else ""
    body = [line[4:] for line in head[2].split("\n") if line.strip()]
    tool = [] if body[0].startswith("$ ") else body[0].split(" ", 1)  # its name, and what it was told
    for line in (*tool, *body[bool(tool) :]):
        said = plain(line.removeprefix("$ ").rstrip("…"))
        assert said in called or said in answered or is_of_a_poll(path, said, int(row[1])), line
    code = re.match(r"exit (-?\d+)", head[1])
    if code is not None and out is not None:
        shown = lines(path)[int(out[1]) - 1]
        forms = (f"code {code[1]}", f"code: {code[1]}", f"Exit code {code[1]}", f'exit_code\\":{code[1]}')
        assert any(form.lower() in shown.lower() for form in forms) or f'"exit_code":{code[1]}' in shown


def is_of_a_poll(path: Path, said: str, row: int) -> bool:
    """Whether an earlier answer of the same process says it: those lie between the call and its end."""
    return any(
        said in words(path, number) for number in range(row, len(lines(path)) + 1) if lines(path)[number - 1]
    )


def changes(path: Path) -> Iterator[tuple[str, int | None, int, int]]:
    """File, first changed line, lines added and removed, of each edit that a row records as done."""
    for raw in lines(path):
        with suppress(ValueError, AttributeError):
            row = json.loads(raw)
            payload = row.get("payload") or {}
            item = payload.get("item") or {}
            if payload.get("type") == "patch_apply_end" and payload.get("success"):
                yield from of_codex(payload["changes"])
            elif item.get("type") == "FileChange" and item.get("status") == "completed":
                yield from of_codex(item["changes"])
            elif isinstance(row.get("toolUseResult"), dict) and "structuredPatch" in row["toolUseResult"]:
                yield of_claude(row["toolUseResult"])


def of_codex(found: dict[str, Any]) -> Iterator[tuple[str, int | None, int, int]]:
    for name, change in found.items():
        if change["type"] == "update":
            yield change.get("move_path") or name, *of_diff(change["unified_diff"])
        else:
            count = len(change["content"].splitlines())
            added = change["type"] == "add"
            yield name, 1 if added else None, count * added, count * (not added)


def of_claude(found: dict[str, Any]) -> tuple[str, int | None, int, int]:
    if found.get("type") == "create":
        return found["filePath"], 1, len(found["content"].splitlines()), 0
    hunks = found["structuredPatch"]
    text = "\n".join(f"@@ -1 +{each['newStart']} @@\n" + "\n".join(each["lines"]) for each in hunks)
    return found["filePath"], *of_diff(text)


def of_diff(diff: str) -> tuple[int | None, int, int]:
    first, at, added, removed = None, 0, 0, 0
    for line in diff.split("\n"):
        if hunk := HUNK.match(line):
            at = int(hunk[1])
            continue
        if line[:1] in ("+", "-"):
            first = at if first is None else first
            added, removed = added + (line[0] == "+"), removed + (line[0] == "-")
        at += line[:1] in (" ", "+")
    return first, added, removed


@every_file
def test_changed_lines_are_those_that_the_rows_record(path: Path) -> None:
    recorded = list(changes(path))
    for told in part(digest(path), "Changed"):
        match = CHANGED.match(told)
        if match is None or "…" in match[1]:
            continue
        name = match[1].replace("\\", "/")
        own = [each for each in recorded if each[0].replace("\\", "/").endswith(name)]
        if match[2] is not None:
            assert int(match[2]) in [line for _, line, _, _ in own], told
            assert int(match[3] or 0) == sum(added for _, _, added, _ in own), told
            assert int(match[4] or 0) == sum(removed for _, _, _, removed in own), told
            assert int(match[5] or 1) == len(own), told
        else:
            assert any(plain(name) in words(path, row) for row in range(1, len(lines(path)) + 1)), told


@every_file
def test_counts_are_the_known_ones(path: Path) -> None:
    found = re.search(r"· ([\d,]+) calls?, ([\d,]+) failed ·", digest(path))
    assert found is not None
    calls, failed = (int(each.replace(",", "")) for each in found.groups())
    assert (calls, failed) == known(path)
