"""The first commit of the ledger project, file by file."""

from __future__ import annotations

from .texts import AGENTS

AMOUNTS = '''"""Amounts: text to integer cents and back."""

from __future__ import annotations

import re
from decimal import Decimal

PATTERN = re.compile(r"(?P<whole>\\d+)(?:\\.(?P<cents>\\d{1,2}))?")


def parse_amount(text: str) -> int:
    """Return the amount in cents."""
    match = PATTERN.fullmatch(text.strip())
    if not match:
        raise ValueError(f"not an amount: {text!r}")
    return int(Decimal(match.group()) * 100)


def format_amount(cents: int) -> str:
    """Return the amount with two decimals."""
    return f"{cents // 100}.{cents % 100:02}"
'''

BALANCES = '''"""Balances: the sum of the entries of each account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Entry(NamedTuple):
    """One line of the journal."""

    account: str
    cents: int


def balances(entries: Iterable[Entry]) -> dict[str, int]:
    """Return the balance of each account, largest first."""
    totals: Counter[str] = Counter()
    for entry in entries:
        totals[entry.account] += entry.cents
    return dict(totals.most_common())
'''

IMPORTER = '''"""Import of bank statements."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from ledger.amounts import parse_amount
from ledger.balances import Entry


def read_entries(lines: Iterable[str]) -> Iterator[Entry]:
    """Yield an entry for each row of account and amount."""
    for row in csv.reader(lines):
        account, amount = row
        yield Entry(account, parse_amount(amount))
'''

TEST_AMOUNTS = """import pytest

from ledger.amounts import format_amount, parse_amount


@pytest.mark.parametrize(
    ("text", "cents"),
    [("0", 0), ("12", 1200), ("12.3", 1230), ("12.34", 1234), (" 7.05 ", 705)],
)
def test_parse(text: str, cents: int) -> None:
    assert parse_amount(text) == cents


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "1.", "--1"])
def test_rejects(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_amount(text)


def test_format() -> None:
    assert format_amount(1205) == "12.05"
"""

TEST_BALANCES = """from ledger.balances import Entry, balances


def test_sums_per_account() -> None:
    entries = [Entry("rent", 90000), Entry("food", 1250), Entry("food", 750)]
    assert balances(entries) == {"rent": 90000, "food": 2000}


def test_nothing() -> None:
    assert balances([]) == {}
"""

TEST_IMPORTER = """from ledger.balances import Entry
from ledger.importer import read_entries


def test_reads_rows() -> None:
    assert list(read_entries(["rent,900.00", "food,12.50"])) == [Entry("rent", 90000), Entry("food", 1250)]
"""

SOAK = '''"""Checks that parsing and formatting are inverse, for many amounts."""

from ledger.amounts import format_amount, parse_amount

STEP, LAST = 25_000, 150_000

for first in range(0, LAST, STEP):
    for cents in range(first, first + STEP):
        if parse_amount(format_amount(cents)) != cents:
            raise SystemExit(f"round trip broken at {cents}: {format_amount(cents)}")
    print(f"{first + STEP:>7} amounts ok", flush=True)
print("soak: ok")
'''

SPEC_AMOUNTS = """# Amounts

An amount is a decimal number. Internally it is an integer number of cents.

1. `12`, `12.3` and `12.34` are amounts. Space around them is ignored.
2. A leading `-` makes it negative. So do parentheses, as accountants write it: `(12.34)` is -1234.
3. Groups of three digits may be separated by `,`: `1,234,567.80`. Groups of another size are an error.
4. More than two decimals are rounded to the nearest cent. **Half a cent is rounded away from zero**:
   `0.125` is 13 cents and `-0.125` is -13 cents. `0.1249` is 12 cents.
5. `format_amount` is the inverse: two decimals, `-` for negative amounts, no separators.
"""

SPEC_IMPORT = """# Import

1. Rows are `account,amount`. A file may use `;` instead of `,`; the first row decides.
2. Blank rows and rows that start with `#` are skipped.
3. A row that cannot be read is an error that names its line number.
"""

SPEC_REPORT = """# Report

`python -m ledger report FILE` prints one line for each account: name, padded, and balance, aligned right.
Totals per month follow when the rows have a date.
"""

PLAN = """# Implementation plan

- [x] amounts with two decimals (specs/amounts.md 1)
- [x] balances per account
- [ ] negative amounts and parentheses (specs/amounts.md 2, 5)
- [ ] thousands separators (specs/amounts.md 3)
- [ ] import: semicolons, blank rows, comments (specs/import.md 1, 2)
- [ ] rounding of half cents (specs/amounts.md 4)
- [ ] import: errors name the line (specs/import.md 3)
- [ ] report command (specs/report.md)
"""

FILES = {
    "AGENTS.md": AGENTS,
    "IMPLEMENTATION_PLAN.md": PLAN,
    "ledger/__init__.py": '"""A toy ledger."""\n',
    "ledger/amounts.py": AMOUNTS,
    "ledger/balances.py": BALANCES,
    "ledger/importer.py": IMPORTER,
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\ntestpaths = ["tests"]\n',
    "specs/amounts.md": SPEC_AMOUNTS,
    "specs/import.md": SPEC_IMPORT,
    "specs/report.md": SPEC_REPORT,
    "tests/test_amounts.py": TEST_AMOUNTS,
    "tests/test_balances.py": TEST_BALANCES,
    "tests/test_importer.py": TEST_IMPORTER,
    "tools/soak.py": SOAK,
}
