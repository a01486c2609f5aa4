"""Makes digests on a thread and sends them to the clipboard: one at a time, and it can be stopped."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.loading.desk import Desk
from codexlog.app.loading.events import Done
from codexlog.catalog.cache import Cache
from codexlog.catalog.listing import facts_of as file_facts
from codexlog.catalog.transcript import Stopped, Transcript
from codexlog.clipboard import send
from codexlog.digest.compose import Wish, loop_text, session_text
from codexlog.digest.facts import facts_of
from codexlog.digest.reading import offset_at, read
from codexlog.settings.thresholds import Thresholds
from codexlog.timeline.turns import DEFAULT_RUNNING_SECONDS
from codexlog.triage.finder import Finder, maker_of
from codexlog.triage.grouping import Wishes
from codexlog.triage.wishes import load_wishes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from codexlog.app.loading.events import Event
    from codexlog.app.options import Options
    from codexlog.catalog.discover import Found
    from codexlog.clipboard import Sent
    from codexlog.digest.compose import Composed
    from codexlog.triage.loops import Loop

PATIENCE = 0.05
"""Seconds that a key waits for a digest: most are done within these."""
PROGRESS_EVERY = 0.1


class Subject(NamedTuple):
    """What a digest is of: a session, or a loop."""

    key: str
    """Equal for the same thing."""
    name: str
    found: Found | None = None
    transcript: Transcript | None = None
    """Of a session that is no file."""
    loop: Loop | None = None
    is_judged: bool = False
    """Of a session: whether `loop` is the one that it is a part of, None included."""

    @property
    def is_loop(self) -> bool:
        """Whether it is the loop itself."""
        return self.found is None and self.transcript is None


class Made(NamedTuple):
    """A digest that was made and sent."""

    text: str
    sent: Sent


class Errand(NamedTuple):
    """A digest that somebody wants."""

    subject: Subject
    for_agent: bool
    files: Sequence[Found]
    """The sessions among which its loop is looked for."""
    then: Callable[[Made], None]
    say: Callable[[str], None]
    """Hears how far it is, and why it cannot be done."""


class Digester:
    """Reads a session, makes the text, hands it over."""

    def __init__(self, options: Options, tell: Callable[[Event], None]) -> None:
        self._options = options
        self._limits = options.thresholds or Thresholds()
        self._tell = tell
        self._desk: Desk[Callable[[], None]] = Desk("digest", lambda then: tell(Done(then)))
        self._job = 0
        self.is_busy = False

    def make(self, errand: Errand) -> None:
        """Make and send a digest; another one that is not done yet is forgotten."""
        self._job += 1
        self.is_busy = True
        job = self._job

        def done(then: Callable[[], None]) -> None:
            if job == self._job:
                self.is_busy = False
                then()

        answer = self._desk.ask(lambda: partial(done, self._work(job, errand)), PATIENCE)
        if answer is not None:
            answer()

    def stop(self) -> None:
        """Forget the job."""
        self._job += 1
        self.is_busy = False
        self._desk.drop()

    def close(self) -> None:
        """Let the thread end."""
        self.stop()
        self._desk.close()

    # ------------------------------------------------------------------------------ on the desk's thread

    def _work(self, job: int, errand: Errand) -> Callable[[], None]:
        try:
            made = self._composed(job, errand)
            if job != self._job:
                return _silent
            sent = self._sent(made)
        except Stopped:
            return _silent
        except Exception as error:  # noqa: BLE001 - the file may have changed in any way
            return partial(errand.say, f"No digest of {errand.subject.name}: {error}")
        return partial(errand.then, Made(made.text, sent))

    def _sent(self, made: Composed) -> Sent:
        options = self._options
        sent = send(made.text, options.env, options.state, redacts=options.redact, limit=options.osc52_limit)
        return sent._replace(left_out=sent.left_out + made.redacted)

    def _composed(self, job: int, errand: Errand) -> Composed:
        subject, wish = errand.subject, Wish(str(self._options.home), self._options.redact)
        if subject.is_loop and subject.loop is not None:
            return loop_text(subject.loop, offset_at(Path(subject.loop.iterations[0].path)), wish)
        loop = subject.loop
        heed = self._progress(job, errand)
        if subject.found is not None and not subject.is_judged and not errand.for_agent:
            loop = self._loop_of(subject.found, errand.files, heed)
        with self._opened(subject) as transcript:
            found = read(transcript, partial(self._is_off, job, heed), partial(heed, "reading"))
        return session_text(facts_of(found, self._limits), loop, wish, for_agent=errand.for_agent)

    def _opened(self, subject: Subject) -> AbstractContextManager[Transcript]:
        if subject.found is None:
            assert subject.transcript is not None
            return nullcontext(subject.transcript)
        found, options = subject.found, self._options
        return Transcript.open(found.path, file_facts(found, options.clock(), _running(options)))

    def _loop_of(
        self, found: Found, files: Sequence[Found], heed: Callable[[str, int, int], None]
    ) -> Loop | None:
        """The loop that a session is a part of."""
        options = self._options
        wishes = load_wishes(options.wishes) if options.wishes is not None else Wishes()
        with Cache(options.cache, maker_of(self._limits)) as cache:
            finder = Finder(files, options.clock(), self._limits, cache, _running(options), heed)
            return finder.loop_of(found.path, wishes)

    def _is_off(self, job: int, heed: Callable[[str, int, int], None]) -> bool:
        """Whether nobody wants a job any longer; says that it goes on, where somebody does."""
        if job == self._job:
            heed("reading", 0, 0)
        return job != self._job

    def _progress(self, job: int, errand: Errand) -> Callable[[str, int, int], None]:
        """Says what is done, with how many and of how many, now and then; raises Stopped."""
        said = time.monotonic()

        def tell(note: str) -> None:
            if job == self._job and self.is_busy:
                errand.say(note)

        def heed(what: str, done: int, of: int) -> None:
            nonlocal said
            if job != self._job:
                raise Stopped
            if time.monotonic() - said > PROGRESS_EVERY:
                said = time.monotonic()
                far = f" {done:,} of {of:,}" if of else " the session"
                self._tell(Done(partial(tell, f"{what}{far}… (Esc stops)")))

        return heed


def _silent() -> None:
    """What comes of a job that another one replaced, or that nobody wants any longer."""


def _running(options: Options) -> float:
    return DEFAULT_RUNNING_SECONDS if options.running_seconds is None else options.running_seconds
