"""What `o`, `e` and `s` do: ask which, ask where, say what became of it."""

from __future__ import annotations

import threading
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from codexlog.app.actions.action import Action
from codexlog.app.exports import CannotSave, file_name, run_on, save, view_elsewhere, wait_for_enter
from codexlog.app.loading.events import Done
from codexlog.app.render.hints import key_of
from codexlog.app.render.page import Target
from codexlog.app.screens.covering import CoveringScreen
from codexlog.report.words import count, size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
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
        """Open, edit and save one of the attachments, or the page."""
        return {
            "pager": lambda: self._choose("Open in the pager", self.open_target),
            "edit": lambda: self._choose("Open in the editor", self.edit_target),
            "save": lambda: self._choose("Save", self.save_target),
        }

    def open_target(self, target: Target) -> None:
        """Show a text in the pager, a picture as this terminal can."""
        self._load(target, self._open)

    def edit_target(self, target: Target) -> None:
        """Show a text in the editor."""
        self._load(target, self._edit)

    def say(self, note: str) -> None:
        """Say something where the person looks."""
        top = self.screen.app.screen
        (top if isinstance(top, CoveringScreen) else self.screen).say(note)

    # ------------------------------------------------------------------------------------- private

    def _choose(self, title: str, then: Callable[[Target], None]) -> None:
        """Ask which one; where there is nothing but the page, that is the answer."""
        page = self._details.page
        if page is None:
            self.say("There is nothing to take yet.")
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
                self.screen.tell(Done(partial(self.say, f"{target.name} cannot be read: {error}")))
                return
            self.screen.tell(Done(partial(then, target, content)))

        self.say(f"reading {target.name}…")
        threading.Thread(target=work, name="export", daemon=True).start()

    def _open(self, target: Target, content: str | bytes) -> None:
        if isinstance(content, bytes):
            self._open_image(target, content)
        else:
            self._lend(self._options.pager, content, target.name)

    def _edit(self, target: Target, content: str | bytes) -> None:
        if isinstance(content, bytes):
            self.say(f"{target.name} is a picture; {key_of('pager')} opens it, {key_of('save')} saves it.")
        else:
            self._lend(self._options.editor, content, target.name)

    def _lend(self, program: Sequence[str], content: str, name: str) -> None:
        """Let another program have the terminal until it ends."""
        self.say("")
        try:
            with self.screen.app.suspend():
                if run_on(program, content, name):
                    wait_for_enter()
        except SuspendNotSupported:
            self.say(f"This terminal cannot be lent to {program[0]}; {key_of('save')} saves to a file.")
        except OSError as error:
            self.say(f"{program[0]} cannot be started: {error.strerror or error}")

    def _open_image(self, target: Target, content: bytes) -> None:
        """In the terminal with the extra that can draw, else in the system's viewer, else not at all."""
        if find_spec("PIL") is not None:
            self._draw(target, content)
        elif self._options.local_screen:
            self._view(target, content)
        else:
            key = key_of("save")
            self.say(f"{target.name} is a picture and this is a remote terminal; {key} saves it.")

    def _view(self, target: Target, content: bytes) -> None:
        try:
            view_elsewhere(content, target.name)
        except OSError as error:
            cause = error.strerror or error
            self.say(f"no viewer can be started ({cause}); {key_of('save')} saves {target.name}.")
            return
        self.say(f"{target.name} was given to the system's viewer.")

    def _draw(self, target: Target, content: bytes) -> None:
        from codexlog.app.pictures import NotDrawn, draw

        size = self.screen.app.size
        self.say("")
        try:
            picture = draw(content, self._options.picture_style, size.width, size.height - 3)
            with self.screen.app.suspend():
                picture.show()
                wait_for_enter()
                picture.clear()
        except NotDrawn as error:
            self.say(f"{target.name} cannot be drawn: {error}; {key_of('save')} saves it.")
        except SuspendNotSupported:
            self.say(f"This terminal cannot be lent to a picture; {key_of('save')} saves {target.name}.")

    def save_target(self, target: Target) -> None:
        """Ask where to save something, and do it."""
        from codexlog.app.screens.asking import PathScreen

        proposed = str(self._options.save_folder / file_name(target.name))

        def take(path: str | None) -> None:
            if path is not None:
                self._save_as(target, path)

        self.screen.app.push_screen(
            PathScreen(f"Save {target.name} to", proposed, self.screen.colours, self.screen.glyphs), take
        )

    def _save_as(self, target: Target, path: str) -> None:
        """Save it, without its secrets where it is text that was made here."""
        left_out: list[int] = []

        def load() -> str | bytes:
            content = target.load()
            if target.is_raw or isinstance(content, bytes) or not self._options.redact:
                return content
            from codexlog.report.redaction import redact

            text, number = redact(content, home=self._options.env.get("HOME", ""))
            left_out.append(number)
            return text

        self._load(target._replace(load=load), lambda _, content: self._save(path, content, sum(left_out)))

    def _save(self, path: str, content: str | bytes, left_out: int) -> None:
        try:
            written = save(self._path(path), content, self._guarded())
        except CannotSave as error:
            self.say(f"Not saved: {error}")
            return
        without = f"{count(left_out, 'secret')} left out; " if left_out else ""
        self.say(f"{without}Saved {size(written.stat().st_size)} to {written}")

    def _path(self, typed: str) -> Path:
        return (
            self._options.save_folder / typed
            if not typed.startswith("~")
            else type(self._options.save_folder)(typed)
        )

    def _guarded(self) -> tuple[Path, ...]:
        homes = self.screen.homes()
        return (*self._options.guarded, *homes)
