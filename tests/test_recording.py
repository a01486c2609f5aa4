"""`codexlog record`: what goes through, what is recorded, how it ends."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from codexlog import recording
from codexlog.arguments import NothingFound, UsageError, record_parser
from codexlog.catalog.transcript import Transcript
from codexlog.recorder import Recorder
from codexlog.recorder.incoming import Incoming
from codexlog.recorder.recorder import METADATA
from codexlog.recording import record
from commandline import LIMIT, ROOT, arguments, environment

STREAM = (
    b'{"type":"thread.started","thread_id":"t"}\r\n{"type":"turn.started"}\n\n'
    b"\xff not json\n"
    b'{"type":"item.completed","item":{"id":"i","type":"agent_message","text":"d\xc3\xb6ne"}}\n'
    b'{"type":"turn.completed","usage":{"input_tokens":5,"cached_input_tokens":0,"output_tokens":2}}'
)
TURNS = (
    b'{"user": "hi"}\n'
    b'{"assistant": [{"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "x"}}],'
    b' "usage": {"input_tokens": 3, "output_tokens": 4}, "message_id": "m1", "model": "some-model"}\n'
    b'{"tool_results": [{"tool_use_id": "t1", "content": "no", "exit_code": 3}]}\n\n'
    b'{"assistant": "bye"}'
)
SESSION = "2026-02-10-6f0c1c8e-0b1d-4c6e-9c1a-2f6f6b0a7d11"


class Piped:
    """Runs the command between two pipes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = b""

    def __call__(self, data: bytes, *options: str, pieces: int = 1 << 16) -> int:
        """Feed it in pieces; returns the exit code."""
        given, stdin = (
            self._feeding(data, pieces),
            record_parser().parse_args(["--cwd", str(self.folder), *options]),
        )
        reading, writing = os.pipe()
        reader = threading.Thread(target=self._read, args=(reading,))
        reader.start()
        try:
            return record(stdin, given, writing)
        finally:
            os.close(writing)
            os.close(given)
            reader.join()

    def _feeding(self, data: bytes, pieces: int) -> int:
        reading, writing = os.pipe()

        def feed() -> None:
            for start in range(0, len(data), pieces):
                os.write(writing, data[start : start + pieces])
            os.close(writing)

        threading.Thread(target=feed).start()
        return reading

    def _read(self, descriptor: int) -> None:
        with os.fdopen(descriptor, "rb") as file:
            self.out = file.read()

    @property
    def session(self) -> Path:
        (found,) = (self.folder / METADATA).iterdir()
        return found


@pytest.fixture
def piped(tmp_path: Path) -> Piped:
    return Piped(tmp_path)


def counts(path: Path) -> tuple[int, int, int, int]:
    with Transcript.open(path / "full.jsonl") as transcript:
        found = transcript.outline().summary.counts
    return found.turns, found.messages, found.calls, found.calls_failed


@pytest.mark.parametrize("pieces", [1, 7, 1 << 16])
@pytest.mark.parametrize("options", [(), ("--from", "codex")])
def test_a_stream_goes_through_byte_for_byte(piped: Piped, pieces: int, options: tuple[str, ...]) -> None:
    assert piped(STREAM, *options, pieces=pieces) == 0
    assert piped.out == STREAM
    assert counts(piped.session) == (1, 1, 0, 0)
    assert (piped.session / "context.md").exists()


