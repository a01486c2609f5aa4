"""One session file, opened: its outline, and any of its rows by offset."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from codexlog.formats.dialect import is_whole_row
from codexlog.formats.documents import UnsupportedDocument, document_rows, may_be_document
from codexlog.model import Item, Session, Turn
from codexlog.rows.backward import tail
from codexlog.rows.decode import BadPiece, Piece, Row, decode_line
from codexlog.rows.forward import lines, pieces, pump
from codexlog.rows.source import Source, SourceError, open_source
from codexlog.timeline import entries as en
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.entries import ECHO, Entry
from codexlog.timeline.hydrate import Stored, bad_piece, item, stored, time_of
from codexlog.timeline.outline import Outline, outline
from codexlog.timeline.summary import FileFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

JsonObject = dict[str, Any]
MAX_DOCUMENT = 1 << 28
TAIL_ROWS = 400
USUAL_ROW, MOST_HINT = 1 << 13, 1 << 22
_STOP_EVERY = 512
_HEAD_ROWS = 64
_HEAD_BLOCK = 1 << 15


class Stopped(Exception):
    """Reading was cancelled."""


def _both(
    feed: Callable[[int, int, JsonObject], None], also: Callable[[int, JsonObject], None]
) -> Callable[[int, int, JsonObject], None]:
    def take(line: int, offset: int, row: JsonObject) -> None:
        feed(line, offset, row)
        also(line, row)

    return take


class Transcript:
    """Reads rows when somebody looks at them; holds the file open, and nothing else."""

    def __init__(self, source: Source, facts: FileFacts) -> None:
        self.source = source
        self.facts = facts
        self._document = self._load_document()

    @classmethod
    def open(cls, path: Path, facts: FileFacts | None = None) -> Self:
        """Open a session file. Raises SourceError where it is none."""
        source = open_source(path)
        facts = facts or FileFacts(str(path), source.size)
        return cls(source, replace(facts, doubt=source.doubt) if source.doubt else facts)

    def close(self) -> None:
        """Let go of the file."""
        self.source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_document(self) -> bool:
        """Whether the file is one JSON document instead of lines."""
        return self._document is not None

    # ------------------------------------------------------------------------------------- building

    def build(
        self,
        stop: Callable[[], bool] = lambda: False,
        *,
        figures_only: bool = False,
        also: Callable[[int, JsonObject], None] | None = None,
    ) -> TimelineBuilder:
        """Read the whole file. `stop` is asked now and then; raises Stopped when it says so.

        `also` is given the line and the data of each row, for who wants more of them than an outline.
        """
        builder = TimelineBuilder(document=self._document is not None, figures_only=figures_only)
        take = builder.feed_row if also is None else _both(builder.feed_row, also)
        if self._document is not None:
            for number, row in enumerate(self._document):
                take(number + 1, number, row)
            return builder

        def piece(found: Piece) -> None:
            if isinstance(found, BadPiece):
                builder.feed(found)
            else:
                take(found.line, found.offset, found.data)

        for number, _ in enumerate(pump(self.source, take, piece, is_whole_row)):
            if number % _STOP_EVERY == 0 and stop():
                raise Stopped
        return builder

    def outline(self, stop: Callable[[], bool] = lambda: False) -> Outline:
        """The outline of the whole file."""
        return outline(self.build(stop), self.facts)

    def tail_outline(self, rows: int = TAIL_ROWS) -> Outline:
        """The outline of the last rows, with the identity from the head; the whole one if it is short."""
        if self._document is not None:
            return self.outline()
        end = tail(self.source, rows, is_whole_row)
        builder = TimelineBuilder()
        if end.start > 0:
            self._read_head(builder)
        for piece in end.pieces:
            builder.feed(piece)
        return outline(builder, self.facts, end.start)

    def _read_head(self, builder: TimelineBuilder) -> None:
        """The identity: Codex's first row; of Claude Code, rows until place and start are known."""
        for number, (offset, raw, _) in enumerate(lines(self.source, block=_HEAD_BLOCK), 1):
            first = next(iter(decode_line(raw, number, offset, is_whole_row)), None)
            if type(first) is Row:
                builder.decoder.events(first.data)
                claude = builder.decoder.claude
                if claude is None:
                    builder.feed(first)
                    return
                if claude.is_placed:
                    return
            if number >= _HEAD_ROWS:
                return

    def pieces(self) -> Iterator[Piece]:
        """Every row and bad piece; rows of a document count through `[session, *items]`."""
        if self._document is None:
            return pieces(self.source, is_whole_row)
        return (Row(number + 1, number, row) for number, row in enumerate(self._document))

    def _load_document(self) -> list[JsonObject] | None:
        may_be = self.source.path.suffix == ".json" or may_be_document(self.source.pread(64, 0))
        if not may_be or self.source.size > MAX_DOCUMENT:
            return None
        try:
            return document_rows(self.source.pread(self.source.size, 0))
        except UnsupportedDocument as error:
            raise SourceError(str(self.source.path), str(error)) from error

    # ------------------------------------------------------------------------------------ hydrating

    def row(self, offset: int, size_hint: int = USUAL_ROW) -> JsonObject | None:
        """The row at an offset; None where the bytes there are no row (any more).

        `size_hint`: about how many bytes it has, as far as somebody knows.
        """
        if self._document is not None:
            return self._document[offset] if offset < len(self._document) else None
        found = decode_line(self.source.line_at(offset, min(size_hint, MOST_HINT)), 0, offset, is_whole_row)
        return found[0].data if found and isinstance(found[0], Row) else None

    def raw(self, offset: int) -> bytes:
        """The bytes of the line from an offset on."""
        if self._document is not None:
            import orjson

            return orjson.dumps(self._document[offset])
        return self.source.line_at(offset)

    def raw_row(self, offset: int, most: int) -> tuple[bytes, int]:
        """The bytes of the row at an offset, `most` of them at most, and how many it has.

        What is glued behind the row on its line is left out, where the row is short enough to tell.
        """
        if self._document is not None:
            data = self.raw(offset)
            return data[:most], len(data)
        size = self.source.line_size(offset)
        data = self.source.pread(min(size, most), offset)
        if size > most:
            return data, size
        found = decode_line(data, 0, 0, is_whole_row)
        if len(found) > 1:
            end = found[1].offset
            data = data[:end]
        elif found and isinstance(found[0], BadPiece):
            data = data[: found[0].offset + found[0].size]
        data = data.rstrip(b" \t\r")
        return data, len(data)

    def item(self, found: Outline, index: int) -> Item:
        """The item of an entry, with its texts."""
        entry = found.entries[index]
        row = self.row(entry.offset) if entry.kind != en.BAD else None
        if row is None:
            return bad_piece(entry, self._bad_bytes(entry))
        opener = self.row(found.entries.offset[entry.opener - 1]) if entry.opener else None
        return item(entry, row, self._output_row(entry), opener)

    def bad_text(self, entry: Entry) -> str:
        """The text of bytes that are no row."""
        return bad_piece(entry, self._bad_bytes(entry)).text

    def attachments(self, found: Outline, index: int) -> list[Stored]:
        """The attachments of an entry, with content."""
        entry = found.entries[index]
        row = self.row(entry.offset) if entry.kind != en.BAD else None
        return stored(entry, row, self._output_row(entry)) if row is not None else []

    def attachment(self, name: str) -> str | bytes | None:
        """The content of the attachment with this name; None if the session has none such."""
        found = self.outline()
        for index, kind in enumerate(found.entries.kind):
            if kind in (en.CALL, en.PROMPT):
                for each in self.attachments(found, index):
                    if each.attachment.name == name:
                        return each.content
        return None

    def answered_at(self, found: Outline, index: int) -> str | None:
        """Time of the row with a call's output, where there is one and it has a time."""
        row = self._output_row(found.entries[index])
        return time_of(row) if row is not None else None

    def _output_row(self, entry: Entry) -> JsonObject | None:
        answered = entry.kind == en.CALL and (entry.out_line or entry.out_offset)
        row = self.row(entry.out_offset) if answered else None
        if row is None or "message" not in row:
            return row
        from codexlog.catalog.spilled import whole_outputs

        return whole_outputs(row, self.source.path)

    def _bad_bytes(self, entry: Entry) -> bytes:
        if self._document is not None:
            return b""
        raw = self.source.line_at(entry.offset)
        found = decode_line(raw, 0, entry.offset, is_whole_row)
        return raw[: found[0].size] if found and isinstance(found[0], BadPiece) else raw

    def session(self) -> Session:
        """The whole session, hydrated; echoes of other rows left out."""
        found = self.outline()
        items: list[list[Item]] = [[] for _ in found.turns] or [[]]
        for index in range(len(found.entries)):
            if found.entries.shown[index] != ECHO:
                items[min(found.entries.turn[index], len(items) - 1)].append(self.item(found, index))
        turns = tuple(
            Turn(
                index=head.index,
                turn_id=head.turn_id,
                started_at=head.started_at,
                ended_at=head.ended_at,
                prompt=self._prompt(items[head.index - 1]) or head.prompt,
                outcome=head.outcome,
                usage=head.usage,
                items=tuple(items[head.index - 1]),
            )
            for head in found.turns
        )
        return Session(found.summary, turns, tuple(items[0]) if not found.turns else ())

    @staticmethod
    def _prompt(items: list[Item]) -> str | None:
        return next((each.text for each in items if each.kind == "message" and each.role == "user"), None)
