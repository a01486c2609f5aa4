from __future__ import annotations

import json
import os
import re
from datetime import timedelta, timezone
from pathlib import Path

import pytest

import rollout as ro
from codexlog.catalog.transcript import Transcript
from codexlog.digest.day_parts import NO_TITLE, title_of
from codexlog.digest.quoting import Quoter
from codexlog.digest.skeleton import headings_of
from codexlog.digest.words import Voice
from codexlog.timeline.summary import FileFacts
from commandline import snapshot
from digest import seed_day
from digest.day_home import Told, claude, digest, number
from planted import CLAUDE_ID, Planted, codex
from planted import claude as claude_planted

GOLDEN = Path(__file__).parent / "golden_days"
SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"


@pytest.fixture(scope="module")
def seed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    seed_day.make(home)
    return home


@pytest.mark.parametrize("form", ["local", "utc"])
def test_the_whole_text(seed_home: Path, form: str) -> None:
    text = digest(seed_home, seed_day.DAY, utc=form == "utc").text
    assert text == (GOLDEN / f"day-{form}.md").read_text(encoding="utf-8")
    assert text == digest(seed_home, seed_day.DAY, utc=form == "utc").text


def test_the_headings_are_those_of_the_day_that_it_retells(seed_home: Path) -> None:
    text = digest(seed_home, seed_day.DAY).text
    assert headings_of(text) == seed_day.HEADINGS.splitlines()
    omitted = [f"rollout-{local[:19].replace(':', '-')}-{session}" for local, session in seed_day.OMITTED]
    assert (
        f"- Sessions `{omitted[0]}` and `{omitted[1]}` contained only environment context and were omitted.\n"
        in text
    )


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the examples are not beside this checkout")
def test_and_its_overview_and_notes_too(seed_home: Path) -> None:
    seed = (SEEDS / "000_446c1a388c681904.txt").read_text(encoding="utf-8")
    text = digest(seed_home, seed_day.DAY).text
    assert headings_of(text) == headings_of(seed)
    assert re.findall(r"^- \d\d:\d\d \(\S+\) – ", text, re.MULTILINE) == re.findall(
        r"^- \d\d:\d\d \(\S+\) – ", seed, re.MULTILINE
    )
    for line in seed.splitlines()[-3:-1]:  # omitted, interrupted
        assert line in text.splitlines()


# --------------------------------------------------------------------------------------- days and zones


def part(text: str, heading: str) -> list[str]:
    """The lines below a heading, up to the next one or a blank line."""
    lines = text.splitlines()
    start = next(at for at, line in enumerate(lines) if heading in line and line.startswith(("#", "**"))) + 1
    stop = next((at for at in range(start, len(lines)) if not lines[at] or lines[at].startswith("**")), None)
    return lines[start:stop]


def overview(text: str) -> list[str]:
    return part(text, "Session Overview")


def notes(text: str) -> list[str]:
    return part(text, "Assumptions & Notes")


@pytest.mark.parametrize(
    ("local", "short", "utc"),
    [
        ("2025-09-26T00:10:04+05:30", "00:10 (+05:30)", "2025-09-25T18:40:04"),
        ("2025-07-01T21:30:00-06:00", "21:30 (-06:00)", "2025-07-02T03:30:00"),
        ("2026-01-01T00:00:00+14:00", "00:00 (+14:00)", "2025-12-31T10:00:00"),
        ("2026-03-15T18:28:28+00:00", "18:28 (+00:00)", "2026-03-15T18:28:28"),
    ],
)
def test_a_day_is_the_recorders_own(tmp_path: Path, local: str, short: str, utc: str) -> None:
    Told(local, number(1)).ask("Fix it").answer("Fixed.").write(tmp_path)
    made = digest(tmp_path, local[:10])
    assert f"\n#### Session 1: Fix it ({local})\n" in made.text
    assert overview(made.text) == [f"- {short} – Fix it – completed."]
    in_utc = digest(tmp_path, utc[:10], utc=True).text
    assert f"\n#### Session 1: Fix it ({utc}.501Z)\n\n**1." in in_utc
    if utc[:10] != local[:10]:
        assert digest(tmp_path, utc[:10]).text == ""
        assert digest(tmp_path, local[:10], utc=True).text == ""


