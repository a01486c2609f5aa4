"""Items of a session, in order → its trace. One pass; remembers a few hundred bytes a call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from codexlog.catalog.transcript import Stopped
from codexlog.formats.tool_output import body_of
from codexlog.report import script
from codexlog.report.calls import EDITING, command_of, label
from codexlog.triage import commands as lines
from codexlog.triage.edits import edits_of
from codexlog.triage.findings import quote
from codexlog.triage.masks import masked
from codexlog.triage.outputs import reading_of
from codexlog.triage.plans import TaskList, plan_items
from codexlog.triage.texts import BOOKKEEPING
from codexlog.triage.trace import Commit, Mark, Said, Step, Trace, TurnFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from codexlog.model import Call, Item, Status, Summary
    from codexlog.timeline.outline import TurnHead
    from codexlog.triage.commands import Purpose
    from codexlog.triage.trace import Edit, Request

STOP_EVERY = 256
"""Items between two times that somebody is asked whether to go on."""
HEAD, TAIL = 400, 1_200
"""Characters of an output that are kept."""
ANSWER = 4_000
"""Characters of the end of an answer that are kept."""
MOST_OUTPUT = 1 << 20
"""Characters of an output in which failing checks are looked for, from its end."""
READING_TOOLS = frozenset(
    (
        *("Read", "Grep", "Glob", "LS"),
        *("view_image", "read_file", "list_dir", "grep_files"),
        *("read", "grep", "glob", "list"),
        *("read_many_files", "search_file_content", "list_directory"),
    )
)
STOPPED_CODES = (None, 0, 1, 2, 130, 137, 143, -2, -9, -15)
"""With which programs end that were told to."""
TIMED_OUT = 124
_EDITING_NAME = re.compile(
    r"(?i)^(?:write|edit|create|insert|replace|update|append|move|rename|delete|remove|patch|str_replace)"
    r"_?(?:(?:to|in|at|from|after|before)_)?(?:multiple_)?"
    r"(?:file|text|content|line|symbol|based|edit|block|code|directory|notebook|cell|body|regex)"
)
"""Tools of servers that change files, such as `mcp__filesystem__write_file`."""
_BOX = re.compile(r"^[ \t]*(?:\d+[:\t→-][ \t]*)?(?:[-*+]|\d+[.)])[ \t]+\[([ xX])\]\s", re.MULTILINE)
_HOOK = re.compile(
    r"Stop hook feedback:\s*(?:-?\s*\[[^\]\n]*\]:\s*)?(.+)|<hook_prompt[^>]*>(.+?)</hook_prompt>", re.DOTALL
)
"""What Claude Code (2.0+) and Codex (0.142+) put into the user role when a stop hook says to go on."""
_COMMIT = re.compile(r"^\[(?:detached HEAD|\S+)(?: \([\w-]+\))? ([0-9a-f]{7,40})\] (.*)$", re.MULTILINE)
_SUMMARY = re.compile(r"\n \d+ files? changed, ")
"""What git says of a commit below its first line."""
_SCRIPT_CODE_1 = re.compile(r"^Script error:\s*Exit code: 1$", re.MULTILINE)
_NO_COMMIT = re.compile(
    r"^(?:nothing to commit|nothing added to commit|no changes added to commit)", re.MULTILINE
)


class Tracer:
    """Feed it the items of a session in their order, each with the number of its turn."""

    def __init__(self) -> None:
        self._prompts: list[Said] = []
        self._hooks: list[Said] = []
        self._answers: list[Said] = []
        self._marks: list[Mark] = []
        self._calls: list[tuple[int, Call, list[Call]]] = []
        self._by_id: dict[str, int] = {}
        self._last_row = 0
        self._last_kind = ""

    def feed(self, turn: int, item: Item) -> None:
        """Take one item; `turn` counts from 1."""
        match item.kind:
            case "message" if item.role == "user":
                self._prompts.append(Said(item.row, turn, item.at, item.text))
            case "message":
                self._answers.append(Said(item.row, turn, item.at, item.text[-ANSWER:]))
            case "call":
                self._call(turn, item)
            case "note" if item.what == "boilerplate":
                reason = hook_reason(item.text)
                if reason:
                    self._hooks.append(Said(item.row, turn, item.at, reason))
            case "note":
                self._marks.append(Mark(item.row, turn, item.at, item.what, item.text[:ANSWER]))
        if item.kind != "note" or item.what != "boilerplate":
            self._last_row, self._last_kind = item.row, item.kind

    def trace(
        self,
        summary: Summary,
        turns: Iterable[TurnHead],
        requests: Iterable[Request] = (),
        stop: Callable[[], bool] = lambda: False,
    ) -> Trace:
        """What has been fed so far. `stop` as for `trace_in`."""
        facts = tuple(
            TurnFacts(
                turn.index,
                turn.started_at,
                turn.ended_at,
                turn.outcome,
                turn.error,
                turn.prompt,
                turn.usage,
                turn.calls,
                turn.failed,
            )
            for turn in turns
        )
        tasks = TaskList()
        steps: list[Step] = []
        for turn, call, polls in self._calls:
            if len(steps) % STOP_EVERY == 0 and stop():
                raise Stopped
            steps.append(step_of(turn, call, polls, tasks.after(call)))
        return Trace(
            summary,
            facts,
            tuple(self._prompts),
            tuple(self._answers),
            tuple(steps),
            tuple(self._marks),
            self._last_row,
            self._last_kind,
            tuple(requests),
            tuple(self._hooks),
        )

    def _call(self, turn: int, call: Call) -> None:
        opener = self._by_id.get(call.continues or "")
        if opener is not None:
            self._calls[opener][2].append(call)
            return
        if call.call_id is not None:
            self._by_id[call.call_id] = len(self._calls)
        self._calls.append((turn, call, []))


def hook_reason(text: str) -> str:
    """What a hook said to go on with, when the agent wanted to stop; empty for other texts."""
    found = _HOOK.match(text.strip())
    return (found[1] or found[2]).strip() if found is not None else ""


def step_of(
    turn: int, call: Call, polls: Sequence[Call] = (), tasks: tuple[tuple[str, str], ...] = ()
) -> Step:
    """One call, with the calls that carried its process on, and the list of tasks that it left."""
    outputs = [each for each in (call, *polls) if each.output is not None]
    text = "\n".join(body_of(each.output or "").strip("\n") for each in outputs)
    line = command_of(call.arguments) or _scripted(call)
    name, words = label(call)
    command = line if line is not None else words
    edits = edits_of(call)
    purpose = _purpose(call, line, edits)
    status = _status(call, line, polls)
    return Step(
        row=call.row,
        out_row=outputs[-1].output_row if outputs else None,
        turn=turn,
        at=call.at,
        call_id=call.call_id,
        name=call.name,
        purpose=purpose,
        command=command[:2_000],
        told=_told(call, line, edits),
        key=f"{name} {masked(_whole(call, line))}",
        status=status,
        exit_code=call.exit_code,
        duration_ms=_duration(outputs),
        head=(call.output or "")[:HEAD],
        tail=text[-TAIL:],
        output_key=hash(text),
        edits=edits,
        commit=_commit(line, text, call.status, outputs[-1].output_row if outputs else None),
        reading=reading_of(status, _code(call, status), line, purpose, text[-MOST_OUTPUT:]),
        plan=plan_items(call.arguments) or tasks,
        writes=_writes(purpose, call, line, edits),
        boxes=_boxes(purpose, command, text),
    )


def _scripted(call: Call) -> str | None:
    """The command lines that a code-mode script runs, a line each."""
    if call.name != "exec" or not isinstance(call.arguments, str):
        return None
    return "\n".join(script.commands(call.arguments)) or None


def _told(call: Call, line: str | None, edits: tuple[Edit, ...]) -> str:
    """A command, path or other word of a call that stands in its row as it is."""
    given = list(_strings(call.arguments))
    wanted = [quote(line)] if line else []
    wanted += [edit.path for edit in edits[:1]]
    wanted += [quote(text.strip()) for text in sorted(given, key=len, reverse=True)[:1]]
    return next((each for each in wanted if each and any(each in text for text in given)), call.name)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _whole(call: Call, line: str | None) -> str:
    """All that a call was told, for comparing."""
    if line is not None:
        return line[:4_000]
    return str(call.arguments)[:4_000]


def _purpose(call: Call, line: str | None, edits: tuple[Edit, ...]) -> Purpose | None:
    if call.name in EDITING or edits:
        return "edit"
    if line is not None:
        return lines.purpose(line)
    if call.name in READING_TOOLS:
        return "read"
    return "edit" if _EDITING_NAME.search(call.name.rpartition("__")[2]) else None


def _status(call: Call, line: str | None, polls: Sequence[Call]) -> Status:
    """The call's status, but for ends that are none of its faults.

    The exit code 1 of a search says that it found nothing; a program that was stopped with Ctrl-C, or that
    was given a time limit to be looked at, did what it was started for.
    """
    if call.status not in ("failed", "timeout") or line is None:
        return call.status
    if call.exit_code in STOPPED_CODES and any(map(_interrupts, polls)):
        return "ok"
    if call.exit_code == TIMED_OUT and lines.is_limited(line):
        return "ok"
    if call.status == "failed" and lines.is_search(line):
        in_script = call.exit_code is None and _SCRIPT_CODE_1.search((call.output or "")[:HEAD]) is not None
        return "ok" if call.exit_code == 1 or in_script else call.status
    return call.status


def _code(call: Call, status: Status) -> int | None:
    """The exit code; Claude Code's shell records none where it is 0."""
    if call.name != "Bash" or status != "ok" or call.exit_code is not None:
        return call.exit_code
    given = call.arguments if isinstance(call.arguments, dict) else {}
    return None if given.get("run_in_background") else 0


