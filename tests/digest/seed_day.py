"""A home with the sessions of one real day as its published digest tells them: same times, same titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.day_home import Told

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2025-09-23"
HEADINGS = """\
### Session Overview
### Session Breakdown
#### Session 1: Rust runtime ownership & collector parity (2025-09-23T12:06:19+02:00)
**1. Problem - Solutions**
**2. Code Changes**
**3. Key Insights**
**4. Documentation**
**5. Next Steps**
#### Session 2: Generator enum + literal fixes (2025-09-23T15:19:18+02:00)
**1. Problem - Solutions**
**2. Code Changes**
**3. Key Insights**
**4. Documentation**
**5. Next Steps**
#### Session 3: AGENTS guide & map_types diagnostics (2025-09-23T17:13:21+02:00)
**1. Problem - Solutions**
**2. Code Changes**
**3. Key Insights**
**4. Documentation**
**5. Next Steps**
#### Session 4: Legacy history summary request (2025-09-23T18:41:50+02:00)
**1. Problem - Solutions**
**2. Code Changes**
**3. Key Insights**
**4. Documentation**
**5. Next Steps**
#### Session 5: Codex sync prompt refresh (2025-09-23T18:54:27+02:00)
**1. Problem - Solutions**
**2. Code Changes**
**3. Key Insights**
**4. Documentation**
**5. Next Steps**
#### Session 6: Codex session digest assembly (2025-09-23T19:01:53+02:00)
**1. Problem - Solutions**
**2. Code Changes**
**3. Key Insights**
**4. Documentation**
**5. Next Steps**
**Assumptions & Notes**
"""
"""Of that digest, to the byte."""
OMITTED = (
    ("2025-09-23T09:34:23+02:00", "0199757e-bbc4-7eb3-8bb9-9fdafefc22ff"),
    ("2025-09-23T18:54:01+02:00", "0199777f-1449-7c61-93bc-559620574c0c"),
)


def make(home: Path) -> list[Told]:
    """Write them; the two that hold nothing but their environment come last."""
    told = [_runtime(), _enums(), _guide(), _interrupted(), _prompt(), _digest()]
    told += [Told(local, session) for local, session in OMITTED]
    for each in told:
        each.write(home)
    return told


def _runtime() -> Told:
    told = Told("2025-09-23T12:06:19+02:00", "01997609-2a3b-7c4d-8e5f-000000000001")
    told.ask("Rust runtime ownership & collector parity\n\nEach clone of the client keeps the runtime alive.")
    told.run("rg -n collector src", "src/client.rs:88: bind(collector)")
    told.patch(("src/client.rs", 31, 12, 4), ("src/runtime.rs", 0, 30, 0))
    told.patch(("src/client.rs", 422, 6, 1))
    told.patch(("src/types.rs", 382, 40, 2), records=False)
    told.run("cargo check", "    Finished dev profile in 2.1s")
    told.ask("Does it also cover the raw objects?")
    told.answer(
        "Each clone keeps the runtime alive; collectors are bound before each call.\n\n"
        "- `src/client.rs:31` holds the owner\n- `src/types.rs:382` mirrors the other client\n\n"
        "Key findings:\n- Collectors must be bound before the call, or their handles dangle.\n\n"
        "Next steps\n\nIf you want, I can run the generator suite outside the sandbox."
    )
    return told


def _enums() -> Told:
    told = Told("2025-09-23T15:19:18+02:00", "019976ba-2a3b-7c4d-8e5f-000000000002")
    told.ask("Generator enum + literal fixes")
    red = "test enums ... FAILED\n\ntest result: FAILED. 3 passed; 1 failed; 0 ignored\n"
    told.run("RUN_GENERATOR_TESTS=1 cargo test -- enums", red, 101)
    told.plan(("Route enums through from_str", "in_progress"), ("Emit literal helpers", "pending"))
    told.patch(("templates/enum.rs.j2", 96, 8, 3))
    told.patch(("templates/enum.rs.j2", 101, 2, 2))
    told.run("RUN_GENERATOR_TESTS=1 cargo test -- enums", "test result: ok. 4 passed; 0 failed; 0 ignored\n")
    red = "test literal_types ... FAILED\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored\n"
    told.run("RUN_GENERATOR_TESTS=1 cargo test -- literal_types", red, 101)
    told.plan(("Route enums through from_str", "completed"), ("Emit literal helpers", "in_progress"))
    told.answer("Enums go through `from_str` now; the literal suite is still red for want of helpers.")
    return told


def _guide() -> Told:
    told = Told("2025-09-23T17:13:21+02:00", "01997722-2a3b-7c4d-8e5f-000000000003")
    told.ask("AGENTS guide & map_types diagnostics")
    told.patch(("AGENTS.md", 0, 42, 0))
    told.deny("protoc --go_out=. schema.proto", "protoc: Operation not permitted")
    told.answer("The guide stands in `AGENTS.md`. The build shows warnings alone.")
    return told


def _interrupted() -> Told:
    return (
        Told("2025-09-23T18:41:50+02:00", "01997773-2a3b-7c4d-8e5f-000000000004")
        .ask("Legacy history summary request")
        .abort()
    )


def _prompt() -> Told:
    told = Told("2025-09-23T18:54:27+02:00", "0199777f-7a3b-7c4d-8e5f-000000000005")
    told.ask("**Codex sync prompt refresh**")
    told.run("mkdir -p history && sed -i 's/claude/codex/' prompts/sync-today.md")
    told.run(
        "git commit -qm 'sync-today: read rollouts'",
        "[main 3f2a91c] sync-today: read rollouts\n 1 file changed",
    )
    return told.answer("Rewritten.")


def _digest() -> Told:
    told = Told("2025-09-23T19:01:53+02:00", "01997786-2a3b-7c4d-8e5f-000000000006")
    told.ask("# Codex session digest assembly #")
    told.run("find sessions/2025/09/23 -name 'rollout-*'", "rollout-2025-09-23T09-34-23-…")
    return told.answer("Gathered.")
