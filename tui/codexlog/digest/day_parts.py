"""One session of a day: its line in the overview and its five parts. Quotes and figures, no claims. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codexlog.digest import words as w
from codexlog.digest.answers import answer_of, follow_ups_of, insights_of
from codexlog.digest.budget import Amounts
from codexlog.digest.failures import same_as
from codexlog.report.safe_text import ELLIPSIS, cell_width, crop
from codexlog.report.words import count, tokens
from codexlog.timeline.times import parse
from codexlog.triage.detect_calls import denial

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codexlog.digest.calendar import Clock
    from codexlog.digest.changes import ChangedFile
    from codexlog.digest.facts import Facts
    from codexlog.digest.failures import Check
    from codexlog.digest.sittings import Sitting
    from codexlog.triage.trace import Step

TITLE = 60
"""Columns of a title, cut at a word."""
NO_TITLE = "(nobody typed a prompt)"
NONE_RECORDED = "None recorded."
AMOUNTS = Amounts(files=20, items=5, width=160, name=100, prompt=300, message=400)
"""How much of each kind a day shows of one session."""
LISTED = 4
"""Items of an answer."""
OUTCOMES = {
    "completed": "completed",
    "failed": "failed",
    "interrupted": "interrupted",
    "running": "still running",
    "incomplete": "no end is recorded",
    "unknown": "how it ended is not recorded",
    "empty": "empty",
}
ENDLESS = ("incomplete", "unknown", "running")
STOPPED = ("context_overflow", "usage_limit", "auth_error", "stream_error")
"""Verdicts that name what ended a session."""
_MARKUP = re.compile(
    r"^[\s#>*+_~`-]+|\s#+\s*$|\*\*|(?<!\w)__|__(?!\w)|`+|!?\[([^\]\n]{0,200})\]\([^)\n]{0,400}\)"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One sitting of a session, as a day shows it."""

    facts: Facts
    sitting: Sitting
    clock: Clock
    agents: Sequence[Facts] = ()
    """Its subagents of this day."""
    same_as: int | None = None
    """The session that was asked the same before, by its number."""

    @property
    def is_untouched(self) -> bool:
        """Whether it stopped before the agent did anything."""
        counts = self.facts.counts
        return not (counts.messages or counts.calls)

    @property
    def outcome(self) -> str:
        """How its last turn ended."""
        return self.facts.summary.outcome


def title_of(text: str, say: w.Voice) -> str:
    """A title on one line: without Markdown's marks, cut at a word; a slash command keeps its name."""
    plain = _MARKUP.sub(lambda found: found[1] or "", say.quoter.clean(text))
    line = " ".join(plain.split())
    if cell_width(line) > TITLE:
        head, _, rest = crop(line, TITLE).removesuffix(ELLIPSIS).rpartition(" ")
        line = (head if len(head) > len(rest) else f"{head} {rest}".strip()).rstrip(" ,;:.-–") + ELLIPSIS
    return say.quoter.words(line.removesuffix("."), 2 * TITLE) or NO_TITLE


def overview(shown: Shown, title: str) -> str:
    """`Fix the parser – 2 files, 14 calls (3 failed), completed`."""
    return f"{title} – {', '.join(_short(shown))}"


def _short(shown: Shown) -> Iterator[str]:
    facts = shown.facts
    word = OUTCOMES[shown.outcome]
    if shown.is_untouched:
        yield f"{word} before execution" if shown.outcome in ("interrupted", "failed") else word
        return
    files = {each.path for one in (facts, *shown.agents) for each in one.files}
    if files:
        yield count(len(files), "file")
    if facts.counts.calls:
        failed = f" ({facts.counts.calls_failed:,} failed)" if facts.counts.calls_failed else ""
        yield count(facts.counts.calls, "call") + failed
    yield word
    if facts.checks and facts.checks[-1].failed:
        yield "last check failed"


def parts(shown: Shown, say: w.Voice) -> list[list[str]]:
    """The lines of the five parts."""
    return [
        list(_problem(shown, say)),
        list(_changes(shown, say)),
        list(_insights(shown, say)) or [NONE_RECORDED],
        list(_documentation(shown, say)),
        list(_next(shown, say)) or [NONE_RECORDED],
    ]


# ------------------------------------------------------------------------------ 1. Problem - Solutions


