"""A healthy iteration, and what can go wrong with one: each fault changes one iteration of a loop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from faults.writers import Writer, begin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

START = datetime(2026, 3, 1, 10, tzinfo=UTC)
PROMPT = (
    "Study specs/* and IMPLEMENTATION_PLAN.md, pick ONE open item, implement it, run `python -m pytest -q`,\n"
    "tick the item and commit. Do not start a second item."
)
PASS = "........................                              [100%]\n24 passed in 0.31s\n"
FAIL = (
    "F.......................                              [100%]\n"
    "=========================== short test summary info ============================\n"
    "FAILED tests/test_amounts.py::test_rounding - AssertionError: assert -12 == -13\n"
    "1 failed, 23 passed in 0.31s\n"
)
PAUSE = 8


def look(writer: Writer) -> None:
    writer.say(f"Item {writer.number} is next. I'll look at the code first.")
    writer.shell("cat IMPLEMENTATION_PLAN.md", f"- [ ] item {writer.number}\n")
    writer.shell("rg -n 'def parse' src", "src/amounts.py:4:def parse(text):\n")
    writer.shell("rg -n nowhere src", "", 1)
    writer.spend(12_000)


def change(writer: Writer, note: str = "") -> None:
    number = writer.number
    writer.patch(f"src/part{number}.py", f"old = {number}{note}", f"new = {number}{note}\nmore = True")
    writer.spend(6_000)


def test(writer: Writer, output: str = PASS, code: int = 0) -> None:
    writer.shell("python -m pytest -q", output, code)
    writer.spend(4_000)


def commit(writer: Writer) -> None:
    writer.patch("IMPLEMENTATION_PLAN.md", f"- [ ] item {writer.number}", f"- [x] item {writer.number}")
    subject = f"part {writer.number}: item {writer.number} of the plan"
    out = f"[main {writer.number + 0xABC0000:07x}] {subject}\n 2 files changed\n"
    writer.shell(f"git add -A && git commit -m '{subject}'", out)
    writer.spend(3_000)


def finish(writer: Writer, words: str = "") -> None:
    number = writer.number
    writer.say(
        words or f"Item {number} is implemented, its {number + 3} tests pass, commit {number} is made."
    )
    writer.end()


def healthy(writer: Writer) -> None:
    """One item, red once and then green, ticked and committed."""
    look(writer)
    change(writer)
    test(writer, FAIL, 1)
    writer.patch("src/amounts.py", f"return {writer.number}", f"return -{writer.number}")
    test(writer)
    commit(writer)
    finish(writer)


def test_fails(writer: Writer) -> None:
    look(writer)
    change(writer)
    test(writer, FAIL, 1)
    finish(writer, "The rounding test is red and I could not find the reason in this run.")


def hidden_by_pipe(writer: Writer) -> None:
    look(writer)
    change(writer)
    writer.shell("python -m pytest -q 2>&1 | tail -3", FAIL, 0)
    finish(writer, "The rounding test is red and I could not find the reason in this run.")


def claims_done(writer: Writer) -> None:
    look(writer)
    change(writer)
    test(writer, FAIL, 1)
    finish(writer, "All tests pass and the item is done.")


def limit(writer: Writer) -> None:
    look(writer)
    change(writer)
    writer.stop("usage_limit_exceeded", "You've hit your usage limit. Try again at 11:41 PM.")


def overflow(writer: Writer) -> None:
    look(writer)
    change(writer)
    if isinstance_claude(writer):
        writer.stop("", "Prompt is too long")
    else:
        words = "Codex ran out of room in the model's context window. Start a new conversation."
        writer.stop("context_window_exceeded", words)


def stream(writer: Writer) -> None:
    look(writer)
    change(writer)
    words = (
        "API Error: 529 overloaded_error"
        if isinstance_claude(writer)
        else "stream disconnected before completion"
    )
    writer.stop("response_stream_disconnected", words)


def auth(writer: Writer) -> None:
    writer.stop("unauthorized", "Your refresh token was revoked. 401 authentication_error")


def aborted(writer: Writer) -> None:
    look(writer)
    change(writer)
    writer.abort()


def cut(writer: Writer) -> None:
    look(writer)
    change(writer)
    writer.shell("python -m tools.soak", answered=False)


def question(writer: Writer) -> None:
    look(writer)
    finish(writer, "The spec leaves two readings open. Should I round half away from zero or to even?")


def blocked(writer: Writer) -> None:
    look(writer)
    writer.deny("git worktree add ../clean")
    finish(writer, "I am blocked: this cannot be done without network access, which the sandbox refuses.")


def nothing(writer: Writer) -> None:
    finish(writer, f"Nothing to do in run {writer.number}.")


def stuck(writer: Writer) -> None:
    look(writer)
    change(writer)
    for _ in range(4):
        test(writer, FAIL, 1)
    finish(writer, "The rounding test is red and I could not find the reason in this run.")


def denied(writer: Writer) -> None:
    look(writer)
    change(writer)
    for _ in range(3):
        writer.deny("git commit -am work")
    finish(writer, "The sandbox cannot write to .git: I was unable to commit without permissions.")


def timeouts(writer: Writer) -> None:
    look(writer)
    change(writer)
    for _ in range(3):
        writer.shell("npm install", "command timed out after 120000 milliseconds\n", 124)
    finish(writer, "The install does not come to an end here. Blocked by the network.")


def patches(writer: Writer) -> None:
    look(writer)
    for _ in range(4):
        writer.patch("src/amounts.py", "not there", "new", fails=True)
    finish(writer, "The edits did not apply. What would you like me to do?")


def burn(writer: Writer) -> None:
    writer.spend(400_000)
    healthy(writer)


def isinstance_claude(writer: Writer) -> bool:
    return writer.version.startswith("2.")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, what it does to its iteration, and what triage must say of it."""

    name: str
    play: Callable[[Writer], None]
    verdicts: frozenset[str]
    kind: str
    """The finding it must raise; empty for none."""
    eras: frozenset[str] | None = None
    """The eras that record it; None for all."""
    bad: bool = True


