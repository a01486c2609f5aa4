"""The lines that several digests share: who, where, how it ended, what changed, what failed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codexlog.digest.budget import USUAL, Amounts, more
from codexlog.digest.when import clock, stamp
from codexlog.report.patch import counts as plus_minus
from codexlog.report.resume import Place as Resumed
from codexlog.report.resume import resume
from codexlog.report.words import count, duration, share, tokens
from codexlog.triage.commands import without_documents
from codexlog.triage.marks import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codexlog.digest.changes import ChangedFile
    from codexlog.digest.facts import CommitMade, Facts, PlanItem
    from codexlog.digest.failures import Check, Failed, Repeat
    from codexlog.digest.quoting import Quoter
    from codexlog.model import Usage
    from codexlog.triage.loops import Loop

AGENTS = {"claude": "Claude Code", "entire": "Entire"}
"""By the format of the transcript; all others are Codex's."""
SUBJECT = 120


@dataclass(frozen=True, slots=True)
class Voice:
    """How a digest says things: quoted, so much of each, and where the rest is."""

    quoter: Quoter
    amounts: Amounts = USUAL
    where: str = ""

    def some(self, shown: Sequence[str], most: int) -> list[str]:
        """The first ones, and how many more there are."""
        return [*shown[:most], *([more(len(shown) - most, self.where)] if len(shown) > most else [])]

    def code(self, text: str) -> str:
        """A path, or what names a thing."""
        return self.quoter.code(text, self.amounts.width)

    def name(self, text: str) -> str:
        """A command that is one of several."""
        return self.quoter.code(without_documents(text), self.amounts.name)


def agent(facts: Facts) -> str:
    """`Codex`, `Claude Code`."""
    return AGENTS.get(facts.summary.format or "", "Codex")


def identity(facts: Facts, say: Voice) -> str:
    """Version, model, effort, sandbox and approval, as far as they are recorded."""
    found, settings = facts.summary, facts.settings
    model = found.model or settings.model
    effort = f" ({say.quoter.line(settings.effort, 40)})" if settings.effort else ""
    rules = " / ".join(say.quoter.line(each, 40) for each in (settings.sandbox, settings.approval) if each)
    version = f"version {say.quoter.line(found.cli_version, 40)}" if found.cli_version else ""
    named = f"{say.quoter.line(model, 80)}{effort}" if model else ""
    return " · ".join(each for each in (version, named, rules) if each)


def place(facts: Facts, say: Voice) -> str:
    """Folder, commit and branch."""
    found = facts.summary
    at = f" @ {say.code(found.commit[:10])}" if found.commit else ""
    branch = f" ({say.quoter.line(found.branch, SUBJECT)})" if found.branch else ""
    return f"{say.code(found.cwd) if found.cwd else 'folder not recorded'}{at}{branch}"


def resumed(facts: Facts) -> str | None:
    """The agent's own command that goes on with it, on whichever machine has it."""
    found = replace(facts.summary, cwd=None)
    return resume(found, Resumed(found.path)).command


def iteration(loop: Loop, facts: Facts) -> int | None:
    """Which iteration of a loop a session is; the last one where it is several."""
    found = facts.summary
    own = (run for run in reversed(loop.iterations) if found.path == run.path or found.id == run.session_id)
    return next((run.index for run in own), None)


def when(facts: Facts) -> str:
    """Start by the recorder's clock, and how long it took."""
    took = facts.when.seconds
    start = stamp(facts.when.started_at, facts.when.offset) or "time not recorded"
    return f"{start} · {span(took)}" if took is not None else start


def span(seconds: float | None) -> str:
    """`12m04`; nothing where it is not recorded."""
    return duration(round(seconds * 1000)) if seconds is not None else ""


def figures(facts: Facts) -> str:
    """Calls, failures, tokens, context."""
    counts = facts.counts
    told = [f"{count(counts.calls, 'call')}, {counts.calls_failed:,} failed", used(facts.summary.usage)]
    if counts.compactions:
        told.append(f"context compacted {count(counts.compactions, 'time')}")
    return " · ".join(told)


def used(usage: Usage | None) -> str:
    """`1.9M tokens (84 % cached), context 52k of 258k`."""
    if usage is None:
        return "tokens not recorded"
    cached = usage.cached_input_tokens
    part = f" ({share(cached, usage.input_tokens)} of input cached)" if cached and usage.input_tokens else ""
    partial = "" if usage.complete else " (partial)"
    window = (
        f", context {tokens(usage.context_used)} of {tokens(usage.context_window)}"
        if usage.context_used is not None and usage.context_window
        else ""
    )
    return f"{tokens(usage.total_tokens)} tokens{part}{partial}{window}"


def end(facts: Facts, say: Voice) -> str:
    """How it ended, and the row that says so; the agent's own words are quoted once, as its last message."""
    cause = facts.run.cause
    said = words(facts.run.verdict)
    if cause is None:
        return said
    row = f" (row {cause.row})" if cause.row is not None else ""
    is_own = facts.last_message is not None and cause.text in facts.last_message.text
    if cause.text.strip() == said or (is_own and facts.run.verdict == "completed"):
        return said + row
    tell = say.quoter.quote if is_own else say.quoter.words
    return f"{said}{row}: {tell(cause.text, say.amounts.width)}"


