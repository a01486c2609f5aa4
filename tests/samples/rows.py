"""The fixed clock, and the rows of a wrapped rollout."""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Payload = dict[str, Any]

WINDOW = 258_400
USAGE_KEYS = (
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One file of the sample home: where it lies, what is in it, what it shows."""

    path: str
    data: bytes
    shows: str


class Clock:
    """A clock and a source of ids that give the same values on every run."""

    def __init__(self, start: str) -> None:
        moment = datetime.fromisoformat(start)
        self.ms = int(moment.timestamp() * 1000)
        self.zone = moment.tzinfo
        self.rng = random.Random(start)

    def tick(self, milliseconds: int) -> None:
        self.ms += milliseconds

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.ms / 1000, UTC)

    @property
    def seconds(self) -> int:
        return self.ms // 1000

    def stamp(self) -> str:
        return f"{self.now:%Y-%m-%dT%H:%M:%S}.{self.ms % 1000:03}Z"

    def local(self, pattern: str) -> str:
        return self.now.astimezone(self.zone).strftime(pattern)

    def uuid7(self) -> str:
        """Return a version 7 uuid of this moment."""
        high, low = self.rng.getrandbits(12), self.rng.getrandbits(62)
        digits = f"{self.ms << 80 | 7 << 76 | high << 64 | 2 << 62 | low:032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def uuid4(self) -> str:
        digits = f"{self.rng.getrandbits(60):015x}"
        low = f"{2 << 62 | self.rng.getrandbits(62):016x}"
        return "-".join((digits[:8], digits[8:12], "4" + digits[12:], low[:4], low[4:]))

    def call_id(self) -> str:
        return "call_" + base64.b64encode(self.rng.randbytes(18), b"Qz").decode()

    def server_id(self, prefix: str) -> str:
        return f"{prefix}_{self.rng.getrandbits(200):050x}"

    def cipher(self, size: int) -> str:
        """Return text that looks like encrypted reasoning."""
        return "gAAAAAB" + base64.urlsafe_b64encode(self.rng.randbytes(size)).decode().rstrip("=")


@dataclass
class Tokens:
    """The cumulative token counter of one session."""

    total: dict[str, int] = field(default_factory=lambda: dict.fromkeys(USAGE_KEYS, 0))
    last: dict[str, int] = field(default_factory=lambda: dict.fromkeys(USAGE_KEYS, 0))

    def request(self, fresh: int, cached: int, output: int) -> None:
        """Count one model request."""
        values = (fresh + cached, cached, output, output // 3, fresh + cached + output)
        self.last = dict(zip(USAGE_KEYS, values, strict=True))
        self.total = {key: self.total[key] + self.last[key] for key in USAGE_KEYS}

    def info(self) -> Payload:
        return {
            "total_token_usage": dict(self.total),
            "last_token_usage": dict(self.last),
            "model_context_window": WINDOW,
        }


def dumps(value: object) -> str:
    """Return the compact JSON that Codex writes: non-ASCII stays raw."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def lines(rows: list[Payload]) -> bytes:
    return "".join(dumps(row) + "\n" for row in rows).encode()


def text_item(kind: str, *texts: str) -> list[Payload]:
    return [{"type": kind, "text": text} for text in texts]


class Rollout:
    """The rows of one wrapped rollout file, in the order of writing."""

    def __init__(self, clock: Clock, version: str) -> None:
        self.clock = clock
        self.version = version
        self.id = clock.uuid7()
        self.turn: str | None = None
        self.rows: list[Payload] = []
        self.file_time = clock.local("%Y-%m-%dT%H-%M-%S")
        self.folder = clock.local("sessions/%Y/%m/%d")

    @property
    def path(self) -> str:
        return f"{self.folder}/rollout-{self.file_time}-{self.id}.jsonl"

    def add(self, kind: str, payload: Mapping[str, Any], pause: int = 2) -> Payload:
        """Append a row, `pause` milliseconds after the one before it."""
        self.clock.tick(pause)
        row = {"timestamp": self.clock.stamp(), "type": kind, "payload": dict(payload)}
        self.rows.append(row)
        return row

    def event(self, kind: str, /, pause: int = 2, **fields: Any) -> Payload:
        return self.add("event_msg", {"type": kind, **fields}, pause)

    def item(self, kind: str, /, pause: int = 2, **fields: Any) -> Payload:
        return self.add("response_item", {"type": kind, **fields}, pause)

    def message(self, role: str, *texts: str, pause: int = 2, **fields: Any) -> Payload:
        kind = "output_text" if role == "assistant" else "input_text"
        return self.item("message", pause, role=role, content=text_item(kind, *texts), **fields)

    def sample(self, shows: str) -> Sample:
        return Sample(self.path, lines(self.rows), shows)