RECORDING = frozenset(("codex-0.121", "codex-0.145", "claude-2.1"))


def _fault(name: str, play: Callable[[Writer], None], verdict: str, kind: str = "", **more: object) -> Fault:
    return Fault(name, play, frozenset(verdict.split()), kind, **more)  # type: ignore[arg-type]


FAULTS: tuple[Fault, ...] = (
    _fault("a check fails at the end", test_fails, "failed"),
    _fault("a pipe hides the exit code", hidden_by_pipe, "failed"),
    _fault("claims to be done while a check fails", claims_done, "failed", "early_stop"),
    _fault("usage limit", limit, "usage_limit", "usage_limit", eras=RECORDING),
    _fault("context overflow", overflow, "context_overflow", "context_overflow", eras=RECORDING),
    _fault("stream error", stream, "stream_error", "stream_error", eras=RECORDING),
    _fault("sign-in refused", auth, "auth_error", "stream_error", eras=RECORDING),
    _fault("aborted", aborted, "aborted", "aborted", eras=RECORDING),
    _fault("cut off in a call", cut, "cut_off", "cut_off"),
    _fault("asks a question", question, "question", "question"),
    _fault("blocked", blocked, "blocked", "blocked"),
    _fault("nothing done", nothing, "no_op"),
    _fault("the same command fails again and again", stuck, "failed", "repeated_failing_command"),
    _fault("denied", denied, "failed blocked", "denied"),
    _fault("commands time out", timeouts, "blocked failed", "command_timeout"),
    _fault("patches do not apply", patches, "question", "patch_failures"),
    _fault("token burn", burn, "completed", "token_burn", bad=False),
)


def write_loop(
    home: Path, era: str, size: int, faulty: dict[int, Callable[[Writer], None]] | None = None
) -> list[Path]:
    """Write a loop of `size` iterations; `faulty` says which of them (from 1) go how."""
    paths, moment = [], START
    for number in range(1, size + 1):
        writer = begin(era, number, moment)
        writer.prompt(PROMPT)
        (faulty or {}).get(number, healthy)(writer)
        paths.append(writer.write(home))
        moment = writer.now + timedelta(seconds=PAUSE)
    return paths
