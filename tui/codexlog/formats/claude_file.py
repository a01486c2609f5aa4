"""What the rows of a Claude Code file say of the file: whose session it is, where and when it began."""

from __future__ import annotations

import re
from typing import Any

from codexlog.formats.claude_blocks import blocks_of, content_of, is_result, is_side, texts_of
from codexlog.formats.claude_text import NOT_TYPED, starts
from codexlog.formats.events import Meta

JsonObject = dict[str, Any]
ENTIRE_NAMES = ("full.jsonl", "full.log")
"""Also with a chunk number behind, as Entire cuts files over 50 MiB."""
DETACHED = "HEAD"
"""What stands for the branch where there is none."""
ENTIRE_FOLDER = ".entire"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_DATED = re.compile(rf"\d{{4}}-\d\d-\d\d-{_UUID}")
_FOLDER = re.compile(rf"(?:\d{{4}}-\d\d-\d\d-)?({_UUID})")
_CHUNK = re.compile(r"(\.\d{3})?(\.zst)?\Z")
PRINTED = "sdk-cli"
"""The entry point of runs without a screen: no others print a stream."""
SPOKEN = frozenset(("user", "assistant"))


class ClaudeFile:
    """See every row once, in file order; ask at any time."""

    __slots__ = (
        "_agent",
        "_branch",
        "_cwd",
        "_dated",
        "_entrypoint",
        "_forked_from",
        "_prompted",
        "_sessions",
        "_side_rows",
        "_started_at",
        "_uuids",
        "_version",
        "goes_back",
        "main_rows",
    )

    def __init__(self) -> None:
        self.main_rows = False
        """Whether a user or assistant row is not a sub-agent's."""
        self.goes_back = False
        """Whether the last row is a prompt that stands in place of an earlier one: the person went back."""
        self._prompted: set[int] = set()
        """The rows that prompts follow."""
        self._side_rows = False
        self._dated = False
        self._sessions: dict[str, int] = {}
        """How many rows name each session, in the order in which they came."""
        self._forked_from: str | None = None
        self._uuids: set[int] = set()
        self._agent: str | None = None
        self._cwd: str | None = None
        self._version: str | None = None
        self._branch: str | None = None
        self._entrypoint: str | None = None
        self._started_at: str | None = None

    @property
    def is_placed(self) -> bool:
        """Whether the place, the version and the start are known: the head of the file has been seen."""
        return None not in (self._cwd, self._version, self._started_at)

    def see(self, row: JsonObject) -> None:
        """Take one row."""
        session = row.get("sessionId", row.get("session_id"))
        if type(session) is str and session:
            self._sessions[session] = self._sessions.get(session, 0) + 1
        uuid = row.get("uuid")
        if type(uuid) is str:
            self._uuids.add(hash(uuid))
        if self._forked_from is None and "forkedFrom" in row:
            self._forked_from = copied_from(row)
        self.goes_back = False
        if row.get("type") in SPOKEN:
            self._see_spoken(row, session)
        if not self.is_placed or self._branch is None:
            self._place(row)

    @property
    def has_ids(self) -> bool:
        """Whether any row has an id of its own."""
        return bool(self._uuids)

    def has(self, uuid: str) -> bool:
        """Whether a row of the file has this id."""
        return hash(uuid) in self._uuids

    def format(self, path: str) -> str:
        """`claude` or `entire`; a copy that Entire keeps is known by its place."""
        parts = re.split(r"[/\\]", path)
        name = _CHUNK.sub("", parts[-1])
        return "entire" if self._dated or name in ENTIRE_NAMES or ENTIRE_FOLDER in parts[:-1] else "claude"

    def meta(self, path: str) -> Meta:
        """The identity, with the path for what a file name decides."""
        parts = re.split(r"[/\\]", path)
        session = self._session_id(parts)
        is_agent = self._side_rows and not self.main_rows
        return Meta(
            id=self._agent_id(parts[-1]) or session if is_agent else session,
            started_at=self._started_at,
            cwd=self._cwd,
            version=self._version,
            source="subagent" if is_agent else self._entrypoint,
            branch=self._branch,
            forked_from=None if is_agent else self._source(session),
            parent_id=session if is_agent else None,
        )

    def _source(self, session: str | None) -> str | None:
        """The session whose rows were copied to the head: named by them, or by their own ids (to 2.0)."""
        first = next(iter(self._sessions), None)
        other = self._forked_from or (first if session in self._sessions else None)
        return other if other != session else None

    def _see_spoken(self, row: JsonObject, session: object) -> None:
        if is_side(row):
            self._side_rows = True
            agent = row.get("agentId")
            if self._agent is None and isinstance(agent, str) and agent:
                self._agent = agent
            return
        self.main_rows = True
        if row["type"] == "user" and _is_prompt(row):
            self._follow(row.get("parentUuid"), row.get("uuid"))
        if isinstance(session, str) and "isSidechain" not in row and "userType" not in row:
            self._dated = self._dated or _DATED.fullmatch(session) is not None

    def _follow(self, parent: object, uuid: object) -> None:
        """Two prompts after one row are two branches; the later one is where the session went on.

        In published sessions one word may stand for every id.
        """
        if isinstance(parent, str) and parent != uuid:
            self.goes_back = hash(parent) in self._prompted
            self._prompted.add(hash(parent))

    def _place(self, row: JsonObject) -> None:
        self._started_at = self._started_at or _text(row.get("timestamp"))
        self._cwd = self._cwd or _text(row.get("cwd"))
        self._version = self._version or _text(row.get("version")) or _text(row.get("claude_code_version"))
        if row.get("gitBranch") != DETACHED:
            self._branch = self._branch or _text(row.get("gitBranch"))
        self._entrypoint = self._entrypoint or _text(row.get("entrypoint"))
        if row.get("subtype") == "init" and row.get("type") == "system":
            self._entrypoint = self._entrypoint or PRINTED

    def _session_id(self, parts: list[str]) -> str | None:
        stem = _stem(parts[-1])
        if stem in self._sessions:
            return stem
        if self._sessions:
            return max(self._sessions, key=self._sessions.__getitem__)
        folder = _FOLDER.fullmatch(parts[-2]) if len(parts) > 1 else None
        return folder[1] if folder else None

    def _agent_id(self, name: str) -> str | None:
        if self._agent is not None:
            return f"agent-{self._agent}"
        stem = _stem(name)
        return stem if stem.startswith("agent-") else None


def _is_prompt(row: JsonObject) -> bool:
    blocks = blocks_of(content_of(row))
    if not blocks or row.get("isMeta") is True or row.get("isCompactSummary") is True:
        return False
    typed = (text.strip() for text in texts_of(blocks))
    return not any(map(is_result, blocks)) and any(text and not starts(text, NOT_TYPED) for text in typed)


def copied_from(row: JsonObject) -> str | None:
    """The session that a fork's row was copied from (`--fork-session` and `/branch`, 2.1+)."""
    source = row.get("forkedFrom")
    return _text(source.get("sessionId")) if isinstance(source, dict) else _text(source)


def _stem(name: str) -> str:
    name = name.removesuffix(".zst")
    return name.rpartition(".")[0] or name


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
