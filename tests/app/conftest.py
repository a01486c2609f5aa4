from __future__ import annotations

import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

os.environ["TEXTUAL_ANIMATIONS"] = "none"

import pytest
from textual.pilot import Pilot

from codexlog.app.app import ExplorerApp
from codexlog.app.loading.shelf import Shelf
from codexlog.app.options import Options
from codexlog.app.screens.main import MainScreen

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_sessions"
NOW = 1_791_400_000.0
"""2026-10-07, the day after the newest sample session."""
LONG_AGO = 1_780_000_000

Explore = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--snapshot-update", action="store_true", help="write the pictures in snapshots/ anew")


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's settings but the test's."""
    monkeypatch.delenv("CODEXLOG_SETTINGS", raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample sessions under a path that is the same on every machine, none of them fresh."""
    copy = tmp_path / "sample_sessions"
    shutil.copytree(SAMPLES, copy)
    for path in copy.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    monkeypatch.chdir(tmp_path)
    return Path("sample_sessions")


@pytest.fixture
def explore() -> Explore:
    @asynccontextmanager
    async def opened(
        *paths: Path,
        size: tuple[int, int] = (120, 40),
        wait: bool = True,
        counted: bool = False,
        **more: object,
    ) -> AsyncIterator[Pilot[None]]:
        flat = {"group_loops": False}  # loops fold at a moment of their own: tests that mean them say so
        known: dict[str, object] = {"clock": lambda: NOW, "children": 1} | flat | more
        options = Options(paths=paths, **known)  # type: ignore[arg-type]
        shelf = Shelf(options)
        shelf.start()
        app = ExplorerApp(options, shelf)
        try:
            async with app.run_test(size=size) as pilot:
                if wait:
                    await settled(pilot)
                if counted:
                    await until(pilot, lambda: "counting…" not in shown(pilot))
                    await settled(pilot)
                yield pilot
        finally:
            shelf.close()

    return opened


def screen_of(pilot: Pilot[None]) -> MainScreen:
    screen = pilot.app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    return screen


def shown(pilot: Pilot[None]) -> str:
    """The screen as text."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def until(pilot: Pilot[None], holds: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"never came true; the screen:\n{shown(pilot)}"
        await pilot.pause(0.02)
    await pilot.pause()


async def settled(pilot: Pilot[None]) -> None:
    """Wait until the list and the open session are read; figures may still be missing."""
    await until(pilot, lambda: not any(word in shown(pilot) for word in ("reading", "looking…")))


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause(0.08)
