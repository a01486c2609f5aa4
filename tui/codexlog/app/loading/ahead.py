"""What the first frame shows, read by a forked process while this one imports Textual.

Importing Textual keeps one core busy for longer than all the reading takes. The child ends when it has
written its answer; where there is no fork, the same work is done on a thread.
"""

from __future__ import annotations

import os
import pickle
import threading
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from codexlog.app.options import Options
    from codexlog.app.render.brief import Brief
    from codexlog.catalog.discover import Found
    from codexlog.model import Summary
    from codexlog.timeline.outline import Outline
    from codexlog.timeline.summary import FileFacts

FIRST_HEADS = 24
"""Sessions whose ends are read before anything else: about what a screen lists."""
FIRST_BRIEFS = 60
"""Entries at the end of a single session whose texts are read along."""


class FirstLook(NamedTuple):
    """Enough for a first frame."""

    found: tuple[Found, ...] = ()
    summaries: Mapping[int, Summary] | None = None
    problem: str | None = None
    outline: Outline | None = None
    """The end of the session, where there is but one."""
    briefs: Mapping[int, Brief] | None = None


def first_look(options: Options) -> FirstLook:
    """List the sessions and read the ends of the newest ones; of a single one also its last rows."""
    from codexlog.catalog.discover import DiscoverError, discover

    try:
        found = tuple(discover(options.paths))
    except DiscoverError as error:
        return FirstLook(problem=str(error))
    if options.agent is not None:
        from codexlog.catalog.whose import only

        found = tuple(only(found, options.agent))
    summaries = {index: head_of(each, options) for index, each in enumerate(found[:FIRST_HEADS])}
    if not is_single(options.paths, found):
        return FirstLook(found, summaries)
    outline, briefs = _last_rows(found[0], options)
    return FirstLook(found, summaries, None, outline, briefs)


def is_single(paths: tuple[Path, ...], found: tuple[Found, ...]) -> bool:
    """Whether one file was named, so that there is no list to show."""
    return len(paths) == 1 and len(found) == 1 and paths[0].is_file()


def facts(found: Found, options: Options) -> FileFacts:
    """What the file system says of a session."""
    from codexlog.catalog.listing import facts_of

    now = options.clock()
    if options.running_seconds is None:
        return facts_of(found, now)
    return facts_of(found, now, options.running_seconds)


def head_of(found: Found, options: Options) -> Summary:
    """The line of a session as its ends tell it."""
    from codexlog.catalog.listing import head_summary, unreadable

    known = facts(found, options)
    return unreadable(known, found.error) if found.error is not None else head_summary(known, found.path)


def _last_rows(found: Found, options: Options) -> tuple[Outline | None, Mapping[int, Brief]]:
    from codexlog.app.loading.briefs import read_briefs
    from codexlog.app.outline_rows import OutlineRows
    from codexlog.catalog.transcript import Transcript
    from codexlog.rows.source import SourceError

    try:
        with Transcript.open(found.path, facts(found, options)) as transcript:
            outline = transcript.tail_outline()
            size = len(outline.entries)
            last = range(max(0, size - FIRST_BRIEFS), size)
            return outline, read_briefs(transcript, OutlineRows(outline), last).briefs
    except (SourceError, OSError):
        return None, {}


class Ahead:
    """A first look that is under way."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._pid, self._pipe = _forked(options)

    def result(self) -> FirstLook:
        """Wait for it. Does the work here where the child could not."""
        data = b""
        if self._pipe is not None:
            with os.fdopen(self._pipe, "rb") as stream:
                data = stream.read()
            os.waitpid(self._pid, 0)
        if data:
            look = pickle.loads(data)
            if isinstance(look, FirstLook):
                return look
        return first_look(self._options)


def _forked(options: Options) -> tuple[int, int | None]:
    """Fork the child; (0, None) where that is impossible.

    In a process with threads it is: the child may lack a lock that one of them held.
    """
    if threading.active_count() > 1:
        return 0, None
    try:
        out, into = os.pipe()
        pid = os.fork()
    except (AttributeError, OSError):
        return 0, None
    if pid:
        os.close(into)
        return pid, out
    try:
        os.close(out)
        with os.fdopen(into, "wb") as stream:
            stream.write(pickle.dumps(first_look(options), pickle.HIGHEST_PROTOCOL))
    finally:
        os._exit(0)
