"""What is read before the first frame, and by whom."""

from __future__ import annotations

import subprocess
import sys

from app.conftest import ROOT
from codexlog.app.loading.ahead import Ahead, first_look
from codexlog.app.options import Options

LOOP = ROOT / "sample_sessions" / "sessions" / "2026" / "10" / "06"
WITHOUT_A_SCREEN = """
import sys
from pathlib import Path
from codexlog.app.loading.ahead import first_look
from codexlog.app.options import Options
look = first_look(Options(paths=(Path(sys.argv[1]),)))
assert look.outline is not None and look.briefs, look
print(*(name for name in sys.modules if name.partition(".")[0] in ("textual", "rich", "pygments")))
"""


def test_the_reader_of_the_first_frame_loads_nothing_that_draws() -> None:
    path = min(LOOP.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_SCREEN, str(path)], capture_output=True, check=True, timeout=60
    )
    assert done.stdout.decode().strip() == ""


def test_the_first_look_reads_heads_and_of_a_single_session_its_end() -> None:
    many = first_look(Options(paths=(LOOP,)))
    assert len(many.found) == 8
    assert many.outline is None
    one = first_look(Options(paths=(min(LOOP.iterdir()),)))
    assert one.outline is not None
    assert one.briefs


def test_a_forked_reader_and_this_process_agree() -> None:
    options = Options(paths=(LOOP,), clock=lambda: 2e9)
    assert Ahead(options).result() == first_look(options)
