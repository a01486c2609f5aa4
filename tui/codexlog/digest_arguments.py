"""What `codexlog digest` takes: a session, a loop, or days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.arguments import STDIN, UsageError, add_agent, parser_of, positive

if TYPE_CHECKING:
    import argparse

DAY_WORDS = ("today", "yesterday")
COMMAND_SECONDS = 600
"""How long a command that rewrites a digest may take; agents take minutes."""
DIGEST_EPILOG = """\
codexlog digest                      the newest session, for an issue
codexlog digest --day yesterday      what was done in every session of a day
codexlog digest --day --write --with 'claude -p "Sharpen the bullets, keep every heading"'
"""


def digest_parser() -> argparse.ArgumentParser:
    """`codexlog digest`."""
    parser = parser_of(
        "codexlog digest",
        "A session, a loop or a day in short and as Markdown: how it ended, what failed first and\n"
        "last, what changed; counted and quoted, with the rows that say so. Secrets are left out.",
        epilog=DIGEST_EPILOG,
    )
    parser.add_argument(
        "targets",
        nargs="*",
        default=[],
        metavar="SESSION",
        help="path, id, beginning of an id, latest (the default), - for stdin; then where to look for it",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--handoff", action="store_true", help="for the agent that is to go on with it")
    form.add_argument("--loop", metavar="LOOP", help="of a loop instead: its id, or the beginning of it")
    parser.add_argument("--full", action="store_true", help="all of it, however long")
    parser.add_argument("--copy", action="store_true", help="put it into the clipboard as well")
    parser.add_argument("--out", metavar="FILE", help="write it to a file instead, but over no other's file")
    parser.add_argument("--no-redact", action="store_true", help="leave secrets and home folders as they are")
    parser.add_argument("--demo", action="store_true", help="look among the sample sessions")
    add_agent(parser)
    _add_days(parser)
    return parser


def _add_days(parser: argparse.ArgumentParser) -> None:
    days = parser.add_argument_group(
        "days", "instead of SESSION: all that was done on a day, in every session below PATH"
    )
    days.add_argument(
        "--day",
        nargs="?",
        const="today",
        metavar="DAY",
        help="YYYY-MM-DD, today (the default) or yesterday, by the clock of the machine that recorded",
    )
    days.add_argument("--since", metavar="DAY", help="from this day on, a digest a day")
    days.add_argument("--utc", action="store_true", help="days and times in UTC")
    days.add_argument(
        "--zone",
        metavar="ZONE",
        help="time zone of sessions that record none (Claude Code): a name, or local; UTC without it",
    )
    days.add_argument("--project", metavar="NAME|PATH", help="only sessions of this working folder")
    days.add_argument(
        "--write",
        action="store_true",
        help="store it as well, as history/YYYY-MM-DD-summary.md in the Codex home",
    )
    days.add_argument(
        "--with",
        dest="command",
        metavar="COMMAND",
        help="pipe it through a shell command that may rewrite all but the headings; exit code 1 where it "
        "does anything else, and the digest as it was",
    )
    days.add_argument(
        "--timeout", type=positive, metavar="SECONDS", help=f"of that command; {COMMAND_SECONDS} without it"
    )


def digest_options(arguments: list[str]) -> argparse.Namespace:
    """Options of `digest`, with `session` and `paths`. Raises UsageError."""
    options = digest_parser().parse_args(arguments)
    options.is_day = any(getattr(options, name) for name in ("day", "since", "utc", "write", "project"))
    if options.is_day:
        _check_days(options)
        options.session, options.paths = None, options.targets
        return options
    for name in ("command", "zone", "timeout"):
        if getattr(options, name) is not None:
            raise UsageError(f"--{'with' if name == 'command' else name} goes with --day")
    if options.loop is not None:
        options.session, options.paths = None, options.targets
    else:
        options.session, *options.paths = options.targets or ["latest"]
        if not options.session:
            raise UsageError("SESSION is empty (see codexlog digest --help)")
    return options


def _check_days(options: argparse.Namespace) -> None:
    for name in ("day", "since"):
        _check_day(f"--{name}", getattr(options, name))
    for name in ("loop", "handoff", "full"):
        if getattr(options, name):
            raise UsageError(f"--{name} is of one session or loop: not with --day and its options")
    if STDIN in options.targets:
        raise UsageError("days are made of files: not with -")
    if options.write and options.project is not None:
        raise UsageError("--write stores whole days: not with --project (--out FILE is)")
    if options.timeout is not None and options.command is None:
        raise UsageError("--timeout goes with --with")
    if options.command is not None and not options.command.strip():
        raise UsageError("--with needs a command")
    options.timeout = options.timeout or COMMAND_SECONDS


def _check_day(option: str, text: str | None) -> None:
    from datetime import date
    from pathlib import Path

    if text is None or text.lower() in DAY_WORDS:
        return
    try:
        if len(text) != len("2025-09-23"):
            raise ValueError  # noqa: TRY301 - 20250923 and 2025-W39-2 are dates to Python alone
        date.fromisoformat(text)
    except ValueError:
        hint = f"; for a PATH write {option} today {text}" if Path(text).exists() else ""
        words = ", ".join(DAY_WORDS)
        raise UsageError(f"{option} {text}: not a day (YYYY-MM-DD, {words}){hint}") from None
