"""The details of a session and of a turn: identity, outcome, figures, tokens."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from codexlog.app.render.page import Page, PageBuilder
from codexlog.report.glyphs import STYLES
from codexlog.report.words import count, full_time, grouped, share, size, span

if TYPE_CHECKING:
    from codexlog.app.render.page import Frame
    from codexlog.app.session_tree import Kinship
    from codexlog.model import Counts, Outcome, Summary, Usage
    from codexlog.timeline.outline import TurnHead


def session_page(
    summary: Summary, frame: Frame, *, counted: bool, error: str | None = None, kin: Kinship | None = None
) -> Page:
    """What is known of a session. `counted` False: its figures are still being read."""
    page = PageBuilder(frame)
    if summary.error:
        page.add((f"Cannot be read: {summary.error}", "bad"))
        page.gap()
    page.add((summary.title or summary.first_prompt or "(no prompt)", "title"))
    if counted:
        _outcome(page, summary.outcome, error)
    else:
        page.add(("counting…", "dim"))
    page.gap()
    _identity(page, summary)
    _relations(page, summary, kin)
    page.fact("file", f"{summary.path}  {size(summary.size_bytes)}{'  archived' if summary.archived else ''}")
    for line in summary.copies:
        page.fact("also", line)
    if summary.doubt:
        page.fact("doubt", summary.doubt, "warn")
    if counted:
        _counts(page, summary.counts)
        usage_lines(page, summary.usage, "Tokens of the session")
    return page.page(f"session {frame.glyphs.dot} {summary.id or 'no id'}")


def turn_page(head: TurnHead, session: Summary, frame: Frame, *, partial: bool) -> Page:
    """What is known of a turn, and of the tokens of its session."""
    page = PageBuilder(frame)
    _outcome(page, head.outcome, head.error)
    took = span(head.started_at, head.ended_at)
    page.add((f"{count(head.calls, 'call')}, {head.failed} failed{', took ' + took if took else ''}", ""))
    page.gap()
    if head.prompt:
        page.text(head.prompt)
    else:
        page.add(("nobody typed a prompt for this turn", "dim"))
    page.gap()
    page.fact("started", full_time(head.started_at) if head.started_at else None)
    page.fact("ended", full_time(head.ended_at) if head.ended_at else None)
    page.fact("turn id", head.turn_id)
    usage_lines(page, head.usage, "Tokens of the turn")
    if partial:
        page.add(("The session is still being read.", "dim"))
    else:
        usage_lines(page, session.usage, "Tokens of the session")
    return page.page(f"turn {head.index}")


def _outcome(page: PageBuilder, outcome: Outcome, error: str | None) -> None:
    mark = page.frame.glyphs.outcome[outcome]
    live = (("  live: it is being written", "dim"),) if outcome == "running" else ()
    page.add((f"{mark} {outcome}", STYLES.get(outcome, "")), *live)
    if error:
        page.text(error, "bad" if outcome == "failed" else "warn")


def _identity(page: PageBuilder, summary: Summary) -> None:
    page.fact("folder", summary.cwd)
    page.fact("branch", summary.branch)
    page.fact("model", summary.model)
    if summary.policy:
        page.fact("policy", summary.policy)
    page.fact("agent", " ".join(word for word in (summary.originator, summary.cli_version) if word))
    page.fact("source", summary.source)
    page.fact("started", full_time(summary.started_at) if summary.started_at else None)
    page.fact("ended", full_time(summary.ended_at) if summary.ended_at else None)


def _relations(page: PageBuilder, summary: Summary, kin: Kinship | None) -> None:
    absent = kin.absent if kin is not None else ()
    for label, named in (("forked from", summary.forked_from), ("child of", summary.parent_id)):
        if named:
            page.fact(label, f"{named}{'  which is not here' if named in absent else ''}")
    if kin is not None and kin.loop is not None:
        from codexlog.app.render.loop_row import part_words

        page.fact("iteration", part_words(kin.loop, kin.run))
    if kin is not None and kin.is_older:
        page.fact("version", "an older one: the thread was reverted and goes on in another file")
    if kin is not None and kin.is_copy:
        page.fact("copy", "another file of this session is in use: it stands above in the list")
    if kin is not None and kin.children:
        kinds = Counter(kin.children)
        page.fact("has", ", ".join(count(number, kind) for kind, number in sorted(kinds.items())))


def _counts(page: PageBuilder, counts: Counts) -> None:
    page.heading("Counts")
    page.fact("turns", f"{counts.turns:,}  prompts {counts.prompts:,}  answers {counts.messages:,}")
    unanswered = f"  unanswered {counts.calls_unanswered:,}" if counts.calls_unanswered else ""
    page.fact("calls", f"{counts.calls:,}  failed {counts.calls_failed:,}{unanswered}")
    rows = f"{counts.rows:,}"
    for number, what in (
        (counts.inherited_rows, "inherited"),
        (counts.bad_rows, "unreadable"),
        (counts.unknown_rows, "of unknown kinds"),
        (counts.orphan_outputs, "outputs without a call"),
    ):
        rows += f"  {number:,} {what}" if number else ""
    page.fact("rows", rows)
    marks = ((counts.compactions, "compaction"), (counts.aborts, "abort"), (counts.rollbacks, "rollback"))
    said = "  ".join(count(number, what) for number, what in marks if number)
    if said:
        page.fact("marks", said)
    if counts.attachments:
        page.fact("attachments", f"{counts.attachments:,}")


def usage_lines(page: PageBuilder, usage: Usage | None, title: str) -> None:
    """The token figures; what is not recorded is said so, what is partial is marked."""
    page.heading(title, "" if usage is None or usage.complete else "partial: the transcript lacks some")
    if usage is None:
        page.add(("not recorded", "dim"))
        return
    cached = f"  cached {grouped(usage.cached_input_tokens)}"
    written = (
        f"  cache written {grouped(usage.cache_write_tokens)}" if usage.cache_write_tokens is not None else ""
    )
    page.fact("input", grouped(usage.input_tokens) + cached + written)
    page.fact("output", f"{grouped(usage.output_tokens)}  reasoning {grouped(usage.reasoning_output_tokens)}")
    page.fact("total", grouped(usage.total_tokens))
    if usage.context_window or usage.context_used is not None:
        fill = share(usage.context_used, usage.context_window)
        page.fact("context", f"{fill}  {grouped(usage.context_used)} of {grouped(usage.context_window)}")
