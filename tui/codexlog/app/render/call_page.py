"""The details of a tool call: how it ended, what it was told, what it answered, the end first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.render import painters
from codexlog.app.render.page import Page, PageBuilder, Target, body_lines, readable
from codexlog.report.calls import command_of, folder_of, may_edit, plan_lines
from codexlog.report.glyphs import STYLES
from codexlog.report.words import clock_time, count, duration, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.app.render.page import Frame
    from codexlog.app.render.painters import Paint
    from codexlog.model import Call
    from codexlog.report.edits import Edits
    from codexlog.report.output_parts import Part

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
_SCRIPT_TOOLS = frozenset(("exec",))
"""Code mode: the argument is JavaScript."""


def call_page(
    call: Call,
    polls: Sequence[Call],
    targets: Sequence[Target],
    frame: Frame,
    home: str | None = None,
) -> Page:
    """One call, with the calls that polled its process for more output.

    Paths below `home`, the session's folder, are written as inside it.
    """
    page = PageBuilder(frame)
    _status(page, call, polls)
    _where(page, call, home)
    page.listing(targets)
    page.gap()
    _arguments(page, call, home)
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


def _where(page: PageBuilder, call: Call, home: str | None) -> None:
    folder = folder_of(call.arguments, home)
    facts = [
        clock_time(call.at),
        f"in {folder}" if folder else "",
        call.call_id or "no call id",
    ]
    if call.continues:
        facts.append(f"carries on {call.continues}")
    page.add(("  ".join(fact for fact in facts if fact), "dim"))


def _arguments(page: PageBuilder, call: Call, home: str | None) -> None:
    edits = _edits(call)
    if edits is not None:
        _changes(page, call, edits, home)
        return
    command, plan = command_of(call.arguments), plan_lines(call.arguments)
    half = max(6, page.frame.height // 2)
    if command is not None:
        page.head_of(_shell(command), max(4, page.frame.height // 3), painters.shell)
        _other_arguments(page, call)
    elif plan is not None:
        page.head_of(plan, MOST_STEPS, painters.plain)
    elif isinstance(call.arguments, str):
        page.head_of(body_lines(call.arguments), half, _script_painter(call))
    elif call.arguments:
        page.head_of(readable(call.arguments), half, painters.keyed)
    else:
        page.add(("no arguments", "dim"))


def _edits(call: Call) -> Edits | None:
    if not may_edit(call):
        return None
    from codexlog.report.edits import edits_of

    return edits_of(call)


def _changes(page: PageBuilder, call: Call, edits: Edits, home: str | None) -> None:
    """What a call changes; then the command or script that it was part of."""
    from codexlog.app.render.edits_page import edit_lines

    room = max(10, page.frame.height - 8)
    if edits.text:
        page.add(("No file is named in this patch; as it stands:", "warn"))
        page.head_of(body_lines(edits.text), room, painters.plain)
    lines = edit_lines(edits, home)
    page.head_of(lines, room, list)
    if edits.around:
        page.heading("Part of")
        is_script = isinstance(call.arguments, str)
        around = body_lines(edits.around) if is_script else _shell(edits.around)
        page.head_of(around, 6, _script_painter(call) if is_script else painters.shell)


def _script_painter(call: Call) -> Paint:
    return painters.code_painter("javascript" if call.name in _SCRIPT_TOOLS else None)


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
        page.put(((words if page.frame.aim is not None else words[:1_000], "dim"),), prose=True)


def _output(page: PageBuilder, call: Call, polls: Sequence[Call]) -> None:
    from codexlog.report.output_parts import parts

    outputs = [each.output for each in (call, *polls) if each.output is not None]
    if not outputs:
        return
    found = parts(outputs[0]) if len(outputs) == 1 else _joined(outputs)
    if not found:
        page.heading("Output", "empty")
    page.output_at = len(page.lines)
    for number, part in enumerate(found, 1):
        _part(page, call, part, is_last=number == len(found))


def _joined(outputs: Sequence[str]) -> list[Part]:
    """The outputs of a command and of its polls as the one that they were."""
    from codexlog.report.output_parts import OUTPUT, Part, parts

    text = "\n".join(part.text for output in outputs for part in parts(output))
    return [Part(OUTPUT, text)] if text else []


def _part(page: PageBuilder, call: Call, part: Part, *, is_last: bool) -> None:
    lines = body_lines(part.text)
    facts = (count(len(lines), "line"), size(len(part.text.encode("utf-8", "replace"))), part.remark)
    if painters.is_json(part.text):
        page.heading(part.name, *facts, "JSON, laid out")
        _json(page, part.text)
        return
    page.heading(part.name, *facts)
    room = page.frame.height - len(page.lines) - 1 if is_last else 0
    page.ends_of(lines, max(LEAST_TAIL, room), _output_painter(call, part))


def _output_painter(call: Call, part: Part) -> Paint:
    from codexlog.report.languages import language_printed

    if painters.is_diff(part.text):
        return painters.diff
    return painters.code_painter(language_printed(call))


def _json(page: PageBuilder, text: str) -> None:
    from codexlog.app.render.page import MOST_LINES
    from codexlog.report.json_layout import layout

    room = max(LEAST_TAIL, page.frame.height - len(page.lines) - 1)
    most = MOST_LINES if page.frame.whole else room
    found = layout(text, most_lines=most, longest=1_000_000 if page.frame.whole else painters.LONGEST_STRING)
    for pieces in found.lines:
        page.put(painters.json_line(pieces), indent=painters.indent_of(pieces))
    if found.is_cut:
        page.cut_mark("more of it")
