"""The explorer: three panes over many sessions. Nothing else imports Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codexlog.app.options import Options
    from codexlog.catalog.transcript import Transcript

__all__ = ["run"]


def run(options: Options, *, transcript: Transcript | None = None) -> int:
    """Open the explorer and return the exit code when the person leaves.

    `transcript` is a session that is already open, such as a stream from stdin; then no path is read.
    """
    from codexlog.app.start import start

    return start(options, transcript)
