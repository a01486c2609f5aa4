"""What tokens cost, by a table that the user keeps; there are no built-in prices, for those would grow stale.

[[price]]
models = ["gpt-5*"]        # names or globs; the first entry that fits a model is taken
as_of = 2026-07-01         # the day on which these prices were right
currency = "USD"
input = 1.25               # each per million tokens
cached_input = 0.125
cache_write = 1.25
output = 10.0
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from codexlog.formats.events import TokenTotals
    from codexlog.timeline.meter import Spent

MILLION = 1_000_000
MOST = 1_000_000_000
_FIGURES = ("input", "cached_input", "cache_write", "output")
_REQUIRED = ("models", "as_of", "currency", "input", "output")


class BadPrices(Exception):
    """Why a price table cannot be used, in one line."""


@dataclass(frozen=True, slots=True)
class Price:
    """Prices per million tokens of one kind of model; None where the table names none."""

    models: tuple[str, ...]
    as_of: date
    currency: str
    input: float
    output: float
    cached_input: float | None = None
    cache_write: float | None = None

    def of(self, totals: TokenTotals) -> float:
        """What some tokens cost. Cached and written tokens are part of input, reasoning is part of output.

        Raises BadPrices where the table lacks a price that is needed.
        """
        fresh, cached, write, output, _ = totals
        amount = 0.0
        for part, price, name in (
            (cached, self.cached_input, "cached_input"),
            (write or 0, self.cache_write, "cache_write"),
        ):
            if part and price is None:
                raise BadPrices(f"no {name} price for {self.models[0]}")
            amount += part * (price or 0.0)
            fresh -= part
        return (amount + fresh * self.input + output * self.output) / MILLION


@dataclass(frozen=True, slots=True)
class Cost:
    """What a session cost, in one currency."""

    amount: float
    currency: str
    as_of: date
    """The oldest date of the prices that were used."""

    def __str__(self) -> str:
        return f"{money(self.amount)} {self.currency} (prices of {self.as_of})"


Prices = tuple[Price, ...]


def money(amount: float) -> str:
    """Two decimals, four of what is less than one."""
    return f"{amount:,.2f}" if amount >= 1 else f"{amount:.4f}"


def parse(text: str) -> Prices:
    """Read a table. Raises BadPrices."""
    import tomllib

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also numbers of thousands of digits
        raise BadPrices(str(error)) from error
    unknown = sorted(set(document) - {"price"})
    entries = document.get("price", [])
    if unknown or not isinstance(entries, list):
        raise BadPrices(f"{unknown[0] if unknown else 'price'}: a table is a list of [[price]] entries")
    return tuple(_price(number, entry) for number, entry in enumerate(entries, 1))


def load(read: Callable[[], str]) -> tuple[Prices, str | None]:
    """Read a table with what gives its text: the prices, and why there are none if that is a fault."""
    try:
        return parse(read()), None
    except FileNotFoundError:
        return (), None
    except (OSError, UnicodeDecodeError, BadPrices) as error:
        return (), str(error)


def price_of(prices: Prices, model: str | None) -> Price | None:
    """The first entry whose names fit a model."""
    if model is None:
        return None
    return next((each for each in prices if any(fnmatchcase(model, name) for name in each.models)), None)


def cost_of(prices: Prices, spent: Iterable[Spent]) -> Cost:
    """What the models of a session cost together. Raises BadPrices where that cannot be said."""
    amount, used = 0.0, []
    for model, totals in spent:
        price = price_of(prices, model)
        if price is None:
            raise BadPrices(f"no price for {model or 'use before a model was named'}")
        used.append(price)
        amount += price.of(totals)
    currencies = sorted({price.currency for price in used})
    if len(currencies) != 1:
        raise BadPrices(f"prices in {' and '.join(currencies)}" if used else "no use recorded")
    return Cost(amount, currencies[0], min(price.as_of for price in used))


def _price(number: int, entry: Any) -> Price:
    where = f"price {number}"
    if not isinstance(entry, dict):
        raise BadPrices(f"{where}: not a table")
    for name in _REQUIRED:
        if name not in entry:
            raise BadPrices(f"{where}: {name} is missing")
    unknown = sorted(set(entry) - {*_REQUIRED, *_FIGURES})
    if unknown:
        raise BadPrices(f"{where}: unknown key {unknown[0]}")
    models, as_of, currency = entry["models"], entry["as_of"], entry["currency"]
    if not (isinstance(models, list) and models and all(isinstance(each, str) and each for each in models)):
        raise BadPrices(f"{where}: models is a list of names")
    if type(as_of) is not date:
        raise BadPrices(f"{where}: as_of is a date such as 2026-07-01, without quotes")
    if not isinstance(currency, str) or not currency.strip():
        raise BadPrices(f"{where}: currency is a name such as USD")
    figures = {name: _figure(where, name, entry[name]) for name in _FIGURES if name in entry}
    return Price(tuple(models), as_of, currency.strip(), **figures)


def _figure(where: str, name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < MOST:
        raise BadPrices(f"{where}: {name} is a price per million tokens")
    return float(value)
