"""What codexlog adds to rows that it writes itself, where Claude's form has no word for it.

One key, `codexlog`, holds an object; every other reader passes over it. Written since 0.1.0:

* in a row: `turn_start` {`id`, `window`, `model`} and `turn_end` {}: a turn begins before, or ends behind,
  what the row says; `note` {`what`, `text`}: the row stands for a note and holds nothing else; `prompt`:
  the text is a prompt as it stands, whatever it begins with;
* in a message: `usage`: input with what was cached, cached input, cache write, output, reasoning output,
  each null where it was not recorded; null instead of the list: no figure at all, for the four of the
  message must be numbers; `partial`: the figures are known to be incomplete; `context`: size of the context
  after it, where that is not its input and output together, null where it was not recorded;
* in a `tool_use` block: `status` of a call that never gets a result; `continues`: the id of the call whose
  process this one carries on; `nameless`: the id was made up;
* in a `tool_result` block: `status`, `exit_code`, `duration_ms`, and `process` where a later call carries
  it on.
"""

from __future__ import annotations

from typing import Any

from codexlog.formats import tool_output
from codexlog.formats.codex_fields import int_or_none
from codexlog.formats.codex_items import text_or_none
from codexlog.formats.events import (
    OWN_SIZE,
    Compaction,
    Event,
    Events,
    Remark,
    Rollback,
    Settings,
    TokenTotals,
    TurnAbort,
    TurnEnd,
    TurnStart,
    Verdict,
)

JsonObject = dict[str, Any]
KEY = "codexlog"
RAW = "_raw"
"""Key under which the value of a tool input is kept that is no object."""
STATUSES = frozenset(("ok", "failed", "denied", "timeout", "aborted", "running", "unknown"))
FIGURES = 5
UNNAMED = "unknown"
"""Stands for the model where nobody told it, for every answer must name one."""


def mark_of(thing: JsonObject) -> JsonObject | None:
    """The object under the key, in a row, a message or a block."""
    mark = thing.get(KEY)
    return mark if isinstance(mark, dict) else None


def with_marks(mark: JsonObject, events: Events) -> Events:
    """The events of a row, with what its mark says around them."""
    found: list[Event] = []
    start = mark.get("turn_start")
    if isinstance(start, dict):
        found.append(TurnStart(text_or_none(start.get("id")), None, int_or_none(start.get("window"))))
        model = text_or_none(start.get("model"))
        found += [Settings(model, None)] if model is not None else []
    note = mark.get("note")
    if isinstance(note, dict):
        found.append(_note(text_or_none(note.get("what")) or "note", text_or_none(note.get("text")) or ""))
    found += events
    if "turn_end" in mark:
        found.append(TurnEnd(None))
    return found


def _note(what: str, text: str) -> Event:
    if what == "aborted":
        return TurnAbort(None, text)
    if what == "compacted":
        return Compaction(0, text)
    if what == "rolled_back":
        number = text.partition(" ")[0]
        return Rollback(int(number) if number.isascii() and number.isdecimal() else 1)
    return Remark(what, text)


def figures(mark: JsonObject) -> TokenTotals | None:
    """The usage that a message's mark holds; None for none."""
    usage = mark.get("usage")
    if not isinstance(usage, list) or len(usage) != FIGURES:
        return None
    known = [each if type(each) is int and each >= 0 else None for each in usage]
    return known[0] or 0, known[1] or 0, known[2], known[3] or 0, known[4]


def context_size(mark: JsonObject) -> int | None:
    """The size of the context that a message's mark holds."""
    return int_or_none(mark["context"]) if "context" in mark else OWN_SIZE


def verdict(mark: JsonObject, text: str, otherwise: Verdict) -> Verdict:
    """What a result's mark says of its call; what it leaves open as `otherwise` has it."""
    status, code = text_or_none(mark.get("status")), int_or_none(mark.get("exit_code"))
    if status not in STATUSES:
        found = tool_output.by_code(code, text) if code is not None else otherwise
        status, code = found.status, found.exit_code
    return Verdict(status, code, text_or_none(mark.get("process")))


def duration_ms(mark: JsonObject) -> int | None:
    """The time that a result's mark records."""
    return int_or_none(mark.get("duration_ms"))


def raw_input(given: Any) -> Any:
    """A tool input as it was before it was made an object."""
    return given[RAW] if isinstance(given, dict) and given.keys() == {RAW} else given
