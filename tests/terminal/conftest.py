from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.conftest import home, own_folders, utc
from terminals import Terminal

__all__ = ["home", "own_folders", "terminal", "utc"]


@pytest.fixture
def terminal(home: Path) -> Iterator[Terminal]:
    """The explorer on the sample sessions, with everything read."""
    one = Terminal(home)
    one.wait_for("Sessions  47")
    one.settle()
    yield one
    one.close()
