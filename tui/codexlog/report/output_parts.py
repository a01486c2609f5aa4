"""The parts of a tool's output that its text keeps apart: what went to stdout, what to stderr, the rest."""

from __future__ import annotations

import re
from typing import NamedTuple

from codexlog.formats.tool_output import body_of, split_header

OUTPUT = "Output"
_SANDBOX = re.compile(
    r"(?P<head>failed in sandbox .*?), stdout: (?P<stdout>.*?), stderr: (?P<stderr>.*)\Z", re.DOTALL
)
"""Codex up to 0.42 wrote what the sandbox stopped on one line with both streams."""
_TAGGED = re.compile(
    r"<(?P<tag>(?:local-command-|bash-)?(?:stdout|stderr))>(?P<text>.*?)</(?P=tag)>", re.DOTALL
)
"""Claude Code, what a person ran with `!`."""
_CUT = re.compile(r"^(?:Total output lines|Original token count): (\d{1,12})$", re.MULTILINE)
_LINES = "Total output lines"


class Part(NamedTuple):
    """A named part of an output."""

    name: str
    text: str
    remark: str = ""
    """What the header says of it: how much the agent cut away."""


def parts(output: str) -> list[Part]:
    """The parts that say anything, in order; none where the output is empty."""
    body = body_of(output)
    found = _of_sandbox(body) or _of_tags(body) or [Part(OUTPUT, body, _remark(output, body))]
    return [part._replace(text=part.text.strip("\n")) for part in found if part.text.strip()]


def _of_sandbox(body: str) -> list[Part]:
    found = _SANDBOX.match(body)
    if found is None:
        return []
    return [Part(OUTPUT, found["head"]), Part("stdout", found["stdout"]), Part("stderr", found["stderr"])]


def _of_tags(body: str) -> list[Part]:
    if not body.lstrip().startswith("<") or _TAGGED.sub("", body).strip():
        return []
    return [Part(each["tag"].rpartition("-")[2], each["text"]) for each in _TAGGED.finditer(body)]


def _remark(output: str, body: str) -> str:
    if output is body or output.startswith("{"):
        return ""
    found = _CUT.search(split_header(output)[0])
    if found is None:
        return ""
    number = int(found[1])
    if not found[0].startswith(_LINES):
        return f"{number:,} tokens"
    return f"cut by the agent, {number:,} lines before" if number > body.count("\n") + 1 else ""
