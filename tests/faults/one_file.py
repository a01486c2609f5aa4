"""A loop whose iterations stand in one file: the same session was told the same again and again."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from faults.stories import PROMPT, START, healthy
from faults.writers import Claude, begin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from faults.stories import Play
    from faults.writers import Writer


def write_one_file(
    home: Path, era: str, size: int, plays: Mapping[int, Play] | None = None, *, by_hook: bool = False
) -> Path:
    """`by_hook`: a stop hook says it, in one turn; else it is typed each time, a turn each."""
    rng = Random(1)
    writer = begin(era, 1, START, rng)
    tool = writer.tool
    writer.open()
    for number in range(1, size + 1):
        writer.number, writer.tool = number, tool
        if by_hook and number > 1:
            told_by_hook(writer)
        else:
            writer.prompt(f'/ralph-loop "{PROMPT}" --max-iterations 9' if by_hook else PROMPT)
        (plays or {}).get(number, healthy)(writer)
    return writer.write(home)


def told_by_hook(writer: Writer) -> None:
    """The prompt as the reason for which an agent may not stop."""
    if isinstance(writer, Claude):
        reason = f"Stop hook feedback:\n[/x/hooks/stop-hook.sh]: {PROMPT}"
        writer.row("user", isMeta=True, message={"role": "user", "content": reason})
    else:
        text = f'<hook_prompt hook_run_id="stop:0">{PROMPT}</hook_prompt>'
        writer.item("message", role="user", content=[{"type": "input_text", "text": text}])  # type: ignore[attr-defined]