def test_a_day_on_which_summer_ends(tmp_path: Path) -> None:
    Told("2026-10-25T01:30:00+02:00", number(1)).ask("Before").answer("Yes.").write(tmp_path)
    Told("2026-10-25T02:30:00+02:00", number(2)).ask("First half past two").answer("Yes.").write(tmp_path)
    Told("2026-10-25T02:30:00+01:00", number(3)).ask("Second half past two").answer("Yes.").write(tmp_path)
    text = digest(tmp_path, "2026-10-25").text
    assert [line[:19] for line in overview(text)] == [
        "- 01:30 (+02:00) – ",
        "- 02:30 (+02:00) – ",
        "- 02:30 (+01:00) – ",
    ]
    assert "+02:00 (sessions 1 and 2), +01:00 (session 3)." in notes(text)[0]


def test_work_over_midnight_stands_on_its_first_day(tmp_path: Path) -> None:
    late = Told("2025-09-23T23:50:00+02:00", number(1)).ask("Fix it").answer("One more.")
    late.later("2025-09-24T00:20:00+02:00").ask("And that").answer("Fixed.").write(tmp_path)
    first = digest(tmp_path, "2025-09-23").text
    assert "(2 prompts)" in first
    assert "- Session 1 ran past midnight, until 2025-09-24T00:20:03+02:00; all of that stands here." in first
    assert digest(tmp_path, "2025-09-24").sessions == 0
    Told("2025-09-24T09:00:00+02:00", number(2)).ask("Go on").answer("Yes.").write(tmp_path)
    second = digest(tmp_path, "2025-09-24")
    assert second.sessions == 1
    assert f"- `{late.stem}` ran past midnight; it belongs to 2025-09-23." in notes(second.text)


def test_a_resumed_session_stands_on_each_of_its_days(tmp_path: Path) -> None:
    told = Told("2025-09-23T12:00:00+02:00", number(1)).ask("Fix it")
    told.patch(("a.py", 3, 1, 1)).run("pytest -q", "1 failed in 0.1s", 1).answer("Half.")
    told.later("2025-10-02T08:00:00+02:00").ask("Go on").patch(("b.py", 9, 2, 2))
    told.run("pytest -q", "1 passed in 0.1s").answer("Whole.").write(tmp_path)
    first, second = digest(tmp_path, "2025-09-23").text, digest(tmp_path, "2025-10-02").text
    assert overview(first) == [
        "- 12:00 (+02:00) – Fix it – 1 file, 2 calls (1 failed), completed, last check failed."
    ]
    assert overview(second) == ["- 08:00 (+02:00) – Fix it – 1 file, 2 calls, completed."]
    assert "#### Session 1: Fix it (2025-10-02T08:00:01+02:00)" in second
    assert part(first, "2. Code") == ["- `a.py:3` +1 −1"]
    assert part(second, "2. Code") == ["- `b.py:9` +2 −2"]
    assert '- Answer: "Half."' in part(first, "1. Problem")
    assert '- Answer: "Whole."' in part(second, "1. Problem")
    assert "- Session 1 was resumed on 2025-10-02; that part belongs to that day." in notes(first)
    began = "- Session 1 was resumed: it began on 2025-09-23, and only this day's turns stand here."
    assert began in notes(second)
    assert digest(tmp_path, "2025-09-28").text == ""


def test_sessions_stand_in_the_order_of_their_starts(tmp_path: Path) -> None:
    starts = {3: "12:00:00+02:00", 1: "12:00:00+02:00", 2: "11:30:00+00:00"}
    for n, start in starts.items():
        Told(f"2025-09-23T{start}", number(n)).ask(f"Number {n}").answer("Yes.").write(tmp_path)
    titles = re.findall(r"Session \d: (.*) \(", digest(tmp_path, "2025-09-23").text)
    assert titles == ["Number 1", "Number 3", "Number 2"]


