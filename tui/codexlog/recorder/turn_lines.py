"""JSON Lines of turns → rows: the recorder's calls for programs that are not written in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codexlog.recorder.recorder import Recorder

JsonObject = dict[str, Any]
FORMS = {
    "user": frozenset[str](),
    "assistant": frozenset(("usage", "message_id", "model", "stop_reason")),
    "tool_results": frozenset[str](),
}
"""What a line is, and the keys that it may have beside that."""


class LineProblem(ValueError):
    """A line that says no turn; `str()` is why."""


def is_turn(row: JsonObject) -> bool:
    """Whether an object is meant as a turn."""
    return any(name in row for name in FORMS) and "type" not in row


class TurnLines:
    """Feed it one object a line."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def take(self, row: JsonObject | None) -> None:
        """Record a turn; None stands for a line that is no object.

        Raises LineProblem, and has then recorded nothing.
        """
        if row is None:
            raise LineProblem("not a JSON object")
        named = [name for name in FORMS if name in row]
        if len(named) != 1:
            raise LineProblem(f"not one of {', '.join(FORMS)}")
        name = named[0]
        unknown = sorted(row.keys() - FORMS[name] - {name})
        if unknown:
            raise LineProblem(f"{name} takes no {', '.join(unknown)}")
        self._record(name, row)

    def _record(self, name: str, row: JsonObject) -> None:
        value = row[name]
        if name == "user":
            if not isinstance(value, str):
                raise LineProblem("user is not a text")
            self._recorder.user(value)
        elif name == "assistant":
            if not (value is None or isinstance(value, (str, list))):
                raise LineProblem("assistant is neither a text nor a list of blocks")
            if not isinstance(row.get("usage", {}), dict):
                raise LineProblem("usage is not an object")
            more = {key: row[key] for key in FORMS[name] if isinstance(row.get(key), (str, dict))}
            self._recorder.assistant(value, **more)
        else:
            if not (isinstance(value, list) and all(isinstance(each, dict) for each in value)):
                raise LineProblem("tool_results is not a list of objects")
            try:
                self._recorder.tool_results(value)
            except ValueError as error:
                raise LineProblem(str(error)) from error