def _problem(shown: Shown, say: w.Voice) -> Iterator[str]:
    facts = shown.facts
    if facts.prompts:
        first, last = facts.prompts[0], facts.prompts[-1]
        many = f" ({count(len(facts.prompts), 'prompt')})" if len(facts.prompts) > 1 else ""
        if shown.same_as is None:
            yield f"Asked: {say.quoter.quote(first.text, say.amounts.prompt)}{many}"
        else:
            said = say.quoter.quote(first.text, TITLE)
            yield f"Asked the same as session {shown.same_as}: {said}{many}"
        if last is not first and last.text.strip() != first.text.strip():
            yield f"Asked last: {say.quoter.quote(last.text, say.amounts.prompt)}"
    if facts.last_message is not None:
        paragraph, items = answer_of(facts.last_message.text)
        told = [text for text in (paragraph, *items[:LISTED]) if text.strip()]
        word = "Answer" if shown.outcome == "completed" else "Last message"
        for text in told or [facts.last_message.text]:
            yield f"{word}: {say.quoter.quote(text, say.amounts.message)}"
        if len(items) > LISTED:
            yield f"{word}: {count(len(items) - LISTED, 'more item')} in row {facts.last_message.row}"
    yield f"Status: {status(shown, say)}"
    for finding in facts.findings("early_stop"):
        yield f"Claim and evidence: {say.quoter.words(finding.explanation, say.amounts.width)}"


def status(shown: Shown, say: w.Voice) -> str:
    """`completed after 12m04; last check `cargo test` failed (exit 101) at 16:58.`."""
    facts = shown.facts
    if shown.is_untouched and shown.outcome == "interrupted":
        return "the turn was interrupted before work began."
    took = w.span(_seconds(shown.sitting))
    told = OUTCOMES[shown.outcome]
    if took:
        told += f", the last row after {took}" if shown.outcome in ENDLESS else f" after {took}"
    told += _stopped(facts, say)
    if facts.checks:
        told += f"; {_last_check(facts.checks[-1], shown, say)}"
    return f"{told}."


def _stopped(facts: Facts, say: w.Voice) -> str:
    """The words of the row that says what stopped it."""
    verdict = facts.run.verdict
    kind = "stream_error" if verdict == "auth_error" else verdict
    found = facts.findings(kind) if verdict in STOPPED else ()
    if not found:
        return ""
    said = say.quoter.quote(found[0].evidence, say.amounts.width)
    return f": {verdict.replace('_', ' ')}, {said} (row {found[0].rows[0]})"


def _last_check(check: Check, shown: Shown, say: w.Voice) -> str:
    state: str = "passed" if check.status == "ok" else check.status
    if check.failed:
        state = "failed by its output" if check.exit_code == 0 else "failed"
    code = f" (exit {check.exit_code})" if check.exit_code is not None else ""
    at = f" at {shown.clock.minute(check.at)}" if parse(check.at) is not None else ""
    said = f": {say.quoter.quote(check.said, say.amounts.width)}" if check.said else ""
    return f"last check {say.name(check.command)} {state}{code}{at}{said}"


def _seconds(sitting: Sitting) -> float | None:
    start, end = parse(sitting.started_at), parse(sitting.ended_at)
    return max(0.0, (end - start).total_seconds()) if start and end else None


# ------------------------------------------------------------------------------------- 2. Code Changes


def _changes(shown: Shown, say: w.Voice) -> Iterator[str]:
    facts = shown.facts
    told = [file_line(each, facts, say) for each in facts.files]
    told += [f"{file_line(each, one, say)} by a subagent" for one in shown.agents for each in one.files]
    yield from _some(told, say.amounts.files, "file")
    for made in facts.commits[-say.amounts.items :]:
        yield f"Commit {w.commit_words(made, say)}"
    if facts.failed_patches:
        number = sum(each.times for each in facts.failed_patches)
        names = ", ".join(say.code(each.what) for each in facts.failed_patches[: say.amounts.items])
        yield f"Failed patches: {number} ({names})"
    if facts.writes:
        names = ", ".join(_names(facts.writes, say))
        yield f"Possibly more by commands: {names}"


def file_line(each: ChangedFile, facts: Facts, say: w.Voice) -> str:
    """`` `src/lib.rs:96` +12 −4 (2 edits) ``; where no line is recorded, the one that the answer cites."""
    if each.places or each.what in ("added", "deleted"):
        return w.file_words(each, say)
    cited = cited_line(each, facts)
    if cited is None:
        return f"{w.file_words(each, say)} (line not recorded)"
    bare = w.file_words(each, say).removeprefix(say.code(each.path))
    return f"{say.code(f'{each.path}:{cited}')}{bare} (line cited in the answer)"


