"""What only some eras have a call of its own for; the others do it in their way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from faults.writers import Claude, Codex, ExecEra

if TYPE_CHECKING:
    from faults.writers import Writer


def serve(writer: Writer, command: str, output: str) -> None:
    """A server that is looked at and stopped on purpose."""
    if not isinstance(writer, ExecEra):
        writer.shell(f"timeout 5 {command}", output, 124)
        return
    call_id = writer.call_id()
    writer.item("function_call", name="exec_command", arguments=json.dumps({"cmd": command}), call_id=call_id)
    head = "Chunk ID: ab12cd\nWall time: 1.0 seconds\n"
    running = f"{head}Process running with session ID 9\nOutput:\n{output}"
    writer.item("function_call_output", call_id=call_id, output=running)
    call_id = writer.call_id()
    given = json.dumps({"session_id": 9, "chars": "\x03"})
    writer.item("function_call", name="write_stdin", arguments=given, call_id=call_id)
    ended = f"{head}Process exited with code 130\nOutput:\n^C\n"
    writer.item("function_call_output", call_id=call_id, output=ended)


def edit_notebook(writer: Writer, path: str, source: str) -> None:
    """A cell of a notebook; where no tool does that, by a script."""
    if isinstance(writer, Claude):
        given = {"notebook_path": f"/srv/app/{path}", "cell_id": "c3", "new_source": source}
        writer.result(writer.use("NotebookEdit", given), "Updated cell c3")
    else:
        script = f"import json\nbook = json.load(open('{path}'))\njson.dump(book, open('{path}', 'w'))"
        writer.shell(f"python - <<'EOF'\n{script}\nEOF")


def ask_server(writer: Writer, error: str) -> None:
    """A tool of an MCP server fails."""
    if isinstance(writer, Claude):
        call_id = writer.use("mcp__docs__search", {"query": "rounding"})
        writer.result(call_id, error, error=True)
    elif isinstance(writer, Codex):
        call_id = writer.call_id()
        given = json.dumps({"query": "rounding"})
        writer.item("function_call", name="mcp__docs__search", arguments=given, call_id=call_id)
        writer.item("function_call_output", call_id=call_id, output=f"tool call error: {error}")


def edit_before_reading(writer: Writer) -> None:
    """Claude Code refuses to edit what was not read; the others cannot find the lines."""
    if isinstance(writer, Claude):
        given = {"file_path": "/srv/app/src/a.py", "old_string": "a", "new_string": "b"}
        text = "<tool_use_error>File has not been read yet. Read it first.</tool_use_error>"
        writer.result(writer.use("Edit", given), text, error=True)
    else:
        writer.patch("src/a.py", "a", "b", fails=True)
