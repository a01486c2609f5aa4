"""Entries and rows → items with their texts."""

from __future__ import annotations

import base64
import io

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.model import Call, Message, Note, OrphanOutput, Reasoning
from codexlog.rows.source import spool
from codexlog.timeline.hydrate import image_bytes
from rollout import (
    FACTS,
    call,
    encode,
    event,
    exited,
    item,
    items,
    message,
    meta,
    output,
    poll,
    running,
    session,
    task_started,
    wrapped,
)

AT = "2026-03-01T10:00:01.000Z"
PIXEL = base64.b64encode(b"\x89PNG").decode()


def test_messages() -> None:
    found = items(
        meta(), event("user_message", message="do"), message("assistant", "done", phase="final_answer")
    )
    assert found == [Message(2, AT, "user", "do"), Message(3, AT, "assistant", "done", "final_answer")]


def test_call_with_its_output() -> None:
    (found,) = items(call("a", arguments={"cmd": "ls"}), output("a", exited(3, "no")))
    assert isinstance(found, Call)
    assert (found.row, found.at, found.call_id, found.name, found.arguments) == (
        1,
        AT,
        "a",
        "exec_command",
        {"cmd": "ls"},
    )
    assert (found.output_row, found.status, found.exit_code, found.duration_ms) == (2, "failed", 3, 500)
    assert found.output == exited(3, "no")
    assert found.continues is None


def test_call_without_output() -> None:
    (found,) = items(call("a"))
    assert isinstance(found, Call)
    assert (found.output, found.output_row, found.status, found.exit_code) == (None, None, "unanswered", None)


def test_poll_names_the_call_that_it_carries_on() -> None:
    opener, later = items(call("a"), output("a", running(7)), poll("b", 7), output("b", exited(0)))
    assert isinstance(opener, Call)
    assert isinstance(later, Call)
    assert (opener.continues, later.continues) == (None, "a")
    assert (opener.status, opener.exit_code) == ("ok", 0)


@pytest.mark.parametrize(
    ("raw", "arguments"),
    [
        ('{"a":1}', {"a": 1}),
        ("[1]", [1]),
        ("{torn", "{torn"),
        ("*** Begin Patch", "*** Begin Patch"),
        ("5", "5"),
    ],
)
def test_arguments_are_decoded_where_they_are_json(raw: str, arguments: object) -> None:
    (found,) = items(call("a", arguments=raw))
    assert isinstance(found, Call)
    assert found.arguments == arguments


def test_ciphertext_is_never_shown() -> None:
    secret = "gAAAAABSECRET"
    (found,) = items(item("reasoning", summary=[], encrypted_content=secret))
    assert found == Reasoning(1, AT, "", len(secret))


def test_reasoning_events_show_where_there_are_no_items() -> None:
    echo = event("agent_reasoning", text="hm")
    assert items(echo) == [Reasoning(1, AT, "hm", 0)]
    assert len(items(echo, item("reasoning", summary=[{"type": "summary_text", "text": "hm"}]))) == 1


def test_orphan_and_second_output() -> None:
    orphan, first, second = items(output("x", "lost"), call("a"), output("a", "1"), output("a", "2"))
    assert orphan == OrphanOutput(1, AT, "x", "lost")
    assert isinstance(first, Call)
    assert first.output == "1"
    assert second == Note(4, AT, "second_output", "2")


@pytest.mark.parametrize(
    ("row", "what", "text"),
    [
        (wrapped("compacted", {"message": "summary"}), "compacted", "summary"),
        (event("turn_aborted", reason="replaced"), "aborted", "replaced"),
        (event("thread_rolled_back", num_turns=2), "rolled_back", "2 turns rolled back"),
        (event("entered_review_mode"), "review", "review mode entered"),
        (event("error", message="boom"), "error", "boom"),
        (event("task_complete", error={"message": "limit"}), "error", "limit"),
        (
            event("token_count", rate_limits={"rate_limit_reached_type": "primary"}),
            "rate_limit",
            "rate limit reached: primary",
        ),
        (message("developer", "be brief"), "boilerplate", "be brief"),
        (message("user", "<skill>x</skill>"), "boilerplate", "<skill>x</skill>"),
        ({"type": "odd"}, "unknown", 'odd: {"type":"odd"}'),
    ],
)
def test_notes(row: dict[str, object], what: str, text: str) -> None:
    (found,) = items(row)
    assert isinstance(found, Note)
    assert (found.row, found.what, found.text) == (1, what, text)


