"""What the command line takes: one parser a command. `argparse` is loaded when one is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from codexlog import __version__

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from codexlog.paths import Agent

STDIN = "-"
_MARK = "\0"
"""Stands before a term with a dash, which is no option; no argument of a process can hold it."""
DESCRIPTION = "Explore the sessions that coding agents leave on disk: which call failed first, and why."
EPILOG = """\
without a command the explorer opens on PATH (agents' homes, folders, session files, - for stdin); the
default is every agent's home that exists: Codex's ($CODEX_HOME, ~/.codex), Claude Code's
($CLAUDE_CONFIG_DIR, ~/.claude), .entire in the git repository around you. Without a terminal it prints
the list.

commands:
  list      one line a session                   codexlog list --help
  show      one session: turns, calls, outputs   codexlog show --help
  search    a text or pattern in every session   codexlog search --help
  loops     loops: which iteration failed first  codexlog loops --help
  triage    why a loop or session ended so       codexlog triage --help
  settings  all that can be set, and your values  codexlog settings --help
"""


class UsageError(Exception):
    """Wrong usage or unreadable input; `str()` is the one line that stderr gets."""


class WrongQuery(UsageError):
    """A query with a word that cannot be understood."""

    def __init__(self, message: str, query: str, start: int, end: int) -> None:
        super().__init__(message)
        self.query = query
        self.start = start
        self.end = end


class NothingFound(UsageError):
    """The arguments were right and matched nothing."""


@dataclass(slots=True)
class Explore:
    """What the explorer is told."""

    paths: list[str] = field(default_factory=list)
    demo: bool = False
    agent: Agent | None = None
    mouse: bool | None = None
    """None: on, but off over SSH."""


def explore_options(arguments: list[str]) -> Explore:
    """Options of a command line without a command; plain paths need no parser before the first frame."""
    if any(each.startswith("-") and each != STDIN for each in arguments):
        return explore_parser().parse_args(arguments, namespace=Explore())
    return Explore(paths=arguments)


def _parser(
    prog: str, description: str, *, more_help: Callable[[], str] | None = None, **more: Any
) -> argparse.ArgumentParser:
    """`more_help` makes the text at the end of the help when that is asked for."""
    import argparse

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise UsageError(f"{message} (see {self.prog} --help)")

        def format_help(self) -> str:
            return super().format_help() + (f"\n{more_help()}\n" if more_help is not None else "")

    form = argparse.RawDescriptionHelpFormatter
    return Parser(prog=prog, description=description, formatter_class=form, **more)


def explore_parser() -> argparse.ArgumentParser:
    """No command: the explorer."""
    usage = "codexlog [PATH ...] | codexlog list | codexlog show SESSION | codexlog search QUERY"
    parser = _parser("codexlog", DESCRIPTION, epilog=EPILOG, usage=usage)
    parser.add_argument("paths", nargs="*", default=[], metavar="PATH")
    parser.add_argument("--demo", action="store_true", help="open the sample sessions that come along")
    _add_agent(parser)
    mouse = parser.add_mutually_exclusive_group()
    mouse.add_argument("--mouse", action="store_true", default=None, help="use the mouse, also over SSH")
    mouse.add_argument(
        "--no-mouse", action="store_false", dest="mouse", help="leave the mouse to the terminal"
    )
    parser.add_argument("--version", action="version", version=f"codexlog {__version__}")
    return parser


def list_parser() -> argparse.ArgumentParser:
    """`codexlog list`."""
    parser = _parser("codexlog list", "One line a session, newest first.", more_help=_query_help)
    parser.add_argument(
        "paths", nargs="*", default=[], metavar="PATH", help="homes, folders, files, - for stdin"
    )
    parser.add_argument("--query", metavar="QUERY", help="only sessions that meet it; see below")
    _add_formats(parser, "one object a session, as soon as it is known")
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the newest N")
    parser.add_argument("--demo", action="store_true", help="the sample sessions")
    _add_agent(parser)
    return parser


def list_options(arguments: list[str]) -> argparse.Namespace:
    """Options of `list`. What follows `--query` is its value, also where it begins with a dash."""
    given = list(arguments)
    if "--query" in given[:-1]:
        at = given.index("--query")
        given[at : at + 2] = [f"--query={given[at + 1]}"]
    return list_parser().parse_args(given)


def _search_help() -> str:
    from codexlog.catalog.query.fields import search_help_text

    return search_help_text()


def _query_help() -> str:
    from codexlog.catalog.query.fields import help_text

    return help_text()


def show_parser() -> argparse.ArgumentParser:
    """`codexlog show`."""
    parser = _parser("codexlog show", "One session: turns, calls with their outputs, usage.")
    parser.add_argument(
        "session", metavar="SESSION", help="path, id, beginning of an id, latest, - for stdin"
    )
    parser.add_argument("paths", nargs="*", default=[], metavar="PATH", help="where to look for an id")
    _add_formats(parser, "the summary, then one object an item")
    parser.add_argument("--turn", type=_positive, metavar="N", help="only this turn")
    parser.add_argument("--failed", action="store_true", help="only calls that failed or were never answered")
    parser.add_argument("--full", action="store_true", help="whole outputs, reasoning and folded text too")
    parser.add_argument("--usage", action="store_true", help="tokens, context, limits, largest outputs")
    parser.add_argument("--attachment", metavar="NAME", help="write one attachment to stdout")
    parser.add_argument("--log", action="store_true", help="this session's part of log/codex-tui.log")
    parser.add_argument("--call", metavar="CALL_ID", help="with --log: only lines that name this call")
    parser.add_argument("--since", metavar="TIME", help="with --log: from this time on (ISO 8601)")
    parser.add_argument("--until", metavar="TIME", help="with --log: up to this time")
    parser.add_argument("--demo", action="store_true", help="look among the sample sessions")
    _add_agent(parser)
    return parser


def search_parser() -> argparse.ArgumentParser:
    """`codexlog search`."""
    said = "Text in messages, calls, outputs and notes, and calls by how they ended; newest session first."
    parser = _parser("codexlog search", said, more_help=_search_help)
    parser.add_argument(
        "query", metavar="QUERY", help="words, re:PATTERN, tool:exec_command exit:!0, …; see below"
    )
    parser.add_argument(
        "paths", nargs="*", default=[], metavar="PATH", help="homes, folders, files, - for stdin"
    )
    parser.add_argument(
        "--jsonl", action="store_true", help="JSON Lines: one object a hit, as soon as it is known"
    )
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the first N hits")
    parser.add_argument("--demo", action="store_true", help="the sample sessions")
    _add_agent(parser)
    return parser


def search_options(arguments: list[str]) -> argparse.Namespace:
    """Options of `search`. The first argument is the query, and so is what begins with a field."""
    at = next((at for at, each in enumerate(arguments) if _is_positional(arguments, at)), len(arguments))
    first = [
        _MARK + each if each.startswith("-") and each != STDIN else each for each in arguments[at : at + 1]
    ]
    rest = [each for each in arguments[at + 1 :] if not _is_term(each)]
    terms = [each for each in arguments[at + 1 :] if _is_term(each)]
    options = search_parser().parse_args([*arguments[:at], *first, *rest])
    options.query = " ".join((options.query.removeprefix(_MARK), *terms))
    return options


def _is_positional(arguments: list[str], at: int) -> bool:
    each, before = arguments[at], arguments[at - 1] if at else ""
    if each == STDIN or before == "--" or _is_term(each):
        return True
    is_value = len(before) > 2 and "--limit".startswith(before)
    return not (each.startswith("-") or is_value)


def _is_term(argument: str) -> bool:
    """Whether an argument is `field:value`, or one that must not hold."""
    from codexlog.catalog.query.fields import SEARCHED

    name, colon, value = argument.removeprefix("-").partition(":")
    return bool(colon and value) and name.lower() in SEARCHED


def show_options(arguments: list[str]) -> argparse.Namespace:
    """Options of `show`, checked against each other. Raises UsageError."""
    from codexlog.timeline.times import parse

    options = show_parser().parse_args(arguments)
    if not options.session:
        raise UsageError("SESSION is empty (see codexlog show --help)")
    of_log = {"--call": options.call, "--since": options.since, "--until": options.until}
    if not options.log:
        for name, value in of_log.items():
            if value is not None:
                raise UsageError(f"{name} goes with --log")
    elif options.json or options.jsonl:
        raise UsageError("--log prints text: not with --json or --jsonl")
    if options.usage and (options.json or options.jsonl or options.log):
        raise UsageError("--usage prints text: not with --json, --jsonl or --log")
    for name in ("--since", "--until"):
        if of_log[name] is not None and parse(of_log[name]) is None:
            raise UsageError(f"{name} {of_log[name]}: not a time (ISO 8601, as 2026-03-01T10:00)")
    return options


def loops_parser() -> argparse.ArgumentParser:
    """`codexlog loops`."""
    parser = _parser("codexlog loops", "The loops among the sessions, the newest first: how each one ended.")
    parser.add_argument("paths", nargs="*", default=[], metavar="PATH", help="homes, folders, files")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--demo", action="store_true", help="the sample sessions")
    _add_agent(parser)
    return parser


def triage_parser() -> argparse.ArgumentParser:
    """`codexlog triage`."""
    parser = _parser(
        "codexlog triage",
        "What went wrong: every iteration of a loop, or one session. Exit code 1 where something did.",
        more_help=_kinds_help,
    )
    parser.add_argument(
        "session",
        nargs="?",
        default="latest",
        metavar="TARGET",
        help="a loop's id or its beginning; or a session: path, id, beginning of an id, latest (the "
        "default), - for stdin. The last iteration of a loop stands for its loop",
    )
    parser.add_argument("paths", nargs="*", default=[], metavar="PATH", help="where to look for it")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument(
        "--fail-if",
        metavar="KIND,…",
        help="exit code 1 only where one of these kinds or verdicts holds now: for the loop as a whole, or "
        "for its last iteration",
    )
    parser.add_argument("--demo", action="store_true", help="look among the sample sessions")
    _add_agent(parser)
    return parser


def _kinds_help() -> str:
    from textwrap import TextWrapper
    from typing import get_args

    from codexlog.triage.findings import Kind, Verdict

    wrap = TextWrapper(76, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    names = (("kinds", Kind), ("verdicts", Verdict))
    return "\n".join(f"{title}:\n{wrap.fill(', '.join(get_args(type_)))}" for title, type_ in names)


def settings_parser() -> argparse.ArgumentParser:
    """`codexlog settings`."""
    parser = _parser(
        "codexlog settings", "Print the settings file: every setting, every command's keys, and your values."
    )
    parser.add_argument("--path", action="store_true", help="print where the file is, or would be")
    return parser


def _add_agent(parser: argparse.ArgumentParser) -> None:
    from codexlog.paths import AGENTS

    parser.add_argument("--agent", choices=AGENTS, help="only the sessions of this agent")


def _add_formats(parser: argparse.ArgumentParser, lines: str) -> None:
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--json", action="store_true", help="one JSON document")
    group.add_argument("--jsonl", action="store_true", help=f"JSON Lines: {lines}")


def _positive(text: str) -> int:
    import argparse

    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)
