"""What `o` and `s` do: ask which, ask where, say what became of it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from codexlog.app.actions.action import Action
from codexlog.app.exports import CannotSave, file_name, page_in, save, view_elsewhere
from codexlog.app.render.hints import key_of
from codexlog.app.render.page import Target
from codexlog.report.words import size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from codexlog.app.render.page import Page
    from codexlog.app.screens.main import MainScreen


class Exporter(Action):
    """Takes what the details show out of the explorer."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._options = screen.options
        self._details = screen.details

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Open and save."""
        return {"pager": self.open_in_pager, "save": self.save}

    def open_in_pager(self) -> None:
        """Open one of the attachments, or the page."""
        self._choose("Open in the pager", lambda target: self._load(target, self._open))

    def save(self) -> None:
        """Save one of the attachments, or the page."""
        self._choose("Save", self._ask_where)

    # ------------------------------------------------------------------------------------- private

    def _choose(self, title: str, then: Callable[[Target], None]) -> None:
        """Ask which one; where there is nothing but the page, that is the answer."""
        page = self._details.page
        if page is None:
            self.screen.say("There is nothing to take yet.")
            return
        targets = (*page.targets, self._page_target(page))
        if len(targets) == 1:
            then(targets[0])
            return
        from codexlog.app.screens.asking import Choice, ChoiceScreen

        choices = [Choice(each.name, f"{each.media_type}  {size(each.size)}") for each in targets[:-1]]
        choices.append(Choice("everything on this page, as text"))

        def take(index: int | None) -> None:
            if index is not None:
                then(targets[index])

        self.screen.app.push_screen(
            ChoiceScreen(title, choices, self.screen.colours, self.screen.glyphs), take
        )

    def _page_target(self, page: Page) -> Target:
        return Target(file_name(page.title) + ".txt", "text/plain", 0, self._details.text)

    def _load(self, target: Target, then: Callable[[Target, str | bytes], None]) -> None:
        """Read the content on a thread of its own; it may be large."""

        def work() -> None:
            try:
                content = target.load()
            except Exception as error:  # noqa: BLE001 - the file may have changed in any way
                self.screen.app.call_from_thread(self.screen.say, f"{target.name} cannot be read: {error}")
                return
            self.screen.app.call_from_thread(then, target, content)

        self.screen.say(f"reading {target.name}…")
        threading.Thread(target=work, name="export", daemon=True).start()

    def _open(self, target: Target, content: str | bytes) -> None:
        self.screen.say("")
        try:
            if isinstance(content, bytes):
                self._open_image(target, content)
                return
            with self.screen.app.suspend():
                page_in(self._options.pager, content)
        except SuspendNotSupported:
            key = key_of("save")
            self.screen.say(f"This terminal cannot be lent to a pager; {key} saves to a file.")
        except OSError as error:
            self.screen.say(f"{self._options.pager[0]} cannot be started: {error.strerror or error}")

    def _open_image(self, target: Target, content: bytes) -> None:
        if not self._options.local_screen:
            key = key_of("save")
            self.screen.say(f"{target.name} is a picture and this is a remote terminal; {key} saves it.")
            return
        view_elsewhere(content, target.name)
        self.screen.say(f"{target.name} was given to the system's viewer.")

    def _ask_where(self, target: Target) -> None:
        from codexlog.app.screens.asking import PathScreen

        proposed = str(self._options.save_folder / file_name(target.name))

        def take(path: str | None) -> None:
            if path is not None:
                self._load(target, lambda _, content: self._save(path, content))

        self.screen.app.push_screen(
            PathScreen(f"Save {target.name} to", proposed, self.screen.colours, self.screen.glyphs), take
        )

    def _save(self, path: str, content: str | bytes) -> None:
        try:
            written = save(self._path(path), content, self._guarded())
        except CannotSave as error:
            self.screen.say(f"Not saved: {error}")
            return
        self.screen.say(f"Saved {size(written.stat().st_size)} to {written}")

    def _path(self, typed: str) -> Path:
        return (
            self._options.save_folder / typed
            if not typed.startswith("~")
            else type(self._options.save_folder)(typed)
        )

    def _guarded(self) -> tuple[Path, ...]:
        homes = self.screen.homes()
        return (*self._options.guarded, *homes)
