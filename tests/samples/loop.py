"""The failed Ralph loop: eight `codex exec` runs of one prompt in the ledger project.

1-3 finish an item and commit. 4 rounds half a cent the wrong way for negative amounts and commits with a
failing test. 5-7 fail the same test in three other ways; 7 is cut off. 8 hits the usage limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .agent import Agent
from .project import Project
from .rows import Clock
from .texts import LOOP_PROMPT

if TYPE_CHECKING:
    from collections.abc import Callable

TEST = "python -m pytest -q"
ROUNDING = "rounding of half cents (specs/amounts.md 4)"

OLD_PARSE = '''    """Return the amount in cents."""
    match = PATTERN.fullmatch(text.strip())
    if not match:
        raise ValueError(f"not an amount: {text!r}")
    return int(Decimal(match.group()) * 100)
'''
SIGNED_PARSE = '''    """Return the amount in cents; parentheses mean a negative amount."""
    body = text.strip()
    negative = body.startswith("(") and body.endswith(")")
    match = PATTERN.fullmatch(body[1:-1] if negative else body)
    if not match or (negative and match["sign"]):
        raise ValueError(f"not an amount: {text!r}")
    cents = int(Decimal(match.group()) * 100)
    return -cents if negative else cents
'''
OLD_FORMAT = """    return f"{cents // 100}.{cents % 100:02}"
"""
SIGNED_FORMAT = """    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02}"
"""
FLOOR = """    scaled = Decimal(match.group().replace(",", "")) * 100
    cents = math.floor(scaled + Decimal("0.5"))
"""
EVEN = """    scaled = Decimal(match.group().replace(",", "")) * 100
    cents = int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
"""
ROUND = """    scaled = Decimal(match.group().replace(",", "")) * 100
    cents = round(scaled)
"""
READ_ROWS = '''    """Yield an entry for each row of account and amount."""
    for row in csv.reader(lines):
        account, amount = row
'''
READ_FILTERED = '''    """Yield an entry for each row; blank rows and comments are skipped."""
    rows = [line for line in lines if line.strip() and not line.startswith("#")]
    delimiter = ";" if rows and ";" in rows[0] else ","
    for row in csv.reader(rows, delimiter=delimiter):
        account, amount = row
'''
NEW_IMPORT_TEST = """

def test_semicolons_blank_rows_and_comments() -> None:
    rows = ["# March", "rent;900.00", "", "food;1,250.00"]
    assert list(read_entries(rows)) == [Entry("rent", 90000), Entry("food", 125000)]
"""

PATCH_FROM_MEMORY = """*** Begin Patch
*** Update File: ledger/amounts.py
@@ def parse_amount(text: str) -> int:
     scaled = Decimal(match.group().replace(",", "")) * 100
