"""What is loaded before the first frame: every module there is time that a person waits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from terminals import Terminal

PROGRAM = """
import json, os, sys
from pathlib import Path
from codexlog.app import app, run
from codexlog.app.options import options_from

class Watched(app.ExplorerApp):
    is_first = True

    def post_display_hook(self):
        if self.is_first:
            self.is_first = False
            Path(sys.argv[2]).write_text(json.dumps(sorted(sys.modules)))

app.ExplorerApp = Watched
sys.exit(run(options_from([Path(sys.argv[1])], os.environ, Path.home())))
"""
NEEDLESS = {
    "argparse", "curses", "http", "markdown_it", "multiprocessing", "pyperclip", "sqlite3", "tomllib",
    "tree_sitter", "unittest", "urllib.request", "watchdog", "watchfiles", "zstandard",
    "textual.widgets._text_area",
}  # fmt: skip
MOST_OF_OURS = 62
"""As many as there are; a feature that is asked for later is loaded later."""


@pytest.fixture
def loaded(home: Path, tmp_path: Path) -> set[str]:
    """Names of the modules that were there when the first frame was drawn."""
    report = tmp_path / "modules.json"
    one = Terminal(home, report, program=PROGRAM)
    one.until(lambda screen: "q quit" in screen)
    one.close()
    return set(json.loads(report.read_text()))


def test_nothing_is_loaded_that_the_first_frame_does_not_show(loaded: set[str]) -> None:
    needless = {name for name in loaded for each in NEEDLESS if f"{name}.".startswith(f"{each}.")}
    assert needless == set()
    actions = {name for name in loaded if name.startswith("codexlog.app.actions.")}
    assert actions == {"codexlog.app.actions.action"}


def test_few_modules_of_ours_are_loaded(loaded: set[str]) -> None:
    ours = sorted(name for name in loaded if name.partition(".")[0] == "codexlog")
    assert len(ours) <= MOST_OF_OURS, "\n".join(ours)