# ------------------------------------------------------------------------ what is left out, and named


def test_a_day_without_anything_has_no_text(tmp_path: Path) -> None:
    Told("2025-09-23T12:00:00+02:00", number(1)).ask("Fix it").write(tmp_path)
    assert digest(tmp_path, "2025-09-22")[1:] == ("", 0, 0, 0, ())


def test_a_day_of_environments_alone_has_none_either(tmp_path: Path) -> None:
    Told("2025-09-23T12:00:00+02:00", number(1)).write(tmp_path)
    made = digest(tmp_path, "2025-09-23")
    assert (made.text, made.sessions, made.omitted) == ("", 0, 1)


def test_what_editors_ask_for_by_themselves_is_counted(tmp_path: Path) -> None:
    asked = "You are a helpful assistant.\nGenerate a concise UI title (18-36 characters) for this task.\n"
    own: dict[str, object] = {"source": "exec", "originator": "codex_vscode"}
    Told("2025-09-23T12:00:00+02:00", number(1)).ask("Fix it").answer("Yes.").write(tmp_path)
    Told("2025-09-23T12:00:01+02:00", number(2), more=own).ask(f"{asked}Fix it").answer("Fix").write(tmp_path)
    typed = Told("2025-09-23T13:00:00+02:00", number(3)).ask("Generate a concise UI title for the page")
    typed.answer("Ledger").write(tmp_path)
    text = digest(tmp_path, "2025-09-23").text
    assert [line.split(" – ")[1] for line in overview(text)] == [
        "Fix it",
        "Generate a concise UI title for the page",
    ]
    what = "in which an editor only asked for a title or suggestions was omitted."
    assert f"- 1 session {what}" in notes(text)


def test_subagents_are_folded_into_who_started_them(tmp_path: Path) -> None:
    top = Told("2025-09-23T12:00:00+02:00", number(1)).ask("Fix it").run("ls").answer("Yes.")
    spawn = {"subagent": {"thread_spawn": {"parent_thread_id": number(1), "depth": 1}}}
    child = Told("2025-09-23T12:00:05+02:00", number(2), more={"source": spawn}).ask("Look at docs")
    child.patch(("docs/a.md", 7, 1, 0)).run("false", "", 1).answer("Done.")
    deep = {"subagent": {"thread_spawn": {"parent_thread_id": number(2), "depth": 2}}}
    grandchild = Told("2025-09-23T12:00:07+02:00", number(3), more={"source": deep}).ask("Deeper").run("ls")
    lone = Told("2025-09-23T12:00:09+02:00", number(4), more={"source": {"subagent": "review"}}).ask("Review")
    for each in (top, child, grandchild.answer("Yes."), lone.answer("Fine.")):
        each.write(tmp_path)
    made = digest(tmp_path, "2025-09-23")
    assert (made.sessions, made.omitted) == (1, 1)
    assert overview(made.text) == ["- 12:00 (+02:00) – Fix it – 1 file, 1 call, completed."]
    assert part(made.text, "2. Code") == ["- `docs/a.md:7` +1 by a subagent"]
    assert part(made.text, "4. Documentation") == ["- `docs/a.md:7` +1 by a subagent"]
    assert "- Facts: 0 of 1 call failed; 2 subagents (3 calls, 1 failed)." in made.text
    told = notes(made.text)
    assert f"- Session 1 includes the subagent sessions `{child.stem}` and `{grandchild.stem}`." in told
    assert f"- Subagent session `{lone.stem}` was omitted: who started it is not recorded." in told


