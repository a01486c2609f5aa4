from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.find.forms import FORMS, Place, decoded, texts_of, write
from codexlog.catalog.find.hits import Finder, Match
from codexlog.catalog.find.needle import BadNeedle, Needle, needle_of
from codexlog.catalog.find.texts import leaves
from codexlog.catalog.transcript import Transcript
from codexlog.rows.source import SourceError
from codexlog.timeline import entries as en

SAMPLES = Path(__file__).resolve().parents[3] / "sample_sessions"
TRANSCRIPTS = Path(__file__).resolve().parents[4] / "shared" / "transcripts"
AT = "2026-03-01T10:00:00.000Z"
WORDS = st.lists(
    st.sampled_from(
        [
            '"',
            "\\",
            "\n",
            "\t",
            "\x1b[31m",
            "/",
            "<b>",
            "&",
            "'",
            "é",
            "É",
            "ß",
            "表の",
            "😀",
            "𝔸",
            "n",
            "Fail",
            "fail",
            "  ",
            "x",
            "re",
            "u00e9",
            "\\n",
            "{}",
            ":",
            ",",
            "def parse_amount(",
            "[1, 2]",
            "\u2028",
            "\x7f",
            "ſ",
            "K",
        ]
    ),
    max_size=8,
).map("".join)
QUIET = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def matches(transcript: Transcript, needle: Needle, begin: int = 0) -> list[Match]:
    steps = list(Finder(transcript, transcript.outline(), needle).run(begin))
    assert steps[-1].share == 1
    assert [step.share for step in steps] == sorted(step.share for step in steps)
    return [match for step in steps for match in step.matches]


def places(found: list[Match]) -> list[Place]:
    return [(match.entry, match.kind == "output") for match in found]


def item(payload: dict[str, Any]) -> dict[str, Any]:
    return {"timestamp": AT, "type": "response_item", "payload": payload}


def message(role: str, text: str) -> dict[str, Any]:
    kind = "input_text" if role == "user" else "output_text"
    return item({"type": "message", "role": role, "content": [{"type": kind, "text": text}]})


def session(texts: list[str], arguments: Any) -> list[dict[str, Any]]:
    """Each kind of text once; the arguments are JSON in JSON, written by `arguments`."""
    a, b, c, d, e = texts
    return [
        {"timestamp": AT, "type": "session_meta", "payload": {"id": "s", "timestamp": AT, "cwd": "/srv"}},
        {"timestamp": AT, "type": "event_msg", "payload": {"type": "user_message", "message": f"ask {a}"}},
        message("user", f"ask {a}"),
        message("developer", f"told {e}"),
        item(
            {
                "type": "reasoning",
                "summary": [{"type": "summary_text", "text": c}],
                "encrypted_content": "Failfail",
            }
        ),
        item(
            {
                "type": "function_call",
                "name": "shell",
                "call_id": "c1",
                "arguments": arguments({"cmd": b, d: [1, c]}),
            }
        ),
        item({"type": "function_call_output", "call_id": "c1", "output": f"Exit code: 0\nOutput:\n{d}"}),
        item({"type": "function_call_output", "call_id": "lost", "output": e}),
        {"timestamp": AT, "type": "event_msg", "payload": {"type": "agent_message", "message": f"said {b}"}},
        message("assistant", f"said {b}"),
        {"timestamp": AT, "type": "news", "payload": {"of": [a, {"b": d}]}},
    ]


@pytest.mark.parametrize("outer", FORMS)
@given(texts=st.lists(WORDS, min_size=5, max_size=5), inner=st.sampled_from(sorted(FORMS)), cut=st.data())
@QUIET
def test_a_search_finds_what_decoding_everything_finds(
    outer: str, texts: list[str], inner: str, cut: st.DataObject, tmp_path: Path
) -> None:
    path = write(tmp_path / "s.jsonl", session(texts, FORMS[inner]), FORMS[outer])
    text = cut.draw(st.sampled_from(texts))
    start = cut.draw(st.integers(0, len(text)))
    query = text[start : start + cut.draw(st.integers(1, 12))] or "fail"
    if cut.draw(st.booleans()):
        query = query.lower()
    needle = needle_of(query if not query.startswith("re:") else query[3:] or "x")
    with Transcript.open(path) as transcript:
        found = places(matches(transcript, needle))
        assert sorted(found) == sorted(decoded(transcript, needle))


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("ask", ["prompt"]),
        ("said", ["answer"]),
        ("told", ["note"]),
        ("Failfail", []),
        ("shell", ["call"]),
        ("Exit code", ["output"]),
        ("one", ["prompt", "note"]),
        ("two", ["call", "answer"]),
        ("four", ["call", "output", "note"]),
        ("re:^(three|five)$", ["note", "reasoning", "call", "orphan_output"]),
    ],
)
def test_kinds(query: str, kinds: list[str], tmp_path: Path) -> None:
    rows = session(["one", "two", "three", "four", "five"], json.dumps)
    rows[3] = message("developer", "told\nfive")
    path = write(tmp_path / "s.jsonl", rows, json.dumps)
    with Transcript.open(path) as transcript:
        assert [match.kind for match in matches(transcript, needle_of(query))] == kinds


