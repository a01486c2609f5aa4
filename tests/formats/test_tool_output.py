"""One row a clause of the definitions' D7: what an output's text says of its call."""

from __future__ import annotations

import json

import pytest

from codexlog.formats.tool_output import body_of, duration_ms, verdict

case = pytest.param
UNIFIED = "Chunk ID: ab12cd\nWall time: 0.0512 seconds\n{}\nOriginal token count: 9\nOutput:\n{}"
TEN = "".join(f"line {number}\n" for number in range(1, 11))


def shell(code: object, output: str = "x") -> str:
    return json.dumps({"output": output, "metadata": {"exit_code": code, "duration_seconds": 0.1}})


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        case(shell(0), "ok", 0, id="json zero"),
        case(shell(1), "failed", 1, id="json code"),
        case(shell(-1), "failed", -1, id="negative code"),
        case(shell(137), "failed", 137, id="signal"),
        case(shell(124), "timeout", 124, id="json 124"),
        case(shell(1, "command timed out after 10 milliseconds\n"), "timeout", 1, id="body timed out"),
        case(shell(0, "Exit code: 7"), "ok", 0, id="words in a body are only words"),
        case(f"  {shell(3)}\n", "failed", 3, id="white space around"),
        case(r'{"output":"\ud83d","metadata":{"exit_code":2}}', "failed", 2, id="lone surrogate inside"),
        case("Exit code: 0\nWall time: 0.5 seconds\nOutput:\nfine", "ok", 0, id="exit code line"),
        case("Exit code: 1\nWall time: 0.5 seconds\nTotal output lines: 8\nOutput:\n", "failed", 1, id="B"),
        case("Command: ls\nExit code: 2\nOutput:\n", "failed", 2, id="after a command line"),
        case("Exit code: 124\nOutput:\ncommand timed out after 9 milliseconds", "timeout", 124, id="B 124"),
        case(
            "Exit code: 137\nOutput:\n\nCommand timed out after 9 milliseconds", "timeout", 137, id="B body"
        ),
        case("x\nExit code: 1\nOutput:\n", "unknown", None, id="exit code not at the start"),
        case("Wall time: 1 seconds\nOutput:\nExit code: 1\n", "unknown", None, id="exit code in the body"),
        case(UNIFIED.format("Process exited with code 0", "x"), "ok", 0, id="C ok"),
        case(UNIFIED.format("Process exited with code 101", "x"), "failed", 101, id="C failed"),
        case(UNIFIED.format("Process exited with code 124", "x"), "timeout", 124, id="C 124"),
        case("Command: ls\n" + UNIFIED.format("Process exited with code 1", ""), "failed", 1, id="C command"),
        case(
            UNIFIED.format("Process exited with code 0", "Process exited with code 3"),
            "ok",
            0,
            id="C body unread",
        ),
        case("Output:\nProcess exited with code 3\n", "unknown", None, id="nothing but body"),
        case(TEN + "Process exited with code 3\n", "unknown", None, id="eleventh line is body"),
        case(TEN.replace("line 10", "Process exited with code 3"), "failed", 3, id="tenth line is header"),
        case(
            TEN.replace("line 1\n", "Process exited with code 3 again\n"), "unknown", None, id="not that line"
        ),
        case("{not json\nProcess exited with code 3\n", "failed", 3, id="a brace is no object yet"),
        case(UNIFIED.format("Process running with session ID 7", ""), "running", None, id="running"),
        case("Script running with cell ID 4\nWall time 1.2 seconds\nOutput:\n", "running", None, id="cell"),
        case("Script completed\nWall time 1.2 seconds\nOutput:\nExit code: 1", "ok", None, id="completed"),
        case("Script failed\nWall time 1.2 seconds\nOutput:\n", "failed", None, id="script failed"),
        case("Script terminated\nWall time 1.2 seconds\nOutput:\n", "failed", None, id="terminated"),
        case("aborted", "aborted", None, id="aborted alone"),
        case(" Aborted \n", "aborted", None, id="aborted, any case"),
        case("aborted the upload", "unknown", None, id="aborted not alone"),
        case("aborted by user after 1.2s", "aborted", None, id="aborted by user"),
        case("Wall time: 1.2 seconds\naborted by user", "aborted", None, id="wall time and aborted"),
        case("Wall time: 1.2 seconds\nOutput:\naborted by user", "unknown", None, id="aborted in the body"),
        case(
            "failed in sandbox LinuxSeccomp with execution error: sandbox denied exec error, exit code: 101,"
            " stdout: , stderr: x",
            "denied",
            101,
            id="sandbox denied",
        ),
        case("failed in sandbox MacosSeatbelt with execution error: Io(x)", "failed", None, id="sandbox"),
        case("exec command rejected by user", "denied", None, id="rejected by user"),
        case("exec command rejected: no", "denied", None, id="rejected"),
        case("patch rejected by user", "denied", None, id="patch rejected"),
        case("command rejected by user", "denied", None, id="command rejected"),
        case("approval policy is Never; reject command — no", "denied", None, id="policy"),
        case("approval policy is Never", "unknown", None, id="policy without rejection"),
        case("exec_command failed: Sandbox(Denied { x })", "denied", None, id="exec denied"),
        case("exec_command failed: SandboxDenied", "denied", None, id="exec denied name"),
        case(
            f'exec_command failed for `{"x" * 5000}`: CreateProcess {{ message: "Rejected(\\"no\\")" }}',
            "denied",
            None,
            id="rejected behind a long command",
        ),
        case("exec_command failed: rejected by user", "denied", None, id="exec rejected"),
        case("exec_command failed: no such file", "failed", None, id="exec failed"),
        case("command timed out after 1000 milliseconds", "timeout", None, id="timed out"),
        case("apply_patch verification failed: x", "failed", None, id="patch verification"),
        case("Execution error: Io(NotFound)", "failed", None, id="execution error, any case"),
        case("write_stdin failed: Unknown process id 3", "failed", None, id="write_stdin"),
        case("unsupported call: nothing", "failed", None, id="unsupported"),
        case("failed to parse function arguments: x", "failed", None, id="arguments"),
        case("tool call error: x", "failed", None, id="tool call"),
        case("err: x", "failed", None, id="err"),
        case("error: Failed to find expected lines in a.py", "failed", None, id="failed to"),
        case("error: invalid hunk at line 2", "failed", None, id="hunk"),
        case("error: invalid patch: x", "failed", None, id="patch"),
        case('[{"type":"text","text":"Tool call error: x"}]', "failed", None, id="list in a string"),
        case('["err: x"]', "failed", None, id="list of strings"),
        case('[{"type":"text","text":"fine"}]', "unknown", None, id="harmless list"),
        case("error: it rains", "unknown", None, id="another error"),
        case("Plan updated", "ok", None, id="plan"),
        case("Success. Updated the following files:\nM a.py", "ok", None, id="patch success"),
        case('{"agent_id":"a"}', "ok", None, id="harness object"),
        case('{"metadata":{"exit_code":null}}', "ok", None, id="object without code"),
        case("Exit code 1 or Permission denied", "unknown", None, id="words"),
        case("", "unknown", None, id="nothing"),
    ],
)
def test_verdict(text: str, status: str, code: int | None) -> None:
    found = verdict(text)
    assert (found.status, found.exit_code) == (status, code)


