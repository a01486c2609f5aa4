"""Pictures of the screens. `--snapshot-update` writes them anew; look at them before you commit."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.conftest import LONG_AGO, ROOT, Explore, press, settled, shown, until
from rollout import encode, event, message, meta, task_started

pytestmark = pytest.mark.asyncio
SNAPSHOTS = ROOT / "snapshots"
ANSWER = """## What is left

The *rounding* of half cents is **wrong**; `parse_amount` cuts where it should round.

1. Round half to even, see [the specification](https://example.org/amounts).
2. Run the suite:
   - `python -m pytest -q`
   - `python -m tools.soak`

| item      | state |
| --------- | ----- |
| rounding  | open  |
| 表の列    | done  |

```python
def parse_amount(text: str) -> int:
    return round(Decimal(text) * 100)  # half to even
```

> Do not change tests to make them pass.
"""
FAILING = ("j", "j", "j", "enter")


def normalized(svg: str) -> str:
    """Without the random part of class names and ids, and without fonts from elsewhere."""
    unique = re.search(r"terminal-(\d+)-", svg)
    svg = svg.replace(unique[1], "0") if unique else svg
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


@pytest.fixture
def same(request: pytest.FixtureRequest) -> object:
    def compare(pilot: Pilot[None], name: str) -> None:
        path = SNAPSHOTS / f"{name}.svg"
        svg = normalized(pilot.app.export_screenshot(title="codexlog"))
        if request.config.getoption("--snapshot-update", default=False):
            path.write_text(svg, encoding="utf-8")
            return
        assert path.exists(), f"no picture {path.name}; run with --snapshot-update"
        if path.read_text(encoding="utf-8") != svg:
            got = Path(request.config.rootpath) / "build" / path.name
            got.parent.mkdir(exist_ok=True)
            got.write_text(svg, encoding="utf-8")
            pytest.fail(f"{path.name} differs from what is drawn now: see build/{path.name}")

    return compare


async def test_explorer(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    """The failing call of the failed loop with the end of its output."""
    async with explore(home, counted=True, group_loops=True) as pilot:
        await until(pilot, lambda: "↻8" in shown(pilot))
        await press(pilot, "l", "j", *FAILING)
        await settled(pilot)
        await press(pilot, "left_square_bracket", "left_square_bracket")
        same(pilot, "explorer")


async def test_diff(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    """What a patch changes."""
    async with explore(home, counted=True) as pilot:
        await press(pilot, *FAILING)
        await settled(pilot)
        await press(pilot, "left_square_bracket", "left_square_bracket", "k")
        same(pilot, "diff")


async def test_loop_list(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    """The failed loop as one row with its page beside it; then its iterations below it."""
    async with explore(home, counted=True, group_loops=True) as pilot:
        await until(pilot, lambda: "↻8" in shown(pilot) and "made good" in shown(pilot))
        same(pilot, "list-folded")
        await press(pilot, "l", *"jjjjj")
        await until(pilot, lambda: "01a1127f" in shown(pilot))
        same(pilot, "list-unfolded")


async def test_narrow_loop_list(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    """The same without colours and with ASCII marks, in one pane."""
    look = {"size": (80, 24), "colour": False, "plain_glyphs": True}
    async with explore(home, counted=True, group_loops=True, **look) as pilot:
        await until(pilot, lambda: "@8" in shown(pilot))
        await press(pilot, "l")
        same(pilot, "narrow-list-unfolded")


async def test_loop(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    """The iterations of the failed loop, what was found, and how the fifth one ended."""
    async with explore(home, counted=True) as pilot:
        await press(pilot, "L")
        await until(pilot, lambda: "Findings" in shown(pilot))
        await press(pilot, *"jjjjjj")
        same(pilot, "loop")


async def test_matrix(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True, size=(80, 24), colour=False) as pilot:
        await press(pilot, "L")
        await until(pilot, lambda: "Findings" in shown(pilot))
        await press(pilot, "t")
        same(pilot, "matrix")


async def test_narrow_list(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True, size=(80, 24)) as pilot:
        same(pilot, "narrow-sessions")


async def test_query(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    """A query with a wrong word and one that is being typed."""
    async with explore(home, counted=True) as pilot:
        await press(pilot, "slash", *"exit", "colon", "1", "space", *"modell", "colon", "x", "space")
        same(pilot, "query-error")
        await press(pilot, *("backspace",) * 9, *"project", "colon")
        same(pilot, "query-completion")


async def test_empty_query(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True, size=(80, 24)) as pilot:
        await press(pilot, "slash", *"outcome", "colon", *"failed", "space", *"nosuch", "enter")
        same(pilot, "query-empty")


async def test_narrow_details(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True, size=(80, 24)) as pilot:
        await press(pilot, *FAILING)
        await settled(pilot)
        await press(pilot, "left_square_bracket", "enter")
        same(pilot, "narrow-details")


async def test_session_facts(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True, size=(120, 50)) as pilot:
        await press(pilot, "j")
        same(pilot, "session")


async def test_family(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    """A fork, an unfolded subagent, and the links of the session that started it."""
    async with explore(home, counted=True) as pilot:
        await press(pilot, "plus", *["j"] * 32, "enter")
        await settled(pilot)
        same(pilot, "family")


async def test_resume(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True, size=(100, 24), env={"CODEX_HOME": str(home.resolve())}) as pilot:
        await press(pilot, "R")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        same(pilot, "resume")


async def test_help(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True, size=(100, 50)) as pilot:
        await press(pilot, "question_mark")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        same(pilot, "help")


async def test_find(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    """The third of four hits, in a patch, with its matches set off in both panes."""
    async with explore(home, counted=True) as pilot:
        await press(pilot, *FAILING)
        await settled(pilot)
        await press(pilot, "g", "slash", *"round_half", "enter")
        await until(pilot, lambda: "/round_half 1/4" in shown(pilot))
        await press(pilot, "n", "n", "slash")
        same(pilot, "find")


async def test_no_colour(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True, colour=False, plain_glyphs=True) as pilot:
        await press(pilot, *FAILING)
        await settled(pilot)
        await press(pilot, "left_square_bracket")
        same(pilot, "plain")


async def test_usage(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True) as pilot:
        await press(pilot, *FAILING)
        await settled(pilot)
        await press(pilot, "dollar_sign")
        await until(pilot, lambda: "Every turn" in shown(pilot))
        await press(pilot, "j", "j", "j", "j")
        same(pilot, "usage")


async def test_attachments(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    (path,) = home.rglob("*019f29d9-66b0-73f5-9018-bda3ce4b77a4.jsonl")
    async with explore(path, size=(80, 24)) as pilot:
        await press(pilot, "A")
        await until(pilot, lambda: "2 attachments" in shown(pilot))
        same(pilot, "attachments")


async def test_raw_row(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    """The rows of a failing call, as they stand in the file."""
    async with explore(home, counted=True) as pilot:
        await press(pilot, *FAILING)
        await settled(pilot)
        await press(pilot, "left_square_bracket", "r")
        await until(pilot, lambda: '"type": "function_call"' in shown(pilot))
        same(pilot, "raw")


@pytest.mark.parametrize(("keys", "name"), [((), "markdown"), (("m",), "markdown-source")])
async def test_markdown(explore: Explore, home: Path, same, keys: tuple[str, ...], name: str) -> None:  # type: ignore[no-untyped-def]
    """An answer, as it is meant and as it is written."""
    path = home / "rollout-2026-07-01T10-00-00-019d0000-0000-7000-8000-000000000001.jsonl"
    asked = [meta(), task_started("t1"), event("user_message", message="What is left to do?")]
    path.write_bytes(encode([*asked, message("assistant", ANSWER), event("task_complete", turn_id="t1")]))
    os.utime(path, (LONG_AGO, LONG_AGO))
    async with explore(path, size=(100, 40)) as pilot:
        await press(pilot, "G", *keys)
        same(pilot, name)


async def test_themes(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True, size=(100, 24)) as pilot:
        await press(pilot, "T")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        same(pilot, "themes")


async def test_palette(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True, size=(100, 24)) as pilot:
        await press(pilot, "colon")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        await press(pilot, *"pane")
        same(pilot, "palette")


async def test_narrow_timeline(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    """A search on a narrow screen, after its first hit."""
    async with explore(home, counted=True, size=(80, 24)) as pilot:
        await press(pilot, *FAILING)
        await settled(pilot)
        await press(pilot, "g", "slash", *"round_half", "enter")
        await until(pilot, lambda: "/round_half 1/4" in shown(pilot))
        await press(pilot, "n")
        same(pilot, "narrow-timeline")


async def test_narrow_help(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True, size=(60, 15)) as pilot:
        await press(pilot, "question_mark")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        same(pilot, "narrow-help")


async def test_narrow_usage(explore: Explore, home: Path, same) -> None:  # type: ignore[no-untyped-def]
    async with explore(home, counted=True, size=(80, 24)) as pilot:
        await press(pilot, *FAILING)
        await settled(pilot)
        await press(pilot, "dollar_sign")
        await until(pilot, lambda: "Context over the session" in shown(pilot))
        same(pilot, "narrow-usage")