def test_a_match_knows_its_row(tmp_path: Path) -> None:
    path = write(
        tmp_path / "s.jsonl", session(["one", "two", "three", "four", "five"], json.dumps), json.dumps
    )
    with Transcript.open(path) as transcript:
        found = matches(transcript, needle_of("four"))
        assert [(match.row, match.at) for match in found] == [(6, AT), (7, AT), (11, AT)]
        assert found[0].entry == found[1].entry


def test_a_search_begins_where_it_is_told_to_and_wraps(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", [message("user", f"wanted {n}") for n in range(9)], json.dumps)
    with Transcript.open(path) as transcript:
        offset = transcript.outline().entries.offset[6]
        rows = [match.row for match in matches(transcript, needle_of("wanted"), offset)]
        assert rows == [7, 8, 9, 1, 2, 3, 4, 5, 6]


def test_the_end_of_a_file_can_be_searched_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", [message("user", f"wanted {n}") for n in range(9)], json.dumps)
    with Transcript.open(path) as transcript:
        outline = transcript.outline()
        finder = Finder(transcript, outline, needle_of("wanted"))
        steps = finder.run(0, outline.entries.offset[7])
        assert [match.row for step in steps for match in step.matches] == [8, 9]


def test_answers_to_several_calls_in_one_row_are_told_apart(tmp_path: Path) -> None:
    ids = ("t1", "t2")
    base = {"sessionId": "s", "timestamp": AT}
    uses = [{"type": "tool_use", "id": each, "name": "Bash", "input": {"command": each}} for each in ids]
    results = [{"type": "tool_result", "tool_use_id": each, "content": f"answer to {each}"} for each in ids]
    rows: list[Any] = [
        {**base, "uuid": "u1", "type": "user", "message": {"role": "user", "content": "go"}},
        {
            **base,
            "uuid": "u2",
            "type": "assistant",
            "message": {"id": "m", "role": "assistant", "content": uses},
        },
        {**base, "uuid": "u3", "type": "user", "message": {"role": "user", "content": results}},
    ]
    path = write(tmp_path / "s.jsonl", rows, json.dumps)
    with Transcript.open(path) as transcript:
        found = matches(transcript, needle_of("answer to t2"))
        calls = [transcript.item(transcript.outline(), match.entry) for match in found]
        assert [call.call_id for call in calls if call.kind == "call"] == ["t2"]


def sampled(transcript: Transcript, rng: random.Random, count: int) -> list[str]:
    """Queries cut out of the session's own texts."""
    found = transcript.outline()
    shown = [at for at in range(len(found.entries)) if found.entries.shown[at] != en.ECHO]
    queries = []
    for index in rng.choices(shown, k=count) if shown else []:
        one = transcript.item(found, index)
        texts = [*leaves(one.arguments), one.output or ""] if one.kind == "call" else texts_of(one)
        text = rng.choice([each for each in texts if each] or ["nothing"])
        start = rng.randrange(len(text))
        query = text[start : start + rng.choice((1, 3, 8, 20, 40))]
        queries.append(query.lower() if rng.random() < 0.5 else query)
    return queries


def agree(path: Path, rng: random.Random, count: int) -> None:
    try:
        transcript = Transcript.open(path)
    except SourceError:
        return
    with transcript:
        for query in sampled(transcript, rng, count):
            try:
                needle = needle_of(query)
            except BadNeedle:
                continue
            assert sorted(places(matches(transcript, needle))) == sorted(decoded(transcript, needle)), query


def test_sample_sessions_hold_what_they_say() -> None:
    rng = random.Random(4)
    paths = [path for path in SAMPLES.rglob("*.json*") if path.is_file()]
    assert paths
    for path in paths:
        agree(path, rng, 6)


@pytest.mark.skipif(not TRANSCRIPTS.is_dir(), reason="no transcripts beside the project")
def test_shared_transcripts_hold_what_they_say() -> None:
    rng = random.Random(4)
    for path in sorted(TRANSCRIPTS.rglob("*.jsonl")):
        agree(path, rng, 2)