def test_denial_in_the_body_of_an_exit_stays_failed() -> None:
    text = UNIFIED.format("Process exited with code 126", "bash: ./x: Permission denied")
    assert verdict(text).status == "failed"


def test_list_with_an_image_is_ok_unless_the_text_says_more() -> None:
    assert verdict("", has_image=True).status == "ok"
    assert verdict("err: no screen", has_image=True).status == "failed"


@pytest.mark.parametrize(
    ("text", "process"),
    [
        (UNIFIED.format("Process running with session ID 7", ""), "7"),
        ("Script running with cell ID 7\nOutput:\n", "cell 7"),
        (UNIFIED.format("Process exited with code 0", ""), None),
    ],
)
def test_process_and_cell_of_the_same_number_are_two(text: str, process: str | None) -> None:
    assert verdict(text).process == process


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        (UNIFIED.format("Process exited with code 1", ""), True),
        ("Script completed\nOutput:\n", True),
        ("Script failed\nOutput:\n", True),
        ("write_stdin failed: gone", False),
        ("aborted by user after 1s", False),
        (UNIFIED.format("Process running with session ID 7", ""), False),
    ],
)
def test_what_ends_a_process(text: str, ends: bool) -> None:
    assert verdict(text).ends is ends


@pytest.mark.parametrize(
    ("text", "body", "took"),
    [
        (shell(1, "boom\n"), "boom\n", 100),
        (UNIFIED.format("Process exited with code 0", "a\nb"), "a\nb", 51),
        ("Script completed\nWall time 1.2 seconds\nOutput:\na", "a", 1200),
        ("Wall time: 2 seconds\nOutput:\nmcp", "mcp", 2000),
        ("just text\nOutput:\nof a program", "just text\nOutput:\nof a program", None),
        ("plain", "plain", None),
        ('{"a":1}', '{"a":1}', None),
        ("{", "{", None),
        ("Wall time: 1.2.3 seconds\nOutput:\n", "", None),
    ],
)
def test_body_and_duration(text: str, body: str, took: int | None) -> None:
    assert (body_of(text), duration_ms(text)) == (body, took)
