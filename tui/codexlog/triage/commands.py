"""A command line → the simple commands in it, and what they are for.

Reading only: nothing here runs or expands anything. Quoting is honoured, here-documents are left out.
"""

from __future__ import annotations

import re
import shlex
from functools import lru_cache
from typing import Literal, NamedTuple

from codexlog.triage.programs import (
    BARE_CHECKS,
    CHECK_VERBS,
    CHECKERS,
    GIT_CHANGES,
    GIT_SEARCHES,
    GIT_WRITES,
    INTERPRETERS,
    KEYWORDS,
    NEUTRAL,
    QUESTIONS,
    READERS,
    RUNNERS,
    SEARCHERS,
    SHELLS,
    WRAPPERS,
    WRITERS,
    WRITING_VERBS,
    WRITING_WORDS,
)

Purpose = Literal["check", "git", "edit", "read", "other"]

OPERATORS = frozenset(("&&", "||", ";", "|", "&", "|&", ";;", "(", ")", "\n"))
REDIRECTS = frozenset((">", ">>", ">|", "&>", "&>>"))
INPUTS = frozenset(("<", "<<", "<<<", ">&"))
"""Redirections that write no file."""


_HEREDOC = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_]\w*)\1[^\n]*\n.*?^\s*\2\s*$", re.MULTILINE | re.DOTALL)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_WINDOWS_PATH = re.compile(r"(?<=[\w.:~])\\(?=[\w.])")
_ENDING = re.compile(r"\.(?:exe|cmd|bat|ps1)$")
_CMDLET = re.compile(r"[A-Z][a-z]+-[A-Z][A-Za-z]+$")
"""A command of PowerShell, which does not tell case apart."""
_TEST_SCRIPT = re.compile(
    r"(?i)^(?!/tmp/|/var/tmp/)(?:.*/)?(?:(?:[\w.-]*[_.-])?(?:tests?|checks?|ci|verify|lint|spec)(?:[_.-][\w.-]*)?"
    r"|(?:tests?|\.?ci)/run[\w.-]*)$"
)
"""A script that tests, by its name; what is tried out in a temporary folder is none."""
_WRITES_FILE = re.compile(
    r"write_text|write_bytes|writeFile|\.write\(|open\([^)\n]{0,300},\s{0,8}(?:mode=)?['\"][wax]|shutil\.|os\.re(?:name|place)"
    r"|\bunlink\(|mkdir\("
)
"""In a script that a command line holds."""
_LONGEST = 20_000
_LONGEST_PATH = 300
PUNCTUATION = "();<>|&"
_WEIGHT: tuple[Purpose, ...] = ("check", "git", "edit", "other", "read")


class Command(NamedTuple):
    """One simple command of a line."""

    words: tuple[str, ...]
    writes: bool = False
    """Whether its output goes into a file."""
    then: str = ";"
    """The operator behind it."""

    @property
    def program(self) -> str:
        """The program's name without its folder."""
        return program_of(self.words[0]) if self.words else ""

    @property
    def piped(self) -> bool:
        """Whether another command reads its output: its exit code is then not the line's."""
        return self.then in ("|", "|&")


def program_of(word: str) -> str:
    """The name of a program without its folder, and without what Windows puts behind it."""
    name = word.rpartition("/")[2]
    small = name.lower()
    return _ENDING.sub("", small) if _ENDING.search(small) or _CMDLET.match(name) else name


@lru_cache(maxsize=4096)
def commands(line: str) -> tuple[Command, ...]:
    """The simple commands of a command line, wrappers and assignments taken off."""
    found: list[Command] = []
    words: list[str] = []
    writes = False
    tokens = _tokens(_HEREDOC.sub("", line[:_LONGEST]))
    skip = counts = False
    for token in [*tokens, ";"]:
        if skip:
            skip = False
            writes = writes or (counts and token != "/dev/null")
        elif token in OPERATORS:
            if words:
                found.append(Command(tuple(_bare(words)), writes, token))
            words, writes = [], False
        elif token in REDIRECTS or token in INPUTS:
            skip, counts = True, token in REDIRECTS
            if words and words[-1].isdigit():
                words.pop()
        else:
            words.append(token)
    return tuple(each for each in found if each.words)


@lru_cache(maxsize=4096)
def purpose(line: str) -> Purpose:
    """What a command line is for, by its weightiest part."""
    kinds = {_purpose(each) for each in commands(line) if each.program not in NEUTRAL}
    return next((kind for kind in _WEIGHT if kind in kinds), "other")


