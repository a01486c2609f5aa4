"""Sessions → loops: the same prompt in the same folder, again and again, one after the other.

From transcripts alone, and without a guess at what the loop's own script was. Thresholds are the ones
that were measured on 440 rollouts that are no loops and on a real loop of 28 gaps: no false group at
`LONG_PROMPT` characters, every iteration found at `GAP` seconds.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from codexlog.timeline.times import seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codexlog.model import Summary

GAP = 600.0
"""Seconds between the end of an iteration and the start of the next one."""
PHASE_GAP = 1_800.0
"""Seconds between two phases of one loop, such as plan and build."""
LEAST = 3
LONG_PROMPT = 80
"""Characters from which two sessions are enough, where nobody sat at the keyboard."""
OVERLAP = 2.0
"""Seconds that two iterations may overlap: clocks of rows are not those of processes."""
HEADLESS = ("codex_exec", "codex_sdk")
SCRIPTED = frozenset(("exec", "sdk-cli", "sdk-py", "sdk-ts"))
"""Sources of sessions that a script started: `codex exec`, `claude -p` (2.1+) and its libraries."""
EDITOR = "codex_vscode"

_MASKS = (
    re.compile(r"(?i)\b(?:iteration|loop|run|attempt|pass)\s*#?\d+(?:\s*(?:of|/)\s*\d+)?"),
    re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE),
    re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?)?"),
    re.compile(r"/(?:tmp|var/folders)/\S+"),
)
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Chain:
    """Sessions of one prompt that ran one after the other."""

    cwd: str
    key: str
    members: tuple[Summary, ...]

    @property
    def start(self) -> float:
        """Unix seconds of the first row."""
        return _start(self.members[0])

    @property
    def end(self) -> float:
        """Unix seconds of the last row."""
        return _end(self.members[-1])

    def gaps(self) -> list[float]:
        """Seconds between each end and the next start."""
        return [_start(after) - _end(before) for before, after in pairwise(self.members)]


@dataclass(frozen=True, slots=True)
class Group:
    """One loop: its phases, and why they are one."""

    phases: tuple[Chain, ...]
    why: str

    @property
    def id(self) -> str:
        """Stays the same while the loop grows."""
        first = self.phases[0]
        return "loop-" + _digest(first.cwd, first.key, first.members[0].id or first.members[0].path)[:8]

    @property
    def members(self) -> tuple[Summary, ...]:
        """Every iteration, in order."""
        return tuple(member for phase in self.phases for member in phase.members)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person changed about the groups; kept by session ids."""

    gap: float = GAP
    splits: frozenset[str] = field(default=frozenset())
    """Sessions before which a loop is cut."""
    joins: frozenset[str] = field(default=frozenset())
    """Sessions that carry on the loop before them in their folder, whatever their prompt or pause.

    With the first session of a loop the whole loop does.
    """


@lru_cache(maxsize=8_192)
def prompt_key(prompt: str) -> str:
    """A short name for what a prompt says, without iteration numbers, dates, ids and blanks."""
    for pattern in _MASKS:
        prompt = pattern.sub("#", prompt)
    return _digest(_BLANKS.sub(" ", prompt).strip())[:6]


def group(sessions: Iterable[Summary], wishes: Wishes | None = None) -> list[Group]:
    """The loops among some sessions, the newest first."""
    wishes = wishes or Wishes()
    by_place: dict[str, list[Summary]] = {}
    for session in longest_copies(session for session in sessions if is_candidate(session)):
        by_place.setdefault((session.cwd or "").rstrip("/\\"), []).append(session)
    groups: list[Group] = []
    for cwd, members in by_place.items():
        loops: list[Chain] = []
        others: list[Summary] = []
        for chain in _chains(cwd, members, wishes):
            if _is_loop(chain, wishes):
                loops.append(chain)
            else:
                others += chain.members
        groups += _phased(_taken_in(loops, others, wishes), wishes)
    return sorted(groups, key=lambda each: each.phases[-1].end, reverse=True)


def solo(session: Summary) -> Group:
    """A session that holds several iterations by itself."""
    chain = Chain((session.cwd or "").rstrip("/\\"), prompt_key(session.first_prompt or ""), (session,))
    return Group((chain,), f"one session · same prompt {chain.key} again and again")


def is_candidate(session: Summary) -> bool:
    """Whether a session can be an iteration: an own run with a prompt and times, no editor's helper."""
    if not session.first_prompt or session.started_at is None or session.ended_at is None:
        return False
    if session.parent_id or session.forked_from or session.source == "subagent":
        return False
    return not (session.originator == EDITOR and session.source == "exec")


def longest_copies(sessions: Iterable[Summary]) -> list[Summary]:
    """Each session once: of several snapshots of it the longest one."""
    best: dict[str, Summary] = {}
    for session in sessions:
        name = session.id or session.path
        if name not in best or _length(session) > _length(best[name]):
            best[name] = session
    return list(best.values())


