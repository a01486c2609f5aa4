"""The usage page: what it says, where its lines lead, and that it fits."""

from __future__ import annotations

import io
from typing import Any

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.report.glyphs import PLAIN, UNICODE, Glyphs
from codexlog.report.prices import Prices, parse
from codexlog.report.safe_text import cell_width
from codexlog.report.usage import UsageFacts, gather
from codexlog.report.usage_lines import UsageLine, usage_lines
from codexlog.rows.source import spool
from rollout import (
    FACTS,
    PARENT,
    call,
    encode,
    event,
    exited,
    message,
    meta,
    output,
    task_started,
    tokens,
    wrapped,
)

JsonObject = dict[str, Any]
MODEL = wrapped("turn_context", {"model": "gpt-5"})
PRICES = parse(
    '[[price]]\nmodels = ["gpt-5"]\nas_of = 2026-07-01\ncurrency = "USD"\n'
    "input = 1\ncached_input = 0.1\noutput = 10\n"
)
BUSY = (
    meta(),
    task_started("t1"),
    MODEL,
    message("user", "first 表の列がずれる"),
    call("a", arguments={"cmd": "make"}),
    output("a", exited(2, "x" * 9000)),
    tokens((100_000, 60_000, 1_000, 400), (100_000, 60_000, 1_000, 400)),
    task_started("t2"),
    message("user", "second"),
    call("b", arguments={"cmd": "make test"}),
    output("b", exited(0)),
    tokens((350_000, 260_000, 2_000, 800), (250_000, 200_000, 1_000, 400)),
    wrapped("compacted", {"message": "so far"}),
    message("assistant", "done"),
)


def facts(*rows: JsonObject, prices: Prices = (), problem: str | None = None) -> UsageFacts:
    with Transcript(spool(io.BytesIO(encode(rows)), "a.jsonl"), FACTS) as transcript:
        found = transcript.outline()
        assert found.metering is not None
        return gather(found, found.metering, lambda entry: transcript.item(found, entry), prices, problem)


def page(*rows: JsonObject, width: int = 120, glyphs: Glyphs = UNICODE, **more: Any) -> list[UsageLine]:
    return usage_lines(facts(*rows, **more), width, glyphs)


def text(lines: list[UsageLine]) -> str:
    return "\n".join("".join(words for words, _ in line.spans) for line in lines)


def line_with(lines: list[UsageLine], words: str) -> UsageLine:
    return next(line for line in lines if words in "".join(part for part, _ in line.spans))


def test_the_ledger_has_every_figure_and_its_rule() -> None:
    said = text(page(*BUSY))
    for words in ("complete", "350,000", "260,000", "352,000", "less what the counter held before"):
        assert words in said
    assert "cached" in said
    assert "cost" not in said


def test_what_is_not_recorded_is_said_so() -> None:
    said = text(page(meta(), message("user", "hello")))
    assert said.count("not recorded") >= 3
    assert "Every turn" in said


def test_fill_is_scaled_to_the_window_and_marks_stand_below_it() -> None:
    lines = page(*BUSY, width=60)
    at = next(index for index, line in enumerate(lines) if "Context over" in text([line]))
    bar = "".join(words for words, _ in lines[at + 1].spans)
    marks = "".join(words for words, _ in lines[at + 2].spans)
    assert len(bar) == len(marks) == 60
    assert set(bar) == {" ", "▄", "█"}
    assert [bar.index(level) for level in "▄█"] == [10, 30]
    assert (marks.index("✗"), marks.index("C")) == (10, 40)
    assert ("█" * 30, "warn") in lines[at + 1].spans
    assert "97 % of the window" in text(lines)


def test_plain_marks_are_ascii() -> None:
    ascii_rows = [row for row in BUSY if "表" not in str(row)]
    said = text(page(*ascii_rows, width=60, glyphs=PLAIN))
    assert said.isascii()
    assert "#" in said
    assert "x failure" in said


def test_without_a_window_the_largest_request_is_the_scale() -> None:
    rows = [tokens((50, 0, 5, 0), (50, 0, 5, 0)), tokens((150, 0, 15, 0), (100, 0, 10, 0))]
    for row in rows:
        del row["payload"]["info"]["model_context_window"]
    said = text(page(meta(), message("user", "go"), *rows))
    assert "the window is not recorded" in said
    assert "█" in said


def test_a_compaction_and_a_failure_in_one_cell_have_a_mark_of_their_own() -> None:
    lines = page(*BUSY, width=1)
    assert any("‡" in words for line in lines for words, _ in line.spans)


