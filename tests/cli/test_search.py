"""`codexlog search`: the contract of its hits, its exit codes, what it prints for people."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from codexlog.arguments import search_options
from codexlog.catalog.discover import discover
from codexlog.catalog.listing import SideShelf
from codexlog.catalog.query.fields import SEARCHED, TEXT
from codexlog.catalog.search import Search, SessionMatch
from codexlog.catalog.transcript import Transcript
from codexlog.catalog.wanted import parse_search
from codexlog.searching import describe
from commandline import LIMIT, SAMPLES, arguments, codexlog, environment
from rollout import call, encode, exited, message, meta, output

ROWS = [
    meta(),
    message("user", "Look for it"),
    call("c1", arguments={"cmd": "cat \x1b[31mhay\x1b[0m"}),
    output("c1", exited(0, "straw\n\tthe needle, the \x1b[1mneedle\x1b[0m\nstraw")),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "sessions" / "2026" / "03" / "01"
    folder.mkdir(parents=True)
    (folder / "rollout-2026-03-01T10-00-00-019d0000-0000-7000-8000-000000000001.jsonl").write_bytes(
        encode(ROWS)
    )
    return tmp_path


def test_a_hit_line_has_the_fields_of_the_contract(home: Path) -> None:
    ran = codexlog("search", "NEEDLE".lower(), "--jsonl", home=home)
    assert ran.code == 0
    hits = [json.loads(line) for line in ran.out.splitlines()]
    (hit,) = hits
    assert hit.pop("path").endswith("001.jsonl")
    assert hit == {
        "session_id": "019d0000-0000-7000-8000-000000000001",
        "row": 4,
        "turn": 1,
        "kind": "output",
        "at": "2026-03-01T10:00:01.000Z",
        "snippet": "the needle, the needle",
        "ranges": [[4, 10], [16, 22]],
    }


def test_ranges_are_where_the_match_stands_in_the_snippet() -> None:
    ran = codexlog("search", "re:test_[a-z]+", "--jsonl")
    hits = [json.loads(line) for line in ran.out.splitlines()]
    assert len(hits) > 10
    for hit in hits:
        assert [hit["snippet"][start:end].startswith("test_") for start, end in hit["ranges"]]
        assert hit["ranges"]


def test_people_get_hits_by_session_newest_first(home: Path) -> None:
    ran = codexlog("search", "hay|straw", "nowhere", home=home)
    assert ran.code == 2
    ran = codexlog("search", "re:hay|straw", home=home)
    assert ran.code == 0
    lines = ran.out.decode().splitlines()
    assert lines[0] == "2026-03-01 10:00  019d0000-0000  Look for it"
    assert [line.split() for line in lines[1:]] == [["3", "call", "cat", "hay"], ["4", "output", "straw"]]


def test_the_newest_session_comes_first() -> None:
    ran = codexlog("search", "pytest", "--jsonl")
    ids = list(dict.fromkeys(json.loads(line)["session_id"] for line in ran.out.splitlines()))
    listed = [each["id"] for each in json.loads(codexlog("list", "--json").out)["sessions"]]
    assert ids == [each for each in listed if each in ids]


def test_limit(home: Path) -> None:
    assert len(codexlog("search", "pytest", "--jsonl", "--limit", "3").out.splitlines()) == 3


def test_stdin_is_a_session(home: Path) -> None:
    data = next(home.rglob("*.jsonl")).read_bytes()
    ran = codexlog("search", "needle", "-", "--jsonl", stdin=data)
    assert json.loads(ran.out)["path"] == "-"


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (("zzz-nothing",), 1, "codexlog: nothing contains zzz-nothing\n"),
        (("",), 2, "codexlog: nothing to search for\n"),
        (("a", "nowhere"), 2, "codexlog: nowhere: "),
        ((), 2, "codexlog: the following arguments are required: QUERY"),
    ],
)
def test_exit_codes(given: tuple[str, ...], code: int, said: str, home: Path) -> None:
    ran = codexlog("search", *given, home=home)
    assert ran.code == code
    assert ran.out == b""
    assert ran.err.startswith(said)
    assert len(ran.err.splitlines()) <= 1


def test_a_closed_pipe_ends_quietly() -> None:
    shell = " ".join(arguments("search", "e", "--jsonl", "--demo")) + " | head -1"
    done = subprocess.run(
        ["sh", "-c", shell], capture_output=True, env=environment(SAMPLES), timeout=LIMIT, check=False
    )
    assert done.stderr == b""
    assert len(done.stdout.splitlines()) == 1


def searched(home: Path, text: str) -> list[SessionMatch]:
    search = Search(parse_search(text, 0.0), describe, SideShelf(), lambda found, why: pytest.fail(why))
    return list(search.each(discover([home]), 0.0, 0.0))


def test_a_session_without_the_text_is_never_outlined(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(self: Transcript) -> None:
        raise AssertionError

    monkeypatch.setattr(Transcript, "outline", never)
    assert not searched(home, "'not there'")
    assert not searched(home, "needle nowhere")
    assert not searched(home, "needle project:other")
    with pytest.raises(AssertionError):
        searched(home, "needle")


MANY = [
    meta(),
    message("user", "Find the retry in src"),
    call("c1", "exec_command", {"cmd": "grep -r retry src"}),
    output("c1", exited(0, "src/a.py: retry once")),
    call("c2", "exec_command", {"cmd": "pytest -q"}),
    call("c3", "write_stdin", {"chars": "retry\n"}),
    output("c3", exited(2, "no such process")),
    output("c2", exited(1, "FAILED test_a\nAssertionError: retry limit")),
    message("assistant", "The retry says: two words"),
    output("c9", "retry of nobody"),
]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("retry", [2, 3, 4, 6, 8, 9, 10]),
        ("retry src", [2, 3, 4]),
        ("src retry", [2, 3, 4]),
        ("pytest limit", [5, 8]),
        ("words two", [9]),
        ('"two words"', [9]),
        ('"words two"', []),
        ("re:retr. re:\\bsrc\\b", [2, 3, 4]),
        ('re:"retry (once|limit)"', [4, 8]),
        ("Retry", []),
        ("FAILED", [8]),
        ("failed", [8]),
        ("retry -src", [6, 8, 9, 10]),
        ('retry -"src" -re:two|nobody', [6, 8]),
        ("retry tool:exec_command", [3, 4, 8]),
        ("retry -tool:exec_command", [2, 6, 9, 10]),
        ("retry tool:exec_command,write_stdin exit:!0", [6, 8]),
        ("tool:exec_command", [3, 5]),
        ("tool:exec_command exit:!0", [5]),
        ("tool:exec_command exit:!0 -limit", []),
        ("tool:exec_command -limit", [3]),
        ("-tool:exec_command", [6]),
        ("status:failed -exit:1", [6]),
        ("exit:2 tool:exec_command", []),
        ("retry kind:output", [4, 8]),
        ("retry kind:call", [3, 6]),
        ("retry kind:call,prompt -src", [6]),
        ("limit kind:call", []),
        ("retry -kind:output -kind:call", [2, 9, 10]),
        ("retry kind:orphan_output", [10]),
        ("kind:prompt", [2]),
        ("kind:prompt,answer", [2, 9]),
        ("kind:output tool:exec_command", [4, 8]),
        ("kind:prompt tool:exec_command", []),
        ("retry project:!api", [2, 3, 4, 6, 8, 9, 10]),
        ("retry calls:>5", []),
        ("retry -outcome:empty calls:3", [2, 3, 4, 6, 8, 9, 10]),
    ],
)
def test_queries(query: str, rows: list[int], home: Path) -> None:
    next(home.rglob("*.jsonl")).write_bytes(encode(MANY))
    found = [each.match.row for each in searched(home, query)]
    assert sorted(found) == rows
    assert len(found) == len(set(found))


def test_calls_without_a_text_are_shown_by_what_they_do(home: Path) -> None:
    next(home.rglob("*.jsonl")).write_bytes(encode(MANY))
    ran = codexlog("search", "tool:exec_command", "exit:!0", "--jsonl", home=home)
    (hit,) = map(json.loads, ran.out.splitlines())
    assert set(hit) == {"session_id", "path", "row", "turn", "kind", "at", "snippet", "ranges"}
    assert (hit["row"], hit["turn"], hit["kind"]) == (5, 1, "call")
    assert (hit["snippet"], hit["ranges"]) == ("exec_command pytest -q", [])
    lines = codexlog("search", "exit:!0", home=home).out.decode().splitlines()[1:]
    assert [line.split()[:4] for line in lines] == [["5", "call", "exit", "1"], ["6", "call", "exit", "2"]]


def test_every_word_is_marked_on_the_line_that_has_the_most_of_them(home: Path) -> None:
    rows = [*MANY[:2], message("assistant", "one\ntwo one\none two three\nthree")]
    next(home.rglob("*.jsonl")).write_bytes(encode(rows))
    (hit,) = map(json.loads, codexlog("search", "three one two", "--jsonl", home=home).out.splitlines())
    assert (hit["snippet"], hit["ranges"]) == ("one two three", [[0, 3], [4, 7], [8, 13]])


def test_fields_are_part_of_the_query_wherever_they_stand(home: Path) -> None:
    next(home.rglob("*.jsonl")).write_bytes(encode(MANY))
    whole = codexlog("search", "retry -tool:write_stdin kind:call", "--jsonl", home=home).out
    assert len(whole.splitlines()) == 1
    for given in (
        ("--limit", "9", "retry", "-tool:write_stdin", "--jsonl", "kind:call"),
        ("--jsonl", "-tool:write_stdin", "kind:call", "re:retry", str(home)),
        ("retry", str(home), "kind:call", "--jsonl", "-tool:write_stdin"),
        ("--jsonl", "--", "retry -tool:write_stdin kind:call"),
    ):
        ran = codexlog("search", *given, home=home)
        assert (ran.code, ran.err, ran.out) == (0, "", whole), given
    assert codexlog("search", "kind:call", "retry", home=home).err.startswith("codexlog: retry: ")


@pytest.mark.parametrize(
    ("given", "query", "paths"),
    [
        (["a", "b", "tool:x", "c"], "a tool:x", ["b", "c"]),
        (["-tool:x", "-"], "-tool:x", ["-"]),
        (["-", "b"], "-", ["b"]),
        (["--", "-a", "b", "-kind:call"], "-a -kind:call", ["b"]),
        (["--lim", "3", "--demo", "a", "re:b"], "a re:b", []),
        (["a", "http://b"], "a", ["http://b"]),
        (["a", "re:"], "a", ["re:"]),
    ],
)
def test_which_arguments_are_the_query(given: list[str], query: str, paths: list[str]) -> None:
    options = search_options(given)
    assert (options.query, options.paths) == (query, paths)


@pytest.mark.parametrize(
    ("query", "said", "carets"),
    [
        ("re:a(", "a( is no regular expression: missing ), unterminated subpattern at position 1", "   ^^"),
        ("disk outcom:failed", "outcom: no such field; did you mean outcome?", "     ^^^^^^"),
        ("x kind:answers", "answers is no kind; did you mean answer?", "       ^^^^^^^"),
        (
            "project:api since:2d",
            "nothing to search for: add a text, re:, kind:, tool:, exit: or status:",
            "^" * 20,
        ),
        ('-"x"', "nothing to search for: add a text, re:, kind:, tool:, exit: or status:", "^^^^"),
        ('say "x', "the closing quote is missing", "    ^^"),
    ],
)
def test_a_wrong_word_is_pointed_at(query: str, said: str, carets: str, home: Path) -> None:
    ran = codexlog("search", "--", query, home=home)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err.splitlines() == [f"codexlog: {said}", f"  {query}", f"  {carets}"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("zzz retry", "nothing contains zzz; without zzz something does"),
        ("zzz project:other", "no session has project:other"),
        ("retry project:other", "no session has project:other"),
        ("retry exit:7", "no call has exit:7; without exit:7 something does"),
        ("kind:reasoning", "there is no kind:reasoning"),
        (
            "two exit:1",
            "nothing meets two exit:1; without two or without exit:1 something does",
        ),
    ],
)
def test_nothing_found_is_explained(query: str, said: str, home: Path) -> None:
    next(home.rglob("*.jsonl")).write_bytes(encode(MANY))
    ran = codexlog("search", query, home=home)
    assert (ran.code, ran.out, ran.err) == (1, b"", f"codexlog: {said}\n")


def test_stdin_without_a_hit_says_so(home: Path) -> None:
    ran = codexlog("search", "needle exit:7", "-", stdin=encode(MANY))
    assert (ran.code, ran.err) == (1, "codexlog: nothing in this session meets needle exit:7\n")


def test_help_names_every_field_and_list_leaves_kind_to_searches() -> None:
    text = codexlog("search", "--help").out.decode()
    assert all(
        f"\n  {field.name}:" in text
        for field in SEARCHED.values()
        if field.kind != "regex" and field is not TEXT
    )
    ran = codexlog("list", "--query", "kind:call")
    assert (ran.code, ran.err.splitlines()[0]) == (
        2,
        "codexlog: kind: is for searches, as in codexlog search kind:prompt",
    )


def test_samples_in_every_format_are_searched_by_call() -> None:
    """What `search` lists are the calls that `show` has, read in another way."""
    hits = [json.loads(line) for line in codexlog("search", "status:failed", "--jsonl").out.splitlines()]
    listed = json.loads(codexlog("list", "--json", "--query", "status:failed").out)["sessions"]
    for each in listed:
        shown = json.loads(codexlog("show", each["path"], "--json").out)
        items = [*shown["loose_items"], *(item for turn in shown["turns"] for item in turn["items"])]
        rows = [item["row"] for item in items if item["kind"] == "call" and item["status"] == "failed"]
        assert sorted(hit["row"] for hit in hits if hit["path"] == each["path"]) == sorted(rows)
    assert {hit["path"] for hit in hits} == {each["path"] for each in listed}