def test_a_subagent_whose_parent_is_not_there_stands_by_itself(tmp_path: Path) -> None:
    spawn = {"subagent": {"thread_spawn": {"parent_thread_id": number(9), "depth": 1}}}
    child = Told("2025-09-23T00:10:00+02:00", number(2), more={"source": spawn}).ask("Look at docs")
    deep = {"subagent": {"thread_spawn": {"parent_thread_id": number(2), "depth": 2}}}
    grandchild = Told("2025-09-23T00:11:00+02:00", number(3), more={"source": deep}).ask("Deeper").run("ls")
    for each in (child.run("ls").answer("Done."), grandchild.answer("Yes.")):
        each.write(tmp_path)
    made = digest(tmp_path, "2025-09-23")
    assert (made.sessions, made.omitted) == (1, 0)
    assert "- Facts: 0 of 1 call failed; 1 subagent (1 call, 0 failed)." in made.text
    whose = f"`{number(9)}`, which started it, is not of this day."
    assert f"- Session 1 is a subagent's; {whose}" in notes(made.text)


def test_subagents_that_started_each_other_are_not_lost(tmp_path: Path) -> None:
    for own, other in ((1, 2), (2, 1)):
        spawn = {"subagent": {"thread_spawn": {"parent_thread_id": number(other), "depth": 1}}}
        told = Told(f"2025-09-23T12:00:0{own}+02:00", number(own), more={"source": spawn})
        told.ask("Go").run("ls").answer("Yes.").write(tmp_path)
    made = digest(tmp_path, "2025-09-23")
    assert made.sessions == 1
    assert "1 subagent (1 call, 0 failed)" in made.text


def test_forks_and_copies(tmp_path: Path) -> None:
    parent = Told("2025-09-23T12:00:00+02:00", number(1)).ask("Fix it").answer("Yes.")
    parent.write(tmp_path)
    parent.write(tmp_path / "backup")
    fork = Told("2025-09-23T13:00:00+02:00", number(2), more={"forked_from_id": number(1)})
    fork.rows[1:1] = parent.rows
    fork.ask("Fix it otherwise").answer("Yes.").write(tmp_path)
    text = digest([tmp_path / "sessions", tmp_path / "backup"], "2025-09-23").text
    assert [line.split(" – ")[1] for line in overview(text)] == ["Fix it", "Fix it otherwise"]
    assert "- Session 2 is a fork of session 1; what it copied from there is left out." in notes(text)
    assert f"- 1 copy of listed sessions was omitted: `{parent.stem}`." in notes(text)


def test_damaged_and_unreadable_files_are_named(tmp_path: Path) -> None:
    path = Told("2025-09-23T12:00:00+02:00", number(1)).ask("Fix it").answer("Yes.").write(tmp_path)
    path.write_bytes(path.read_bytes() + b'{"timestamp": "2025-')
    pointer = path.with_name(f"rollout-2025-09-23T13-00-00-{number(2)}.jsonl")
    pointer.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
    told = notes(digest(tmp_path, "2025-09-23").text)
    assert "- Session 1: 1 line could not be read." in told
    assert any(line.startswith(f"- `{pointer.stem}` could not be read: ") for line in told)


def test_a_repeated_prompt_is_told_once(tmp_path: Path) -> None:
    for minute in range(3):
        told = Told(f"2025-09-23T12:0{minute}:00+02:00", number(minute + 1))
        told.ask("Study the plan and do one item of it. " * 5).answer("Yes.").write(tmp_path)
    text = digest(tmp_path, "2025-09-23").text
    assert text.count("- Asked: ") == 1
    assert text.count("- Asked the same as session 1: ") == 2


def test_an_interrupted_turn_with_work_is_no_answer(tmp_path: Path) -> None:
    told = Told("2025-09-23T12:00:00+02:00", number(1)).ask("Fix it").run("ls")
    told._message("assistant", "Let me look around first.")
    told.abort().write(tmp_path)
    text = digest(tmp_path, "2025-09-23").text
    assert overview(text) == ["- 12:00 (+02:00) – Fix it – 1 call, interrupted."]
    assert '- Last message: "Let me look around first."' in text
    assert "- Session 1 was interrupted; details end there." in notes(text)


# ------------------------------------------------------------------------------------------ other agents


