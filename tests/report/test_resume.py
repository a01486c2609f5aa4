from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.model import Counts, Summary
from codexlog.report.resume import Place, resume
from codexlog.report.safe_text import safe_line

ID = "019f4b84-2c94-7174-baae-f9d4d2ed5290"
PATH = "/home/p/.codex/sessions/rollout.jsonl"
SUMMARY = Summary(
    id=ID, path=PATH, format="codex", title=None, cwd="/srv/ledger", branch=None, model=None,
    cli_version="0.145.0", originator="codex-tui", source="cli", started_at=None, ended_at=None,
    size_bytes=1, outcome="completed", counts=Counts(), usage=None,
)  # fmt: skip
HERE = Place(PATH, "/home/p/.codex")


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({}, f"cd /srv/ledger && codex resume {ID}"),
        ({"source": None, "originator": "codex_cli_rs"}, f"cd /srv/ledger && codex resume {ID}"),
        ({"source": "exec"}, f"cd /srv/ledger && codex exec resume {ID}"),
        ({"source": None, "originator": "codex_exec"}, f"cd /srv/ledger && codex exec resume {ID}"),
        ({"cwd": "/srv/a b"}, f"cd '/srv/a b' && codex resume {ID}"),
        ({"cwd": "-p"}, f"cd -- -p && codex resume {ID}"),
        ({"cwd": "/srv/$(reboot)'"}, f"cd '/srv/$(reboot)'\"'\"'' && codex resume {ID}"),
        ({"cwd": None}, f"codex resume {ID}"),
        ({"cwd": "/srv/\x1b[2Jx"}, f"codex resume {ID}"),
        ({"cwd": "/srv/a\nreboot"}, f"codex resume {ID}"),
        ({"format": "codex-exec", "cwd": None, "source": None}, f"codex exec resume {ID}"),
        ({"format": "codex-legacy"}, f"cd /srv/ledger && codex -c experimental_resume={PATH}"),
        ({"format": "claude"}, f"cd /srv/ledger && claude --resume {ID}"),
        ({"format": "entire"}, None),
        ({"format": "codex-typescript"}, None),
        ({"format": None}, None),
        ({"id": None}, None),
        ({"id": "--dangerously-bypass-approvals-and-sandbox"}, None),
        ({"id": "x; reboot"}, None),
        ({"parent_id": "019f4b84-310d-74ec-8571-5015e9323b3e"}, None),
    ],
)
def test_command(changes: dict[str, str | None], command: str | None) -> None:
    made = resume(replace(SUMMARY, **changes), HERE)  # type: ignore[arg-type]
    assert made.command == command
    assert command is not None or made.notes


@pytest.mark.parametrize(
    ("changes", "place", "start"),
    [
        ({}, Place(PATH, "/mnt/old home", is_usual_home=False), "CODEX_HOME='/mnt/old home' codex resume"),
        ({"source": "exec"}, Place(PATH, "/mnt/b", is_usual_home=False), "CODEX_HOME=/mnt/b codex exec"),
        ({"format": "claude"}, Place(PATH, "/mnt/c", is_usual_home=False), "CLAUDE_CONFIG_DIR=/mnt/c claude"),
        ({}, Place(PATH), "codex resume"),
    ],
)
def test_another_home_is_named_after_the_cd(changes: dict[str, str], place: Place, start: str) -> None:
    command = resume(replace(SUMMARY, **changes), place).command  # type: ignore[arg-type]
    assert command is not None
    assert command.startswith(f"cd /srv/ledger && {start}")


def test_what_is_not_in_the_command_is_said() -> None:
    assert "unarchive" in resume(SUMMARY, HERE._replace(archived=True)).notes[0]
    assert "not recorded" in resume(replace(SUMMARY, cwd=None), HERE).notes[0]
    assert "not recorded" in resume(replace(SUMMARY, format="entire"), HERE).notes[0]
    assert "0.32" in resume(replace(SUMMARY, format="codex-legacy"), HERE).notes[0]
    assert "prompt" in resume(replace(SUMMARY, source="exec"), HERE).notes[0]
    assert resume(SUMMARY, HERE).notes == ()


@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from(["codex", "codex-legacy", "claude"]))
def test_no_text_of_a_transcript_becomes_more_than_one_word(cwd: str, name: str, kind: str) -> None:
    command = resume(replace(SUMMARY, cwd=cwd, id=name, format=kind), HERE).command
    if command is None:
        return
    assert safe_line(command) == command
    words = shlex.split(command)
    agent = words[words.index("&&") + 1 :] if words[0] == "cd" and "&&" in words else words
    assert agent[:2] in (["codex", "resume"], ["codex", "-c"], ["claude", "--resume"])
    assert len(agent) == 3