def _interrupts(poll: Call) -> bool:
    """Whether a call typed Ctrl-C or Ctrl-D into a running program."""
    typed = poll.arguments.get("chars") if isinstance(poll.arguments, dict) else None
    return isinstance(typed, str) and ("\x03" in typed or "\x04" in typed)


def _duration(outputs: Iterable[Call]) -> int | None:
    known = [each.duration_ms for each in outputs if each.duration_ms is not None]
    return sum(known) if known else None


def _commit(line: str | None, text: str, status: Status, row: int | None) -> Commit | None:
    """The commit that a command made. Git's own line counts even if a later part of the command failed."""
    made = list(_COMMIT.finditer(text))
    if line is None or not any(lines.git_verb(each) == "commit" for each in lines.commands(line)):
        # a script may commit, and shows it by git's own two lines; what only reads may show somebody else's
        by_script = line is not None and lines.purpose(line) != "read"
        made = [each for each in made if by_script and _SUMMARY.match(text, each.end())]
        return Commit(made[-1][1], made[-1][2].strip(), row) if made else None
    if made:
        return Commit(made[-1][1], made[-1][2].strip(), row)
    return Commit(None, "") if status == "ok" and not _NO_COMMIT.search(text) else None


def _writes(purpose: Purpose | None, call: Call, line: str | None, edits: tuple[Edit, ...]) -> bool:
    if edits or call.status not in ("ok", "unknown"):
        return False
    return purpose == "edit" or (line is not None and lines.may_write(line))


def _boxes(purpose: Purpose | None, command: str, text: str) -> int | None:
    """How many open boxes a list of tasks had that was read; None where none was."""
    if purpose != "read" or "[" not in text or not BOOKKEEPING.search(command.replace(" ", "/").strip("'\"")):
        return None
    found = _BOX.findall(text)
    return found.count(" ") if found else None