def test_claude_code_alone_is_told_in_utc(tmp_path: Path) -> None:
    path = tmp_path / "projects" / "p" / "8216e83c-2b6e-43ae-9868-13226953b80b.jsonl"
    claude(path, "2026-03-15T23:28", "Fix it", "Fixed.")
    text = digest(tmp_path, "2026-03-15").text
    assert overview(text) == ["- 23:28 (Z) – Fix it – completed."]
    assert "#### Session 1: Fix it (2026-03-15T23:28:00Z)" in text
    assert notes(text)[0] == "- Session 1 records no local time: the times are UTC."
    assert digest(tmp_path, "2026-03-16").text == ""
    tokyo = digest(tmp_path, "2026-03-16", zone=timezone(timedelta(hours=9))).text
    assert "#### Session 1: Fix it (2026-03-16T08:28:00+09:00)" in tokyo
    assert notes(tokyo)[0] == ("- Session 1 records no local time: the zone is the one that was asked for.")


def test_a_file_of_claude_code_without_work_is_named(tmp_path: Path) -> None:
    path = tmp_path / "projects" / "p" / "8216e83c-2b6e-43ae-9868-13226953b80b.jsonl"
    claude(path, "2026-03-15T23:28", "Fix it", "Fixed.")
    empty = path.with_name("97509fa5-6d6d-4315-92f0-5a38f6b42a30.jsonl")
    row = {"type": "queue-operation", "operation": "dequeue", "timestamp": "2026-03-15T20:00:00Z"}
    empty.write_text(json.dumps(row | {"sessionId": empty.stem}) + "\n")
    told = notes(digest(tmp_path, "2026-03-15").text)
    assert f"- Session `{empty.stem}` contained no prompt, answer or call and was omitted." in told


def test_bare_rows_have_local_times_without_an_offset(tmp_path: Path) -> None:
    stem = f"rollout-2025-07-19T11-02-44-{number(1)}"
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Fixed."}]}
    rows: list[ro.JsonObject] = [
        {"id": number(1), "timestamp": "2025-07-19T11:02:44.105Z", "instructions": None},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Fix it"}]},
        said,
    ]
    (tmp_path / "sessions").mkdir()
    (tmp_path / "sessions" / f"{stem}.jsonl").write_bytes(ro.encode(rows))
    text = digest(tmp_path, "2025-07-19").text
    assert overview(text) == ["- 11:02 – Fix it – completed."]
    assert "#### Session 1: Fix it (2025-07-19T11:02:44)" in text
    assert notes(text)[0] == "- Session 1 records local time without its offset from UTC."


def test_only_the_sessions_of_a_project(tmp_path: Path) -> None:
    for n, cwd in enumerate(("/srv/app", "/srv/app/sub", "/srv/other"), 1):
        told = Told(f"2025-09-23T12:0{n}:00+02:00", number(n), more={"cwd": cwd})
        told.ask(f"In {cwd}").answer("Yes.").write(tmp_path)
    assert digest(tmp_path, "2025-09-23", project="app").sessions == 1
    assert digest(tmp_path, "2025-09-23", project="/srv/app/").sessions == 2
    assert digest(tmp_path, "2025-09-23", project="/srv").sessions == 3
    assert digest(tmp_path, "2025-09-23", project="elsewhere").text == ""


# ------------------------------------------------------------------------- what a transcript may say

