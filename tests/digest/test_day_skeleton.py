from __future__ import annotations

import re
from pathlib import Path

import pytest

from codexlog.digest.skeleton import Entry, day_text, headings_of

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
PARTS = (("Asked: “x”",), (), ("Facts.",), (), ("None recorded.",))
LOCAL = Entry("12:06 (+02:00)", "2025-09-23T12:06:19+02:00", "Fix it", "Fix it – completed", PARTS)
UTC = Entry("2025-09-30T08:30:09.923Z", "2025-09-30T08:30:09.923Z", "Fix it", "Fix it – completed", PARTS)

DENSE = """\
### Session Overview
- 12:06 (+02:00) – Fix it – completed.
- 12:06 (+02:00) – Fix it – completed.

### Session Breakdown

#### Session 1: Fix it (2025-09-23T12:06:19+02:00)
**1. Problem - Solutions**
- Asked: “x”
**2. Code Changes**
- None.
**3. Key Insights**
- Facts.
**4. Documentation**
- None.
**5. Next Steps**
- None recorded.

#### Session 2: Fix it (2025-09-23T12:06:19+02:00)
**1. Problem - Solutions**
- Asked: “x”
**2. Code Changes**
- None.
**3. Key Insights**
- Facts.
**4. Documentation**
- None.
**5. Next Steps**
- None recorded.

**Assumptions & Notes**
- A note.
"""
LOOSE = """\
### Session Overview
- 2025-09-30T08:30:09.923Z — Fix it – completed

### Session Breakdown

#### Session 1: Fix it (2025-09-30T08:30:09.923Z)

**1. Problem - Solutions**
- Asked: “x”

**2. Code Changes**
- None.

**3. Key Insights**
- Facts.

**4. Documentation**
- None.

**5. Next Steps**
- None recorded.

**Assumptions & Notes**
- None.
"""


def test_the_two_forms() -> None:
    assert day_text([LOCAL, LOCAL], ["A note."]) == DENSE
    assert day_text([UTC], [], utc=True) == LOOSE


def _shape(line: str) -> str:
    """A line without what is each session's own."""
    line = re.sub(r"^- \d\d:\d\d \([+-]\d\d:\d\d\) – .*\.$", "- WHEN – LINE.", line)
    line = re.sub(r"^- \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z — .*[^.]$", "- WHENZ — LINE", line)
    line = re.sub(
        r"^(#### Session \d+): .+ \(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}Z|[+-]\d\d:\d\d)\)$",
        lambda found: f"{found[1]}: TITLE ({'UTC' if found[2].endswith('Z') else 'LOCAL'})",
        line,
    )
    return "- LINE" if line.startswith("- ") and "WHEN" not in line else line


def _skeleton(text: str) -> list[str]:
    """Shapes of the lines, each run of equal ones once, up to the closing block."""
    shapes = [_shape(line) for line in text.splitlines()]
    return [shape for at, shape in enumerate(shapes) if not at or shape != shapes[at - 1]]


def _cut(shapes: list[str], session: int) -> list[str]:
    """The overview, and one session up to the blank line behind it."""
    start = next(at for at, each in enumerate(shapes) if each.startswith(f"#### Session {session}"))
    return shapes[: shapes.index("#### Session 1: TITLE (LOCAL)")] + [
        re.sub(r"Session \d+", "Session N", each) for each in shapes[start : start + 12]
    ]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the examples are not beside this checkout")
def test_the_usual_form_is_that_of_the_first_example() -> None:
    seed = (SEEDS / "000_446c1a388c681904.txt").read_text(encoding="utf-8")
    own = day_text([LOCAL] * 6, ["A note."])
    assert headings_of(own) == [re.sub(r": .* \(.*\)$", ": Fix it (2025-09-23T12:06:19+02:00)", each)
                                for each in headings_of(seed)]  # fmt: skip
    for number in range(1, 7):
        assert _cut(_skeleton(own), number) == _cut(_skeleton(seed), number)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the examples are not beside this checkout")
def test_the_form_in_utc_is_that_of_the_second_example() -> None:
    seed = (SEEDS / "001_870e554b4d9e1853.txt").read_text(encoding="utf-8")
    wanted = _skeleton(seed)
    own = _skeleton(day_text([UTC] * 2, ["A note."], utc=True))
    end = wanted.index("Missing data/assumptions: " + seed.splitlines()[-1].partition(": ")[2])
    assert own[:end] == wanted[:end]


def test_headings_in_code_blocks_are_none() -> None:
    text = "### Session Overview\n```\n#### Session 9: x\n~~~\n````\n#### Session 1: a\n"
    text += "**b**\n- **c** d\n   ## e\n    ## f\n#g\n"
    assert headings_of(text) == ["### Session Overview", "#### Session 1: a", "**b**", "## e"]
    assert headings_of("~~~ x\n### a\n```\n~~~\n### b") == ["### b"]
    assert headings_of("``` x\n### a") == []
