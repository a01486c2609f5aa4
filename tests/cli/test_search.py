"""`codexlog search`: the contract of its hits, its exit codes, what it prints for people."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

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
    ran = codexlog("search", "hay|straw", "re:unused", home=home)
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
        (("zzz-nothing",), 1, ""),
        (("re:a(",), 2, "codexlog: missing ), unterminated subpattern at character 2 of 'a('\n"),
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


def test_a_session_without_the_text_is_never_outlined(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from codexlog.catalog.discover import discover
    from codexlog.catalog.find.needle import needle_of
    from codexlog.catalog.search import search
    from codexlog.catalog.transcript import Transcript

    def never(self: Transcript) -> None:
        raise AssertionError

    monkeypatch.setattr(Transcript, "outline", never)
    unread: list[str] = []
    found = discover([home])
    assert not list(search(found, needle_of("not there"), 0.0, unreadable=lambda _, why: unread.append(why)))
    with pytest.raises(AssertionError):
        list(search(found, needle_of("needle"), 0.0, unreadable=lambda _, why: unread.append(why)))


def test_conditions_decide_which_sessions_and_hits_count(home: Path) -> None:
    from codexlog.catalog.discover import discover
    from codexlog.catalog.find.needle import needle_of
    from codexlog.catalog.search import search

    found, needle = discover([home]), needle_of("re:hay|straw")

    def kinds(**keep: object) -> list[str]:
        matches = search(found, needle, 0.0, unreadable=lambda *_: None, **keep)  # type: ignore[arg-type]
        return [each.match.kind for each in matches]

    assert kinds() == ["call", "output"]
    assert kinds(keep_match=lambda outline, match: match.kind == "output") == ["output"]
    assert kinds(keep_session=lambda outline, found: False) == []
