"""Tool outputs as they stand escaped in a row → verdict, from a few hundred bytes, without a parse.

Knows only the shapes that nearly every output has, each a narrower form of one that `tool_output` reads;
whatever else it sees, it leaves to a parse of the row and `tool_output.verdict`.
"""

from __future__ import annotations

import re

from codexlog.formats.events import Verdict
from codexlog.formats.tool_output import OK, by_code

TAIL_BYTES = 180
"""How much of a row's end holds what follows a long string: `metadata` of a JSON output, a turn id."""

# What a body may start with so that it is surely not `command timed out after`: white space is skipped,
# escapes that are not white space and bytes that could begin a wide space are left to the parse.
_HARMLESS = rb"(?:\\u001b|\\[\"\\/]|(?![\\\xc2\xe1\xe2\xe3]|(?i:command timed out)))"
USUAL = re.compile(
    rb',"call_id":"([^"\\]++)","output":"(?:'
    rb"(?:Chunk ID: [0-9a-z]++\\n)?Wall time: [0-9.]++ seconds\\nProcess "
    rb"(?:exited with code (-?[0-9]{1,9})|running with session ID ([0-9]++))|"
    rb"Exit code: (-?[0-9]{1,9}))\\n"
    rb"(?:Original token count: [0-9]++\\n|(?!Process )[^\\\"]++\\n){0,7}?Output:(?:\\[nrt]| )*+" + _HARMLESS
)
"""Groups: call_id, exit code, process, exit code. The verdict is that of `by_code`, or `running`."""
_OBJECT = re.compile(
    rb',"call_id":"([^"\\]+)","output":"\{\\"output\\":\\"(?:\\\\[nrt]| )*+(?:\\",|' + _HARMLESS + rb")"
)
_METADATA = re.compile(
    rb',\\"metadata\\":\{\\"exit_code\\":(-?[0-9]{1,9}),\\"duration_seconds\\":[0-9.e-]+\}\}"'
    rb'(?:,"[a-z_]+":\{"turn_id":"[^"\\]*"\})?\}\}\r?\Z'
)
_PLAN = re.compile(rb',"call_id":"([^"\\]+)","output":"Plan updated"')
_PATCHED = re.compile(rb',"call_id":"([^"\\]+)","output":"apply_patch verification failed')

FAILED = Verdict("failed")


def unusual(block: bytes, place: int, end: int) -> tuple[bytes, Verdict] | None:
    """(call_id, verdict) of an output row that `USUAL` does not match; None where only a parse can tell.

    `place` is where `,"call_id":` should stand, `end` the end of the row.
    """
    found = _OBJECT.match(block, place, end)
    if found is not None:
        tail = block[max(found.end(), end - TAIL_BYTES) : end]
        start = tail.rfind(b',\\"metadata\\":')
        metadata = _METADATA.match(tail, start) if start >= 0 else None
        return (found[1], by_code(int(metadata[1]), "")) if metadata is not None else None
    found = _PLAN.match(block, place, end)
    if found is not None:
        return found[1], OK
    found = _PATCHED.match(block, place, end)
    return (found[1], FAILED) if found is not None else None
