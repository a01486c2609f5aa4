"""Point 70: an output that was put into a file of its own is read from there, or said to be missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from claude_kit import PLAIN, JsonObject, assistant, result, use, user
from codexlog.catalog import spilled
from codexlog.catalog.spilled import whole_outputs
from codexlog.catalog.transcript import Transcript
from codexlog.formats.claude_spilled import spilled_name
from codexlog.model import Call
from rollout import encode

WHOLE = "first\n" + "line\n" * 20_000 + "last"


def preview(path: str) -> str:
    return (
        f"<persisted-output>\nOutput too large (97.7KB). Full output saved to: {path}\n\n"
        "Preview (first 2KB):\nfirst\n...\n</persisted-output>"
    )


def answer(path: str = "/old/place/tool-results/b1.txt", **more: object) -> JsonObject:
    return user([result("a", preview(path))], **more)


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "s.jsonl"
    path.write_bytes(encode([PLAIN, assistant(use("a")), answer()]))
    return path


def spill(folder: Path, text: str = WHOLE) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "b1.txt").write_text(text)


def call_of(path: Path) -> Call:
    with Transcript.open(path) as transcript:
        found = transcript.session().turns[0].items[-1]
    assert found.kind == "call"
    return found


@pytest.mark.parametrize("folder", ["s/tool-results", "tool-results"])
def test_reader_70_the_whole_output_stands_beside_the_session(session: Path, folder: str) -> None:
    spill(session.parent / folder)
    found = call_of(session)
    assert found.output == WHOLE
    assert [(each.name, each.bytes) for each in found.attachments] == [("row3-output.txt", len(WHOLE))]
    with Transcript.open(session) as transcript:
        assert transcript.attachment("row3-output.txt") == WHOLE
        assert transcript.outline().summary.counts.attachments == 1


def test_a_subagents_output_stands_beside_its_parent(tmp_path: Path) -> None:
    spill(tmp_path / "s/tool-results")
    path = tmp_path / "s/subagents/agent-1.jsonl"
    assert output(answer(), path) == WHOLE


def test_the_structured_twin_may_still_have_it(session: Path) -> None:
    assert output(answer(toolUseResult={"stdout": WHOLE}), session) == WHOLE
    assert "is missing" in output(answer(toolUseResult={"stdout": "short"}), session)


def test_a_missing_file_is_said_to_be_missing(session: Path) -> None:
    found = call_of(session)
    assert found.output is not None and found.output.startswith("<persisted-output>")
    assert found.output.endswith("(the whole output is missing: tool-results/b1.txt is not here)")
    assert found.status == "ok" and len(found.attachments) == 1


def test_no_path_of_a_transcript_is_ever_opened(session: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(WHOLE)
    for path in (str(tmp_path / "secret"), "../secret", "..", "/etc/passwd", "b1.txt\x00", "C:\\x\\secret"):
        assert "is missing" in output(answer(path), session.parent / "elsewhere/s.jsonl")
    os.mkfifo(tmp_path / "tool-results" if (tmp_path / "tool-results").exists() else tmp_path / "b1.txt")
    assert "is missing" in output(answer(), tmp_path / "x.jsonl")


def test_a_very_long_one_is_cut(session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spilled, "MOST", 5)
    spill(session.with_suffix("") / "tool-results")
    assert output(answer(), session) == "first\n(cut here, after 5 bytes)"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (preview("/a/tool-results/b1.txt"), "b1.txt"),
        (preview("C:\\a\\tool-results\\toolu_01-2.json"), "toolu_01-2.json"),
        (preview("/a/.."), None),
        ("<persisted-output>\nno file", None),
        ("plain: saved to: /a/b1.txt", None),
    ],
)
def test_names(text: str, name: str | None) -> None:
    assert spilled_name(text) == name


@pytest.mark.parametrize(
    "row",
    [{}, {"message": None}, {"message": {"content": "x"}}, user([result("a", [{"text": 3}])]), answer()],
)
def test_any_row(row: JsonObject, tmp_path: Path) -> None:
    assert set(whole_outputs(row, tmp_path / "s.jsonl")) == set(row)


def output(row: JsonObject, session: Path) -> str:
    content = whole_outputs(row, session)["message"]["content"][0]["content"]
    assert isinstance(content, str)
    return content
