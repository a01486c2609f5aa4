"""The fields of the query language, in one table: parser, help, completion and README follow it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "choice", "name", "part", "start", "version", "text", "regex", "count", "size", "span", "since",
    "until", "flag", "tool", "exit", "status",
]  # fmt: skip
"""How values are read: `conditions.py` has a reader for each."""


class Field(NamedTuple):
    """A field and what may stand behind its colon."""

    name: str
    kind: Kind
    help: str
    values: tuple[str, ...] = ()
    """Every value of a choice; of other fields examples."""

    @property
    def is_of_calls(self) -> bool:
        """Whether it speaks of one call; such terms hold together for the same call."""
        return self.kind in ("tool", "exit", "status")

    @property
    def has_list(self) -> bool:
        """Whether commas part several values, any of which will do."""
        return self.kind not in ("text", "regex")


TEXT = Field("text", "text", "words anywhere in title, first prompt, folder, branch, model, id, file name")
"""What a word without a field is."""
FIGURES = (">100", "<=500k", "1k..2k", "unknown")
FIELDS: tuple[Field, ...] = (
    Field(
        "outcome",
        "choice",
        "how the last turn ended",
        ("completed", "failed", "interrupted", "running", "incomplete", "unknown", "empty"),
    ),
    Field("project", "part", "last folder of the working directory, or a part of its name"),
    Field("cwd", "part", "working directory, or a part of its path"),
    Field("branch", "name", "git branch"),
    Field("model", "name", "model; gpt-5* takes all that begin so"),
    Field("agent", "choice", "whose session it is", ("codex", "claude", "entire")),
    Field("tool", "tool", "name of a tool that was called"),
    Field("exit", "exit", "exit code of a call", ("!0", "0", "1", ">1", "124", "unknown")),
    Field(
        "status",
        "status",
        "status of a call",
        ("ok", "failed", "denied", "timeout", "aborted", "running", "unanswered", "unknown"),
    ),
    Field("since", "since", "was active at or after this time", ("2d", "3h", "today", "yesterday")),
    Field("until", "until", "began at or before this time", ("2d", "3h", "today", "yesterday")),
    Field("tokens", "count", "all tokens", (">1M", *FIGURES[1:])),
    Field("calls", "count", "tool calls", FIGURES),
    Field("failed", "count", "calls that failed", (">0", "0", ">5", "1..3")),
    Field("unanswered", "count", "calls without an output", (">0", "0")),
    Field("turns", "count", "turns", (">1", "1", "2..5")),
    Field("compactions", "count", "how often the history was compacted", (">0", "0")),
    Field("size", "size", "bytes of the file", (">1MB", "<100k", "1M..2M")),
    Field("duration", "span", "from the first to the last row", (">1h", "<5m", "10m..1h30m")),
    Field(
        "is",
        "flag",
        "what a session is",
        ("archived", "running", "fork", "child", "subagent", "partial", "damaged", "empty"),
    ),
    Field("title", "text", "words in the title"),
    Field("prompt", "text", "words in the first prompt"),
    Field("id", "start", "beginning of the session's id"),
    Field("source", "name", "where it was started", ("cli", "exec", "vscode", "subagent")),
    Field("originator", "name", "program that started it"),
    Field("version", "version", "version of the agent; 0.145 takes 0.145.2 too"),
    TEXT,
    Field("re", "regex", "regular expression over the same texts"),
)
BY_NAME = {field.name: field for field in FIELDS}
KIND = Field(
    "kind",
    "choice",
    "where in a session the text stands",
    ("prompt", "answer", "reasoning", "call", "output", "note", "orphan_output"),
)
"""Of searches alone: a list has sessions, not what is in them."""
SEARCHED = {**BY_NAME, "kind": KIND}
"""The fields of a search, by name."""

SYNTAX = """\
terms are parted by blanks and all must hold; a word without a field is text:
  outcome:failed project:api since:2d "two words"   quotes keep blanks and colons
  -outcome:completed      the term does not hold
  branch:!main            there is a branch, and it is another one
  outcome:failed,empty    one of these
  model:gpt-5*            * and ? stand for anything
  tokens:>1M calls:1..20  also >= < <=; tokens:unknown where nothing is recorded
  tool:exec_command exit:!0   one call that is both"""
SEARCH_SYNTAX = """\
words and patterns are looked for in every item: a message, a call with its output, a note.
An upper-case letter makes the case of its word matter.
  disk full               items that hold both words
  '"disk full"'           the phrase; the shell takes the outer quotes
  're:"exit (code|status) [1-9]"'   a regular expression; quotes keep its blanks
  timeout tool:exec_command exit:!0   in calls that are both
  tool:exec_command exit:!0           no text: these calls themselves
  kind:prompt -"retry"    the prompts without a text; kind: says where to look
  disk outcome:failed since:2d        other fields say in which sessions
of several arguments the first is the query, with all that begin with a field; the rest are PATHs"""


def help_text() -> str:
    """The language and every field, for `list --help`."""
    return f"queries:\n{SYNTAX}\n\nfields:\n{_names(FIELDS)}"


def search_help_text() -> str:
    """What a search makes of the language, for `search --help`."""
    fields = (KIND, *(field for field in FIELDS if field is not TEXT and field.kind != "regex"))
    return f"queries:\n{SEARCH_SYNTAX}\n\nfields:\n{_names(fields)}"


def _names(fields: tuple[Field, ...]) -> str:
    return "\n".join(f"  {field.name + ':':<13} {field.help}{_choices(field)}" for field in fields)


def _choices(field: Field) -> str:
    shown = field.values if field.kind in ("choice", "status", "flag") else ()
    return f":\n{'':<17}{' '.join(shown)}" if shown else ""


def nearest(word: str, among: tuple[str, ...]) -> str | None:
    """The word that was probably meant."""
    begins = [each for each in among if word and each.startswith(word)]
    if begins:
        return begins[0]
    from difflib import get_close_matches

    close = get_close_matches(word, among, 1, 0.6)
    return close[0] if close else None