@lru_cache(maxsize=4096)
def checker(line: str) -> Command | None:
    """The last check of a command line."""
    return next((each for each in reversed(commands(line)) if _is_check(each)), None)


def without_documents(line: str) -> str:
    """The line with `…` for each here-document, so that what stands behind one is seen, too."""
    return _HEREDOC.sub(lambda found: found[0].partition("\n")[0] + " …", line)


def hides_code(line: str) -> bool:
    """Whether the exit code of a line need not be that of its check: a pipe, `|| true`, what follows it."""
    parts = commands(line)
    at = next((at for at in range(len(parts) - 1, -1, -1) if _is_check(parts[at])), None)
    if at is None or at == len(parts) - 1:
        return False
    if parts[at].piped:
        return "pipefail" not in line
    chained = all(each.then == "&&" for each in parts[at:-1])
    return not chained and not (parts[0].words[:1] == ("set",) and "e" in parts[0].words[1][:3])


def is_search(line: str) -> bool:
    """Whether the exit code of a line is that of a search, for which 1 means that nothing was found."""
    parts = commands(line)
    if not parts:
        return False
    shows = all(each.program in READERS or each.program in NEUTRAL or _searches(each) for each in parts)
    return _searches(parts[-1]) or (shows and any(map(_searches, parts)))


def _searches(command: Command) -> bool:
    """Whether its exit code 1 says "no"."""
    words = command.words
    if command.program == "git":
        verb = git_verb(command)
        return verb in GIT_SEARCHES and (verb != "diff" or bool({"--exit-code", "--quiet"} & {*words}))
    if command.program == "command":
        return words[1:2] in (("-v",), ("-V",))
    return command.program in SEARCHERS


def git_verb(command: Command) -> str:
    """`commit` of `git -C x commit`; empty for other programs."""
    if command.program != "git":
        return ""
    words = iter(command.words[1:])
    for word in words:
        if word in ("-C", "-c", "--git-dir", "--work-tree"):
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def makes_commit(line: str) -> bool:
    """Whether a line commits."""
    return any(git_verb(each) == "commit" for each in commands(line))


def pushes(line: str) -> bool:
    """Whether a line pushes."""
    return any(git_verb(each) == "push" for each in commands(line))


def discards(line: str) -> bool:
    """Whether a line throws uncommitted changes away, or puts them aside."""
    return any(_discards(git_verb(each), each.words) for each in commands(line))


def puts_aside(line: str) -> bool:
    """Whether what a line takes away can be brought back."""
    return any(git_verb(each) == "stash" for each in commands(line))


def brings_back(line: str) -> bool:
    """Whether a line takes back what was put aside."""
    return any(git_verb(each) == "stash" and {"pop", "apply"} & set(each.words) for each in commands(line))


def is_limited(line: str) -> bool:
    """Whether a line runs something other than a check for a set time, such as a server to look at."""
    return re.search(r"(?:^|[;&|(]\s*)(?:g?timeout)\s", line) is not None and checker(line) is None


def may_write(line: str) -> bool:
    """Whether a line may have changed files without saying which: scripts, formatters, package managers."""
    return any(map(_may_write, commands(line))) or (
        _WRITES_FILE.search(line) is not None and any(each.program in INTERPRETERS for each in commands(line))
    )


def _may_write(command: Command) -> bool:
    words = command.words
    if command.program == "git":
        return git_verb(command) in GIT_CHANGES
    return (words[1:2] != () and words[1] in WRITING_VERBS.get(command.program, ())) or bool(
        WRITING_WORDS & {*words[1:]}
    )


def pauses(line: str) -> bool:
    """Whether a line waits for something: repeating it is patience."""
    return any(each.program in ("sleep", "wait") for each in commands(line))


def _discards(verb: str, words: tuple[str, ...]) -> bool:
    rest = words[words.index(verb) + 1 :] if verb in words else ()
    match verb:
        case "reset":
            return "--hard" in rest
        case "restore":
            return "--staged" not in rest or "--worktree" in rest
        case "checkout":
            return "--" in rest or "." in rest
        case "stash":
            return not rest or rest[0].startswith("-") or rest[0] in ("push", "save")
    return False


