"""Tool output text → what it says of its call. By header and fixed first words, never by the body.

The header ends at the first line that starts with `Output:`; without one it is the first ten lines.
Codex writes the exit code in one of these shapes:

* a JSON string with `metadata.exit_code`: `shell` up to 0.47, `apply_patch` up to 0.119
* `Exit code: N`: `shell_command` from 0.64, `apply_patch` from 0.137
* `Process exited with code N`: `exec_command` and `write_stdin` from 0.98
* `Script completed|failed|terminated`: code mode from 0.137, which has no code
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from codexlog.formats.events import Verdict

HEADER_LINES = 10
TIMED_OUT_CODE = 124

DENIED = ("exec command rejected", "patch rejected", "command rejected by user")
DENIED_NAMES = ("sandbox(denied", "sandboxdenied", "rejected(", "rejected by user")
"""Inside an `exec_command failed …` text."""
TIMED_OUT = "command timed out after"
FAILED = (
    "apply_patch verification failed",
    "execution error:",
    "exec_command failed",
    "write_stdin failed",
    "unsupported call:",
    "failed to parse function arguments",
    "tool call error:",
    "err: ",
    "error: failed to ",
    "error: invalid hunk",
    "error: invalid patch",
    "failed in sandbox ",
)
LIST_FAILED = ("tool call error:", "err: ")
"""First text of an output that is a JSON list in a string."""
SUCCEEDED = ("Plan updated", "Success. Updated the following files")
CELL = "cell "
"""Goes before a cell's number: a process and a cell of the same number are two."""
SCRIPT = {"completed": "ok", "failed": "failed", "terminated": "failed"}

_EXIT_CODE = re.compile(r"(?:Command:[^\n]*\n)?Exit code: (-?\d{1,12})\b")
_EXITED = re.compile(r"^Process exited with code (-?\d{1,12})\s*$", re.MULTILINE)
_RUNNING = re.compile(r"^(?:Process|Script) running with (session|cell) ID (\S+)", re.MULTILINE)
_SCRIPT = re.compile(r"Script (completed|failed|terminated)\b")
_ABORTED = re.compile(r"aborted\s*\Z|aborted by user|wall time:[^\n]*\n\s*aborted by user")
_SANDBOX = re.compile(
    r"failed in sandbox \S+ with execution error: sandbox denied exec error, exit code: (-?\d{1,12})",
    re.IGNORECASE,
)
_WALL = re.compile(r"^Wall time:? ([0-9.]{1,20}) seconds", re.MULTILINE)
_WORDS = 400
"""How much of the text the fixed first words can take up."""

UNKNOWN = Verdict("unknown")
OK = Verdict("ok")


def verdict(text: str, *, has_image: bool = False) -> Verdict:
    """Status, exit code and running process that an output states.

    `text` is the output string, or the texts of an output list joined by newlines.
    """
    text = text.strip() if text[:1].isspace() else text
    found = _of_object(text) if text[:1] == "{" else None
    if found is not None:
        return found
    head, body = split_header(text)
    found = _of_header(head, body)
    if found is not None:
        return found
    found = _of_words(text)
    if found is not None:
        return found
    return OK if has_image or text.startswith(SUCCEEDED) else UNKNOWN


def split_header(text: str) -> tuple[str, str]:
    """(header, body); the body starts after the `Output:` mark."""
    if text.startswith("Output:"):
        return "", text[7:]
    mark = text.find("\nOutput:")
    if mark >= 0:
        return text[:mark], text[mark + 8 :]
    end = -1
    for _ in range(HEADER_LINES):
        end = text.find("\n", end + 1)
        if end < 0:
            return text, ""
    return text[:end], text[end + 1 :]


def duration_ms(text: str) -> int | None:
    """Wall time that the output records, in milliseconds."""
    if text.startswith("{"):
        data = _json(text)
        metadata = data.get("metadata") if isinstance(data, dict) else None
        seconds = metadata.get("duration_seconds") if isinstance(metadata, dict) else None
        if isinstance(seconds, (int, float)) and 0 <= seconds < 1e9:
            return round(seconds * 1000)
        return None
    found = _WALL.search(split_header(text)[0])
    try:
        return round(float(found[1]) * 1000) if found else None
    except ValueError:
        return None


def body_of(text: str) -> str:
    """The output proper: what follows the header, or `output` of a JSON string."""
    if text.startswith("{"):
        data = _json(text)
        output = data.get("output") if isinstance(data, dict) and "metadata" in data else None
        return output if isinstance(output, str) else text
    mark = 0 if text.startswith("Output:") else text.find("\nOutput:") + 1
    if mark == 0 and not text.startswith("Output:"):
        return text
    if _of_header(text[:mark], "") is None and not _WALL.search(text[:mark]):
        return text
    end = text.find("\n", mark)
    return text[end + 1 :] if end >= 0 else text[mark + 7 :]


def by_code(code: int, body: str) -> Verdict:
    """The verdict on a known exit code."""
    if code == TIMED_OUT_CODE or body[:_WORDS].lstrip().lower().startswith(TIMED_OUT):
        return Verdict("timeout", code, None, True)
    return Verdict("failed" if code else "ok", code, None, True)


def _of_object(text: str) -> Verdict | None:
    data = _json(text)
    if not isinstance(data, dict):
        return None
    metadata = data.get("metadata")
    code = metadata.get("exit_code") if isinstance(metadata, dict) else None
    if type(code) is int:
        body = data.get("output")
        return by_code(code, body if isinstance(body, str) else "")
    return OK


def _of_header(head: str, body: str) -> Verdict | None:
    found = _EXIT_CODE.match(head) or _EXITED.search(head)
    if found:
        return by_code(int(found[1]), body)
    found = _RUNNING.search(head)
    if found:
        return Verdict("running", None, CELL + found[2] if found[1] == "cell" else found[2])
    found = _SCRIPT.match(head)
    return Verdict(SCRIPT[found[1]], None, None, True) if found else None


def _of_words(text: str) -> Verdict | None:
    words = text[:_WORDS].lower()
    if _ABORTED.match(words):
        return Verdict("aborted")
    sandbox = _SANDBOX.match(words)
    if sandbox:
        return Verdict("denied", int(sandbox[1]), None, True)
    if _denied(text, words):
        return Verdict("denied")
    if words.startswith(TIMED_OUT):
        return Verdict("timeout")
    if words.startswith(FAILED) or _failed_list(text):
        return Verdict("failed")
    return None


def _denied(text: str, words: str) -> bool:
    if words.startswith(DENIED):
        return True
    if words.startswith("approval policy is"):
        return "reject command" in words
    if not words.startswith("exec_command failed"):
        return False
    whole = text.lower()  # the command that it quotes first can be of any length
    return any(name in whole for name in DENIED_NAMES)


def _failed_list(text: str) -> bool:
    if text[:1] != "[":
        return False
    data = _json(text)
    first = data[0] if isinstance(data, list) and data else None
    said = first.get("text") if isinstance(first, dict) else first
    return isinstance(said, str) and said.lstrip().lower().startswith(LIST_FAILED)


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        pass
    try:
        return json.loads(text)  # takes lone surrogates and NaN
    except (ValueError, RecursionError):
        return None
