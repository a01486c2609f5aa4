from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from codexlog.catalog.discover import discover
from codexlog.cli import main
from codexlog.daily import today
from codexlog.digest.calendar import zone_named
from codexlog.digest.skeleton import headings_of
from digest import seed_day
from digest.day_home import Told, claude, number

DAY = seed_day.DAY
SUMMARY = f"{DAY}-summary.md"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "codex"
    seed_day.make(home)
    return home


@pytest.fixture
def run(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """(exit code, stdout, stderr) of `codexlog digest …`."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CODEX_HOME", str(home))
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for name in ("CODEXLOG_SETTINGS", "CLAUDE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: str | Path) -> tuple[int, str, str]:
        code = main(["digest", *map(str, arguments)])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return ran


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: str, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    monkeypatch.setattr(time, "time", lambda: datetime.fromisoformat(moment).timestamp())


@pytest.fixture(autouse=True)
def own_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_day_is_printed_and_nothing_else(run: Run, home: Path) -> None:
    code, out, err = run("--day", DAY)
    assert (code, err) == (0, "")
    assert headings_of(out) == seed_day.HEADINGS.splitlines()
    assert run("--day", DAY, home) == (0, out, "")
    assert not (home / "history").exists()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_the_same_bytes_wherever_it_is_read(run: Run, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    first = run("--day", DAY)
    set_clock(monkeypatch, "2030-01-01T00:00:00+00:00", zone)
    assert run("--day", DAY) == first


TODAY = [
    # newest session, now, this machine's zone → the day
    ("2025-09-23T19:01:53+02:00", "2025-09-23T21:59:59+00:00", "UTC", DAY),  # read over SSH, in UTC
    ("2025-09-23T19:01:53+02:00", "2025-09-23T22:00:01+00:00", "UTC", "2025-09-24"),  # midnight over there
    ("2025-10-25T12:00:00+02:00", "2025-10-26T22:30:00+00:00", "Europe/Berlin", "2025-10-26"),  # winter now
    ("2025-10-25T12:00:00+02:00", "2025-10-26T22:30:00+00:00", "UTC", "2025-10-27"),  # nothing says so
    ("2025-09-23T02:00:00-06:00", "2025-09-24T05:59:59+00:00", "Asia/Tokyo", DAY),
]


@pytest.mark.parametrize(("recorded", "moment", "zone", "day"), TODAY)
def test_today_is_the_day_where_it_was_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recorded: str, moment: str, zone: str, day: str
) -> None:
    Told(recorded, number(1)).ask("Go").write(tmp_path)
    set_clock(monkeypatch, moment, zone)
    found = discover([tmp_path])
    assert str(today(found, None, time.time())) == day
    assert str(today(found, None, time.time(), utc=True)) == moment[:10]
    east = datetime.fromisoformat(moment) + timedelta(hours=9)
    assert today([], zone_named("Asia/Tokyo"), time.time()) == east.date()
    assert str(today([], None, time.time())) == moment[:10]


def test_the_day_without_a_name_is_today(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = run("--day", DAY)
    set_clock(monkeypatch, "2025-09-23T20:00:00+00:00", "UTC")
    assert run("--day") == run("--day", "today") == run("--since", "Today") == wanted
    set_clock(monkeypatch, "2025-09-24T20:00:00+00:00", "UTC")
    assert run("--day")[0] == 1
    assert run("--day", "yesterday") == wanted


def test_several_days_below_a_title_each(run: Run, home: Path) -> None:
    Told("2025-09-25T12:00:00+02:00", number(1)).ask("Go on").answer("Yes.").write(home)
    code, out, err = run("--since", DAY, "--day", "2025-09-30")
    assert (code, err) == (0, "")
    assert [line for line in out.splitlines() if line.startswith("# ")] == [f"# {DAY}", "# 2025-09-25"]
    assert f"# {DAY}\n\n{run('--day', DAY)[1]}\n# 2025-09-25\n\n" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--day", "2025-09-20"), "no sessions on 2025-09-20 in "),
        (("--day", "2025-09-20"), "; the nearest: 2025-09-23\n"),
        (("--since", "2025-08-01", "--day", "2025-08-31"), "no sessions on 2025-08-01 to 2025-08-31 in "),
        (("--day", DAY, "--project", "elsewhere"), f"no sessions on {DAY} in "),
        (("--day", "2025-09-21"), "nothing to tell of 2025-09-21 in "),
        (("--day", "2025-09-21"), "; 1 session without work left out\n"),
    ],
)
def test_a_day_without_work_is_one_line(run: Run, home: Path, arguments: tuple[str, ...], said: str) -> None:
    if "2025-09-21" in arguments:
        Told("2025-09-21T12:00:00+02:00", number(1)).write(home)
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--day", "tomorow"),
        ("--day", "20250923"),
        ("--day", "2025-02-30"),
        ("--since", "2025-09-24", "--day", DAY),
        ("--day", DAY, "--handoff"),
        ("--day", DAY, "--loop", "loop-1"),
        ("--day", DAY, "--full"),
        ("--day", DAY, "-"),
        ("--day", DAY, "/nowhere/at/all"),
        ("--day", DAY, "--zone", "Mars/Olympus"),
        ("--day", DAY, "--timeout", "5"),
        ("--day", DAY, "--with", " "),
        ("--day", DAY, "--write", "--project", "app"),
        ("--day", DAY, "--write", "--demo"),
        ("--with", "cat"),
        ("--zone", "UTC"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("codexlog: ")
    assert err.count("\n") == 1


def test_a_path_that_stands_where_a_day_should_gets_a_hint(run: Run, home: Path) -> None:
    assert f"for a PATH write --day today {home}" in run("--day", home)[2]


@pytest.mark.parametrize(("month", "offset"), [("01", "+01:00"), ("07", "+02:00")])
def test_a_wished_zone_follows_the_seasons(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, month: str, offset: str
) -> None:
    folder = tmp_path / ".claude" / "projects" / "-srv-app"
    stem = "8216e83c-2b6e-43ae-9868-13226953b80b"
    claude(folder / f"{stem}.jsonl", f"2026-{month}-15T22:28", "Fix it", "Fixed.")
    set_clock(monkeypatch, "2026-04-01T00:00:00+00:00", "Europe/Berlin")
    for zone in ("local", "Europe/Berlin"):
        day, hour = ("16", "00") if month == "07" else ("15", "23")
        code, out, _ = run("--day", f"2026-{month}-{day}", "--zone", zone)
        assert code == 0
        assert f"#### Session 1: Fix it (2026-{month}-{day}T{hour}:28:00{offset})" in out
    assert run("--day", f"2026-{month}-15", "--agent", "codex")[0] == 1


# --------------------------------------------------------------------------------------- where it goes


def test_write_stores_it_in_the_home_and_prints_it(run: Run, home: Path) -> None:
    path = home / "history" / SUMMARY
    code, out, err = run("--day", DAY, "--write")
    assert (code, err) == (0, f"codexlog: written to {path}\n")
    assert path.read_text() == out == run("--day", DAY)[1]
    assert path.stat().st_mode & 0o777 == 0o600
    assert run("--day", DAY, "--write")[2] == f"codexlog: unchanged: {path}\n"
    assert run("--day", DAY, "--write", "--no-redact", home)[0] == 0


def test_a_summary_that_somebody_changed_stays(run: Run, home: Path) -> None:
    path = home / "history" / SUMMARY
    run("--day", DAY, "--write")
    path.write_text("mine\n")
    code, out, err = run("--day", DAY, "--write")
    beside = path.with_name(f"{DAY}-summary.new.md")
    assert (code, path.read_text(), beside.read_text()) == (0, "mine\n", out)
    assert f"stays as it is; written to {beside}\n" in err
    assert str(beside) in json.loads((home.parent / "xdg_state_home/codexlog/digests.json").read_text())


def test_write_makes_no_home(run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ".claude" / "projects" / "-srv-app"
    claude(folder / "8216e83c-2b6e-43ae-9868-13226953b80b.jsonl", f"{DAY}T10:00", "Fix it", "Fixed.")
    monkeypatch.setenv("CODEX_HOME", str(tmp_path / "none"))
    code, out, err = run("--day", DAY, "--write")
    assert (code, out) == (2, "")
    assert err == f"codexlog: {tmp_path}/none: no Codex home to write into; --out FILE goes anywhere\n"
    assert not (tmp_path / "none").exists()


def test_write_needs_one_home(run: Run, home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    Told(f"{DAY}T12:00:00+02:00", number(1)).ask("Go").write(other)
    assert run("--day", DAY, "--write", home, other)[0] == 2
    assert run("--day", DAY, "--write", other)[0] == 0
    assert (other / "history" / SUMMARY).exists()
    assert not (home / "history").exists()


def test_a_home_that_cannot_be_written_is_one_line(run: Run, home: Path) -> None:
    (home / "history").write_text("")
    code, out, err = run("--day", DAY, "--write")
    assert (code, out) == (2, "")
    assert err == f"codexlog: {home}/history/{SUMMARY}: Not a directory\n"


def test_out_is_a_file_or_a_folder(run: Run, home: Path, tmp_path: Path) -> None:
    wanted = run("--day", DAY)[1]
    assert run("--day", DAY, "--out", "day.md") == (0, "", "codexlog: written to day.md\n")
    assert (tmp_path / "day.md").read_text() == wanted
    (tmp_path / "days").mkdir()
    assert run("--day", DAY, "--out", tmp_path / "days")[0] == 0
    assert (tmp_path / "days" / SUMMARY).read_text() == wanted
    Told("2025-09-25T12:00:00+02:00", number(1)).ask("Go on").answer("Yes.").write(home)
    assert run("--since", DAY, "--day", "2025-09-30", "--out", tmp_path / "new")[:2] == (0, "")
    assert sorted(each.name for each in (tmp_path / "new").iterdir()) == [SUMMARY, "2025-09-25-summary.md"]
    assert run("--since", DAY, "--day", "2025-09-30", "--out", "day.md")[0] == 2
    assert run("--day", DAY, "--out", "day.md/x")[:2] == (2, "")


def test_copy_is_said_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("codexlog.digesting._terminal", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    code, out, err = run("--day", DAY, "--copy")
    assert (code, err) == (0, "codexlog: written to ~/xdg_state_home/codexlog/copy.txt\n")
    assert (tmp_path / "xdg_state_home/codexlog/copy.txt").read_text() == out


# ----------------------------------------------------------------------------------- with a command


def test_a_command_may_rewrite_bullets(run: Run, home: Path) -> None:
    code, out, err = run("--day", DAY, "--with", "sed 's/^- Status: .*/- Status: as it was./'", "--write")
    assert code == 0
    assert out.count("- Status: as it was.\n") == 6
    assert headings_of(out) == seed_day.HEADINGS.splitlines()
    assert (home / "history" / SUMMARY).read_text() == out
    assert err.count("\n") == 1


def test_a_command_that_breaks_the_layout_changes_nothing(run: Run) -> None:
    wanted = run("--day", DAY)[1]
    code, out, err = run("--day", DAY, "--with", "sed '/Key Insights/d'")
    assert (code, out) == (1, wanted)
    assert "where '**3. Key Insights**' was" in err
    assert err.count("\n") == 1
    code, out, err = run("--day", DAY, "--with", "sleep 30", "--timeout", "1")
    assert (code, out) == (1, wanted)
    assert "longer than 1 seconds" in err
