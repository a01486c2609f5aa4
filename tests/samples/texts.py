"""Texts that every sample session repeats: instructions, context and the prompt of the loop."""

from __future__ import annotations

CWD = "/srv/ledger"

BASE = """You are a coding agent that works in a terminal beside its user.

# How you work

- Read before you write. Say in one sentence what you are about to do, then do it.
- Edit files with `apply_patch`. Prefer small patches; never rewrite a file that you have not read.
- Run the narrowest test that proves the change, then the whole suite.
- Do not commit or create branches unless the user asks for it.
- When a command fails, read its output. Do not repeat the same command and hope.

# Sandbox

Commands run in a sandbox: only the working directory is writable and there is no network.
If a command is refused, say so and go on without it.

# Final answer

Short and factual: what changed, what was run, what is left. Refer to files as `path:line`.
"""

AGENTS = """# ledger

A small double-entry toy: amounts are integers in cents, never floats.

- Run `python -m pytest -q` before you commit. Standard library only.
- `python -m tools.soak` checks that parsing and formatting are inverse; it takes a minute.
- One plan item per commit. Tick it in IMPLEMENTATION_PLAN.md in the same commit.
"""

LOOP_PROMPT = (
    "study specs/* and AGENTS.md, pick ONE item of IMPLEMENTATION_PLAN.md, implement it, run the tests, "
    "tick the item and commit. Do not start a second item. Do not change tests to make them pass. "
    "If all items are done, say so."
)

PERMISSIONS = (
    "<permissions instructions>\nFilesystem sandboxing defines which files can be read or written. "
    "`sandbox_mode` is `workspace-write`: the sandbox permits reading files, and editing files in `cwd`. "
    "Network access is restricted.\n</permissions instructions>"
)


def agents_message(cwd: str = CWD) -> str:
    return f"# AGENTS.md instructions for {cwd}\n\n<INSTRUCTIONS>\n{AGENTS}\n</INSTRUCTIONS>"


def environment(cwd: str = CWD, date: str | None = None) -> str:
    """Return the environment context; only newer versions name the date."""
    rest = f"\n  <current_date>{date}</current_date>\n  <timezone>Europe/Berlin</timezone>" if date else ""
    return f"<environment_context>\n  <cwd>{cwd}</cwd>\n  <shell>bash</shell>{rest}\n</environment_context>"