def longest_resumed(sessions: Iterable[Summary]) -> list[Summary]:
    """Of sessions that begin with the same row the longest one.

    Claude Code before 2.0 resumes a session in a new file, under a new id, that repeats the old one.
    """
    best: dict[tuple[str | None, ...], Summary] = {}
    for session in sessions:
        name = (session.cwd, prompt_key(session.first_prompt or ""), session.started_at)
        if name not in best or _length(session) > _length(best[name]):
            best[name] = session
    return list(best.values())


def _length(session: Summary) -> tuple[int, int]:
    """Rows are not counted yet where only the ends of a file were read."""
    return session.counts.rows, session.size_bytes


def _chains(cwd: str, members: Sequence[Summary], wishes: Wishes) -> list[Chain]:
    by_key: dict[str, list[Summary]] = {}
    for session in sorted(members, key=_start):
        by_key.setdefault(prompt_key(session.first_prompt or ""), []).append(session)
    return [
        Chain(cwd, key, tuple(run)) for key, sessions in by_key.items() for run in _runs(sessions, wishes)
    ]


def _runs(sessions: Sequence[Summary], wishes: Wishes) -> list[list[Summary]]:
    """Cut a list of sessions where the pause is too long, two overlap, or the person wants it."""
    runs: list[list[Summary]] = []
    for session in sessions:
        before = runs[-1][-1] if runs else None
        if before is not None and _follows(before, session, wishes):
            runs[-1].append(session)
        else:
            runs.append([session])
    return runs


def _follows(before: Summary, after: Summary, wishes: Wishes) -> bool:
    if after.id in wishes.splits:
        return False
    pause = _start(after) - _end(before)
    return pause >= -OVERLAP and (pause <= wishes.gap or after.id in wishes.joins)


def _is_loop(chain: Chain, wishes: Wishes) -> bool:
    if len(chain.members) >= LEAST or any(member.id in wishes.joins for member in chain.members):
        return len(chain.members) > 1
    return (
        len(chain.members) > 1
        and len(chain.members[0].first_prompt or "") >= LONG_PROMPT
        and all(is_headless(member) for member in chain.members)
    )


def _taken_in(loops: Sequence[Chain], others: Iterable[Summary], wishes: Wishes) -> list[Chain]:
    """The loops with the single sessions that the person wants in them, each where it ran."""
    chains = list(loops)
    for session in others:
        if session.id not in wishes.joins:
            continue
        before = [at for at, chain in enumerate(chains) if chain.start <= _start(session)]
        if before:
            at = max(before, key=lambda at: chains[at].start)
            members = sorted((*chains[at].members, session), key=_start)
            if all(_start(after) - _end(one) >= -OVERLAP for one, after in pairwise(members)):
                chains[at] = replace(chains[at], members=tuple(members))
    return chains


def is_headless(session: Summary) -> bool:
    """Whether a script started it."""
    return (session.originator or "").startswith(HEADLESS) or session.source in SCRIPTED


def _phased(chains: list[Chain], wishes: Wishes) -> list[Group]:
    """Chains of one folder that follow each other closely, or as the person wants, are phases of one loop."""
    groups: list[list[Chain]] = []
    for chain in sorted(chains, key=lambda each: each.start):
        pause = chain.start - groups[-1][-1].end if groups else 0.0
        first = chain.members[0].id
        most = float("inf") if first in wishes.joins else max(PHASE_GAP, wishes.gap)
        if groups and first not in wishes.splits and -OVERLAP <= pause <= most:
            groups[-1].append(chain)
        else:
            groups.append([chain])
    return [Group(tuple(each), _why(each, wishes)) for each in groups]


def _why(phases: Sequence[Chain], wishes: Wishes) -> str:
    members = sum(len(phase.members) for phase in phases)
    prompts = ", ".join(phase.key for phase in phases)
    gaps = [gap for phase in phases for gap in phase.gaps()]
    parts = [
        f"{members} sessions",
        f"same prompt {prompts}" if len(phases) == 1 else f"{len(phases)} phases {prompts}",
        "same folder",
    ]
    if gaps:
        least, most = (max(0, round(gap)) for gap in (min(gaps), max(gaps)))
        parts.append(f"pauses {least}–{most} s" if least < most else f"pauses {most} s")
    if all(is_headless(member) for phase in phases for member in phase.members):
        parts.append("nobody at the keyboard")
    ids = [member.id for phase in phases for member in phase.members]
    if ids[0] in wishes.splits:
        parts.append("parted by you")
    if not wishes.joins.isdisjoint(each for each in ids if each):
        parts.append("joined by you")
    return " · ".join(parts)


def _start(session: Summary) -> float:
    return seconds(session.started_at) or 0.0


def _end(session: Summary) -> float:
    return max(seconds(session.ended_at) or 0.0, _start(session))


def _digest(*texts: str) -> str:
    return hashlib.sha1("\0".join(texts).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
