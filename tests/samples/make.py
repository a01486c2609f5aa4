"""Writes the sample home and its README."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from . import entire, features, home, loop, modern, old, traps

if TYPE_CHECKING:
    from .rows import Sample

FOLDERS = (".entire", "archived_sessions", "log", "sessions", "streams")
TARGET = Path(__file__).parents[2] / "sample_sessions"

README = """# Sample sessions

A small Codex home, and a folder of Entire's beside it. The project is made up; its
commands were really run, and what they printed stands here with folders, timings and versions made
neutral. Point the explorer at this folder:

    CODEX_HOME=sample_sessions codexlog

Start with the loop of 6 October 2026: eight runs of one prompt. Three go well, then
a test breaks and stays broken.

Made by `cd tests && python -m samples`; don't edit by hand.

| file | shows |
| --- | --- |
"""


def collect() -> list[Sample]:
    """Return every file of the home, in order of path."""
    samples = [agent.sample(shows) for agent, shows in loop.iterations()]
    samples += [*old.samples(), *modern.samples(), *features.samples(), *traps.samples()]
    samples += [home.history(samples), home.index(samples), home.log(samples), *entire.samples()]
    return sorted(samples, key=lambda sample: sample.path)


def table(samples: list[Sample]) -> str:
    """Return the README with a row for each file."""
    return README + "".join(f"| `{sample.path}` | {sample.shows} |\n" for sample in samples)


def write(target: Path) -> list[Sample]:
    """Replace the folder by a fresh home."""
    samples = collect()
    for folder in FOLDERS:
        shutil.rmtree(target / folder, ignore_errors=True)
    for sample in samples:
        path = target / sample.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample.data)
    (target / "README.md").write_text(table(samples), encoding="utf-8")
    return samples


def main() -> None:
    """Write the samples and print their number and size."""
    parser = argparse.ArgumentParser(description="Write the sample sessions.")
    parser.add_argument("target", nargs="?", type=Path, default=TARGET)
    samples = write(parser.parse_args().target)
    print(f"{len(samples)} files, {sum(len(sample.data) for sample in samples)} bytes")