def test_a_stream_says_on_stderr_where_the_session_is(
    piped: Piped, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(STREAM)
    assert capsys.readouterr().err == f"codexlog: recorded in {piped.session}\n"


@pytest.mark.parametrize("pieces", [1, 1 << 16])
def test_turns_are_recorded_and_their_place_is_printed(piped: Piped, pieces: int) -> None:
    assert piped(TURNS, pieces=pieces) == 0
    assert piped.out == os.fsencode(piped.session) + b"\n"
    assert counts(piped.session) == (1, 1, 1, 1)
    assert (piped.session / "prompt.txt").read_text() == "hi"


def test_the_turns_of_the_readme(piped: Piped) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert piped(readme.split("```json\n")[1].split("```")[0].encode()) == 0
    assert counts(piped.session) == (1, 1, 1, 1)


def test_a_session_of_a_given_id_goes_on(piped: Piped) -> None:
    for _ in range(2):
        assert piped(TURNS, "--session", SESSION, "--model", "m") == 0
    assert piped.session.name == SESSION
    assert counts(piped.session)[0] == 2


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nothing", "not a JSON object"),
        ("[1]", "not a JSON object"),
        ('{"system": "x"}', "not one of user, assistant, tool_results"),
        ('{"user": "x", "assistant": "y"}', "not one of user, assistant, tool_results"),
        ('{"user": 1}', "user is not a text"),
        ('{"user": "x", "usage": {}}', "user takes no usage"),
        ('{"assistant": 1}', "assistant is neither a text nor a list of blocks"),
        ('{"assistant": "x", "usage": 1}', "usage is not an object"),
        ('{"tool_results": [1]}', "tool_results is not a list of objects"),
        (
            '{"tool_results": [{"tool_use_id": "t9"}]}',
            "tool_use_id 't9' is none of the last assistant turn: []",
        ),
    ],
)
def test_a_wrong_line_is_named_and_the_rest_recorded(
    piped: Piped, capsys: pytest.CaptureFixture[str], line: str, why: str
) -> None:
    assert piped(b'{"user": "a"}\n' + line.encode() + b'\n{"user": "b"}\n') == 2
    assert capsys.readouterr().err == f"codexlog: line 2: {why}\n"
    assert counts(piped.session)[0] == 2


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'{"type":"thread.started","thread_id":"t"}\n', "codex"),
        (b'{"type":"system","subtype":"init"}\n', "claude"),
        (b'{"type":"assistant","message":{"content":[]}}\n', "claude"),
        (b'{"user":"x"}\n', "turns"),
        (b'WARN\n\n{"user":"x"}\n', "turns"),
    ],
)
def test_the_first_lines_tell_what_it_is(piped: Piped, data: bytes, kind: str) -> None:
    with Recorder.start(cwd=piped.folder, version="1") as recorder:
        incoming = Incoming(recorder, None, lambda _: None)
        incoming.feed(data)
        assert incoming.kind == kind


def test_what_is_no_stream_goes_through_and_is_an_error(piped: Piped) -> None:
    with pytest.raises(UsageError, match="line 2 of stdin is neither a turn nor an event"):
        piped(b"\nHello\nthere")
    assert piped.out == b"\nHello\nthere"
    assert list(piped.folder.iterdir()) == []


def test_nothing_came_in(piped: Piped) -> None:
    with pytest.raises(NothingFound, match="nothing came in"):
        piped(b"")
    assert list(piped.folder.iterdir()) == []


def test_a_wrong_session_id(piped: Piped) -> None:
    with pytest.raises(UsageError, match="is not a date and a UUID"):
        piped(STREAM, "--session", "../x")


def test_a_folder_that_is_none_is_not_made(tmp_path: Path) -> None:
    options = record_parser().parse_args(["--cwd", str(tmp_path / "typo")])
    with open(os.devnull, "rb") as nothing, pytest.raises(UsageError, match="typo: no such folder"):
        record(options, nothing.fileno(), 1)
    assert list(tmp_path.iterdir()) == []


def test_stdin_is_a_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    try:
        with pytest.raises(UsageError, match="record reads stdin"):
            record(record_parser().parse_args(["--cwd", str(tmp_path)]), theirs, 1)
    finally:
        os.close(ours)
        os.close(theirs)


# -------------------------------------------------------------------------------- what goes wrong