def test_turns_and_outputs_lead_to_their_rows() -> None:
    lines = page(*BUSY)
    largest = line_with(lines, "$ make ")
    assert largest.link is not None
    assert (largest.link.turn, largest.link.entry) == (-1, 1)
    assert "✗ failed 2" in text([largest])
    assert "9," in text([largest])
    dearest = line_with(lines, "252k" if "252k" in text(lines) else "251k")
    assert dearest.link is not None
    assert dearest.link.turn == 1
    peak = line_with(lines, "peak")
    assert peak.link is not None
    assert peak.link.entry == 3


def test_the_most_expensive_turns_come_first_and_each_turn_in_order() -> None:
    said = text(page(*BUSY))
    dear, every = said.split("Most expensive turns")[1].split("Every turn")
    assert dear.index("second") < dear.index("first")
    assert every.index("first") < every.index("second")
    assert "71 %" in every


def test_use_of_the_parent_stands_in_a_column_of_its_own() -> None:
    lines = page(
        meta(forked_from_id=PARENT),
        meta(PARENT),
        task_started("019c0000-0000-7000-8000-0000000000aa", started_at=1_700_000_000),
        tokens((1000, 600, 100, 40), (1000, 600, 100, 40)),
        task_started("019d0000-0000-7000-8000-0000000000bb", started_at=1_800_000_000),
        tokens((1300, 800, 130, 49), (300, 200, 30, 9)),
    )
    assert [word for word in text([line_with(lines, "total")]).split() if word[0].isdigit()] == [
        "330",
        "1,100",
    ]
    assert "used by the parent session" in text(lines)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((meta(history_base={"thread_id": PARENT}),), "unknown, for the parent's rows stand in another file"),
        ((meta(), tokens((300, 200, 30, 9), (200, 140, 20, 5))), "the counter did not begin at zero"),
        ((meta(), tokens((9, 0, 1, 0)), tokens((0, 0, 0, 0), None, 999)), "partial: 1 total made up"),
        ((meta(), tokens((99, 0, 1, 0)), tokens((9, 0, 1, 0), (9, 0, 1, 0))), "began again 1 time"),
    ],
)
def test_what_the_figures_leave_out_is_said(rows: tuple[JsonObject, ...], words: str) -> None:
    assert words in text(page(*rows, message("user", "go")))


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (
            {
                "limit_id": "codex",
                "plan_type": "plus",
                "primary": {"used_percent": 3.5, "window_minutes": 300},
            },
            "row 2      primary: 3.5 % used of 5 h, reset not recorded, codex, plan plus",
        ),
        (
            {"secondary_used_percent": 100.0, "secondary_window_minutes": 10079},
            "secondary: 100 % used of 7 d",
        ),
        ({"primary": {"used_percent": 1, "resets_in_seconds": 90}}, "resets 90s after 2026-03-01"),
        ({"rate_limit_reached_type": "primary"}, "reached: primary"),
        ({}, "no window named"),
        ({"primary": {"used_percent": 1, "resets_at": 10**15}}, "resets not recorded"),
        (None, "not recorded"),
    ],
)
def test_rate_limits_in_words(limits: object, words: str) -> None:
    row = event("token_count", info=None, rate_limits=limits)
    assert words in text(page(meta(), row, message("user", "go"))).split("Rate limits")[1]


def test_cost_stands_beside_the_date_of_its_prices() -> None:
    said = text(page(*BUSY, prices=PRICES))
    assert "0.1360 USD (prices of 2026-07-01)" in said
    assert "cost in USD, prices of 2026-07-01" in said
    assert "0.0560" in said


def test_a_model_without_a_price_has_no_cost() -> None:
    said = text(page(*BUSY[:2], *BUSY[3:], prices=PRICES))
    assert "no price for" in said
    assert "USD" not in said


def test_two_models_are_told_apart() -> None:
    other = wrapped("turn_context", {"model": "gpt-6"})
    said = text(page(*BUSY[:7], other, *BUSY[7:], prices=PRICES))
    assert "101,000 by gpt-5" in said
    assert "251,000 by gpt-6" in said
    assert "no price for gpt-6" in said


def test_a_broken_table_is_a_visible_note() -> None:
    assert "price table not used: price 1: models is missing" in text(
        page(*BUSY, problem="price 1: models is missing")
    )


@pytest.mark.parametrize("width", [20, 79, 120, 200])
def test_tables_fit_the_width(width: int) -> None:
    lines = page(*BUSY, width=width)
    links = [line for line in lines if line.link is not None and line.link.turn >= 0]
    assert len(links) == 4
    if width >= 79:
        assert all(cell_width("".join(words for words, _ in line.spans)) <= width for line in links)