def _purpose(command: Command) -> Purpose:
    if _is_check(command):
        return "check"
    if command.program == "git":
        return "git" if git_verb(command) in GIT_WRITES else "read"
    if command.writes or command.program in WRITERS:
        return "edit"
    if _edits_in_place(command):
        return "edit"
    return "read" if command.program in READERS else "other"


def _edits_in_place(command: Command) -> bool:
    return command.program in ("sed", "perl") and any(re.match(r"-\w*i", word) for word in command.words[1:])


def _is_check(command: Command) -> bool:
    words = command.words
    if QUESTIONS & {*words[1:]} or (command.program in ("pytest", "py.test") and "--co" in words):
        return False
    if command.program in CHECKERS:
        return True
    if command.program in INTERPRETERS or command.program.startswith(("python", "pypy")):
        return _runs_checks(words)
    if words[0].startswith(("./", "../", ".\\")) or "/" in words[0][1:]:
        return command.program in CHECK_VERBS or _is_test_script(words[0])
    verbs = CHECK_VERBS.get(command.program)
    if verbs is None:
        return False
    verb = verb_of(command)
    if not verb:
        return command.program in BARE_CHECKS
    if command.program == "make":
        return any(word in verbs for word in words[1:])
    return verb.partition(":")[0] in verbs


def verb_of(command: Command) -> str:
    """What a check is told to do: `test` of `npm run test`; empty where nothing is said."""
    rest = [word for word in command.words[1:] if not word.startswith(("-", "+")) or word == "--build"]
    if rest[:1] == ["run"]:
        rest = rest[1:]
    return rest[0] if rest else ""


def _runs_checks(words: tuple[str, ...]) -> bool:
    """Of an interpreter or a shell: whether it runs a module or a file of tests."""
    if words[1:2] == ("-m",):
        return words[2:3] != () and words[2] in CHECKERS
    if "--test" in words and program_of(words[0]) == "node":
        return True
    given = [word for word in words[1:] if not word.startswith("-")]
    if not given or "-c" in words or "-e" in words:
        return False
    if given[0].endswith("manage.py"):
        return given[1:2] in (["test"], ["check"])
    return "." in given[0] and _is_test_script(given[0])


def _is_test_script(path: str) -> bool:
    return len(path) <= _LONGEST_PATH and _TEST_SCRIPT.search(path) is not None


def _bare(words: list[str]) -> list[str]:
    """The words behind assignments, wrappers (`sudo`, `timeout 60`) and runners (`uv run`)."""
    while words:
        name = words[0].rpartition("/")[2]
        if _ASSIGNMENT.match(words[0]) or name in KEYWORDS:
            words = words[1:]
        elif name == "command" and words[1:2] in (["-v"], ["-V"]):
            break
        elif name in SHELLS and any(re.fullmatch(r"-\w*[cC](?:ommand)?", word) for word in words[1:-1]):
            words = _tokens(words[-1])
        elif name in WRAPPERS:
            words = words[1:]
            while words and (words[0].startswith("-") or re.fullmatch(r"\d+(\.\d+)?[smhd]?", words[0])):
                words = words[1:]
        elif name in RUNNERS and len(words) > 2 and words[1] in ("run", "exec", "x", "dlx"):
            words = words[2:] if _is_runner_call(words[2]) else words[1:]
        elif name in ("npx", "bunx", "uvx") and len(words) > 1:
            words = words[1:]
            while words and words[0].startswith("-"):
                words = words[1:]
        else:
            break
    return words


def _is_runner_call(word: str) -> bool:
    """Whether `uv run WORD` runs a program of that name, as opposed to a script of the package file."""
    return word.rpartition("/")[2] in CHECKERS or word.startswith("python")


def _tokens(line: str) -> list[str]:
    line = _WINDOWS_PATH.sub("/", line.replace("\\\n", " ")).replace("\n", " ; ")
    lexer = shlex.shlex(line, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split = True
    lexer.commenters = ""
    tokens: list[str] = []
    try:
        for token in lexer:
            tokens += _operators(token)
    except ValueError:  # an open quote: what stands before it still counts
        pass
    return tokens


def _operators(token: str) -> list[str]:
    """A run of punctuation taken apart: `);` is two."""
    if not token or set(token) - set(PUNCTUATION):
        return [token]
    return re.findall(r"&>>|&>|>>|>\||>&|&&|\|\||\|&|;;|<<<|<<|[();<>|&]", token)
