"""The commands `loops` and `triage`: what they find, what they print, the exit code for a loop's script."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from codexlog.arguments import NothingFound, UsageError
from codexlog.catalog.cache import Cache
from codexlog.catalog.listing import facts_of, head_summary
from codexlog.triage.documents import loops_document, triage_document
from codexlog.triage.finder import Finder, maker_of
from codexlog.triage.findings import Kind, Verdict
from codexlog.triage.grouping import LEAST
from codexlog.triage.reading import iterations_in, loops_of, parts_of, trace_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from codexlog.catalog.discover import Found
    from codexlog.catalog.transcript import Transcript
    from codexlog.settings.thresholds import Thresholds
    from codexlog.triage.findings import Finding
    from codexlog.triage.grouping import Wishes
    from codexlog.triage.loops import Iteration, Loop

OVERCOME = frozenset(
    ("command_timeout", "denied", "early_stop", "network_blocked", "repeated_failing_command")
)
"""Kinds whose grey findings tell of what was overcome, or of what most sessions have: they stop no loop."""


@contextmanager
def finder(
    found: Sequence[Found], now: float, limits: Thresholds, running_seconds: float, cache: Path
) -> Iterator[Finder]:
    """Judges these files, with what is known of them from before."""
    with Cache(cache, maker_of(limits)) as known:
        yield Finder(found, now, limits, known, running_seconds)


def show_loops(loops: Sequence[Loop], *, json: bool) -> dict[str, Any] | None:
    """Print loops for people, or return the document."""
    if json:
        return loops_document(loops)
    from codexlog.triage_tables import print_loops

    print_loops(loops)
    return None


def show_judged(judged: Loop | Iteration, *, json: bool) -> dict[str, Any] | None:
    """Print a loop, or a session that is in none, for people; or return the document."""
    from codexlog.triage.loops import Iteration

    if json:
        return _document(judged)
    from codexlog.triage_tables import print_loop, print_session

    if isinstance(judged, Iteration):
        print_session(judged)
    else:
        print_loop(judged)
    return None


def judge_session(finder: Finder, found: Found, now: float, wishes: Wishes) -> Loop | Iteration:
    """The loop that a session is the last iteration of; the session itself where there is none."""
    head = head_summary(facts_of(found, now), found.path)
    loop = loop_of_session(finder.loops(wishes), head.id)
    return loop or _alone(finder.judge_path(found.path)[-1])


def judge_transcript(transcript: Transcript, limits: Thresholds) -> Loop | Iteration:
    """The same for a session that is no file."""
    trace = trace_of(transcript)
    looped = iterations_in(trace, limits)
    loops = loops_of(
        [trace.summary], lambda _: looped, limits, is_solo=lambda _: len(parts_of(trace)) >= LEAST
    )
    return loops[0] if loops else _alone(iterations_in(trace, limits, in_loop=False)[-1])


def _alone(run: Iteration) -> Iteration:
    """A session in no loop: its findings are of no iteration."""
    return replace(run, findings=tuple(replace(each, iteration=None) for each in run.findings))


def code_of(judged: Loop | Iteration, wanted: frozenset[str]) -> int:
    """The exit code."""
    from codexlog.triage.loops import Iteration

    if isinstance(judged, Iteration):
        return exit_code(wanted, judged.findings, judged)
    return exit_code(wanted, standing(judged), judged.iterations[-1])


def _document(judged: Loop | Iteration) -> dict[str, Any]:
    from codexlog.triage.loops import Iteration

    if isinstance(judged, Iteration):
        return triage_document(
            judged.session_id or judged.path, judged.verdict, judged.cause, judged.findings
        )
    findings = [*judged.findings, *(each for run in judged.iterations for each in run.findings)]
    return triage_document(judged.id, judged.verdict, judged.cause, findings)


def fail_kinds(text: str | None) -> frozenset[str]:
    """The kinds and verdicts that `--fail-if` names. Raises UsageError for one that is none."""
    names = [name.strip().replace("-", "_") for name in (text or "").split(",") if name.strip()]
    known = {*get_args(Kind), *get_args(Verdict)}
    for name in names:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(f"--fail-if {name}: no such finding or verdict{hint}")
    return frozenset(names)


def loop_named(loops: Sequence[Loop], target: str) -> Loop | None:
    """The loop with this id or the only one whose id begins so. Raises UsageError where several do."""
    if not target.startswith("loop-"):
        return None
    found = [loop for loop in loops if loop.id == target] or [
        loop for loop in loops if loop.id.startswith(target)
    ]
    if len(found) > 1:
        raise UsageError(f"{target}: several loops: {', '.join(loop.id for loop in found)}")
    if not found:
        raise NothingFound(f"{target}: no such loop")
    return found[0]


def loop_of_session(loops: Sequence[Loop], session_id: str | None) -> Loop | None:
    """The loop that a session is the last iteration of."""
    return next(
        (loop for loop in loops if loop.iterations and loop.iterations[-1].session_id == session_id), None
    )


def exit_code(wanted: frozenset[str], findings: Sequence[Finding], last: Iteration | None) -> int:
    """1 where one of the wanted things was found; without any wish, where it ended badly or an error was."""
    if wanted:
        told = [each for each in findings if each.severity != "info" or each.kind not in OVERCOME]
        said: set[str] = {finding.kind for finding in told}
        if last is not None:
            said.add(last.verdict)
        return int(bool(wanted & said))
    bad = last is not None and last.is_bad
    return int(bad or any(finding.severity == "error" for finding in findings))


def standing(loop: Loop) -> list[Finding]:
    """The findings that hold now: those of the loop and of its last iteration."""
    return [*loop.findings, *(loop.iterations[-1].findings if loop.iterations else ())]