-    return int(scaled + Decimal("0.5"))
+    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
*** End Patch"""

DENIED = (
    "exec_command failed for `/bin/bash -lc 'git worktree add ../ledger-clean'`: CreateProcess { message: "
    r'"Codex(Sandbox(Denied { output: ExecToolCallOutput { exit_code: 128, stdout: StreamOutput { text: \"\" '
    r"}, stderr: StreamOutput { text: \"fatal: could not create leading directories of "
    r"'../ledger-clean/.git': Read-only file system\\n\" } }, network_policy_decision: None }))"
    '" }'
)
LIMIT = {
    "message": "You've hit your usage limit. Upgrade your plan or try again at 11:41 PM.",
    "codex_error_info": "usage_limit_exceeded",
}


def tick_item(item: str) -> dict[str, tuple[str, str]]:
    return {"IMPLEMENTATION_PLAN.md": (f"- [ ] {item}", f"- [x] {item}")}


def study(agent: Agent, remark: str) -> None:
    """Open the run as every iteration opens it."""
    agent.meta()
    agent.begin(LOOP_PROMPT)
    agent.first_limits()
    agent.reason()
    agent.say(remark)
    agent.run("ls -R ledger specs tests tools", "cat AGENTS.md IMPLEMENTATION_PLAN.md", "git log --oneline")


def negative(agent: Agent) -> None:
    study(agent, "I'll read the plan and the specs, then take the first open item.")
    agent.run("cat specs/amounts.md", "cat ledger/amounts.py tests/test_amounts.py")
    agent.plan(
        ("Parse negative amounts", "in_progress"), ("Format them", "pending"), ("Test, commit", "pending")
    )
    agent.reason("**Choosing a representation for the sign**")
    agent.edit(
        {
            "ledger/amounts.py": ('r"(?P<whole>', 'r"(?P<sign>-)?(?P<whole>'),
            "tests/test_amounts.py": (
                '(" 7.05 ", 705)]',
                '(" 7.05 ", 705), ("-12.34", -1234), ("(12.34)", -1234)]',
            ),
        }
    )
    agent.edit({"ledger/amounts.py": (OLD_PARSE, SIGNED_PARSE)})
    agent.edit(
        {
            "ledger/amounts.py": (OLD_FORMAT, SIGNED_FORMAT),
            "tests/test_amounts.py": (
                '== "12.05"\n',
                '== "12.05"\n    assert format_amount(-5) == "-0.05"\n',
            ),
        }
    )
    agent.run(TEST)
    agent.edit(tick_item("negative amounts and parentheses (specs/amounts.md 2, 5)"))
    agent.plan(
        ("Parse negative amounts", "completed"), ("Format them", "completed"), ("Test, commit", "in_progress")
    )
    agent.commit("amounts: negative amounts and parentheses")
    agent.end(
        "Negative amounts and parentheses are parsed and formatted; all tests pass. Committed, item ticked."
    )


def separators(agent: Agent) -> None:
    study(agent, "Next open item is thousands separators. I'll look at the spec and the parser.")
    agent.run("sed -n '1,15p' specs/amounts.md", "cat ledger/amounts.py")
    agent.reason()
    agent.edit(
        {
            "ledger/amounts.py": ("(?P<whole>\\d+)", "(?P<whole>\\d{1,3}(?:,\\d{3})+|\\d+)"),
            "tests/test_amounts.py": ('("-12.34", -1234)', '("1,234,567.80", 123456780), ("-12.34", -1234)'),
        }
    )
    agent.edit(
        {
            "ledger/amounts.py": ("Decimal(match.group())", 'Decimal(match.group().replace(",", ""))'),
            "tests/test_amounts.py": ('"1.", "--1"]', '"1.", "--1", "12,34", "1,2345"]'),
        }
    )
    agent.run(TEST, "git diff --stat")
    agent.edit(tick_item("thousands separators (specs/amounts.md 3)"))
    agent.commit("amounts: thousands separators")
    agent.end("`1,234.50` is parsed, groups of another size are rejected. Tests pass, committed.")


def statements(agent: Agent) -> None:
    study(agent, "The import item is next: semicolons, blank rows, comments.")
    agent.run("cat specs/import.md", "cat ledger/importer.py tests/test_importer.py")
    agent.reason("**Detecting the delimiter from the first row**")
    name = "tests/test_importer.py"
    tail = '[Entry("rent", 90000), Entry("food", 1250)]\n'
    agent.edit({"ledger/importer.py": (READ_ROWS, READ_FILTERED), name: (tail, tail + NEW_IMPORT_TEST)})
    agent.run(TEST)
    agent.say("Green. AGENTS.md asks for the soak test as well, it takes a while.")
    agent.watch("python -m tools.soak")
    agent.edit(tick_item("import: semicolons, blank rows, comments (specs/import.md 1, 2)"))
    agent.commit("import: semicolons, blank rows and comments")
    agent.end("The import reads `;` files and skips blank rows and comments. Suite and soak pass, committed.")


def rounding(agent: Agent) -> None:
    study(agent, "Open: rounding of half cents. The spec has the exact cases.")
    agent.run("grep -n -A3 '^4' specs/amounts.md", "cat ledger/amounts.py")
    agent.reason("**Rounding to the nearest cent**")
    agent.edit(
        {
            "ledger/amounts.py": ("(?P<cents>\\d{1,2})", "(?P<cents>\\d+)"),
            "tests/test_amounts.py": (
                "def test_format()",
                '@pytest.mark.parametrize(\n    ("text", "cents"),\n    [("0.125", 13), ("0.1249", 12), '
                '("-0.125", -13), ("(0.125)", -13), ("-0.1251", -13)],\n)\n'
                "def test_half_a_cent_is_rounded_away_from_zero(text: str, cents: int) -> None:\n"
                "    assert parse_amount(text) == cents\n\n\ndef test_format()",
            ),
        }
    )
    old = '    cents = int(Decimal(match.group().replace(",", "")) * 100)\n'
    agent.edit({"ledger/amounts.py": (old, FLOOR)})
    agent.edit({"ledger/amounts.py": ("import re\n", "import math\nimport re\n")})
    agent.run(TEST)
    agent.reason()
    agent.say(
        "One case of the new test fails, the rest of the suite is fine. Checking that nothing else broke."
    )
    agent.run(f"{TEST} 2>&1 | tail -3")
    agent.edit(tick_item(ROUNDING))
    agent.commit("amounts: round to the nearest cent")
    agent.end(
        "Amounts with more than two decimals are rounded to the nearest cent, the item is ticked. One case "
        "of the new test (negative half cents) still fails; it can be looked at with the next item."
    )


def from_memory(agent: Agent) -> None:
    study(agent, "Before the next item I'll check that the suite is green.")
    agent.run(TEST)
    agent.reason("**Half-even looks like the usual rounding for money**")
    agent.say("`-0.125` comes out as -12. I'll switch to banker's rounding, which treats both signs alike.")
    agent.patch(PATCH_FROM_MEMORY)
    agent.run("cat ledger/amounts.py", "grep -rn ROUND_HALF ledger")
    agent.edit({"ledger/amounts.py": (FLOOR, EVEN)})
    agent.edit(
        {"ledger/amounts.py": ("from decimal import Decimal", "from decimal import ROUND_HALF_EVEN, Decimal")}
    )
    agent.run(TEST)
    agent.say("Now positive halves fail too. Back to the committed version.")
    agent.run("git checkout ledger/amounts.py", pause=90)
    agent.run(TEST)
    agent.edit(
        {"IMPLEMENTATION_PLAN.md": (f"- [x] {ROUNDING}", f"- [ ] {ROUNDING} (negative half cents fail)")}
    )
    agent.end(
        "I could not find a rounding that satisfies all cases and restored the committed code. "
        "The plan item is open again. Nothing committed, because the suite is red."
    )


def denied(agent: Agent) -> None:
    study(agent, "The rounding item is open again, so I take that one.")
    agent.run(TEST, "git status --short")
    agent.say("There is an uncommitted change of the plan. A second worktree gives me a clean copy.")
    arguments = {"cmd": "git worktree add ../ledger-clean", "workdir": "/srv/ledger"}
    agent.answer(agent.call("exec_command", arguments), DENIED)
    agent.count()
    agent.reason()
    agent.say("The sandbox only lets me write below the project, so I work on top of the change.")
    agent.edit({"ledger/amounts.py": (FLOOR, ROUND)})
    agent.run(TEST)
    agent.reason()
    agent.run('python -c \'from decimal import Decimal as D; print(round(D("12.5")), round(D("-12.5")))\'')
    agent.end(
        "`round` rounds half to even, so `0.125` becomes 12. The test still fails; the change is uncommitted."
    )


def oscillating(agent: Agent) -> None:
    study(agent, "The tree has changes from an earlier run. I'll see what fails first.")
    agent.run(TEST, "git diff")
    agent.reason()
    for old, new, remark in (
        (ROUND, FLOOR, "`round` is wrong for positive halves; `floor(x + 0.5)` fixes these."),
        (FLOOR, ROUND, "That brings the negative case back. `round` treats both signs alike."),
        (ROUND, FLOOR, "Three cases instead of one. `floor` was closer."),
    ):
        agent.say(remark)
        agent.edit({"ledger/amounts.py": (old, new)})
        agent.run(TEST)
    agent.say("Let me see whether the soak test finds more cases like this.")
    agent.call(
        "exec_command", {"cmd": "python -m tools.soak", "workdir": "/srv/ledger", "yield_time_ms": 30_000}
    )


def exhausted(agent: Agent) -> None:
    study(agent, "I'll check the suite before choosing an item.")
    agent.run(TEST, "git status --short")
    agent.reason()
    agent.limit = 100.0
    limits = {**agent.limits(), "rate_limit_reached_type": "rate_limit_reached"}
    agent.event("token_count", info=agent.tokens.info(), rate_limits=limits)
    agent.end(error=LIMIT)


STORY: tuple[tuple[Callable[[Agent], None], str, int], ...] = (
    (negative, "healthy: negative amounts, tests pass, commit", 8_200),
    (separators, "healthy: thousands separators, commit", 6_900),
    (statements, "healthy: import, a long command polled with write_stdin, commit", 11_400),
    (rounding, "the first failing test (negative half cents); a pipe hides it; committed anyway", 7_300),
    (from_memory, "apply_patch verification fails, banker's rounding makes it worse, no commit", 21_600),
    (
        denied,
        "git worktree denied by the sandbox, round() fails too, left uncommitted",
        9_100,
    ),
    (oscillating, "edit back and forth, cut off in a command without output or task_complete", 37_800),
    (exhausted, "still red; ends with task_complete.error: usage limit", 0),
)


def iterations() -> list[tuple[Agent, str]]:
    """Run the story and return each session with what it shows."""
    clock = Clock("2026-10-06T20:31:07.412+02:00")
    sessions = []
    with Project(clock) as project:
        for number, (tell, shows, gap) in enumerate(STORY, 1):
            agent = Agent(clock, project, source="exec")
            agent.limit = 20.0 + 9.0 * number
            tell(agent)
            sessions.append((agent, f"loop {number}/8: {shows}"))
            clock.tick(gap)
    return sessions
