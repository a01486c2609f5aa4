"""Command lines as people typed them: without the shell that an agent wraps around, nesting undone."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

SHELLS = frozenset(("bash", "sh", "zsh", "dash", "ksh", "fish"))
WINDOWS_SHELLS = frozenset(("pwsh", "powershell", "cmd"))
_COMMAND_FLAG = re.compile(r"-[a-z]*c", re.IGNORECASE)
"""`-c`, `-lc`, `-lic`, `-euc`: the next word is the command."""
_WINDOWS_COMMAND = re.compile(r"-command|-c|/c|/k", re.IGNORECASE)
_WITH_VALUE = re.compile(r"[-+][a-zA-Z]*[oO]|--rcfile|--init-file")
_WINDOWS_WITH_VALUE = re.compile(r"-(?:executionpolicy|version|windowstyle|encoding)", re.IGNORECASE)
_LEVELS = 5
_LONGEST = 100_000
"""Characters of a command line above which nobody looks for a shell in it."""
_HEREDOC = re.compile(r"<<-?[ \t]*(?P<quote>['\"]?)(?P<word>[\w.-]+)(?P=quote)")
_APPLY = re.compile(
    r"(?:^|[\s;&|(])(?:apply_patch|applypatch)\s+<<-?[ \t]*(?P<q>['\"]?)(?P<word>[\w.-]+)(?P=q)[^\n]*\n"
)


class PatchCommand(NamedTuple):
    """A shell command that feeds a patch to `apply_patch`."""

    patch: str
    rest: str
    """The command with the patch taken out; "" where it is nothing but `apply_patch`."""


def unwrapped(words: list[str], line: str) -> str:
    """What a shell was told to run, or the line itself where no shell stands before it."""
    for _ in range(_LEVELS):
        command = _told(words)
        if command is None:
            return line
        line, words = command, split(command)
    return line


def split(command: str) -> list[str]:
    """The words of a command that starts with a shell; [] for any other and for broken quoting.

    Operators are words of their own, so that `bash -c a;b` is not taken for one command.
    """
    first = command.split(None, 1)[:1]
    if not first or program(first[0]) not in SHELLS | WINDOWS_SHELLS or len(command) > _LONGEST:
        return []
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        return []


def program(word: str) -> str:
    """The name of a program without its folder."""
    return re.split(r"[/\\]", word.strip("\"'"))[-1].lower().removesuffix(".exe")


def patch_command(command: str) -> PatchCommand | None:
    """The patch that a command gives to `apply_patch`, as a here-document or as its one argument."""
    found = _APPLY.search(command)
    if found is None:
        return _patch_argument(command)
    end = re.compile(rf"^\s*{re.escape(found['word'])}[ \t]*$", re.MULTILINE).search(command, found.end())
    patch = command[found.end() : end.start() if end else len(command)].removesuffix("\n")
    before = command[: found.start()].strip()
    after = command[end.end() :].strip() if end else ""
    start = command[found.start() : found.end()].strip()
    rest = f"{before} {start} {'…' if after else ''}\n{after}".strip() if before or after else ""
    return PatchCommand(patch, rest)


def here_document_end(line: str) -> str | None:
    """The word that ends the here-document which a line starts; None where it starts none."""
    found = _HEREDOC.search(line)
    return found["word"] if found and "<<<" not in line else None


def _told(words: list[str]) -> str | None:
    """The command in `bash -lc COMMAND`; None where the words are anything else."""
    if len(words) < 3:
        return None
    name = program(words[0])
    if name in SHELLS:
        at = _flag(words, _COMMAND_FLAG, _WITH_VALUE)
        return words[at + 1] if at is not None and at + 2 == len(words) else None
    if name in WINDOWS_SHELLS:
        at = _flag(words, _WINDOWS_COMMAND, _WINDOWS_WITH_VALUE)
        return " ".join(words[at + 1 :]) if at is not None and at + 1 < len(words) else None
    return None


def _flag(words: list[str], wanted: re.Pattern[str], with_value: re.Pattern[str]) -> int | None:
    """Where the wanted flag stands; None where a word that is no flag comes before it."""
    at = 1
    while at < len(words) and words[at][:1] in ("-", "/", "+"):
        if wanted.fullmatch(words[at]):
            return at
        at += 2 if with_value.fullmatch(words[at]) else 1
    return None


def _patch_argument(command: str) -> PatchCommand | None:
    if not command.startswith(("apply_patch ", "applypatch ")):
        return None
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    is_patch = len(words) == 2 and "*** Begin Patch" in words[1]
    return PatchCommand(words[1], "") if is_patch else None
