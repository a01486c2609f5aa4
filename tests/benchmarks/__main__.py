"""Run the benchmarks: `python -m benchmarks [--quick] [CASE …]` in the folder of the tests."""

from __future__ import annotations

import argparse
import sys
from compileall import compile_dir
from importlib.resources import files

from benchmarks.cases import CASES
from benchmarks.corpora import FULL, QUICK
from benchmarks.measure import print_table


def main() -> int:
    """Print the table; the exit code says whether every bound was kept, which are those of the full sizes."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Ratios, measured side by side.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"only these: {', '.join(CASES)}")
    parser.add_argument(
        "--quick", action="store_true", help="100 MB and 100 sessions instead of 1 GiB and 1,000"
    )
    options = parser.parse_args()
    unknown = set(options.cases) - set(CASES)
    if unknown:
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    sizes = QUICK if options.quick else FULL
    compile_dir(str(files("codexlog")), quiet=2)  # as an installed package is
    results = []
    for name in options.cases or CASES:
        sys.stderr.write(f"{name} …\n")
        results += CASES[name](sizes)
    print_table(results)
    return 0 if options.quick or all(each.passed for each in results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
