"""A small git project in a temporary folder: real commands, real patches, masked outputs."""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from .ledger import FILES
from .texts import CWD

if TYPE_CHECKING:
    from types import TracebackType

    from .rows import Clock, Payload

SEARCH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class Result:
    """What a command printed, masked, and how it ended."""

    output: str
    code: int


class PatchError(Exception):
    """A patch names lines that its file does not hold."""


class Project:
    """The ledger project; use as a context manager. Commands see the clock's time as the commit date."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.folder = TemporaryDirectory(prefix="ledger-")
        home = Path(self.folder.name).resolve()
        self.root = home / "ledger"
        self.environment = {
            "PATH": f"{home / 'bin'}:{SEARCH}",
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "80",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_ADDOPTS": "-p no:cacheprovider",
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        python = home / "bin" / "python"
        python.parent.mkdir()
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)

    def __enter__(self) -> Self:
        for name, text in FILES.items():
            self.write(name, text)
        for command in (
            "git init -q -b main",
            "git config user.name dev",
            "git config user.email dev@example.org",
            "git config core.abbrev 7",
            "git add -A",
            "git commit -q -m 'ledger: amounts, balances, first plan'",
        ):
            if self.run(command).code:
                raise RuntimeError(command)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.folder.cleanup()

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def head(self) -> str:
        return self.run("git rev-parse HEAD").output.strip()

    def run(self, command: str) -> Result:
        """Run a shell command in the project and return its masked output."""
        date = f"{self.clock.seconds} {self.clock.local('%z')}"
        done = subprocess.run(
            ["/bin/bash", "-c", command],
            cwd=self.root,
            env={**os.environ, **self.environment, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Result(self.mask(done.stdout.decode("utf-8", "replace")), done.returncode)

    def mask(self, text: str) -> str:
        """Replace what differs between machines and runs: folders, versions, timings."""
        text = text.replace(str(self.root), CWD).replace(self.folder.name, "/home/dev")
        for prefix in (sys.prefix, sys.base_prefix):
            text = text.replace(prefix, "/usr")
        text = re.sub(r"\bPython 3\.\d+\.\d+", "Python 3.11.9", text)
        text = re.sub(r"python3\.\d+", "python3.11", text)
        return re.sub(r"\bin \d+\.\d+s\b", lambda _: f"in 0.0{len(text) % 8 + 1}s", text)

    def patch(self, text: str) -> tuple[str, dict[str, Payload]]:
        """Apply a patch; return what the tool prints and the changes by absolute path."""
        changes: dict[str, Payload] = {}
        report = []
        for letter, name, before, after in parse_patch(text, self):
            self.write(name, after)
            report.append(f"{letter} {name}")
            changes[f"{CWD}/{name}"] = change(before, after)
        return "Success. Updated the following files:\n" + "".join(f"{line}\n" for line in report), changes


def change(before: str | None, after: str) -> Payload:
    """Return one entry of `changes` as a patch event holds it."""
    if before is None:
        return {"type": "add", "content": after}
    diff = difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), n=1)
    return {"type": "update", "unified_diff": "".join(list(diff)[2:]), "move_path": None}


def parse_patch(text: str, project: Project) -> list[tuple[str, str, str | None, str]]:
    """Return letter, name, old and new text of each file that the patch names."""
    files: list[tuple[str, str, str | None, str]] = []
    for part in re.split(r"^\*\*\* (?=Update File: |Add File: )", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        action, _, name = head.partition(" File: ")
        body = body.split("*** End Patch")[0]
        if action == "Add":
            files.append(("A", name, None, "".join(line[1:] for line in body.splitlines(keepends=True))))
        else:
            before = project.read(name)
            files.append(("M", name, before, patched(before, body, name)))
    return files


def patched(before: str, body: str, name: str) -> str:
    """Return the text with every hunk applied."""
    for hunk in re.split(r"^@@.*\n", body, flags=re.MULTILINE)[1:]:
        rows = hunk.splitlines(keepends=True)
        old = "".join(row[1:] for row in rows if row[0] in " -")
        new = "".join(row[1:] for row in rows if row[0] in " +")
        if old not in before:
            raise PatchError(f"Failed to find expected lines in {CWD}/{name}:\n{old.rstrip()}")
        before = before.replace(old, new, 1)
    return before


def make_patch(edits: dict[str, tuple[str | None, str]]) -> str:
    """Write the patch that turns each old text into the new one."""
    parts = ["*** Begin Patch\n"]
    for name, (before, after) in edits.items():
        if before is None:
            parts.append(f"*** Add File: {name}\n")
            parts += [f"+{line}" for line in after.splitlines(keepends=True)]
            continue
        parts.append(f"*** Update File: {name}\n")
        diff = difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), n=3)
        parts += ["@@\n" if line.startswith("@@") else line for line in list(diff)[2:]]
    return "".join([*parts, "*** End Patch"])
