"""`codexlog export`: what is written, what is not overwritten, what is left out."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
import zstandard

from codexlog.arguments import UsageError, export_parser
from codexlog.catalog.transcript import Transcript
from codexlog.exporting import export
from commandline import SAMPLES, codexlog
from rollout import OWN, call, encode, message, meta, output

JsonObject = dict[str, Any]
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
ID = "0d6f6a0e-6f4f-4a39-9a53-3b4f3c1f6f10"
CURL = f"curl -H 'Authorization: Bearer {SECRET}'"
CODEX = (
    meta(),
    message("user", f"use {SECRET} below /home/alice/app"),
    call(
        "c1",
        arguments={
            "cmd": f"curl -H 'Authorization: Bearer {SECRET}'",
            "password": "hunter2secret",
            SECRET: 1,
        },
    ),
    output("c1", f"token={SECRET}"),
)
CLAUDE_ROW = {"parentUuid": None, "isSidechain": False, "sessionId": ID, "uuid": "u1", "type": "user"}


def write(path: Path, *rows: JsonObject) -> Path:
    path.write_bytes(encode(rows))
    return path


def run(path: Path, out: Path, *options: str) -> list[Path]:
    """Export a file; returns what lies in its folder."""
    arguments = export_parser().parse_args([str(path), "--format", "entire", "--out", str(out), *options])
    with Transcript.open(path) as transcript:
        export(transcript, arguments, path.stat().st_mtime)
    return sorted(each for each in out.rglob("*") if each.is_file())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "rollout-x.jsonl", *CODEX)


def test_the_three_files(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "folder"
    files = run(source, out, "--no-redact")
    place = out / ".entire" / "metadata" / OWN
    assert files == [place / name for name in ("context.md", "full.jsonl", "prompt.txt")]
    assert sorted(capsys.readouterr().out.splitlines()) == [str(each) for each in files]
    assert (place / "prompt.txt").read_text() == f"use {SECRET} below /home/alice/app"
    assert (
        f"- **exec_command**: curl -H 'Authorization: Bearer {SECRET}'" in (place / "context.md").read_text()
    )
    assert {each.stat().st_mode & 0o777 for each in files} == {0o600}


def test_the_files_are_as_old_as_the_session(source: Path, tmp_path: Path) -> None:
    os.utime(source, (1_700_000_000, 1_700_000_000))
    assert {each.stat().st_mtime for each in run(source, tmp_path / "out")} == {1_700_000_000}


def test_rows_are_a_chain_of_fixed_ids(source: Path, tmp_path: Path) -> None:
    first, second = (run(source, tmp_path / name)[1] for name in "ab")
    assert first.read_bytes() == second.read_bytes()
    rows = [json.loads(line) for line in first.read_bytes().splitlines()]
    assert [row["parentUuid"] for row in rows] == [None, *(row["uuid"] for row in rows[:-1])]
    assert [row["timestamp"] for row in rows] == sorted(row["timestamp"] for row in rows)
    assert {row["sessionId"] for row in rows} == {OWN}


def test_nothing_that_must_not_leave_leaves(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in run(source, tmp_path / "out"):
        text = path.read_text()
        assert SECRET not in text
        assert "hunter2secret" not in text
        assert "alice" not in text
    assert "5 secrets left out; --no-redact keeps them" in capsys.readouterr().err


def test_what_leaves_still_reads_as_the_same_session(source: Path, tmp_path: Path) -> None:
    path = run(source, tmp_path / "out")[1]
    with Transcript.open(path) as transcript:
        (turn,) = transcript.session().turns
    (said,) = [each for each in turn.items if each.kind == "call"]
    assert (turn.prompt, said.call_id, said.output) == (
        "use [redacted] below ~/app",
        "c1",
        "token=[redacted]",
    )


# ---------------------------------------------------------------------------------- rows of Claude


def claude(text: str, **more: Any) -> JsonObject:
    body = {"role": "user", "content": text}
    return {**CLAUDE_ROW, "timestamp": "2026-02-10T10:00:01.000Z", "message": body, **more}


def test_of_claude_code_a_copy_is_kept(tmp_path: Path) -> None:
    path = tmp_path / f"{ID}.jsonl"
    data = (
        encode([claude("go")])[:-1].replace(b'":"', b'": "') + b'\n{"torn\n\n' + encode([claude("on")])[:-1]
    )
    path.write_bytes(data)
    for options in ((), ("--no-redact",)):
        (_, full, prompt) = run(path, tmp_path / f"out{len(options)}", *options)
        assert full.read_bytes() == data + b"\n"
        assert prompt.read_text() == "go"


def test_and_its_secrets_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / f"{ID}.jsonl"
    rows = [claude("go", toolUseResult={"stdout": SECRET}), claude(SECRET)]
    path.write_bytes(encode(rows) + SECRET.encode())
    context, full, prompt = run(path, tmp_path / "out")
    assert SECRET not in full.read_text() + context.read_text() + prompt.read_text()
    rows = [json.loads(line) for line in full.read_bytes().splitlines()[:2]]
    assert [row["uuid"] for row in rows] == ["u1", "u1"]
    assert rows[0]["toolUseResult"] == {"stdout": "[redacted]"}
    assert full.read_bytes().splitlines()[2] == b"[redacted]"


# -------------------------------------------------------------------------------- nothing is lost


def test_the_same_again_changes_nothing(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = run(source, tmp_path / "out")
    before = [each.stat().st_mtime_ns for each in files]
    capsys.readouterr()
    assert run(source, tmp_path / "out") == files
    assert [each.stat().st_mtime_ns for each in files] == before
    said = capsys.readouterr()
    assert said.out == ""
    assert "is there already and says the same" in said.err


@pytest.mark.parametrize("name", ["context.md", "full.jsonl", "prompt.txt"])
def test_what_somebody_else_wrote_stays(source: Path, tmp_path: Path, name: str) -> None:
    place = tmp_path / "out" / ".entire" / "metadata" / OWN
    place.mkdir(parents=True)
    (place / name).write_text("mine")
    with pytest.raises(UsageError, match=f"{name}: is there already and says something else"):
        run(source, tmp_path / "out")
    assert [each.name for each in place.iterdir()] == [name]
    assert (place / name).read_text() == "mine"


def test_a_full_disk_leaves_nothing(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, opened = os.open, []

    def refuse_the_third(path: Any, flags: int, mode: int = 0o777) -> int:
        opened.append(path)
        if len(opened) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return real(path, flags, mode)

    with monkeypatch.context() as patch:
        patch.setattr("codexlog.recorder.files.os.open", refuse_the_third)
        with pytest.raises(UsageError, match="No space left"):
            run(source, tmp_path / "out")
    assert [each for each in (tmp_path / "out").rglob("*") if each.is_file()] == []


@pytest.mark.parametrize("identity", ["../x", "a/b", ".hidden", "", "x" * 200])
def test_an_id_that_names_no_file(tmp_path: Path, identity: str) -> None:
    path = write(tmp_path / "rollout-x.jsonl", meta(identity), message("user", "x"))
    with pytest.raises(UsageError, match="no id that could name a file"):
        run(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_session_without_a_prompt(tmp_path: Path) -> None:
    path = write(tmp_path / "rollout-x.jsonl", meta(), message("assistant", "x"))
    assert [each.name for each in run(path, tmp_path / "out")] == ["context.md", "full.jsonl"]


# -------------------------------------------------------------------------------- the command line


def test_by_name_and_from_stdin(tmp_path: Path, source: Path) -> None:
    ran = codexlog("export", "latest", "--format", "entire", "--out", tmp_path / "a")
    assert (ran.code, ran.err) == (0, "")
    assert all(Path(each).exists() for each in ran.out.decode().splitlines())
    piped = codexlog("export", "-", "--format", "entire", "--out", tmp_path / "b", stdin=source.read_bytes())
    assert piped.code == 0
    assert (tmp_path / "b" / ".entire" / "metadata" / OWN / "full.jsonl").exists()


def test_a_packed_session(tmp_path: Path, source: Path) -> None:
    packed = tmp_path / "rollout-y.jsonl.zst"
    packed.write_bytes(zstandard.ZstdCompressor().compress(source.read_bytes()))
    ran = codexlog("export", packed, "--format", "entire", "--out", tmp_path / "out")
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 3


@pytest.mark.parametrize(
    "options", [("latest",), ("latest", "--format", "pdf", "--out", "x"), ("none", "--format")]
)
def test_wrong_usage(options: tuple[str, ...]) -> None:
    ran = codexlog("export", "latest", *options, home=SAMPLES)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)


# ---------------------------------------------------------------------------------- files to read


def run_text(path: Path, out: Path, form: str, *options: str) -> Path:
    arguments = export_parser().parse_args([str(path), "--format", form, "--out", str(out), *options])
    with Transcript.open(path) as transcript:
        export(transcript, arguments, path.stat().st_mtime)
    (written,) = out.iterdir()
    return written


@pytest.mark.parametrize(("form", "suffix"), [("markdown", ".md"), ("html", ".html"), ("json", ".json")])
def test_one_file_without_what_must_not_leave(source: Path, tmp_path: Path, form: str, suffix: str) -> None:
    path = run_text(source, tmp_path / "out", form)
    text = path.read_text()
    assert path.name == OWN + suffix
    assert "[redacted]" in text
    for secret in (SECRET, SECRET.replace("_", "\\_"), "hunter2secret", "alice"):
        assert secret not in text
    assert SECRET in run_text(source, tmp_path / "raw", form, "--no-redact").read_text()


def test_json_is_what_show_prints(tmp_path: Path) -> None:
    ran = codexlog("export", "latest", "--format", "json", "--out", tmp_path / "out", "--no-redact")
    exported = json.loads(Path(ran.out.decode().strip()).read_bytes())
    assert exported == json.loads(codexlog("show", "latest", "--json").out)


def test_a_secret_that_sequences_part(tmp_path: Path) -> None:
    parted = f"{SECRET[:12]}\x1b[0m{SECRET[12:]}"
    path = write(tmp_path / "rollout-x.jsonl", meta(), message("user", f"use {parted}"))
    for form in ("markdown", "html", "json", "entire"):
        arguments = export_parser().parse_args([str(path), "--format", form, "--out", str(tmp_path / form)])
        with Transcript.open(path) as transcript:
            export(transcript, arguments, 0.0)
        for each in (tmp_path / form).rglob("*.*"):
            assert not each.is_file() or SECRET[12:] not in each.read_text()


@pytest.mark.parametrize("place", [".", "sessions/2026", "new/folder"])
def test_nothing_is_written_where_an_agent_keeps_its_sessions(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "link").symlink_to(home)
    monkeypatch.setenv("CODEX_HOME", str(home))
    with pytest.raises(UsageError, match="the folder belongs to an agent"):
        run(source, tmp_path / "link" / place)
    assert list(home.iterdir()) == []
