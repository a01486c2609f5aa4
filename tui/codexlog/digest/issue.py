"""One session for an issue or a colleague: about 25 lines of facts, the first failure before all else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.digest import words as w
from codexlog.digest.budget import Section, fit
from codexlog.report.words import count

if TYPE_CHECKING:
    from codexlog.digest.facts import Facts
    from codexlog.triage.loops import Loop


def issue(facts: Facts, loop: Loop | None, say: w.Voice, most: int | None) -> str:
    """The digest, of at most so many bytes."""
    sections = [
        Section("head", _head(facts, loop, say)),
        Section("last failing command", _failing(facts, say), 2),
        Section("changes", _changed(facts, say), 3),
        Section("checks", _checks(facts, say), 5),
        Section("repeats", _repeats(facts, loop, say), 4),
        Section("refusals", w.listed("Refused", list(w.blocks(facts, say)), say.amounts.items, say), 7),
        Section("open plan", _plan(facts, say), 6),
        Section("prompt", _asked(facts, say), 1),
        Section("last message", _answered(facts, say), 1),
        Section("source", _source(facts, say)),
    ]
    return fit(sections, most, say.where)


def _head(facts: Facts, loop: Loop | None, say: w.Voice) -> list[str]:
    name = say.code(facts.summary.id) if facts.summary.id else "without an id"
    identity = w.identity(facts, say)
    lines = [
        f"**{w.agent(facts)} session** {name}{' · ' if identity else ''}{identity}",
        "",
        f"- {w.place(facts, say)} · {w.when(facts)} · {w.figures(facts)}",
        f"- **End** {w.end(facts, say)}{_of_loop(facts, loop)}",
        f"- **First bad** {w.first_bad(facts, say)}",
    ]
    counts = facts.counts
    if counts.bad_rows or counts.unknown_rows or facts.summary.error:
        cause = f"; {say.quoter.line(facts.summary.error, say.amounts.width)}" if facts.summary.error else ""
        lines.append(
            f"- **Not read** {count(counts.bad_rows, 'damaged row')}, "
            f"{count(counts.unknown_rows, 'row')} of unknown kinds{cause}"
        )
    return lines


def _of_loop(facts: Facts, loop: Loop | None) -> str:
    index = w.iteration(loop, facts) if loop is not None else None
    if loop is None or index is None:
        return ""
    return f"; iteration {index} of {len(loop.iterations)} of {loop.id}"


def _failing(facts: Facts, say: w.Voice) -> list[str]:
    failed = facts.last_failing
    if failed is None:
        return ["", "No command failed.", ""]
    later = f"; passed later, row {failed.passed_later}" if failed.passed_later is not None else ""
    title = "Last failing command" if failed.is_last else "Check that still fails"
    head = f"**{title}** ({w.failed_head(failed)}{later})"
    return ["", head, "", *w.failed_block(failed, say), ""]


def _changed(facts: Facts, say: w.Voice) -> list[str]:
    files = [w.file_words(each, say) for each in facts.files]
    lines = w.joined("Changed", files, say.amounts.files, say) or ["- **Changed** nothing that the rows show"]
    commits = [w.commit_words(each, say) for each in facts.commits]
    lines += w.joined("Commits", commits, say.amounts.files, say)
    if facts.uncommitted:
        since = "since the last commit seen" if facts.commits else "and no commit seen"
        lines.append(f"- **Uncommitted** {count(len(facts.uncommitted), 'file')} edited {since}")
    if facts.writes:
        told = [say.name(step.command) for step in facts.writes]
        lines += w.joined("Commands that may have changed more", told, say.amounts.items, say)
    patches = [w.repeat_words(each, say) for each in facts.failed_patches]
    return lines + w.listed("Failed patches", patches, say.amounts.items, say)


def _checks(facts: Facts, say: w.Voice) -> list[str]:
    ordered = sorted(facts.checks, key=lambda each: (not each.failed, -each.row))
    shown = [w.check_words(each, say) for each in ordered]
    return w.listed("Checks, as they last ran", shown, say.amounts.items, say)


def _repeats(facts: Facts, loop: Loop | None, say: w.Voice) -> list[str]:
    shown = [w.repeat_words(each, say) for each in facts.repeats]
    if loop is not None:
        shown += [
            f"{say.code(row.failure.text)} fails in iterations "
            + ", ".join(str(at) for at, cell in enumerate(row.cells, 1) if cell == "fail")
            for row in loop.signatures
            if row.fails > 1
        ]
    return w.listed("Repeats", shown, say.amounts.items, say)


def _plan(facts: Facts, say: w.Voice) -> list[str]:
    shown = [w.plan_words(each, say) for each in facts.plan]
    return w.listed("Open plan", shown, say.amounts.items, say)


def _asked(facts: Facts, say: w.Voice) -> list[str]:
    if not facts.prompts:
        return ["- **Asked** nothing"]
    first, number = facts.prompts[0], facts.counts.prompts
    times = f", the first of {number:,} prompts" if number > 1 else ""
    return [f"- **Asked** {say.quoter.quote(first.text, say.amounts.prompt)} (row {first.row}{times})"]


def _answered(facts: Facts, say: w.Voice) -> list[str]:
    said = facts.last_message
    if said is None:
        return ["- **Last message** none"]
    return [f"- **Last message** {say.quoter.quote(said.text, say.amounts.message)} (row {said.row})"]


def _source(facts: Facts, say: w.Voice) -> list[str]:
    command = w.resumed(facts)
    resume = f" · resume: {say.quoter.code(command, 1_000)}" if command else ""
    lines = [f"- File {say.quoter.code(facts.summary.path, 1_000)}{resume}"]
    if say.quoter.redacted:
        lines.append(f"- {say.quoter.redacted:,} × `[redacted]`")
    return lines