def test_each_fragment_of_a_message_is_an_item() -> None:
    found = items(message("user", "<skill>a</skill>", "typed", "<skill>b</skill>"))
    assert [
        (each.kind, each.text) for each in found if not isinstance(each, (Call, Reasoning, OrphanOutput))
    ] == [
        ("note", "<skill>a</skill>"),
        ("note", "<skill>b</skill>"),
        ("message", "typed"),
    ]


def test_bad_piece_shows_its_bytes() -> None:
    data = encode([meta()]) + b'{"torn\xff\n'
    with Transcript(spool(io.BytesIO(data)), FACTS) as transcript:
        (found,) = transcript.session().loose_items
    assert found == Note(2, None, "bad_row", '{"torn\ufffd')


def test_items_of_glued_rows_share_their_line() -> None:
    data = (
        encode([meta(), call("a")])
        + encode([output("a", exited(1))])[:-1]
        + encode([message("assistant", "x")])
    )
    with Transcript(spool(io.BytesIO(data)), FACTS) as transcript:
        found = transcript.session().turns[0].items
    assert [(each.kind, each.row) for each in found] == [("call", 2), ("message", 3)]
    assert isinstance(found[0], Call)
    assert (found[0].output_row, found[0].exit_code) == (3, 1)


def test_oversized_payloads_and_images_are_attachments_with_content() -> None:
    patch = "*** Begin Patch\n" + "+x\n" * 50
    rows = (
        event(
            "user_message",
            message="look",
            images=[f"data:image/png;base64,{PIXEL}"],
            local_images=["/tmp/a.png"],
        ),
        item("custom_tool_call", call_id="a", name="apply_patch", input=patch),
        output(
            "a", [{"type": "input_text", "text": "y" * 4001}, {"type": "input_image", "image_url": "data:,z"}]
        ),
    )
    with Transcript(spool(io.BytesIO(encode(rows))), FACTS) as transcript:
        found = transcript.session()
        names = [
            each.name
            for one in found.turns[0].items
            if isinstance(one, (Call, Message))
            for each in one.attachments
        ]
        contents = [transcript.attachment(name) for name in names]
        assert transcript.attachment("another") is None
    assert names == [
        "row1-prompt-image1.png",
        "row1-prompt-image2.bin",
        "row2-arguments.patch",
        "row3-output.txt",
        "row3-output-image1.bin",
    ]
    assert contents == [b"\x89PNG", b"/tmp/a.png", patch, "y" * 4001, b"z"]
    assert found.summary.counts.attachments == 5


@pytest.mark.parametrize(("size", "attachments"), [(4000, 0), (4001, 1)])
def test_threshold_in_characters(size: int, attachments: int) -> None:
    (found,) = items(call("a"), output("a", "x" * size))
    assert isinstance(found, Call)
    assert len(found.attachments) == attachments


@pytest.mark.parametrize(("lines", "attachments"), [(40, 0), (41, 1)])
def test_threshold_in_lines(lines: int, attachments: int) -> None:
    (found,) = items(call("a"), output("a", "\n".join("x" * lines)))
    assert isinstance(found, Call)
    assert len(found.attachments) == attachments


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("https://example.org/a.png", b"https://example.org/a.png"),
        ("data:image/png;base64,AAAA", b"\0\0\0"),
        ("data:text/plain,hi", b"hi"),
        ("data:image/png;base64,A", b"A"),
        ("data:", b"data:"),
        ("", b""),
        ("data:;base64,é", "é".encode()),
    ],
)
def test_image_bytes(source: str, data: bytes) -> None:
    assert image_bytes(source) == data


def test_turns_hold_their_items_and_prompt() -> None:
    long = "x" * 1000
    rows = (
        meta(),
        message("developer", "rules"),
        task_started("t1"),
        event("user_message", message=long),
        message("assistant", "done"),
        event("task_complete", "2026-03-01T10:00:09.000Z", turn_id="t1"),
    )
    found = session(*rows)
    (turn,) = found.turns
    assert (turn.index, turn.turn_id, turn.prompt, turn.outcome) == (1, "t1", long, "completed")
    assert (turn.started_at, turn.ended_at) == (AT, "2026-03-01T10:00:09.000Z")
    assert [each.kind for each in turn.items] == ["note", "message", "message"]
    assert found.loose_items == ()
