"""The price table: what is refused and why, and that nothing is counted twice."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.formats.events import TokenTotals
from codexlog.report.prices import BadPrices, Price, cost_of, load, parse, price_of
from codexlog.timeline.meter import Spent

DAY = date(2026, 7, 1)
TABLE = """
[[price]]
models = ["gpt-5-mini", "gpt-5*-mini"]
as_of = 2026-06-01
currency = "USD"
input = 0.25
output = 2

[[price]]
models = ["gpt-5*"]
as_of = 2026-07-01
currency = "USD"
input = 1.0
cached_input = 0.1
cache_write = 2.0
output = 10.0
"""
ENTRY = 'models = ["a"]\nas_of = 2026-07-01\ncurrency = "USD"\ninput = 1\noutput = 2\n'


def spent(model: str | None, fresh: int, cached: int, write: int | None, output: int) -> Spent:
    return Spent(model, (fresh + cached + (write or 0), cached, write, output, output // 2))


def test_the_first_entry_that_fits_a_model_is_taken() -> None:
    prices = parse(TABLE)
    assert [price_of(prices, name) for name in ("gpt-5.1-mini", "gpt-5-codex")] == list(prices)
    assert price_of(prices, "o9") is None
    assert price_of(prices, None) is None


def test_cached_and_written_tokens_are_part_of_input_and_reasoning_of_output() -> None:
    cost = cost_of(parse(TABLE), [spent("gpt-5", 1_000_000, 2_000_000, 500_000, 100_000)])
    assert cost.amount == pytest.approx(1.0 + 0.2 + 1.0 + 1.0)
    assert str(cost) == "3.20 USD (prices of 2026-07-01)"


def test_models_are_added_up_and_the_oldest_date_is_told() -> None:
    cost = cost_of(parse(TABLE), [spent("gpt-5", 10_000, 0, None, 0), spent("gpt-5-mini", 10_000, 0, 0, 0)])
    assert str(cost) == "0.0125 USD (prices of 2026-06-01)"


@pytest.mark.parametrize(
    ("used", "cause"),
    [
        ([spent("o9", 1, 0, None, 0)], "no price for o9"),
        ([spent("gpt-5", 1, 0, None, 0), spent("o9", 1, 0, None, 0)], "no price for o9"),
        ([spent(None, 1, 0, None, 0)], "no price for use before a model was named"),
        ([spent("gpt-5-mini", 1, 1, None, 0)], "no cached_input price for gpt-5-mini"),
        ([spent("gpt-5-mini", 1, 0, 1, 0)], "no cache_write price for gpt-5-mini"),
        ([], "no use recorded"),
    ],
)
def test_what_has_no_price_has_no_cost(used: list[Spent], cause: str) -> None:
    with pytest.raises(BadPrices, match=cause):
        cost_of(parse(TABLE), used)


def test_currencies_are_not_added_up() -> None:
    prices = (Price(("a",), DAY, "USD", 1, 1), Price(("b",), DAY, "EUR", 1, 1))
    with pytest.raises(BadPrices, match="prices in EUR and USD"):
        cost_of(prices, [spent("a", 1, 0, None, 0), spent("b", 1, 0, None, 0)])


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("price = 3", "a list of"),
        ("prices = []", "prices: a table is a list"),
        ("[[price]", "line 1"),
        ("[[price]]\n", "price 1: models is missing"),
        (f"[[price]]\n{ENTRY}cahced_input = 1", "price 1: unknown key cahced_input"),
        ("price = [1]", "price 1: not a table"),
        (f"[[price]]\n{ENTRY}".replace('["a"]', '"a"'), "models is a list of names"),
        (f"[[price]]\n{ENTRY}".replace('["a"]', "[]"), "models is a list of names"),
        (f"[[price]]\n{ENTRY}".replace("2026-07-01", '"July"'), "as_of is a date"),
        (f"[[price]]\n{ENTRY}".replace("2026-07-01", "2026-07-01T10:00:00"), "as_of is a date"),
        (f"[[price]]\n{ENTRY}".replace('"USD"', '" "'), "currency is a name"),
        (f"[[price]]\n{ENTRY}".replace("input = 1", "input = -1"), "input is a price"),
        (f"[[price]]\n{ENTRY}".replace("input = 1", "input = nan"), "input is a price"),
        (f"[[price]]\n{ENTRY}".replace("output = 2", "output = true"), "output is a price"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(text: str, cause: str) -> None:
    with pytest.raises(BadPrices, match=cause):
        parse(text)


def test_no_table_is_no_fault_and_a_broken_one_is() -> None:
    def missing() -> str:
        raise FileNotFoundError

    def locked() -> str:
        raise PermissionError(13, "Permission denied")

    assert load(missing) == ((), None)
    assert load(lambda: "") == ((), None)
    assert load(locked)[1] == "[Errno 13] Permission denied"
    assert load(lambda: "price = 3")[1] is not None
    assert load(lambda: "price = " + "9" * 5000)[1] is not None
    assert load(lambda: "price = " + "[" * 5000)[1] is not None
    assert load(lambda: TABLE) == (parse(TABLE), None)


TOKENS = st.integers(0, 10**9)


@given(TOKENS, TOKENS, TOKENS, TOKENS, TOKENS)
def test_at_one_price_for_all_a_cost_is_that_of_the_total(
    fresh: int, cached: int, write: int, output: int, reasoning: int
) -> None:
    totals: TokenTotals = (fresh + cached + write, cached, write, output, reasoning)
    flat = Price(("*",), DAY, "USD", 1.0, 1.0, 1.0, 1.0)
    assert flat.of(totals) == pytest.approx((totals[0] + output) / 1_000_000)
