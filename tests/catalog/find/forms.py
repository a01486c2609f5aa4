"""Ways in which producers write the same rows, and a reader that decodes everything."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codexlog.catalog.find.texts import leaves
from codexlog.catalog.transcript import Transcript
from codexlog.timeline import entries as en

if TYPE_CHECKING:
    from codexlog.catalog.find.needle import Needle

Json = Callable[[Any], str]
Place = tuple[int, bool]
"""Entry, and whether it is its output that matches."""


def raw(value: Any) -> str:
    """serde and JSON.stringify."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def slashes(value: Any) -> str:
    """PHP, ASCII and `/` escaped."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/")


def go(value: Any) -> str:
    """encoding/json."""
    text = raw(value)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def dotnet(value: Any) -> str:
    """System.Text.Json: much is escaped, in upper case."""
    text = re.sub(r"\\u[0-9a-f]{4}", lambda found: "\\u" + found[0][2:].upper(), json.dumps(value))
    for char in "<>&'+`":
        text = text.replace(char, f"\\u{ord(char):04X}")
    return text.replace('\\"', "\\u0022")


FORMS: dict[str, Json] = {
    "compact": raw,
    "json.dumps": json.dumps,
    "spaced": lambda value: json.dumps(value, ensure_ascii=False, separators=(" , ", " : ")),
    "slashes": slashes,
    "go": go,
    "dotnet": dotnet,
}


def decoded(transcript: Transcript, needle: Needle) -> set[Place]:
    """Every place by reading every item in full: slow and without any shortcut."""
    found = transcript.outline()
    places = set()
    for index in range(len(found.entries)):
        if found.entries.shown[index] == en.ECHO:
            continue
        item = transcript.item(found, index)
        if item.kind == "call":
            if any(map(needle.matches, [item.name, *leaves(item.arguments)])):
                places.add((index, False))
            if item.output is not None and needle.matches(item.output):
                places.add((index, True))
        elif any(map(needle.matches, texts_of(item))):
            places.add((index, False))
    return places


def texts_of(item: Any) -> list[str]:
    """What an item that is no call says, in the words of the transcript."""
    if item.kind == "reasoning":
        return [item.summary]
    if item.kind == "orphan_output":
        return [item.output]
    if item.kind == "message":
        return [] if item.text == "[Image]" else [item.text]
    if item.what in ("rolled_back", "rate_limit"):
        return []
    if item.what == "review":
        return [re.sub("^review mode (entered|left)", "", item.text)]
    if item.what == "stream_error":
        return [re.sub("^retry.*?: ", "", item.text)]
    if item.what == "unknown":
        text = item.text[item.text.find("{") :]
        return [text, *leaves(json.loads(text))]
    return [item.text]


def write(path: Path, rows: list[Any], form: Json) -> Path:
    path.write_bytes(b"".join(form(row).encode("utf-8", "surrogatepass") + b"\n" for row in rows))
    return path
