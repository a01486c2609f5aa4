"""The checklist for writers; each test carries the number of its point."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any, cast
from uuid import UUID

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.recorder import Recorder, usage_from_sse
from codexlog.recorder.recorder import SESSION_ID
from commandline import ROOT, snapshot
from recorded import USE, USE_2, Ticking, rows, start, talk


@pytest.fixture
def told(tmp_path: Path) -> Recorder:
    with start(tmp_path) as rec:
        talk(rec)
    return rec


class TestRows:
    def test_01_every_line_is_an_object(self, told: Recorder) -> None:
        assert all(isinstance(row, dict) for row in rows(told))
        assert b"\r" not in (told.directory / "full.jsonl").read_bytes()

    def test_01_jq_reads_it(self, told: Recorder) -> None:
        if shutil.which("jq") is None:
            pytest.skip("no jq here")
        path = told.directory / "full.jsonl"
        out = subprocess.run(["jq", "-c", ".type", path], capture_output=True, text=True, check=True).stdout
        assert out.split() == ['"user"', '"assistant"', '"user"', '"assistant"', '"user"']

    def test_02_type_is_role(self, told: Recorder) -> None:
        kinds = [(row["type"], row["message"]["role"]) for row in rows(told)]
        assert kinds == [(kind, kind) for kind in ("user", "assistant", "user", "assistant", "user")]

    def test_03_the_six_fields(self, told: Recorder) -> None:
        for row in rows(told):
            for name in ("sessionId", "uuid", "timestamp", "cwd", "version"):
                assert isinstance(row[name], str)
                assert row[name]
            assert "parentUuid" in row

    def test_04_05_the_chain(self, told: Recorder) -> None:
        found = rows(told)
        assert found[0]["parentUuid"] is None
        assert [row["parentUuid"] for row in found[1:]] == [row["uuid"] for row in found[:-1]]

    def test_06_ids_are_version_4(self, told: Recorder) -> None:
        ids = [row["uuid"] for row in rows(told)]
        assert len(set(ids)) == len(ids)
        assert all(UUID(each).version == 4 and str(UUID(each)) == each for each in ids)

    def test_07_the_session_is_the_folder(self, told: Recorder) -> None:
        assert {row["sessionId"] for row in rows(told)} == {told.directory.name}

    def test_08_a_prompt_is_a_text(self, told: Recorder) -> None:
        assert rows(told)[0]["message"]["content"] == "do it"

    def test_09_11_12_13_results_in_one_row_in_the_order_of_the_calls(self, told: Recorder) -> None:
        assert rows(told)[2]["message"]["content"] == [
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": "1: x"},
            {"type": "tool_result", "tool_use_id": "toolu_2", "content": "", "is_error": True},
        ]

    def test_10_assistant_content_is_a_list(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            rec.assistant(None)
            rec.assistant("text")
        assert [row["message"]["content"] for row in rows(rec)[1:]] == [
            [],
            [{"type": "text", "text": "text"}],
        ]

    def test_11_a_missing_result_is_said_to_be_missing(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            rec.assistant([USE, USE_2])
            rec.tool_results([{"tool_use_id": "toolu_2", "content": "fine"}])
        first = rows(rec)[2]["message"]["content"][0]
        assert (first["tool_use_id"], first["is_error"]) == ("toolu_1", True)

    def test_11_a_result_of_another_call_is_refused(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            rec.assistant([USE])
            with pytest.raises(ValueError, match="toolu_9"):
                rec.tool_results([{"tool_use_id": "toolu_9", "content": ""}])

    def test_14_15_version_and_folder(self, told: Recorder, tmp_path: Path) -> None:
        assert {row["version"] for row in rows(told)} == {"1.2.3"}
        assert {row["cwd"] for row in rows(told)} == {str(tmp_path)}
        with pytest.raises(ValueError, match="version"):
            Recorder.start(cwd=tmp_path, version=" ")

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ({"b": 1, "a": 2}, {"b": 1, "a": 2}),
            (None, {}),
            ('{"a": 1}', {"a": 1}),
            ('{"a": ', {"_raw": '{"a": '}),
            ([1], {"_raw": [1]}),
        ],
    )
    def test_16_input_is_an_object(self, tmp_path: Path, given: Any, kept: Any) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            rec.assistant([{**USE, "input": given}])
        assert list(rows(rec)[1]["message"]["content"][0]["input"].items()) == list(kept.items())

    def test_16_an_input_that_json_cannot_hold(self, tmp_path: Path) -> None:
        odd = {"nan": float("nan"), "path": Path("/x"), "set": {1}, (1, 2): "key"}
        with start(tmp_path) as rec:
            rec.user("x")
            rec.assistant([{**USE, "input": odd}])
        kept = rows(rec)[1]["message"]["content"][0]["input"]
        assert kept == {"nan": "nan", "path": "/x", "set": "{1}", "(1, 2)": "key"}

    def test_17_keys_of_others_pass_through(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            rec.assistant([{**USE, "caller": {"type": "direct"}}, {"type": "tomorrow", "x": 1}])
        first, second = rows(rec)[1]["message"]["content"]
        assert (first["caller"], second) == ({"type": "direct"}, {"type": "tomorrow", "x": 1})

    def test_blocks_and_usage_of_an_sdk(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            rec.assistant([Model({**USE})], usage=cast("Any", Model({"input_tokens": 3, "output_tokens": 4})))
        message = rows(rec)[1]["message"]
        assert message["content"] == [USE]
        assert (message["usage"]["output_tokens"], message["stop_reason"]) == (4, "tool_use")

    def test_18_ids_and_models_for_the_token_sum(self, told: Recorder) -> None:
        answers = [row["message"] for row in rows(told) if row["type"] == "assistant"]
        assert answers[0]["id"] == "msg_1"
        assert all(each["id"] and each["model"] == "claude-opus-4-6" for each in answers)


class TestUsage:
    def test_19_20_four_figures_on_answers_alone(self, told: Recorder) -> None:
        for row in rows(told):
            assert ("usage" in row["message"]) == (row["type"] == "assistant")
        usage = rows(told)[1]["message"]["usage"]
        assert usage["output_tokens"] == 7
        assert len(usage) == 4

    def test_21_the_usage_of_a_response_is_that_of_its_row(self, tmp_path: Path) -> None:
        begun = {"type": "message_start", "message": {"usage": {"input_tokens": 9, "output_tokens": 1}}}
        ended = {
            "type": "message_delta",
            "delta": {"stop_reason": "max_tokens"},
            "usage": {"output_tokens": 8},
        }
        usage = usage_from_sse([begun, ended])
        with start(tmp_path) as rec:
            rec.user("x")
            rec.assistant("y", usage=usage)
        message = rows(rec)[1]["message"]
        assert message["usage"] == usage.as_object()
        assert message["stop_reason"] == "max_tokens"

    @pytest.mark.parametrize(
        ("usage", "told"),
        [
            (None, None),
            ({}, None),
            ({"input_tokens": 5, "output_tokens": 2}, (7, True)),
            (
                usage_from_sse([{"type": "message_start", "message": {"usage": {"output_tokens": 1}}}]),
                (1, False),
            ),
        ],
        ids=["none", "no figure", "whole", "placeholder"],
    )
    def test_what_is_not_recorded_is_not_told_as_nothing(self, tmp_path: Path, usage: Any, told: Any) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            rec.assistant("y", usage=usage)
        with Transcript.open(rec.directory / "full.jsonl") as transcript:
            found = transcript.outline().summary.usage
        assert (found and (found.total_tokens, found.complete)) == told

    def test_22_u12_a_response_that_an_error_cut_short_leaves_no_row(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            rec.assistant("half", usage=usage_from_sse([{"type": "error", "error": {"message": "no"}}]))
            rec.user("y")
        assert [row["type"] for row in rows(rec)] == ["user", "user"]


class TestIdentityAndTime:
    def test_23_24_the_date_is_that_of_the_start(self, tmp_path: Path) -> None:
        with start(tmp_path, clock=Ticking()) as rec:
            talk(rec)
        assert SESSION_ID.fullmatch(rec.session_id)
        assert rec.session_id.startswith("2026-02-10-")
        assert rows(rec)[-1]["timestamp"].startswith("2026-02-11")

    def test_25_two_in_one_second(self, tmp_path: Path) -> None:
        assert len({start(tmp_path).session_id for _ in range(50)}) == 50

    def test_26_27_times_are_utc_and_never_go_back(self, tmp_path: Path) -> None:
        with start(tmp_path, clock=Ticking(-5.0)) as rec:
            talk(rec)
        times = [row["timestamp"] for row in rows(rec)]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time) for time in times)
        assert times == sorted(times)

    def test_28_the_time_zone_changes_nothing(self, tmp_path: Path) -> None:
        code = (
            "from codexlog.recorder import Recorder\n"
            f"r = Recorder.start(cwd={str(tmp_path)!r}, version='1')\nr.user('x')\nr.close()\n"
            "print((r.directory / 'full.jsonl').read_text())"
        )
        env = {**os.environ, "TZ": "America/New_York"}
        out = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        )
        written = datetime.fromisoformat(json.loads(out.stdout)["timestamp"])
        assert abs(datetime.now(UTC) - written) < timedelta(minutes=10)

    @pytest.mark.parametrize("name", ["../x", "a/b", "2026-02-10-x", "2026-02-10", "..", "\x00"])
    def test_54_a_hostile_id_is_refused(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(ValueError, match="session_id"):
            start(tmp_path, session_id=name)


class TestFiles:
    def test_29_30_33_the_first_prompt(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.tool_results([])
            rec.user("  \n ")
            rec.user(" two\nlines — ümläut \n")
            rec.user("later")
        assert (rec.directory / "prompt.txt").read_bytes() == "two\nlines — ümläut".encode()

    def test_31_many_lines_are_one_prompt(self, tmp_path: Path) -> None:
        text = 'first\n\n{"user": 1}\n\nlast'
        with start(tmp_path) as rec:
            rec.user(f"{text}\n")
        assert [row["message"]["content"] for row in rows(rec)] == [text]
        assert (rec.directory / "prompt.txt").read_text() == text

    def test_32_blank_prompts_leave_nothing(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user(" \n\t")
        assert list(tmp_path.iterdir()) == []

    def test_34_no_summary(self, told: Recorder) -> None:
        assert sorted(each.name for each in told.directory.iterdir()) == [
            "context.md",
            "full.jsonl",
            "prompt.txt",
        ]

    def test_35_36_37_39_context(self, told: Recorder) -> None:
        text = (told.directory / "context.md").read_text()
        head, _, actions = text.partition("## Key Actions\n")
        assert told.session_id in head
        assert "claude-opus-4-6" in head
        assert re.search(r"- Start: \d{4}-\d\d-\d\dT", head)
        assert actions.strip().split("\n") == ["- **Read**: a.py", "- **Bash**: ls -la"]

    def test_37_38_39_first_arguments(self, tmp_path: Path) -> None:
        inputs: list[Any] = [{}, {"n": 3}, {"z": "first", "a": "second"}, {"x": "y" * 500}]
        with start(tmp_path) as rec:
            rec.user("x")
            rec.assistant([{**USE, "input": each} for each in inputs])
        lines = (rec.directory / "context.md").read_text().split("## Key Actions\n\n")[1].splitlines()
        assert lines[:3] == ["- **Read**:", "- **Read**: 3", "- **Read**: first"]
        assert len(lines[3]) < 200
        assert lines[3].endswith("y…")

    def test_40_no_tools(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
        assert (rec.directory / "context.md").read_text().endswith("## Key Actions\n\n")


class TestTimingAndCrashes:
    def test_41_43_each_row_is_there_when_the_call_returns(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            assert len(rows(rec)) == 1
            rec.assistant([USE])
            assert len(rows(rec)) == 2

    def test_48_the_file_grows_with_every_row(self, tmp_path: Path) -> None:
        sizes = []
        with start(tmp_path) as rec:
            for number in range(5):
                rec.user(f"{number}")
                sizes.append((rec.directory / "full.jsonl").stat().st_size)
        assert sizes == sorted(set(sizes))

    def test_a_row_is_one_write_and_nothing_is_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written: list[int] = []
        read: list[int] = []
        real_write, real_read = os.write, os.pread

        def write(descriptor: int, data: bytes) -> int:
            written.append(len(data))
            return real_write(descriptor, data)

        def pread(descriptor: int, size: int, offset: int) -> bytes:
            read.append(size)
            return real_read(descriptor, size, offset)

        with start(tmp_path) as rec:
            rec.user("x" * 1_000_000)
            with monkeypatch.context() as patch:
                patch.setattr(os, "write", write)
                patch.setattr(os, "pread", pread)
                rec.user("y")
        assert (len(written), read) == (1, [])

    def test_a_session_goes_on_under_its_id(self, tmp_path: Path) -> None:
        with start(tmp_path, clock=Ticking()) as rec:
            talk(rec)
        with start(tmp_path, session_id=rec.session_id, clock=Ticking()) as again:
            again.user("more")
            again.assistant([USE_2])
        found = rows(again)
        assert [row["parentUuid"] for row in found[1:]] == [row["uuid"] for row in found[:-1]]
        assert [row["timestamp"] for row in found] == sorted(row["timestamp"] for row in found)
        assert (rec.directory / "prompt.txt").read_text() == "do it"
        context = (rec.directory / "context.md").read_text()
        assert f"- Start: {found[0]['timestamp']}" in context
        assert context.count("- **") == 3

    def test_05_threads_share_a_session(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec, ThreadPoolExecutor(8) as pool:
            list(pool.map(rec.user, [f"prompt {number}" for number in range(200)]))
        found = rows(rec)
        assert len(found) == 200
        assert [row["parentUuid"] for row in found[1:]] == [row["uuid"] for row in found[:-1]]
        assert (rec.directory / "prompt.txt").read_text().startswith("prompt ")

    def test_05_a_fork_and_its_parent_share_a_session(self, tmp_path: Path) -> None:
        loop = (
            "r.user('x')\n"
            "if not os.fork():\n"
            " r.assistant([dict(type='tool_use', id='t', name='Task', input={})])\n os._exit(0)\n"
            "os.wait()\nr.user('y')\nprint(r.directory, flush=True)\nr.close()"
        )
        child = _child(tmp_path, f"import os\n{loop}")
        folder = Path(child.communicate(timeout=20)[0].strip())
        found = [json.loads(line) for line in (folder / "full.jsonl").read_text().splitlines()]
        assert [row["type"] for row in found] == ["user", "assistant", "user"]
        assert [row["parentUuid"] for row in found[1:]] == [row["uuid"] for row in found[:-1]]
        assert (folder / "context.md").read_text().count("- **Task**") == 1

    def test_05_a_fork_waits_for_no_thread_of_its_parent(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            with rec.journal._alone():
                child = os.fork()
                if not child:  # pragma: no cover - in the child
                    other = Thread(target=rec.user, args=("y",))
                    other.start()
                    other.join(20)
                    os._exit(other.is_alive())
                assert os.waitpid(child, 0)[1] == 0
        assert [row["message"]["content"] for row in rows(rec)] == ["x", "y"]

    def test_44_behind_a_torn_line_a_row_starts_on_its_own(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            path = rec.directory / "full.jsonl"
            path.write_bytes(path.read_bytes() + b'{"type":"assi')
            rec.user("y")
        with Transcript.open(path) as transcript:
            counts = transcript.outline().summary.counts
        assert (counts.rows, counts.bad_rows, counts.prompts) == (2, 1, 2)

    def test_45_after_an_api_error_the_next_prompt_chains_on(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            rec.user("y")
        assert rows(rec)[1]["parentUuid"] == rows(rec)[0]["uuid"]

    def test_46_entire_is_a_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / ".entire").write_text("mine")
        with start(tmp_path) as rec:
            talk(rec)
        assert capsys.readouterr().err.count("\n") == 1
        assert (tmp_path / ".entire").read_text() == "mine"

    def test_46_a_failed_write_leaves_no_dangling_parent(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            with monkeypatch.context() as patch:
                patch.setattr(os, "write", _full)
                rec.assistant("lost")
            rec.user("y")
        assert rows(rec)[1]["parentUuid"] == rows(rec)[0]["uuid"]
        assert "No space left" in capsys.readouterr().err

    def test_46_a_disk_that_takes_only_a_part(self, tmp_path: Path) -> None:
        code = (
            "import resource\nfrom codexlog.recorder import Recorder\n"
            "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            f"r = Recorder.start(cwd={str(tmp_path)!r}, version='1')\nr.user('x')\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))\n"
            "r.assistant('y' * 5000)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)\n"
            "r.user('z')\nr.close()\nprint(r.directory)"
        )
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        lines = (Path(out.stdout.strip()) / "full.jsonl").read_text().splitlines()
        assert [json.loads(line)["message"]["content"] for line in lines] == ["x", "z"]
        assert out.stderr.count("\n") == 1
        assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 2000

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_47_context_also_at_a_signal(self, tmp_path: Path, number: signal.Signals) -> None:
        child = _child(tmp_path, "r.user('x')\nprint(r.directory, flush=True)\ntime.sleep(60)")
        assert child.stdout is not None
        folder = Path(child.stdout.readline().strip())
        child.send_signal(number)
        assert child.wait(20) in (-number, 1, 130)
        assert (folder / "context.md").exists()

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    @pytest.mark.parametrize("handler", [signal.SIG_IGN, lambda *_: None])
    def test_47_an_agent_that_goes_on_after_a_signal(
        self, tmp_path: Path, number: signal.Signals, handler: Any
    ) -> None:
        before = signal.signal(number, handler)
        try:
            with start(tmp_path) as rec:
                rec.user("x")
                os.kill(os.getpid(), number)
                assert (rec.directory / "context.md").exists() == callable(handler)
                rec.assistant([USE])
            assert signal.getsignal(number) == handler
        finally:
            signal.signal(number, before)
        assert len(rows(rec)) == 2
        assert (rec.directory / "context.md").read_text().count("- **Read**") == 1

    def test_42_killed_after_any_turn(self, tmp_path: Path) -> None:
        loop = "for n in range(10**6):\n r.user(f'prompt {n}')\n print(n, r.directory, flush=True)"
        for turns in range(1, 9):
            child = _child(tmp_path, loop)
            assert child.stdout is not None
            for _ in range(turns):
                number, folder = child.stdout.readline().split(" ", 1)
            child.kill()
            child.wait()
            path = Path(folder.strip())
            data = (path / "full.jsonl").read_bytes().split(b"\n")
            whole = [json.loads(line)["message"]["content"] for line in data[:-1]]
            assert whole[: int(number) + 1] == [f"prompt {each}" for each in range(int(number) + 1)]
            assert (path / "prompt.txt").read_text() == "prompt 0"
            assert not (path / "context.md").exists()

    def test_49_no_file_stays_open(self, tmp_path: Path) -> None:
        fds = Path("/proc/self/fd")
        if not fds.exists():
            pytest.skip("no /proc here")
        with start(tmp_path) as rec:
            rec.user("x")
            names = [str(each.readlink()) for each in fds.iterdir() if each.is_symlink()]
        assert not any(str(tmp_path) in name for name in names)

    def test_a_process_that_was_forked_off_does_not_end_the_session(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            child = os.fork()
            if child == 0:
                rec.close()
                os._exit(0)
            os.waitpid(child, 0)
            assert not (rec.directory / "context.md").exists()
            rec.user("y")
        assert (rec.directory / "context.md").exists()

    def test_closed_is_closed(self, told: Recorder) -> None:
        with pytest.raises(ValueError, match="closed"):
            told.user("more")


class TestFolders:
    def test_50_made_with_the_first_row(self, tmp_path: Path) -> None:
        rec = start(tmp_path)
        assert not (tmp_path / ".entire").exists()
        rec.user("x")
        assert rec.directory.is_dir()
        rec.close()

    def test_51_52_nothing_else_is_touched(self, tmp_path: Path) -> None:
        home = tmp_path / ".entire"
        (home / "metadata" / "other").mkdir(parents=True)
        (home / "settings.json").write_text("{ not json")
        (home / "metadata" / "other" / "full.jsonl").write_text("{}\n")
        others = [home / "settings.json", home / "metadata" / "other" / "full.jsonl"]
        before = list(map(_state, others))
        with start(tmp_path) as rec:
            talk(rec)
        assert [
            (each.read_bytes(), each.stat().st_mtime_ns, each.stat().st_mode) for each in others
        ] == before
        assert sorted(each.name for each in (home / "metadata").iterdir()) == sorted(
            ["other", rec.session_id]
        )

    def test_53_a_link_to_a_folder_is_followed(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / ".entire").symlink_to(tmp_path / "real")
        with start(tmp_path) as rec:
            talk(rec)
        assert (tmp_path / "real" / "metadata" / rec.session_id / "full.jsonl").exists()
        assert [each.name for each in (tmp_path / "real").iterdir()] == ["metadata"]

    def test_51_without_and_with_an_empty_folder(self, tmp_path: Path) -> None:
        (tmp_path / "a" / ".entire").mkdir(parents=True)
        (tmp_path / "b").mkdir()
        for name in ("a", "b"):
            with start(tmp_path / name) as rec:
                talk(rec)
            assert len(rows(rec)) == 5

    def test_52_nor_a_link_nor_what_may_not_be_written(self, tmp_path: Path) -> None:
        home = tmp_path / ".entire"
        for name in ("logs", "tmp"):
            (home / name).mkdir(parents=True)
        (tmp_path / "elsewhere").write_text("{}")
        (home / "settings.json").symlink_to(tmp_path / "elsewhere")
        (home / "settings.local.json").write_text("{}")
        (home / "settings.local.json").chmod(0o400)
        (home / ".gitignore").write_text("metadata/\n")
        before = snapshot(home)
        with start(tmp_path) as rec:
            talk(rec)
        after = snapshot(home)
        mine = {name for name in after if name.startswith("metadata")} | {"."}
        assert {name: after[name] for name in after.keys() - mine} == {
            name: before[name] for name in before.keys() - mine
        }


class TestText:
    @pytest.mark.parametrize(
        "text",
        [
            "👩‍👩‍👧 עברית e\u0301",
            "a\u0000b",
            "a\u2028b",
            "crlf\r\nend",
            '"\n---\n```{"a": 1}```',
            "x" * 5_000_000,
        ],
        ids=["scripts", "nul", "line separator", "crlf", "markdown", "5 MB"],
    )
    def test_55_57_any_text_comes_back(self, tmp_path: Path, text: str) -> None:
        with start(tmp_path) as rec:
            rec.user("x")
            rec.assistant([USE])
            rec.tool_results([{"tool_use_id": "toolu_1", "content": text}])
        assert rows(rec)[2]["message"]["content"][0]["content"] == text

    def test_55_a_lone_surrogate_becomes_a_replacement(self, tmp_path: Path) -> None:
        with start(tmp_path) as rec:
            rec.user("a\ud800b")
        assert rows(rec)[0]["message"]["content"].replace("\ufffd", "") == "ab"

    def test_56_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/n\xff"))
        try:
            folder.mkdir()
        except OSError:
            pytest.skip("this file system takes UTF-8 names alone")
        with start(folder) as rec:
            rec.user("x")
            rec.assistant([USE])
            rec.tool_results([{"tool_use_id": "toolu_1", "content": b"a\xffb"}])
        assert rows(rec)[2]["message"]["content"][0]["content"] == "a\ufffdb"
        assert rows(rec)[0]["cwd"].endswith("n\ufffd")


def test_what_is_recorded_is_read_as_entire(told: Recorder) -> None:
    with Transcript.open(told.directory / "full.jsonl") as transcript:
        summary = transcript.outline().summary
    assert summary.format == "entire"
    assert summary.id == told.session_id
    assert (summary.counts.prompts, summary.counts.calls, summary.counts.calls_failed) == (2, 2, 1)
    assert summary.usage is not None
    assert summary.usage.output_tokens == 7


class Model:
    """Stands for what an SDK returns."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def model_dump(self, **_: object) -> dict[str, Any]:
        return self._fields


def _state(path: Path) -> tuple[bytes, int, int]:
    status = path.stat()
    return path.read_bytes(), status.st_mtime_ns, status.st_mode


def _full(*_: object) -> int:
    raise OSError(28, "No space left on device")


def _child(folder: Path, script: str) -> subprocess.Popen[str]:
    head = "import time\nfrom codexlog.recorder import Recorder\n"
    code = f"{head}r = Recorder.start(cwd={str(folder)!r}, version='1')\n{script}"
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def test_the_example_of_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = (ROOT / "README.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    ended = {"type": "message_delta", "usage": {"output_tokens": 7}}
    monkeypatch.chdir(tmp_path)
    exec(example, {"blocks": [USE], "events": [ended]})
    (path,) = tmp_path.glob(".entire/metadata/*/full.jsonl")
    with Transcript.open(path) as transcript:
        summary = transcript.outline().summary
    assert (summary.counts.prompts, summary.counts.calls, summary.counts.calls_failed) == (1, 1, 0)
