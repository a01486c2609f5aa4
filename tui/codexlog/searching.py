"""What `codexlog search` prints: hits for people, by session, or one JSON object a hit."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING, Any

from codexlog.catalog.listing import SideShelf
from codexlog.report.as_json import dumps
from codexlog.report.snippets import snippet_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from codexlog.catalog.find.needle import Needle
    from codexlog.catalog.search import SessionMatch
    from codexlog.model import Summary


def print_hits(
    matches: Iterable[SessionMatch],
    needle: Needle,
    *,
    limit: int | None,
    jsonl: bool,
    sqlite_home: Path | None = None,
) -> int:
    """Print at most `limit` hits as they come; returns how many there were."""
    wanted = islice(matches, limit)
    return _print_lines(wanted, needle) if jsonl else _print_groups(wanted, needle, SideShelf(sqlite_home))


def _print_lines(matches: Iterable[SessionMatch], needle: Needle) -> int:
    number = 0
    for each in matches:
        sys.stdout.buffer.write(dumps(hit_of(each, needle)) + b"\n")
        sys.stdout.flush()
        number += 1
    return number


def _print_groups(matches: Iterable[SessionMatch], needle: Needle, shelf: SideShelf) -> int:
    from codexlog.tables import console, print_found, print_hit

    out = console()
    number, shown = 0, None
    for number, each in enumerate(matches, 1):
        if each.outline is not shown:
            shown = each.outline
            print_found(out, _completed(each, shelf), is_first=number == 1)
        text = each.match.text
        print_hit(out, each.match.row, each.match.kind, *snippet_of(text, needle.spans(text)))
    return number


def hit_of(each: SessionMatch, needle: Needle) -> dict[str, Any]:
    """A hit as the contract has it."""
    match, summary = each.match, each.outline.summary
    snippet, ranges = snippet_of(match.text, needle.spans(match.text))
    return {
        "session_id": summary.id,
        "path": summary.path,
        "row": match.row,
        "turn": each.turn,
        "kind": match.kind,
        "at": match.at,
        "snippet": snippet,
        "ranges": ranges,
    }


def _completed(each: SessionMatch, shelf: SideShelf) -> Summary:
    summary = each.outline.summary
    return shelf.complete(summary, each.found) if each.found is not None else summary
