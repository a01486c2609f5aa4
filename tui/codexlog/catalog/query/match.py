"""Whether a session meets a query: yes, no, or not known yet, as long as only its ends have been read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codexlog.catalog.query.conditions import folded
from codexlog.timeline.times import seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.catalog.query.parse import Query, Term
    from codexlog.model import Summary
    from codexlog.model.session import CallEnd


class Facts:
    """What is known of a session."""

    __slots__ = ("_texts", "is_whole", "summary")

    def __init__(self, summary: Summary, *, is_whole: bool) -> None:
        self.summary = summary
        self.is_whole = is_whole
        """Whether every figure is known, not only what the ends of the file tell."""
        self._texts: str | None = None

    @property
    def texts(self) -> str:
        """Everything that words are looked for in, in lower case."""
        if self._texts is None:
            self._texts = searched(self.summary, is_whole=self.is_whole).lower()
        return self._texts


def matches(query: Query, facts: Facts) -> bool | None:
    """Whether every term holds; None where that depends on what has not been read."""
    known: bool | None = True
    for group in query.groups:
        verdict = holds(group, facts)
        if verdict is False:
            return False
        known = None if verdict is None else known
    return known


def holds(group: tuple[Term, ...], facts: Facts) -> bool | None:
    """Whether the terms of a group hold."""
    term = group[0]
    if term.field.is_of_calls:
        if not facts.is_whole:
            return None
        found = any(all(_fits(each, call) for each in group) for call in facts.summary.call_ends)
        return found is not term.is_negated
    verdict = _verdict(term, facts)
    return verdict if verdict is None or not term.is_negated else not verdict


def is_cheap(query: Query) -> bool:
    """Whether the ends of a file can decide against it."""
    return any(group[0].field.name in _AT_HEAD for group in query.groups)


def fact(name: str, summary: Summary) -> Any:
    """The fact that a field is about; None where it is not recorded."""
    return _FACTS[name](summary)


def searched(summary: Summary, *, is_whole: bool) -> str:
    """The texts of a session's line, one a line."""
    parts = [summary.path.rpartition("/")[2], summary.title, summary.first_prompt, summary.cwd, summary.id]
    parts += [summary.model, summary.branch, summary.cli_version, summary.originator, summary.error]
    if is_whole:
        parts.append(summary.outcome)
    if summary.archived:
        parts.append("archived")
    return "\n".join(folded(part) for part in parts if part)


def _fits(term: Term, call: CallEnd) -> bool:
    tool, code, status = call
    return term.takes({"tool": tool, "exit": code, "status": status}[term.field.name])


def _verdict(term: Term, facts: Facts) -> bool | None:
    name, summary = term.field.name, facts.summary
    if name in ("text", "re"):
        found = term.takes(facts.texts)
        return found if facts.is_whole or _stands(found, term) else None
    known = facts.is_whole or _is_final(name, summary)
    found = term.takes(fact(name, summary))
    if known:
        return found
    return True if name in _GROWING and _stands(found, term) else None


def _stands(found: bool, term: Term) -> bool:
    """Whether a hit in what is known so far is shown as one; it never leaves a session out."""
    return found and not term.is_other and not term.is_negated


def _is_final(name: str, summary: Summary) -> bool:
    """Whether the ends of a file say of a fact what the whole of it will say."""
    is_final = _AT_HEAD.get(name)
    return is_final is not None and is_final(summary)


def _count(name: str) -> Callable[[Summary], int | None]:
    def counted(summary: Summary) -> int | None:
        unread = summary.error is not None and not summary.counts.rows
        figure: int = getattr(summary.counts, name)
        return None if unread else figure

    return counted


def _duration(summary: Summary) -> float | None:
    start, end = seconds(summary.started_at), seconds(summary.ended_at)
    return None if start is None or end is None else max(0.0, end - start)


def _flags(summary: Summary) -> frozenset[str]:
    usage = summary.usage
    said = {
        "archived": summary.archived,
        "running": summary.outcome == "running",
        "fork": summary.forked_from is not None,
        "child": summary.parent_id is not None or summary.forked_from is not None,
        "subagent": summary.source == "subagent",
        "partial": usage is not None and not usage.complete,
        "damaged": summary.error is not None or summary.counts.bad_rows > 0,
        "empty": summary.outcome == "empty",
    }
    return frozenset(name for name, holds in said.items() if holds)


def _from_codex(name: str) -> Callable[[Summary], bool]:
    """Of Codex a fact of the first row is the last word, once that row is there."""

    def is_final(summary: Summary) -> bool:
        return summary.agent == "codex" and _is_there(name)(summary)

    return is_final


def _is_there(name: str) -> Callable[[Summary], bool]:
    return lambda summary: summary.started_at is not None and getattr(summary, name) is not None


_FACTS: Mapping[str, Callable[[Summary], Any]] = {
    "outcome": lambda summary: summary.outcome,
    "project": lambda summary: summary.project,
    "cwd": lambda summary: summary.cwd,
    "branch": lambda summary: summary.branch,
    "model": lambda summary: summary.model,
    "agent": lambda summary: summary.agent,
    "since": lambda summary: seconds(summary.ended_at or summary.started_at),
    "until": lambda summary: seconds(summary.started_at or summary.ended_at),
    "tokens": lambda summary: summary.usage.total_tokens if summary.usage is not None else None,
    "calls": _count("calls"),
    "failed": _count("calls_failed"),
    "unanswered": _count("calls_unanswered"),
    "turns": _count("turns"),
    "compactions": _count("compactions"),
    "size": lambda summary: summary.size_bytes,
    "duration": _duration,
    "is": _flags,
    "title": lambda summary: summary.title,
    "prompt": lambda summary: folded(summary.first_prompt) if summary.first_prompt is not None else None,
    "id": lambda summary: summary.id,
    "source": lambda summary: summary.source,
    "originator": lambda summary: summary.originator,
    "version": lambda summary: summary.cli_version,
}
_AT_HEAD: Mapping[str, Callable[[Summary], bool]] = {
    "project": _is_there("cwd"),
    "cwd": _is_there("cwd"),
    "branch": _is_there("branch"),
    "version": _is_there("cli_version"),
    "since": _is_there("ended_at"),
    "until": _is_there("started_at"),
    "size": lambda _: True,
    "agent": _is_there("format"),
    "id": _from_codex("id"),
    "source": _from_codex("source"),
    "originator": _from_codex("originator"),
}
"""Facts that the ends of a file tell, where they tell them."""
_GROWING = frozenset(("title", "prompt", "is"))
"""Fields that are taken as true at once where the ends of a file say so."""
