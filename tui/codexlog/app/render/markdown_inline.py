"""The inside of a Markdown paragraph → lines: emphasis, code, links, images."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from codexlog.app.render.lines import Line, Span

_OPENED = {"strong_open": "strong", "em_open": "em", "link_open": "link", "s_open": "dim"}
_STRUCK = "~~"


def inline_lines(tokens: Sequence[Token], style: str) -> list[Line]:
    """The lines of a paragraph, of a heading or of a cell. `style` is that of the whole of it."""
    return _Inline(style).read(tokens)


class _Inline:
    """Collects spans; knows which emphasis is open."""

    def __init__(self, style: str) -> None:
        self._style = style
        self._open: list[str] = []
        self._target = ""
        self._label = ""
        self._lines: list[list[Span]] = [[]]

    def read(self, tokens: Sequence[Token]) -> list[Line]:
        """Take every token."""
        for token in tokens:
            self._take(token)
        return [tuple(line) for line in self._lines]

    def _take(self, token: Token) -> None:
        match token.type:
            case "text" | "html_inline":
                self._add(token.content, self._now)
            case "code_inline":
                self._add(f"`{token.content}`", "code")
            case "softbreak" | "hardbreak":
                self._lines.append([])
            case "image":
                self._add(f"[image: {token.content}]", "link")
                self._add(f" ({token.attrs.get('src', '')})", "dim")
            case "s_open" | "s_close":
                self._add(_STRUCK, "dim")
                self._switch(token.type)
            case "link_open":
                self._target, self._label = str(token.attrs.get("href", "")), ""
                self._switch(token.type)
            case "link_close":
                self._switch(token.type)
                if self._label not in (self._target, self._target.removeprefix("mailto:")):
                    self._add(f" ({self._target})", "dim")
            case _:
                self._switch(token.type)

    @property
    def _now(self) -> str:
        return self._style or (self._open[-1] if self._open else "")

    def _switch(self, kind: str) -> None:
        """Begin or end an emphasis."""
        if kind in _OPENED:
            self._open.append(_OPENED[kind])
        elif kind.endswith("_close") and self._open:
            self._open.pop()

    def _add(self, text: str, style: str) -> None:
        self._label += text
        if text:
            self._lines[-1].append((text, style))