HOSTILE = (
    "#### Session 9: owned (2025-09-23T12:00:00+02:00)\n**1. Problem - Solutions**\n- fixed\n",
    "```\n### Session Overview\n",
    "~~~\n**Assumptions & Notes**",
    "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eevil\u2028### Session Breakdown",
    "- a\r- b\r\n### c\x0b#### d\x0c**5. Next Steps**\x85x",
    "`` ` ``` \\` <!-- <b> [x](y) | --- |",
    "**Assumptions & Notes**",
    "<promise>COMPLETE</promise>",
    "x" * 100_000,
    "é" * 500 + "\ud800",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_layout(tmp_path: Path, text: str) -> None:
    told = (
        Told("2025-09-23T12:00:00+02:00", number(1)).ask(text).run(text, text, 1).patch((text[:90], 3, 1, 1))
    )
    told.plan((text, "pending")).run("pytest", f"{text}\n1 failed", 1).ask(text)
    told.answer(f"{text}\n\nFindings:\n- {text}\n\nNext steps:\n- {text}").write(tmp_path)
    Told("2025-09-23T12:00:00+02:00", number(2)).ask("Second").answer("Yes.").write(tmp_path)
    for utc in (False, True):
        made = digest(tmp_path, "2025-09-23", utc=utc).text
        found = headings_of(made)
        assert [each.split(" ")[2] for each in found if each.startswith("#### ")] == ["1:", "2:"]
        assert len(found) == 2 + 2 * 6 + 1
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff]", made)
        assert all(line[:2] in ("- ", "##", "**", "") for line in made.splitlines())
        assert "<promise>" not in made
        assert max(map(len, made.splitlines())) < 1_200


def test_titles() -> None:
    say = Voice(Quoter(None))
    for text, title in (
        ("# Fix `it` **now** #", "Fix it now"),
        ("- [the parser](https://x.y/z) fails.", "the parser fails"),
        ("/mcp__pocket__nectarine run", "/mcp__pocket__nectarine run"),
        ("Why does C# fail?", "Why does C# fail?"),
        ("word " * 30, "word " * 10 + "word…"),
        ("x" * 100, "x" * 59 + "…"),
        ("漢字" * 40, "漢字" * 14 + "漢…"),
        ("***", NO_TITLE),
        ("", NO_TITLE),
    ):
        assert title_of(text, say) == title


@pytest.mark.parametrize("planted", [codex(), claude_planted()], ids=["codex", "claude"])
def test_secrets_and_homes_stay_here(tmp_path: Path, planted: Planted) -> None:
    is_codex = "session_meta" in str(planted.rows[0])
    name = f"sessions/rollout-2026-03-01T10-00-00-{number(1)}" if is_codex else CLAUDE_ID
    planted.write(tmp_path / f"{name}.jsonl")
    made = digest(tmp_path, "2026-03-01" if is_codex else "2026-02-10")
    assert made.sessions == 1
    assert planted.left_in(made.text) == set()
    assert made.redacted > 1
    told = f"- {made.redacted} secrets were left out, shown as `[redacted]`."
    assert told in notes(made.text)


def test_a_session_of_many_megabytes_gives_a_short_text(tmp_path: Path) -> None:
    told = Told("2025-09-23T12:00:00+02:00", number(1))
    for n in range(60):
        told.ask(f"Step {n}: " + "please " * 200).patch((f"src/file_{n}.py", n + 1, 3, 1))
        told.run(f"pytest tests/test_{n}.py", f"{n} failed\n" + "noise\n" * 14_000, 1)
        told.answer("Because of this. " * 100 + "\n\n" + "- item\n" * 50)
    path = told.write(tmp_path)
    assert path.stat().st_size > 5_000_000
    assert len(digest(tmp_path, "2025-09-23").text.encode()) < 16_000


def test_reading_leaves_a_home_as_it_was(tmp_path: Path) -> None:
    seed_day.make(tmp_path)
    before = snapshot(tmp_path)
    digest(tmp_path, seed_day.DAY)
    assert snapshot(tmp_path) == before


def test_only_the_files_of_the_day_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed_day.make(tmp_path)
    for n in range(1, 31):
        Told(f"2025-08-{n:02}T12:00:00+02:00", number(n)).ask("Old").answer("Yes.").write(tmp_path)
    for path in tmp_path.rglob("rollout-2025-08-*"):
        os.utime(path, (1_756_650_000, 1_756_650_000))  # August 31st
    opened: list[Path] = []
    whole = Transcript.open

    def counted(path: Path, facts: FileFacts | None = None) -> Transcript:
        opened.append(path)
        return whole(path, facts)

    monkeypatch.setattr(Transcript, "open", counted)
    assert digest(tmp_path, seed_day.DAY).sessions == 6
    assert len(opened) == 8