def first_bad(facts: Facts, say: Voice) -> str:
    """`row 412, 18:27:41: repeated failing command`."""
    bad = facts.first_bad
    if bad is None:
        return "none found"
    at = clock(bad.at, facts.when.offset)
    why = f"check {say.code(bad.why)}" if bad.is_check else say.quoter.words(bad.why, say.amounts.width)
    return f"row {bad.row}{f', {at}' if at else ''}: {why}"


def failed_head(failed: Failed) -> str:
    """`exit 101, 3.2s, row 590`."""
    code = f"exit {failed.exit_code}" if failed.exit_code is not None else failed.status
    if failed.exit_code == 0:
        code = "its output says that it failed; exit 0, of a pipe"
    rows = f"row {failed.row}" + (f", output in row {failed.out_row}" if failed.out_row else "")
    return ", ".join(each for each in (code, duration(failed.duration_ms), rows) if each)


def failed_block(failed: Failed, say: Voice) -> list[str]:
    """The command and the tail of its output."""
    told = _command_block(failed, failed.command, say)
    if len(told) > say.amounts.command:
        told = _command_block(failed, without_documents(failed.command), say)
    lines = told[: say.amounts.command] + ["    …"] * (len(told) > say.amounts.command)
    tail = say.quoter.block(failed.tail, say.amounts.width) if failed.tail else []
    shown = tail[-say.amounts.tail :]
    if failed.is_cut or len(shown) < len(tail):
        shown = ["    …", *shown]
    return [*lines, *shown]


def _command_block(failed: Failed, command: str, say: Voice) -> list[str]:
    return say.quoter.block(["$ " * failed.is_shell + command], say.amounts.width)


def file_words(each: ChangedFile, say: Voice) -> str:
    """`` `src/lib.rs:96` +12 −4 (2 edits) ``."""
    note = {"added": "new", "deleted": "deleted"}.get(each.what or "", "")
    edits = f"({each.edits} edits)" if each.edits > 1 else ""
    moved = f"moved from {say.code(each.moved_from)}" if each.moved_from is not None else ""
    told = (say.code(each.shown), note, plus_minus(each.added, each.removed), edits, moved)
    return " ".join(part for part in told if part)


def check_words(check: Check, say: Voice) -> str:
    """`` `cargo test`: failed, exit 101, "2 failed" (row 590) ``."""
    code = f", exit {check.exit_code}" if check.exit_code is not None else ""
    state = "failed" if check.failed else "passed" if check.status == "ok" else check.status
    said = f", {say.quoter.quote(check.said, say.amounts.width)}" if check.said else ""
    return f"{say.name(check.command)}: {state}{code}{said} (row {check.row})"


def repeat_words(each: Repeat, say: Voice) -> str:
    """`` `cargo test` failed 3 times (rows 5, 9, 12), last with exit 101 (row 13): "…" ``."""
    code = f", last with exit {each.exit_code}" if each.exit_code is not None else ""
    later = f", passed later (row {each.passed_later})" if each.passed_later is not None else ""
    told = say.quoter.quote(each.said, say.amounts.width)
    said = f"; its output (row {each.said_row}): {told}" if each.said and each.said_row else ""
    return f"{say.name(each.what)} failed {count(each.times, 'time')} ({rows(each.rows)}){code}{later}{said}"


def rows(found: Sequence[int], most: int = 8) -> str:
    """`row 5`, `rows 5, 9, 12`."""
    told = ", ".join(map(str, found[:most])) + (", …" if len(found) > most else "")
    return f"row{'s' if len(found) != 1 else ''} {told}"


def blocks(facts: Facts, say: Voice) -> Iterator[str]:
    """What the environment refused: the sandbox, the network, a limit; quoted from the rows."""
    for each in facts.findings("denied", "network_blocked", "command_timeout", "usage_limit"):
        said = say.quoter.quote(each.evidence, say.amounts.width) if each.evidence else ""
        what = each.kind.replace("_", " ")
        yield f"{what} ({count(len(each.rows), 'row')}, {rows(each.rows)}){': ' if said else ''}{said}"


def listed(title: str, shown: Sequence[str], most: int, say: Voice) -> list[str]:
    """A heading and its items: on its line where it is one, else below it."""
    if not shown:
        return []
    if len(shown) == 1:
        return [f"- **{title}** {shown[0]}"]
    return [f"- **{title}**", *(f"  - {each}" for each in say.some(shown, most))]


def joined(title: str, shown: Sequence[str], most: int, say: Voice) -> list[str]:
    """The same on one line."""
    return [f"- **{title}** {' · '.join(say.some(shown, most))}"] if shown else []


def commit_words(made: CommitMade, say: Voice) -> str:
    """`` `d6bcb66` "amounts: round half cents" (row 53) ``."""
    sha = f"{say.code(made.sha)} " if made.sha else ""
    subject = f"{say.quoter.quote(made.subject, SUBJECT)} " if made.subject else ""
    return f"{sha}{subject}(row {made.row})"


def plan_words(item: PlanItem, say: Voice) -> str:
    """`"Write the tests" (in progress, row 12)`."""
    state = say.quoter.line(item.state.replace("_", " "), 40) or "no state"
    return f"{say.quoter.quote(item.text, say.amounts.width)} ({state}, row {item.row})"
