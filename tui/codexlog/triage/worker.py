"""A child process that judges sessions, so that the explorer stays quick while a cold home is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.catalog.worker import serve
from codexlog.triage.finder import judge_file, look_into

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

MODULE = __name__
OPERATIONS: Mapping[str, Callable[[Any, Path], object]] = {
    "look": lambda facts, path: look_into(facts, path),
    "judge": lambda given, path: judge_file(given[0], path, given[1]),
}


if __name__ == "__main__":
    serve(OPERATIONS)
