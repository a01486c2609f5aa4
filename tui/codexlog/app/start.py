"""Starts the explorer: begins to read before Textual is imported, ends every thread and process after."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from codexlog.app.options import THEME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.driver import Driver

    from codexlog.app.options import Options
    from codexlog.catalog.transcript import Transcript


@contextmanager
def _without_ssl() -> Iterator[None]:
    """Let asyncio be imported without its TLS part, as it is on Pythons that were built without ssl.

    No byte goes over a network here, and loading it takes a twentieth of the time to the first frame.
    """
    absent = "ssl" not in sys.modules
    if absent:
        sys.modules["ssl"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if absent:
            sys.modules.pop("ssl", None)


def _driver() -> type[Driver] | None:
    """Textual draws on stderr; where that is a file or closed, have it draw on stdout. None: its own way."""
    if sys.__stderr__ is not None and sys.__stderr__.isatty():
        return None
    from textual.drivers.linux_driver import LinuxDriver

    class OnStdout(LinuxDriver):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._file = sys.__stdout__

    return OnStdout


def start(options: Options, transcript: Transcript | None) -> int:
    """Run until the person leaves."""
    gc.disable()  # imports make no garbage worth looking for
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ["TEXTUAL_THEME"] = THEME  # a theme that is set later makes Textual parse its styles twice
    shelf = None
    if transcript is None:
        from codexlog.app.loading.ahead import Ahead

        ahead = Ahead(options)
        from codexlog.app.loading.shelf import Shelf

        shelf = Shelf(options)
        shelf.start(ahead)
    with _without_ssl():
        from codexlog.app.app import ExplorerApp

    app = ExplorerApp(options, shelf, transcript, _driver())
    gc.freeze()
    gc.enable()
    try:
        app.run(mouse=options.mouse)
    finally:
        if shelf is not None:
            shelf.close()
    return app.return_code or 0
