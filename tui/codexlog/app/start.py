"""Starts the explorer: begins to read before Textual is imported, ends every thread and process after."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from codexlog.app.options import THEME

if TYPE_CHECKING:
    from collections.abc import Iterator

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

    app = ExplorerApp(options, shelf, transcript)
    gc.freeze()
    gc.enable()
    try:
        app.run(mouse=options.mouse)
    finally:
        if shelf is not None:
            shelf.close()
    return app.return_code or 0
