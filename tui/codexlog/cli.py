"""The command line: reads arguments, calls one layer, prints. Imports late, so that help is instant."""

from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from codexlog import paths
from codexlog.arguments import (
    STDIN,
    NothingFound,
    UsageError,
    WrongQuery,
    explore_options,
    export_parser,
    list_options,
    record_parser,
    search_options,
    settings_parser,
    show_options,
)
from codexlog.placing import find, kept_in, places_of, resolved
from codexlog.surroundings import (
    complain,
    complain_of,
    parsed_or_wrong,
    read_settings_file,
    running_seconds,
    spooled,
    sqlite_home,
    wishes_file,
    write_json,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from codexlog.app.options import Options
    from codexlog.arguments import Explore
    from codexlog.catalog.discover import Found
    from codexlog.catalog.query.parse import Query
    from codexlog.catalog.transcript import Transcript
    from codexlog.loop_ids import LoopIds
    from codexlog.model import Summary

DONE, NOTHING, WRONG, INTERRUPTED = 0, 1, 2, 130
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""With which a disk says that stdout does not fit on it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run codexlog; returns the exit code of the interface."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _fill_in_streams()
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nobody reads: the flush at exit must not fail again
        return DONE
    except OSError as error:
        if error.errno not in FULL:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        complain(f"cannot write: {error.strerror}")
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    except UsageError as error:
        complain(str(error))
        if isinstance(error, WrongQuery):
            _point(error)
        return NOTHING if isinstance(error, NothingFound) else WRONG
    return code


def _fill_in_streams() -> None:
    """Let nothing come from a closed stdin and everything vanish in a closed stdout or stderr."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def _dispatch(arguments: list[str]) -> int:
    commands: dict[str, Callable[[list[str]], int]] = {
        "list": _list,
        "show": _show,
        "search": _search,
        "loops": _loops,
        "triage": _triage,
        "digest": _digest,
        "record": _record,
        "export": _export,
        "settings": _settings,
    }
    if arguments and arguments[0] in commands:
        return commands[arguments[0]](arguments[1:])
    return _explore(arguments)


def _point(error: WrongQuery) -> None:
    """The query once more, with carets below the wrong word."""
    from codexlog.report.safe_text import cell_width, safe_line

    before, wrong = safe_line(error.query[: error.start]), safe_line(error.query[error.start : error.end])
    carets = " " * cell_width(before) + "^" * max(1, cell_width(wrong))
    sys.stderr.write(f"  {before}{wrong}{safe_line(error.query[error.end :])}\n  {carets}\n")


# ----------------------------------------------------------------------------------------- commands


def _explore(arguments: list[str]) -> int:
    options = explore_options(arguments)
    if not (sys.stdout.isatty() and (sys.stdin.isatty() or STDIN in options.paths)):
        agent = ["--agent", options.agent] if options.agent else []
        return _list([*agent, *["--demo"] * options.demo, *options.paths])
    from codexlog.app import run

    if STDIN in options.paths:
        if options.paths != [STDIN]:
            raise UsageError("- stands alone: stdin is one session")
        with spooled() as transcript:
            _take_terminal()
            return run(_options((), options), transcript=transcript)
    return run(_options(places_of(options), options))


def _options(places: Sequence[Path], explore: Explore) -> Options:
    from codexlog.app.options import options_from

    home, parsed = Path.home(), read_settings_file()
    return options_from(places, os.environ, home, mouse=explore.mouse, parsed=parsed, agent=explore.agent)


def _settings(arguments: list[str]) -> int:
    options = settings_parser().parse_args(arguments)
    if options.path:
        sys.stdout.write(f"{paths.settings_file(os.environ, Path.home())}\n")
        return DONE
    from codexlog.app.key_map import key_lines
    from codexlog.settings.as_toml import settings_text
    from codexlog.settings.parse import Parsed

    parsed = read_settings_file() or Parsed()
    lines, problems = key_lines(parsed.keys)
    complain_of((*parsed.problems, *problems))
    if parsed.is_broken:
        return WRONG
    sys.stdout.write(settings_text(parsed, lines))
    return WRONG if parsed.refused else DONE


def _take_terminal() -> None:
    """Read keys from the terminal after stdin was used up for a session."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as error:
        raise UsageError(f"no terminal to read keys from ({error.strerror})") from error
    os.dup2(terminal, 0)
    os.close(terminal)


def _list(arguments: list[str]) -> int:
    options = list_options(arguments)
    from codexlog.catalog.listing import SideShelf
    from codexlog.catalog.select import Selection

    now = time.time()
    query = _query(options.query or "", now)
    if STDIN in options.paths:
        return _list_stdin(query, options)
    places = places_of(options)
    found = find(places, options.agent)
    shelf = SideShelf(sqlite_home())
    selection = Selection(query, found, now, running_seconds(), shelf)
    if options.jsonl and options.limit is None:
        for summary in _loops_near(found, now).all_told(selection.each()):
            _write_line(summary)
    else:
        figures = selection.newest(options.limit)
        if options.json or options.jsonl:
            is_all = len(figures) == len(found) and {kept_in(each) for each in found} <= {None, *places}
            loops = _loops_of(figures) if is_all else _loops_near(found, now)
            figures = list(loops.all_told(figures))
        _print_list(figures, options)
    unread = [f"{each.path}: {each.error}" for each in found if each.error and each.path in places]
    if unread:
        raise UsageError("; ".join(unread))
    for note in shelf.notes():
        sys.stderr.write(f"codexlog: {note}\n")
    if not found:
        raise NothingFound(f"no sessions in {', '.join(map(str, places))}")
    if not selection.taken:
        raise NothingFound("; ".join(selection.explain()))
    return DONE


def _loops_of(sessions: Sequence[Summary]) -> LoopIds:
    from codexlog.loop_ids import LoopIds
    from codexlog.triage.wishes import load_wishes

    return LoopIds(sessions, load_wishes(wishes_file()))


def _loops_near(found: Sequence[Found], now: float) -> LoopIds:
    """The loops in the homes of some sessions, and among those that are in none."""
    from codexlog.loop_ids import LoopIds
    from codexlog.triage.wishes import load_wishes

    homes = sorted({place for each in found if (place := kept_in(each)) is not None})
    files = [each for each in found if kept_in(each) is None]
    files += find(homes, None) if homes else []
    return LoopIds.among(files, now, load_wishes(wishes_file()))


def _list_stdin(query: Query, options: argparse.Namespace) -> int:
    from codexlog.catalog.query.match import Facts, matches
    from codexlog.timeline.summary import summarize

    with spooled() as transcript:
        summary = summarize(transcript.build(), transcript.facts)
    if not matches(query, Facts(summary, is_whole=True)):
        raise NothingFound(f"this session does not meet {query}")
    return _print_list([summary], options)


def _query(text: str, now: float) -> Query:
    from codexlog.catalog.query.parse import parse

    return parsed_or_wrong(parse, text, now)


def _print_list(figures: Sequence[Summary], options: argparse.Namespace) -> int:
    if options.json:
        from codexlog.report.as_json import list_document

        write_json(list_document(figures))
    elif options.jsonl:
        for each in figures:
            _write_line(each)
    elif figures:
        from codexlog.tables import print_list

        print_list(figures)
    return DONE


def _write_line(summary: Summary) -> None:
    from codexlog.report.as_json import summary_document

    write_json(summary_document(summary))


def _show(arguments: list[str]) -> int:
    options = show_options(arguments)
    from codexlog.rows.source import SourceError

    if options.session == STDIN:
        with spooled() as transcript:
            return _show_transcript(transcript, None, options)
    found = resolved(options)
    if found.error is not None:
        raise UsageError(f"{found.path}: {found.error}")
    if options.log:
        from codexlog.showing import print_log

        return DONE if print_log(found, options, time.time()) else NOTHING
    from codexlog.catalog.listing import facts_of
    from codexlog.catalog.transcript import Transcript

    try:
        with Transcript.open(found.path, facts_of(found, time.time(), running_seconds())) as transcript:
            return _show_transcript(transcript, found, options)
    except SourceError as error:
        raise UsageError(str(error)) from error


def _show_transcript(transcript: Transcript, found: Found | None, options: argparse.Namespace) -> int:
    from codexlog import showing

    if options.usage:
        showing.print_usage_page(transcript, paths.prices_file(os.environ, Path.home()))
    elif options.attachment:
        showing.write_attachment(transcript, options.attachment)
    else:
        is_document = found is not None and (options.json or options.jsonl)
        told = _loops_near([found] if found is not None and is_document else [], time.time()).told
        showing.print_transcript(transcript, found, options, sqlite_home(), told)
    return DONE


def _search(arguments: list[str]) -> int:
    options = search_options(arguments)
    from codexlog.catalog.listing import SideShelf
    from codexlog.catalog.search import Search
    from codexlog.catalog.wanted import parse_search
    from codexlog.searching import Place, describe, print_hits, why_nothing

    if not options.query.strip():
        raise UsageError("nothing to search for")
    now = time.time()
    wanted = parsed_or_wrong(parse_search, options.query, now)
    unread: list[str] = []

    def unreadable(found: Found, cause: str) -> None:
        if found.path in places:
            unread.append(f"{found.path}: {cause}")

    search = Search(wanted, describe, SideShelf(sqlite_home()), unreadable)
    if STDIN in options.paths:
        with spooled() as transcript:
            if not print_hits(search.one(transcript), wanted, limit=options.limit, jsonl=options.jsonl):
                raise NothingFound(f"nothing in this session meets {wanted.query}")
        return DONE
    places = places_of(options)
    place = Place(find(places, options.agent), now, running_seconds(), SideShelf(sqlite_home()))
    hits = search.each(place.found, now, place.running_seconds)
    number = print_hits(hits, wanted, limit=options.limit, jsonl=options.jsonl)
    if unread:
        raise UsageError("; ".join(unread))
    if not place.found:
        raise NothingFound(f"no sessions in {', '.join(map(str, places))}")
    if not number:
        raise NothingFound(why_nothing(wanted, search, place))
    return DONE


def _loops(arguments: list[str]) -> int:
    from codexlog.judging_commands import run_loops

    return run_loops(arguments)


def _triage(arguments: list[str]) -> int:
    from codexlog.judging_commands import run_triage

    return run_triage(arguments)


def _digest(arguments: list[str]) -> int:
    from codexlog.judging_commands import run_digest

    return run_digest(arguments)


def _record(arguments: list[str]) -> int:
    options = record_parser().parse_args(arguments)
    from codexlog.recording import record

    return record(options, sys.stdin.fileno(), sys.stdout.fileno())


def _export(arguments: list[str]) -> int:
    options = export_parser().parse_args(arguments)
    from codexlog.catalog.listing import SideShelf, facts_of
    from codexlog.exporting import export, export_file

    now = time.time()
    if options.session == STDIN:
        with spooled() as transcript:
            export(transcript, options, now)
    else:
        found = resolved(options)
        facts = facts_of(found, now, running_seconds())
        titles = SideShelf(sqlite_home())
        export_file(found, options, facts, titles, lambda summary: _loops_near([found], now).told(summary))
    return DONE