def cited_line(each: ChangedFile, facts: Facts) -> int | None:
    """The line of a changed file that the last message names: `src/lib.rs:31`, or the end of that path."""
    if facts.last_message is None:
        return None
    name = re.escape(each.path.replace("\\", "/").rpartition("/")[2])
    for found in re.finditer(rf"((?:[\w.@-]+/)*{name}):(\d{{1,7}})\b", facts.last_message.text):
        if f"/{each.path}".endswith(f"/{found[1]}"):
            return int(found[2])
    return None


def _names(steps: Iterable[Step], say: w.Voice) -> list[str]:
    """Commands, each once, the last ones."""
    names = list(dict.fromkeys(say.name(step.command) for step in steps))
    left = len(names) - say.amounts.items
    return names[: say.amounts.items] + ([f"{left} more"] if left > 0 else [])


def _some(lines: Sequence[str], most: int, what: str) -> list[str]:
    left = len(lines) - most
    return [*lines[:most], *([count(left, f"more {what}")] if left > 0 else [])]


# ------------------------------------------------------------------------------------- 3. Key Insights


def _insights(shown: Shown, say: w.Voice) -> Iterator[str]:
    facts = shown.facts
    figures = "; ".join(_figures(shown))
    if figures:
        yield f"Facts: {figures}."
    for each in facts.repeats[: say.amounts.items]:
        yield f"Repeated: {w.repeat_words(each, say)}"
    for told in list(w.blocks(facts, say))[: say.amounts.items]:
        yield f"Recorded: {told}"
    if facts.last_message is not None:
        for item in insights_of(facts.last_message.text)[:LISTED]:
            yield f"Said: {say.quoter.quote(item, say.amounts.message)}"


def _figures(shown: Shown) -> Iterator[str]:
    facts = shown.facts
    counts, usage = facts.counts, facts.summary.usage
    if counts.calls:
        yield f"{counts.calls_failed:,} of {count(counts.calls, 'call')} failed"
    if usage is not None and usage.total_tokens:
        yield f"{tokens(usage.total_tokens)} tokens{'' if usage.complete else ' (partial)'}"
    if counts.aborts and len(facts.prompts) > 1:
        yield f"interrupted {_times(counts.aborts)}"
    if counts.compactions:
        yield f"context compacted {_times(counts.compactions)}"
    if counts.rollbacks:
        yield f"rolled back {_times(counts.rollbacks)}"
    if shown.agents:
        calls = sum(each.counts.calls for each in shown.agents)
        failed = sum(each.counts.calls_failed for each in shown.agents)
        yield f"{count(len(shown.agents), 'subagent')} ({count(calls, 'call')}, {failed:,} failed)"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


# ------------------------------------------------------------------------------------ 4. Documentation


def _documentation(shown: Shown, say: w.Voice) -> list[str]:
    told = [
        file_line(each, one, say) + (" by a subagent" if one is not shown.facts else "")
        for one in (shown.facts, *shown.agents)
        for each in one.docs
    ]
    return _some(told, say.amounts.files, "file")


# --------------------------------------------------------------------------------------- 5. Next Steps


def _next(shown: Shown, say: w.Voice) -> Iterator[str]:
    facts = shown.facts
    if shown.is_untouched and shown.outcome in ("interrupted", "failed", "incomplete"):
        yield "Retry: nothing was done."
    failed = facts.last_failing
    if failed is not None and failed.is_open:
        yield f"Failing at end: {say.name(failed.command)} ({w.failed_head(failed)})"
    yield from _some(list(_rerun(facts, say)), say.amounts.items, "command")
    yield from _some(
        [f"Open plan item: {w.plan_words(item, say)}" for item in facts.plan], 2 * say.amounts.items, "item"
    )
    if facts.last_message is not None:
        for item in follow_ups_of(facts.last_message.text)[: say.amounts.items]:
            yield f"Said next: {say.quoter.quote(item, say.amounts.message)}"


def _rerun(facts: Facts, say: w.Voice) -> Iterator[str]:
    """Commands that were refused or cut off from the network and did not succeed later."""
    cut_off = {row for each in facts.findings("network_blocked") for row in each.rows}
    done = {same_as(step): step.row for step in facts.steps if step.status == "ok"}
    told: dict[str, None] = {}
    for step in facts.steps:
        if done.get(same_as(step), 0) > step.row or step.purpose == "edit":
            continue
        if step.row in cut_off:
            told[f"Re-run with network access: {say.name(step.command)}"] = None
        elif refused := denial(step):
            where = "outside the sandbox" if "sandbox" in refused.lower() else "where it is allowed"
            told[f"Re-run {where}: {say.name(step.command)}"] = None
    yield from told
