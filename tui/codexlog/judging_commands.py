"""The commands that judge: `loops`, `triage`, `digest`."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from codexlog import paths
from codexlog.arguments import STDIN, NothingFound, UsageError, loops_parser, triage_parser
from codexlog.placing import beside, find, places_of, resolved
from codexlog.surroundings import (
    cache_file,
    judging_settings,
    spooled,
    sqlite_home,
    usable_settings,
    wishes_file,
    write_json,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from codexlog.catalog.discover import Found
    from codexlog.digest.compose import Composed
    from codexlog.digesting import Edge
    from codexlog.triage.loops import Iteration, Loop

DONE = 0


def run_loops(arguments: list[str]) -> int:
    """`codexlog loops`; returns the exit code."""
    options = loops_parser().parse_args(arguments)
    from codexlog.triage.wishes import load_wishes
    from codexlog.triaging import finder, show_loops

    limits, running_seconds = judging_settings()
    places = places_of(options)
    found = find(places, options.agent)
    with finder(found, time.time(), limits, running_seconds, cache_file()) as judge:
        loops = judge.loops(load_wishes(wishes_file()))
    document = show_loops(loops, json=options.json)
    if document is not None:
        write_json(document)
    unread = [f"{each.path}: {each.error}" for each in found if each.error and each.path in places]
    if unread:
        raise UsageError("; ".join(unread))
    if not loops:
        raise NothingFound(f"no loops among {len(found)} sessions in {', '.join(map(str, places))}")
    return DONE


def run_triage(arguments: list[str]) -> int:
    """`codexlog triage`; returns the exit code."""
    options = triage_parser().parse_args(arguments)
    from codexlog.triaging import code_of, fail_kinds, show_judged

    wanted = fail_kinds(options.fail_if)
    judged = _judged(options)
    document = show_judged(judged, json=options.json)
    if document is not None:
        write_json(document)
    return code_of(judged, wanted)


def _judged(options: argparse.Namespace) -> Loop | Iteration:
    """What TARGET means, judged."""
    from codexlog.triage.wishes import load_wishes
    from codexlog.triaging import finder, judge_session, judge_transcript, loop_named

    limits, running_seconds = judging_settings()
    if options.session == STDIN:
        with spooled() as transcript:
            return judge_transcript(transcript, limits)
    now, wishes = time.time(), load_wishes(wishes_file())
    found = resolved(options) if not options.session.startswith("loop-") else None
    if found is not None and found.error is not None:
        raise UsageError(f"{found.path}: {found.error}")
    with finder(_files_with(found, options), now, limits, running_seconds, cache_file()) as judge:
        if found is not None:
            return judge_session(judge, found, now, wishes)
        loop = loop_named(judge.loops(wishes), options.session)
        assert loop is not None
        return loop


def _files_with(found: Found | None, options: argparse.Namespace) -> Sequence[Found]:
    """The sessions among which the loops are looked for: those of the named places, else of its home."""
    named = bool(options.paths) or options.demo
    near = [beside(found)] if found is not None and not named else []
    files = find(near or places_of(options), options.agent)
    if found is not None and all(each.path != found.path for each in files):
        return [*files, found]
    return files


def run_digest(arguments: list[str]) -> int:
    """`codexlog digest`; returns the exit code."""
    from codexlog.digest_arguments import digest_options

    options = digest_options(arguments)
    from codexlog import digesting
    from codexlog.digesting import Edge

    home = Path.home()
    edge = Edge(os.environ, home, paths.state_folder(os.environ, home), time.time(), usable_settings())
    if options.is_day:
        return _digest_days(options, edge)
    if options.session == STDIN:
        with spooled() as transcript:
            return digesting.deliver(digesting.of_transcript(transcript, None, options, edge), options, edge)
    return digesting.deliver(_digest_text(options, edge), options, edge)


def _digest_days(options: argparse.Namespace, edge: Edge) -> int:
    from codexlog.daily import Looked, show_days

    places = places_of(options)
    found = find(places, options.agent)
    unread = [f"{each.path}: {each.error}" for each in found if each.error and each.path in places]
    if unread:
        raise UsageError("; ".join(unread))
    if not found:
        raise NothingFound(f"no sessions in {', '.join(map(str, places))}")
    return show_days(Looked(places, found, sqlite_home()), options, edge)


def _digest_text(options: argparse.Namespace, edge: Edge) -> Composed:
    """The digest of a session that is a file, or of a loop."""
    from codexlog import digesting
    from codexlog.rows.source import SourceError
    from codexlog.triage.wishes import load_wishes
    from codexlog.triaging import finder, loop_named

    found = resolved(options) if options.session is not None else None
    if found is not None and found.error is not None:
        raise UsageError(f"{found.path}: {found.error}")
    wishes, files = load_wishes(wishes_file()), _files_with(found, options)
    limits, running_seconds = edge.parsed.thresholds, edge.parsed.settings.running_seconds
    with finder(files, edge.now, limits, running_seconds, cache_file()) as judge:
        if found is None:
            return digesting.of_loop(loop_named(judge.loops(wishes), options.loop), options, edge)
        loop = judge.loop_of(found.path, wishes)
    try:
        return digesting.of_file(found, loop, options, edge)
    except SourceError as error:
        raise UsageError(str(error)) from error
