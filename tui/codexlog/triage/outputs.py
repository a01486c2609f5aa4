"""What the output of a command says of checks, and whether its exit code or its text is to be believed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codexlog.triage import commands as lines
from codexlog.triage import signatures
from codexlog.triage.masks import masked
from codexlog.triage.signatures import Failure, Reading

if TYPE_CHECKING:
    from codexlog.model import Status
    from codexlog.triage.commands import Purpose

NOT_RUN = (126, 127)
"""Exit codes of a program that is not there, or may not be run."""
INTERRUPTED = (130, 143, -2, -15)
IN_BACKGROUND = "Command running in background"
"""Claude Code: how it goes stands elsewhere."""
NO_TESTS = (4, 5)
"""Exit codes of pytest where it was called wrongly, or found no test."""
_PYTEST = ("pytest", "py.test")
_MISSING = re.compile(
    r"No module named ['\"]?(?:pytest|unittest|mypy|ruff|tox|nox)\b|Missing script:"
    r"|^\S*(?:bash|zsh|sh|env): [^\n]*not found$"
    r"|no such (?:sub)?command|is not recognized as|could not determine executable to run"
    r"|Cannot find module '[^']*(?:jest|vitest|eslint|typescript)|ERR_PNPM_NO_SCRIPT|Couldn't find a script",
    re.MULTILINE,
)
"""The check itself is not there: it says nothing of what it would check."""
_END = 2_000
_ECHOED = re.compile(r"(?im)^\W*(?:exit(?:[ _-]?(?:code|status))?|rc)\b\W*([1-9]\d{0,2})\W*$")
"""An exit code that the command line printed itself, as in `pytest | tail; echo "exit: ${PIPESTATUS[0]}"`."""
_ECHOES = ("$?", "PIPESTATUS", "pipestatus", "LASTEXITCODE", "%ERRORLEVEL%")


def reading_of(
    status: Status, code: int | None, line: str | None, purpose: Purpose | None, text: str
) -> Reading | None:
    """What a check said, or a failing command that is no search. None where nothing was checked."""
    if line is None:
        return None
    if purpose == "check":
        return _of_check(status, code, line, text)
    if purpose in ("other", "git") and status == "failed":
        reading = signatures.read(text)
        return reading if reading.failures else None
    return None


def _of_check(status: Status, code: int | None, line: str, text: str) -> Reading | None:
    if status in ("unanswered", "aborted", "denied", "running"):
        return None
    reading = signatures.read(text)
    if not came_to_run(code, line, text, reading):
        return None
    if status == "ok" and code == 0 and not lines.hides_code(line):
        return reading._replace(failures=(), passes=True)
    if status == "ok":
        return _from_text(reading, line, text)
    if reading.failures:
        return reading._replace(passes=False)
    failure = signatures.last_line(text) if status != "timeout" else None
    words = "ran out of time" if status == "timeout" else "fails and says nothing"
    return reading._replace(failures=(failure or _unnamed(line, words),), passes=False)


def came_to_run(code: int | None, line: str, text: str, reading: Reading) -> bool:
    """Whether a check was there, was called rightly, and was not stopped on the way."""
    if code in NOT_RUN or code in INTERRUPTED or text.startswith(IN_BACKGROUND):
        return False
    checker = lines.checker(line)
    is_pytest = checker is not None and any(word in _PYTEST for word in checker.words[:3])
    if is_pytest and code in NO_TESTS:
        return False
    return code == 0 or bool(reading.failures) or _MISSING.search(text[-_END:]) is None


def _from_text(reading: Reading, line: str, text: str) -> Reading:
    """Where a pipe hid the exit code, the text is all there is."""
    if reading.failures or reading.passes is True:
        return reading
    echoed = _ECHOED.search(text[-_END:]) if any(word in line for word in _ECHOES) else None
    said = reading.said or (echoed[0].strip() if echoed is not None else "")
    if reading.passes is not False and not said:
        return reading
    return reading._replace(failures=(Failure("generic", masked(said), said),), passes=False)


def _unnamed(line: str, words: str) -> Failure:
    """A failure that no output names, by the command itself."""
    checker = lines.checker(line)
    command = " ".join(checker.words[:6]) if checker is not None else line
    return Failure("generic", f"{masked(command)[:100]} {words}")
