"""Sessions whose every place holds a secret: none stands in what is made of them once that was redacted."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.model import Item, Session
from codexlog.report.as_json import dumps, session_document
from codexlog.report.copied import copied
from codexlog.report.redaction import leave_out, redact
from codexlog.report.safe_text import safe_text
from codexlog.rows.source import spool
from codexlog.timeline.summary import FileFacts
from planted import HOME, Planted, claude, codex
from rollout import encode

BOTH = pytest.mark.parametrize("planted", [codex(), claude()], ids=["codex", "claude"])
NOT_READ = {"git remote", "instructions", "stdout", "search", "patch applied"}
"""What the rows hold and no page of the explorer shows."""


def session_of(planted: Planted) -> Session:
    with Transcript(spool(io.BytesIO(encode(planted.rows)), "a.jsonl"), FileFacts("a.jsonl")) as transcript:
        return transcript.session()


def items(session: Session) -> list[Item]:
    return [*session.loose_items, *(item for turn in session.turns for item in turn.items)]


@BOTH
@pytest.mark.parametrize("clean", [redact, lambda text: redact(safe_text(text))], ids=["raw", "safe"])
def test_the_file_itself(planted: Planted, clean: Callable[[str], tuple[str, int]]) -> None:
    text = encode(planted.rows).decode()
    assert planted.left_in(text) == {*planted.secrets, "home"}
    kept, count = clean(text)
    assert planted.left_in(kept) == set()
    assert count >= len(planted.secrets)


@BOTH
def test_the_session_as_json(planted: Planted) -> None:
    text = dumps(session_document(session_of(planted))).decode()
    assert planted.left_in(text) == {*planted.secrets, "home"} - NOT_READ
    assert planted.left_in(redact(text).text) == set()


@BOTH
def test_each_copy(planted: Planted) -> None:
    texts = [copied(item) for item in items(session_of(planted))]
    assert planted.left_in("\n".join(text for text, _ in texts)) >= {"prompt", "argument", "answer", "home"}
    for text, runs in texts:
        left = planted.left_in((leave_out(text) if runs else redact(text)).text)
        assert left <= ({"home"} if runs and HOME in text else set())


def test_seeds_make_other_secrets() -> None:
    one, two = codex(1).secrets, codex(2).secrets
    assert one.keys() == two.keys()
    assert all(one[place] != two[place] for place in one)
    assert len(set(one.values())) == len(one)
