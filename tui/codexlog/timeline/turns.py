"""Turn boundaries and how turns end.

From 0.104 on Codex marks both ends. Before, a prompt begins a turn and nothing ends it. A file that was
resumed by a newer version holds both kinds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.formats.events import USER_MESSAGE

if TYPE_CHECKING:
    from codexlog.formats.events import Prompt, TokenTotals, TurnAbort, TurnEnd, TurnStart
    from codexlog.model import Outcome

PROMPT_CHARACTERS = 400
"""How much of a prompt the outline keeps for headings; the whole is read from its row."""
DEFAULT_RUNNING_SECONDS = 120.0
NAMED_BACK = 8
"""How many turns back an end mark may name one."""


class TurnState:
    """A turn while it is being built, and in the outline afterwards."""

    __slots__ = (
        "abort_reason",
        "answers",
        "calls",
        "ended",
        "ended_at",
        "error",
        "explicit",
        "first_entry",
        "last_at",
        "last_is_answer",
        "prompt",
        "prompt_stream",
        "recorded_end",
        "started_at",
        "turn_id",
        "used_before",
    )

    def __init__(self, turn_id: str | None, at: str | None, first_entry: int, *, explicit: bool) -> None:
        self.turn_id = turn_id
        self.explicit = explicit
        self.first_entry = first_entry
        self.started_at = at
        self.ended_at: str | None = None
        self.last_at = at
        self.prompt: str | None = None
        self.prompt_stream: int | None = None
        self.answers = 0
        self.calls = 0
        self.last_is_answer = False
        self.ended = False
        self.recorded_end = False
        """`task_complete`, as opposed to an abort."""
        self.error: str | None = None
        self.abort_reason: str | None = None
        self.used_before: TokenTotals | None = None
        """Own token totals of the session when the turn began."""

    @property
    def has_content(self) -> bool:
        """Whether the agent did anything in it."""
        return bool(self.answers or self.calls)

    @property
    def is_provisional(self) -> bool:
        """Whether only a user-role message began it: a start mark or an event may still adopt it."""
        return not self.explicit and not self.has_content and self.prompt_stream in (None, USER_MESSAGE)

    def outcome(self, *, growing: bool) -> Outcome:
        """How it ended. `growing`: it is the last turn and the file changed a moment ago."""
        if self.abort_reason is not None:
            return "interrupted"
        if self.error is not None:
            return "failed"
        if self.recorded_end:
            return "completed" if self.has_content else "failed"
        if not self.explicit and self.last_is_answer:
            return "completed"
        return "running" if growing else "incomplete"


class Turns:
    """The turns of one session in file order."""

    def __init__(self) -> None:
        self.all: list[TurnState] = []
        self.fewest = 0
        """How few turns there were since somebody set this to their number: some can be taken back."""
        self._current: TurnState | None = None
        self._event_prompts = False

    @property
    def index(self) -> int:
        """Index of the turn that a new entry belongs to; 0 before the first one."""
        return max(0, len(self.all) - 1)

    def start(self, event: TurnStart, at: str | None, entry: int, used: TokenTotals | None) -> None:
        """The agent's own start mark."""
        current = self._current
        if current is not None and not current.ended:
            if current.is_provisional:
                current.explicit, current.turn_id = True, event.turn_id
                return
            if current.explicit and event.turn_id is not None and current.turn_id == event.turn_id:
                return
        self._begin(TurnState(event.turn_id, at, entry, explicit=True), used)

    def prompt(self, event: Prompt, at: str | None, entry: int, used: TokenTotals | None) -> TurnState | None:
        """A prompt: it begins a turn unless one that the agent marked is open. Returns what it began."""
        current, before = self._current, len(self.all)
        inside = current is not None and (current.explicit or event.is_queued) and not current.ended
        if event.stream == USER_MESSAGE:
            if not inside and not self._event_prompts:
                self._begin(TurnState(None, at, entry, explicit=False), used)
                inside = True
        else:
            adopts = current is not None and not current.ended and current.is_provisional
            self._event_prompts = True
            if not inside and not adopts:
                self._begin(TurnState(None, at, entry, explicit=False), used)
            inside = True
        if inside:
            self._keep_prompt(event)
        return self._current if len(self.all) > before else None

    def _keep_prompt(self, event: Prompt) -> None:
        turn = self._current
        assert turn is not None
        if turn.prompt is None or (turn.prompt_stream == USER_MESSAGE and event.stream != USER_MESSAGE):
            turn.prompt = event.text[:PROMPT_CHARACTERS]
            turn.prompt_stream = event.stream
            turn.last_is_answer = False

    def take_back(self, turn: TurnState) -> bool:
        """Remove a turn whose prompt was none, if nothing else has happened in it."""
        if not self.all or turn is not self.all[-1] or turn.explicit or turn.has_content:
            return False
        self.all.pop()
        self.fewest = min(self.fewest, len(self.all))
        self._current = self.all[-1] if self.all else None
        return True

    def content(self, at: str | None, entry: int, used: TokenTotals | None, *, answer: bool) -> None:
        """A call or an answer."""
        turn = self._current
        if turn is None:
            turn = self._begin(TurnState(None, at, entry, explicit=False), used)
        if answer:
            turn.answers += 1
        else:
            turn.calls += 1
        turn.last_is_answer = answer
        turn.last_at = at or turn.last_at

    def thought(self) -> None:
        """A reasoning step: the answer before it was not the turn's last word."""
        if self._current is not None:
            self._current.last_is_answer = False

    def end(self, event: TurnEnd, at: str | None) -> None:
        """The agent's own end mark."""
        turn = self._named(event.turn_id)
        if turn is not None:
            turn.ended = turn.recorded_end = True
            turn.ended_at = at
            turn.error = event.error or turn.error

    def abort(self, event: TurnAbort, at: str | None) -> None:
        """An interruption."""
        turn = self._named(event.turn_id)
        if turn is not None:
            turn.ended = True
            turn.ended_at = at
            turn.abort_reason = event.reason

    def error(self, text: str) -> None:
        """An error that the transcript records inside a turn."""
        if self._current is not None:
            self._current.error = text

    def _begin(self, turn: TurnState, used: TokenTotals | None) -> TurnState:
        turn.used_before = used
        self.all.append(turn)
        self._current = turn
        return turn

    def _named(self, turn_id: str | None) -> TurnState | None:
        if turn_id is not None:
            for turn in reversed(self.all[-NAMED_BACK:]):
                if turn.turn_id == turn_id:
                    return turn
        current = self._current
        return current if current is not None and (turn_id is None or current.turn_id is None) else None