def test_nobody_reads_the_stream_any_more(piped: Piped, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    options = record_parser().parse_args(["--cwd", str(piped.folder)])
    try:
        assert record(options, piped._feeding(STREAM * 3, 50), writing) == 0
    finally:
        os.close(writing)
    assert counts(piped.session)[1] == 3


def test_stdout_is_a_full_disk(piped: Piped, capsys: pytest.CaptureFixture[str]) -> None:
    options = record_parser().parse_args(["--cwd", str(piped.folder)])
    try:
        full = os.open("/dev/full", os.O_WRONLY)
    except OSError:
        pytest.skip("no /dev/full here")
    try:
        assert record(options, piped._feeding(STREAM * 3, 50), full) == 0
    finally:
        os.close(full)
    assert counts(piped.session)[1] == 3
    assert capsys.readouterr().err.count("does not get through: No space left on device") == 1


def test_the_record_cannot_be_written(piped: Piped, capsys: pytest.CaptureFixture[str]) -> None:
    (piped.folder / ".entire").write_text("mine")
    assert piped(STREAM * 3) == 0
    assert piped.out == STREAM * 3
    assert capsys.readouterr().err.count("\n") == 1


def test_recording_breaks(
    piped: Piped, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(Incoming, "feed", broken)
    assert piped(STREAM, pieces=10) == 2
    assert piped.out == STREAM
    assert capsys.readouterr().err == "codexlog: the rest is not recorded: ZeroDivisionError: a bug\n"


def test_each_piece_goes_on_before_it_is_recorded(piped: Piped, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    feed: Callable[[Incoming, bytes], None] = Incoming.feed

    def noted_feed(self: Incoming, chunk: bytes) -> None:
        steps.append("record")
        feed(self, chunk)

    write = recording.Tee.write

    def noted_write(self: recording.Tee, data: bytes) -> None:
        steps.append("pass on")
        write(self, data)

    monkeypatch.setattr(Incoming, "feed", noted_feed)
    monkeypatch.setattr(recording.Tee, "write", noted_write)
    piped(STREAM)
    assert steps == ["pass on", "record"]


def test_a_slow_reader_of_a_pipe_that_does_not_block(piped: Piped) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    data = STREAM + b"\n" + b"x" * 300_000 + b"\n"
    got: list[bytes] = []

    def read() -> None:
        while piece := os.read(reading, 40_000):
            got.append(piece)
            time.sleep(0.001)

    reader = threading.Thread(target=read)
    reader.start()
    options = record_parser().parse_args(["--cwd", str(piped.folder)])
    try:
        assert record(options, piped._feeding(data, 1 << 20), writing) == 0
    finally:
        os.close(writing)
        reader.join()
        os.close(reading)
    assert b"".join(got) == data


# ---------------------------------------------------------------------------------------- signals


@contextmanager
def running(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        arguments("record", "--cwd", folder, *options),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(folder),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=LIMIT)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_47_a_signal_closes_the_session(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """Partial responses are written, too; each line goes through although nothing follows it."""
    message = {"id": "m", "role": "assistant", "model": "x", "content": [], "usage": {"output_tokens": 1}}
    said = {**message, "content": [{"type": "text", "text": "half"}]}
    begun = {"type": "stream_event", "event": {"type": "message_start", "message": message}}
    first = json.dumps(begun).encode() + b"\n"
    second = json.dumps({"type": "assistant", "message": said}).encode() + b"\n"
    with running(tmp_path, "--prompt", "go") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in (first, second):
            process.stdin.write(line)
            process.stdin.flush()
            assert process.stdout.readline() == line
        process.stdin.write(b'{"torn')
        process.stdin.flush()
        assert process.stdout.read(6) == b'{"torn'
        process.send_signal(number)
        assert process.wait(LIMIT) == code
    (session,) = (tmp_path / METADATA).iterdir()
    assert (session / "context.md").exists()
    contents = [json.loads(line)["message"]["content"] for line in (session / "full.jsonl").open()]
    assert contents == ["go", [{"type": "text", "text": "half"}]]
