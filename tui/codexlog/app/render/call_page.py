"""The details of a tool call: how it ended, what it was told, what it answered, the end first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.render.page import Page, PageBuilder, Target, body_lines, readable
from codexlog.formats.tool_output import body_of
from codexlog.report.calls import command_of, patch_of, plan_lines
from codexlog.report.glyphs import STYLES
from codexlog.report.words import clock_time, count, duration, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.app.render.lines import Line
    from codexlog.app.render.page import Frame
    from codexlog.model import Call

LEAST_TAIL = 8
MOST_STEPS = 40
STATUS_WORDS = {
    "denied": "denied, never ran",
    "timeout": "timed out",
    "unanswered": "no output in the transcript",
    "running": "still running when the transcript ends",
    "unknown": "outcome not recorded",
}
_COMMAND_KEYS = frozenset(("command", "cmd", "script"))


def call_page(call: Call, polls: Sequence[Call], targets: Sequence[Target], frame: Frame) -> Page:
    """One call, with the calls that polled its process for more output."""
    page = PageBuilder(frame)
    _status(page, call, polls)
    _where(page, call)
    page.listing(targets)
    page.gap()
    _arguments(page, call)
    _output(page, call, polls)
    rows = f"row {call.row}" if call.output_row is None else f"rows {call.row}, {call.output_row}"
    return page.page(f"{call.name} {frame.glyphs.dot} {rows}", targets)


def _status(page: PageBuilder, call: Call, polls: Sequence[Call]) -> None:
    mark = page.frame.glyphs.status.get(call.status, "?")
    words = [STATUS_WORDS.get(call.status, call.status)]
    if call.exit_code is not None:
        words.append(f"exit {call.exit_code}")
    took = _duration(call, polls)
    words.append(duration(took) if took is not None else "duration not recorded")
    if polls:
        words.append(count(len(polls), "poll"))
    dot = f" {page.frame.glyphs.dot} "
    page.add((f"{mark} {words[0]}", STYLES.get(call.status, "")), (dot + dot.join(words[1:]), ""))


def _duration(call: Call, polls: Sequence[Call]) -> int | None:
    known = [each.duration_ms for each in (call, *polls) if each.duration_ms is not None]
    return sum(known) if known else None


def _where(page: PageBuilder, call: Call) -> None:
    folder = (
        call.arguments.get("workdir") or call.arguments.get("cwd")
        if isinstance(call.arguments, dict)
        else None
    )
    facts = [
        clock_time(call.at),
        f"in {folder}" if isinstance(folder, str) else "",
        call.call_id or "no call id",
    ]
    if call.continues:
        facts.append(f"carries on {call.continues}")
    page.add(("  ".join(fact for fact in facts if fact), "dim"))


def _arguments(page: PageBuilder, call: Call) -> None:
    patch, command = patch_of(call), command_of(call.arguments)
    plan = plan_lines(call.arguments)
    if patch is not None:
        page.head_of(body_lines(patch), max(10, page.frame.height - 8), patch_line)
    elif command is not None:
        page.head_of(_shell(command), max(4, page.frame.height // 3), shell_line)
        _other_arguments(page, call)
    elif plan is not None:
        page.head_of(plan, MOST_STEPS)
    elif isinstance(call.arguments, str):
        page.head_of(body_lines(call.arguments), max(6, page.frame.height // 2))
    elif call.arguments:
        page.head_of(readable(call.arguments), max(6, page.frame.height // 2))
    else:
        page.add(("no arguments", "dim"))


def _shell(command: str) -> list[str]:
    first, *rest = body_lines(command)
    return [f"$ {first}", *(f"  {line}" for line in rest)]


def _other_arguments(page: PageBuilder, call: Call) -> None:
    others = {
        key: value
        for key, value in call.arguments.items()
        if key not in _COMMAND_KEYS and key not in ("workdir", "cwd") and value not in (None, "")
    }
    if others:
        words = "  ".join(f"{key} {' '.join(readable(value))}" for key, value in others.items())
        page.words(words, "dim", 1_000)


def shell_line(line: str) -> Line:
    """A command line with its prompt set off."""
    return (("$ ", "accent"), (line[2:], "bold")) if line.startswith("$ ") else ((line, "bold"),)


def patch_line(line: str) -> Line:
    """A line of a patch, added and removed ones told apart."""
    if line.startswith("*** "):
        return ((line, "bold"),)
    style = {"+": "add", "-": "remove", "@": "hunk"}.get(line[:1], "")
    return ((line, style),)


def _output(page: PageBuilder, call: Call, polls: Sequence[Call]) -> None:
    outputs = [each.output for each in (call, *polls) if each.output is not None]
    if not outputs:
        return
    text = "\n".join(body for output in outputs if (body := body_of(output).strip("\n")))
    if not text.strip():
        page.heading("Output", "empty")
        return
    lines = body_lines(text)
    page.heading("Output", count(len(lines), "line"), size(len(text.encode("utf-8", "replace"))))
    above = page.output_at = len(page.lines)
    page.tail_of(lines, max(LEAST_TAIL, page.frame.height - above - 1))
    if page.frame.whole and page.frame.aim is None:
        page.start = max(0, len(page.lines) - page.frame.height)
