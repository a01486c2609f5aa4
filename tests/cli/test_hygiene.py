"""What the command line must not do: control a terminal, touch the agents' files, import too much."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from commandline import LIMIT, ROOT, SAMPLES, Ran, codexlog, environment, snapshot

HOSTILE = ("019f7e5b-e9ed", "019f7e5c-ef01", "019f7e5d-f415")
PACKAGE = ROOT / "tui" / "codexlog"


def controls(ran: Ran) -> set[str]:
    """Control and direction characters of an output, but for the newline."""
    text = ran.out.decode()
    marks = {each for each in text if unicodedata.category(each) == "Cc"} - {"\n"}
    return marks | {each for each in text if each in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}


@pytest.mark.parametrize("identity", HOSTILE)
@pytest.mark.parametrize("options", [(), ("--full",), ("--failed",)])
def test_text_never_controls_the_terminal(identity: str, options: tuple[str, ...]) -> None:
    ran = codexlog("show", identity, *options)
    assert ran.code == 0
    assert controls(ran) == set()


@pytest.mark.parametrize("identity", HOSTILE)
@pytest.mark.parametrize("form", ["--json", "--jsonl"])
def test_json_holds_no_control_characters(identity: str, form: str) -> None:
    ran = codexlog("show", identity, form)
    assert ran.code == 0
    assert {each for each in ran.out.decode() if unicodedata.category(each) == "Cc"} == {"\n"}
    assert "\\u001b" in ran.out.decode() or identity != HOSTILE[0]


@pytest.mark.parametrize("options", [(), ("--json",), ("--jsonl",)])
def test_list_never_controls_the_terminal(options: tuple[str, ...]) -> None:
    ran = codexlog("list", *options)
    assert {each for each in ran.out.decode() if unicodedata.category(each) == "Cc"} == {"\n"}


def test_hostile_file_name_and_cause_are_one_safe_line(tmp_path: Path) -> None:
    path = tmp_path / "rollout-\x1b[31m\nx.jsonl"
    path.write_text("version https://git-lfs.github.com/spec/v1\n")
    ran = codexlog("show", path)
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert "\x1b" not in ran.err


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLES, tmp_path / "home"))


def test_nothing_under_the_agents_folder_is_touched(home: Path) -> None:
    before = snapshot(home)
    for given in (
        ("list",),
        ("list", "--json"),
        ("show", "latest", "--json"),
        ("show", "019f70bd"),
        ("show", "01a1127f", "--log"),
    ):
        assert codexlog(*given, home=home).code == 0
    assert snapshot(home) == before


def test_read_only_home_is_enough(home: Path) -> None:
    for path in [home, *home.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert codexlog("list", "--json", home=home).code == 0
        assert codexlog("show", "latest", home=home).code == 0
    finally:
        for path in [home, *home.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


# --------------------------------------------------------------------------------------------- imports

PROBE = """
import json, sys
from codexlog.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
sys.stderr.write("\\n" + json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
HEAVY = {"textual", "rich", "sqlite3", "zstandard", "pygments", "platformdirs", "http", "urllib3", "ssl"}


def imported(*given: str | Path, home: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *map(str, given)],
        capture_output=True,
        env=environment(home),
        timeout=LIMIT,
        check=True,
    )
    return set(json.loads(done.stderr.decode().splitlines()[-1]))


@pytest.fixture
def plain_home(home: Path) -> Path:
    for path in home.rglob("*.zst"):
        path.unlink()
    return home


@pytest.mark.parametrize(
    "given",
    [
        ("--help",),
        ("--version",),
        ("list", "--help"),
        ("show", "--help"),
        ("list", "--json"),
        ("list", "--jsonl"),
        ("show", "latest", "--json"),
        ("show", "01a1127f", "--jsonl"),
    ],
)
def test_machine_output_imports_nothing_heavy(given: tuple[str, ...], plain_home: Path) -> None:
    assert imported(*given, home=plain_home) & HEAVY == set()


def test_help_imports_no_parser_of_rows(plain_home: Path) -> None:
    assert imported("--help", home=plain_home) & {"orjson", "asyncio", "concurrent"} == set()


def test_people_get_rich_and_never_textual(plain_home: Path) -> None:
    found = imported("list", home=plain_home)
    assert "rich" in found
    assert found & {"textual", "sqlite3", "zstandard"} == set()


def modules(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_textual_is_imported_in_the_app_alone() -> None:
    users = {path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if "textual" in modules(path)}
    assert {path.parts[0] for path in users} <= {"app"}


def test_formats_and_timeline_are_pure() -> None:
    impure = {
        "os",
        "pathlib",
        "time",
        "io",
        "subprocess",
        "socket",
        "random",
        "sqlite3",
        "tempfile",
        "shutil",
    }
    for room in ("formats", "timeline", "model"):
        for path in (PACKAGE / room).glob("*.py"):
            assert modules(path) & impure == set(), path
