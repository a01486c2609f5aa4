"""The cursor of a page steps over links alone."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from codexlog.app.render.lines import LinkedLine, Palette
from codexlog.app.widgets.link_view import LinkView
from codexlog.report.glyphs import UNICODE

pytestmark = pytest.mark.asyncio
HEIGHT = 10


class Page(App[None]):
    def __init__(self, links: list[int], count: int) -> None:
        super().__init__()
        self.view = LinkView(Palette(), UNICODE)
        self.all = [LinkedLine(((f"line {n}", ""),), n if n in links else None) for n in range(count)]

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.show(self.all)


def opened(links: list[int], count: int = 60) -> tuple[LinkView, Page]:
    page = Page(links, count)
    return page.view, page


async def settled(pilot: Pilot[None]) -> None:
    await pilot.pause()


async def test_steps_go_from_link_to_link() -> None:
    view, page = opened([3, 7, 8])
    async with page.run_test(size=(20, HEIGHT)) as pilot:
        await settled(pilot)
        places = [view.cursor]
        for step in (1, 1, -1, -1):
            view.move_by(step)
            places.append(view.cursor)
        assert places == [3, 7, 8, 7, 3]
        assert view.top == 0


async def test_beyond_the_last_link_it_scrolls() -> None:
    view, page = opened([3])
    async with page.run_test(size=(20, HEIGHT)) as pilot:
        await settled(pilot)
        for _ in range(20):
            view.move_by(1)
        assert (view.cursor, view.top) == (3, 50)
        for _ in range(20):
            view.move_by(-1)
        assert view.top == 0


async def test_a_far_link_is_scrolled_to_by_the_page() -> None:
    view, page = opened([0, 45])
    async with page.run_test(size=(20, HEIGHT)) as pilot:
        await settled(pilot)
        tops = []
        while view.cursor == 0:
            view.move_by(1)
            tops.append(view.top)
        assert all(later - before <= HEIGHT for before, later in zip([0, *tops], tops[:-1], strict=False))
        assert view.top <= 45 < view.top + HEIGHT


async def test_ends_and_pages() -> None:
    view, page = opened([5, 30, 50])
    async with page.run_test(size=(20, HEIGHT)) as pilot:
        await settled(pilot)
        view.move_to(view.row_count() - 1)
        assert (view.cursor, view.top) == (50, 50)
        view.move_to(0)
        assert (view.cursor, view.top) == (5, 0)
        view.move_page(1)
        assert view.top <= view.cursor < view.top + HEIGHT


async def test_without_links_it_only_scrolls() -> None:
    view, page = opened([])
    async with page.run_test(size=(20, HEIGHT)) as pilot:
        await settled(pilot)
        view.move_by(1)
        view.move_page(1)
        view.move_to(59)
        assert view.link() is None
        assert view.top == 50


async def test_other_lines_keep_the_cursor_on_the_same_link() -> None:
    view, page = opened([3, 7, 8])
    async with page.run_test(size=(20, HEIGHT)) as pilot:
        await settled(pilot)
        view.move_by(1)
        view.show([LinkedLine((("note", ""),)), *page.all])
        assert view.link() == 7
        view.show(page.all[:4])
        assert view.link() == 3
