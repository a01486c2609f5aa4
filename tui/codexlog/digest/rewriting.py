"""Hands a digest to a command of the person's, which may rewrite its bullets and nothing else.

The command line is the person's own and goes to their shell as it is; what a transcript says reaches the
command on its standard input alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

from codexlog.digest.skeleton import headings_of
from codexlog.report.safe_text import safe_line, safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 1 << 20
"""Characters of an answer; a digest has some thousands."""
_SAID = 200


class NotRewritten(Exception):
    """The command did not give the digest back; `str()` is the reason in one line."""


def rewritten(text: str, command: str, env: Mapping[str, str], seconds: float) -> str:
    """What the command makes of a digest, with the same headings in the same order. Raises NotRewritten."""
    out = safe_text(_run(command, text, env, seconds)).strip("\n") + "\n"
    if len(out) > MOST:
        raise NotRewritten(f"it answered with {len(out):,} characters")
    _check(headings_of(text), headings_of(out))
    return out


def _check(wanted: list[str], found: list[str]) -> None:
    for place, heading in enumerate(wanted):
        if place >= len(found):
            raise NotRewritten(f"its answer lacks the heading {heading!r}")
        if found[place] != heading:
            raise NotRewritten(f"its answer has {safe_line(found[place], width=80)!r} where {heading!r} was")
    if len(found) > len(wanted):
        raise NotRewritten(f"its answer has one more heading: {safe_line(found[len(wanted)], width=80)!r}")


def _run(command: str, text: str, env: Mapping[str, str], seconds: float) -> str:
    """Run it in a process group of its own, so that all that it started ends with it."""
    try:
        process = subprocess.Popen(
            ("/bin/sh", "-c", command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(env),
            start_new_session=True,
        )
    except OSError as error:
        raise NotRewritten(f"it could not be started: {error.strerror or error}") from error
    try:
        out, said = process.communicate(text.encode("utf-8"), timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise NotRewritten(f"it took longer than {seconds:g} seconds") from error
    finally:
        _end(process)
    if process.returncode != 0:
        raise NotRewritten(f"it ended with exit code {process.returncode}{_last_words(said)}")
    if not out.strip():
        raise NotRewritten(f"it answered nothing{_last_words(said)}")
    return out.decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the group, also where the person has interrupted us."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _last_words(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return f": {safe_line(lines[-1], width=_SAID)}" if lines else ""
