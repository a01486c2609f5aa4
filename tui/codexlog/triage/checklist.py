"""What a prompt asks for in so many words, and whether it was seen: a checklist, never a verdict."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from codexlog.triage import commands as lines
from codexlog.triage.findings import quote
from codexlog.triage.progress import progress
from codexlog.triage.promises import promise_of
from codexlog.triage.texts import BOOKKEEPING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codexlog.triage.trace import Said, Step, Trace

MANDATED = re.compile(
    r"(?i)\b(?:run|execute|use)\s+"
    r"`?((?:cargo|npm|npx|pnpm|yarn|bun|go|make|pytest|python3? -m pytest|tox|ruff|mypy|mvn"
    r"|gradle|dotnet)\b[^`\n.,;]{0,40})"
)
TESTS = re.compile(
    r"(?i)\b(?:run|execute)\s+(?:all |the |our )*(?:unit |full )?(?:tests?|test suite|suite|checks)\b"
)
ONE = re.compile(
    r"\bONE\b(?: [\w`]+){0,2}"
    r"|(?i:\b(?:exactly|only|a single|just) (?:one |a single )?"
    r"(?:open |unchecked |plan )?(?:item|task|story)\b"
    r"|\bone (?:open |unchecked |plan )?(?:item|task|story|unit of work)\b|do not start a second)"
)
FORBIDDEN = re.compile(
    r"(?i)\b(?:do not|don't|never|must not) (?:edit|modify|touch|change|write(?: to)?) (?:the )?(?:files? )?"
    r"(?:in |under |anything (?:in|under) )?`?([\w./*-]*[./][\w./*-]*\w/?|\w[\w-]*/)`?"
)
COMMIT = re.compile(r"(?i)\bcommit\b")
NO_COMMIT = re.compile(r"(?i)\b(?:do not|don't|never|without|not) (?:\w+ )?commit")
PUSH = re.compile(r"(?i)\bgit push\b|\bpush (?:it|them|the (?:branch|commit)|to (?:origin|the remote))\b")
READ = re.compile(
    r"(?i)\b(?:read|study|look at|consult|check)\s+`?@?([\w./*-]*\w\.(?:md|txt|json|ya?ml)|[\w-]+/\*?)`?"
)
TICK = re.compile(
    r"(?i)\b(?:tick|check off|mark)\b[^.\n]{0,40}\b(?:item|task|story|box|done|complete|passes)\b"
)
MOST = 12


class Wanted(NamedTuple):
    """One thing that a prompt asks for."""

    asked: str
    """The prompt's own words, without quotes of code."""
    seen: bool
    what: str
    """What was seen, or not; in a few words."""
    row: int | None
    """The row that shows it; of the prompt where nothing does."""


def checklist_of(trace: Trace) -> tuple[Wanted, ...]:
    """Every item for the first prompt; () where it asks for nothing that can be seen."""
    if not trace.prompts:
        return ()
    prompt = trace.prompts[0]
    found = chain(_readings(trace, prompt), _commands(trace, prompt), _changes(trace, prompt))
    return (*islice(found, MOST), *_promise(trace))


def _readings(trace: Trace, prompt: Said) -> Iterator[Wanted]:
    """Files and folders that it is told to read."""
    for found in READ.finditer(prompt.text):
        name = found[1].rstrip("*").rstrip("/").rpartition("/")[2]
        step = next((step for step in trace.steps if name and name in step.command), None)
        yield _wanted(found[0], prompt, step, f"{found[1]} named in a call")


def _commands(trace: Trace, prompt: Said) -> Iterator[Wanted]:
    """Commands that it is told to run; the tests, where it says no more."""
    for found in MANDATED.finditer(prompt.text):
        command = command_in(found)
        step = next((step for step in reversed(trace.steps) if command in step.command), None)
        yield _wanted(found[0], prompt, step, f"`{command}` {_result(step)}".strip())
    asked = TESTS.search(prompt.text)
    if asked is not None:
        step = next((step for step in reversed(trace.steps) if step.purpose == "check"), None)
        yield _wanted(asked[0], prompt, step, f"a check {_result(step)}".strip())


def command_in(found: re.Match[str]) -> str:
    """The first two words of a command that a prompt names."""
    return " ".join(found[1].strip().rstrip("`").split()[:2])


def _result(step: Step | None) -> str:
    return "" if step is None else "failed" if step.is_failed else "ran"


def _changes(trace: Trace, prompt: Said) -> Iterator[Wanted]:
    """What it is told to do to the tree: one item, ticks, commits, pushes; and what to leave alone."""
    text, steps = prompt.text, trace.steps
    one = ONE.search(text)
    if one is not None:
        number = len(progress(trace).ticked)
        step = next((step for step in reversed(steps) if any(edit.ticked for edit in step.changed)), None)
        what = f"{number} item{'s' if number != 1 else ''} ticked"
        yield Wanted(quote(one[0]), number == 1, what, step.row if step else prompt.row)
    tick = TICK.search(text)
    if tick is not None:
        step = next(
            (step for step in steps if any(BOOKKEEPING.search(edit.path) for edit in step.changed)), None
        )
        yield _wanted(tick[0], prompt, step, "the plan edited")
    commit = COMMIT.search(text)
    if commit is not None and not NO_COMMIT.search(text):
        yield _wanted(commit[0], prompt, next((step for step in steps if step.commit), None), "a commit")
    push = PUSH.search(text)
    if push is not None:
        pushed = (step for step in steps if "push" in step.command and lines.pushes(step.command))
        step = next(pushed, None)
        yield _wanted(push[0], prompt, step, f"a push {_result(step)}".strip())
    for found in FORBIDDEN.finditer(text):
        edits = edits_below(trace, found[1])
        place = edits[0].row if edits else prompt.row
        yield Wanted(quote(found[0].strip()), not edits, "edited" if edits else "left alone", place)


def edits_below(trace: Trace, path: str) -> list[Step]:
    """The steps that changed a path, or something below it."""
    path = path.rstrip("*").lstrip("./")
    if not path:
        return []
    return [step for step in trace.steps if any(_is_in(edit.path, path) for edit in step.changed)]


def _is_in(edited: str, path: str) -> bool:
    edited = "/" + edited.replace("\\", "/")
    return (
        f"/{path}" in edited if path.endswith("/") else edited.endswith(f"/{path}") or f"/{path}/" in edited
    )


def _promise(trace: Trace) -> Iterator[Wanted]:
    """The completion promise, where the prompt asks for one."""
    promise, said = promise_of(trace), trace.last_answer
    if promise is not None:
        what = "promise made" if promise.made else "only mentioned" if promise.mentioned else "not made"
        row = said.row if said is not None else promise.asked.row
        yield Wanted(promise.words, bool(promise.made), what, row)


def _wanted(asked: str, prompt: Said, step: Step | None, what: str) -> Wanted:
    return Wanted(
        quote(asked.replace("`", "").strip()),
        step is not None,
        what,
        step.row if step is not None else prompt.row,
    )
