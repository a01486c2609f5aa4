from __future__ import annotations

import base64
import os
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog import clipboard
from codexlog.clipboard import TERMINAL_BYTES, Sent, osc52, send
from codexlog.settings.table import DEFAULTS
from report.secret_forms import Maker

TEXT = "cargo test --lib\necho 'ö'"
BARE = {"PATH": "", "TERM": "xterm-256color"}


def tool(folder: Path, name: str, body: str) -> dict[str, str]:
    """A program on a PATH of its own; it finds the system's shell and `cat` by their full names."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    return {"PATH": str(folder), "TERM": "xterm-256color"}


def received(sequence: str) -> bytes:
    """What a terminal makes of an OSC 52 sequence."""
    match = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", sequence)
    assert match, sequence
    return base64.b64decode(match[1])


def unwrapped(sequence: str) -> str:
    """What screen passes on of a sequence: the contents of its device control strings."""
    pieces = re.findall(r"\x1bP((?:(?!\x1b\\).)*)\x1b\\", sequence, re.DOTALL)
    assert "".join(f"\x1bP{piece}\x1b\\" for piece in pieces) == sequence
    assert max(map(len, pieces)) <= 768
    return "".join(pieces)


class TestWhereItGoes:
    @pytest.mark.parametrize(
        ("name", "variable", "arguments"),
        [
            ("wl-copy", "WAYLAND_DISPLAY", ""),
            ("xclip", "DISPLAY", "-selection clipboard"),
            ("xsel", "DISPLAY", "--clipboard --input"),
        ],
    )
    def test_a_local_desktop(self, tmp_path: Path, name: str, variable: str, arguments: str) -> None:
        out = tmp_path / "out"
        env = tool(tmp_path / "bin", name, f'echo "$@" > {out}.args; exec /bin/cat > {out}')
        sent = send(TEXT, env | {variable: "x"}, tmp_path / "state", platform="linux")
        assert (sent.way, sent.sequence) == (name, "")
        assert out.read_text(encoding="utf-8") == TEXT
        assert Path(f"{out}.args").read_text(encoding="utf-8").strip() == arguments

    def test_a_local_tool_over_ssh_would_fill_the_wrong_clipboard(self, tmp_path: Path) -> None:
        env = tool(tmp_path / "bin", "xclip", f"/bin/cat > {tmp_path}/out")
        sent = send(TEXT, env | {"DISPLAY": "x", "SSH_CONNECTION": "1"}, tmp_path / "state", platform="linux")
        assert sent.way == "terminal"
        assert not (tmp_path / "out").exists()

    def test_a_tool_without_its_desktop_is_not_asked(self, tmp_path: Path) -> None:
        env = tool(tmp_path / "bin", "xclip", f"/bin/cat > {tmp_path}/out")
        assert send(TEXT, env, tmp_path / "state", platform="linux").way == "terminal"

    def test_windows_below_linux_gets_its_own_encoding(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        env = tool(tmp_path / "bin", "clip.exe", f"exec /bin/cat > {out}") | {"WSL_DISTRO_NAME": "d"}
        assert send(TEXT, env, tmp_path / "state", platform="linux").way == "clip.exe"
        assert out.read_bytes().decode("utf-16") == TEXT

    def test_a_mac(self, tmp_path: Path) -> None:
        env = tool(tmp_path / "bin", "pbcopy", f"exec /bin/cat > {tmp_path}/out")
        assert send(TEXT, env, tmp_path / "state", platform="darwin").way == "pbcopy"

    def test_tmux_with_default_settings(self, tmux: Tmux, tmp_path: Path) -> None:
        sent = send(TEXT, tmux.env, tmp_path / "state")
        assert (sent.way, sent.sequence) == ("tmux", "")
        assert tmux("show-buffer") == TEXT

    def test_a_tmux_that_is_gone(self, tmp_path: Path) -> None:
        env = dict(os.environ) | {"TMUX": f"{tmp_path}/socket,1,0", "SSH_CONNECTION": "1"}
        sent = send(TEXT, env, tmp_path / "state")
        assert received(sent.sequence).decode() == TEXT

    def test_a_tool_that_fails(self, tmp_path: Path) -> None:
        env = tool(tmp_path / "bin", "xclip", "exit 1") | {"DISPLAY": "x"}
        assert send(TEXT, env, tmp_path / "state", platform="linux").way == "terminal"

    def test_a_tool_that_hangs(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clipboard, "TOOL_SECONDS", 0.2)
        env = tool(tmp_path / "bin", "xclip", "exec /bin/sleep 60") | {"DISPLAY": "x"}
        assert send(TEXT, env, tmp_path / "state", platform="linux").way == "terminal"

    def test_nothing_at_all_leaves_the_file(self, tmp_path: Path) -> None:
        sent = send(TEXT, BARE, tmp_path / "state", terminal=False)
        assert (sent.way, sent.sequence) == ("", "")
        assert sent.path is not None
        assert sent.path.read_text(encoding="utf-8") == TEXT

    def test_what_is_too_long_for_a_terminal_is_in_the_file_alone(self, tmp_path: Path) -> None:
        sent = send("x" * (TERMINAL_BYTES + 1), BARE, tmp_path)
        assert (sent.way, sent.sequence) == ("", "")
        assert "too long" in sent.sentence()
        assert sent.path is not None
        assert sent.path.stat().st_size == TERMINAL_BYTES + 1


class TestFile:
    def test_it_is_the_persons_alone(self, tmp_path: Path) -> None:
        sent = send(TEXT, BARE, tmp_path / "a" / "codexlog")
        assert sent.path is not None
        assert stat.S_IMODE(sent.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(sent.path.parent.stat().st_mode) == 0o700

    def test_the_next_copy_replaces_it_and_follows_no_link(self, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.write_text("mine", encoding="utf-8")
        folder = tmp_path / "state"
        folder.mkdir()
        (folder / clipboard.FILE).symlink_to(other)
        send("one", BARE, folder)
        send("two", BARE, folder)
        assert other.read_text(encoding="utf-8") == "mine"
        assert [each.name for each in folder.iterdir()] == [clipboard.FILE]
        assert (folder / clipboard.FILE).read_text(encoding="utf-8") == "two"

    def test_where_none_can_be_written_this_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        sent = send(TEXT, BARE, tmp_path / "file")
        assert sent.path is None
        assert sent.sentence().startswith(f"not written to {tmp_path}/file/copy.txt: ")
        assert sent.way == "terminal"

    @pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder that nobody can write to")
    def test_a_folder_that_cannot_be_made(self) -> None:
        sent = send(TEXT, BARE, Path("/proc/self/codexlog"))
        assert (sent.path, sent.way) == (None, "terminal")
        assert sent.sentence().startswith("not written to /proc/self/codexlog/copy.txt: ")

    def test_nothing_is_left_behind_where_it_cannot_be_replaced(self, tmp_path: Path) -> None:
        (tmp_path / clipboard.FILE).mkdir()
        assert send(TEXT, BARE, tmp_path).path is None
        assert [each.name for each in tmp_path.iterdir()] == [clipboard.FILE]


class TestSafety:
    def test_what_is_copied_draws_what_it_says(self, tmp_path: Path) -> None:
        sent = send("ls\x1b]52;c;ZXZpbA==\x07 \u202ereboot", BARE, tmp_path)
        assert received(sent.sequence).decode() == "ls ·reboot"
        assert sent.changed
        assert sent.path is not None
        assert sent.path.read_text(encoding="utf-8") == "ls ·reboot"

    @given(st.binary(max_size=3_000), st.sampled_from(["xterm", "screen", "screen.xterm-256color", "st"]))
    def test_a_terminal_gets_what_was_sent(self, data: bytes, term: str) -> None:
        sequence = osc52(data, {"TERM": term})
        assert received(unwrapped(sequence) if term.startswith("screen") else sequence) == data

    @pytest.mark.parametrize("env", [{"TERM": "screen", "TMUX": "x"}, {"TERM": "screen-256color"}])
    def test_tmux_is_not_taken_for_screen(self, env: dict[str, str]) -> None:
        assert osc52(b"x", env).startswith("\x1b]52")


SECRET = "gh" + "p_" + Maker(4).word(36)


class TestRedaction:
    def test_neither_clipboard_nor_file_gets_a_secret(self, tmp_path: Path) -> None:
        sent = send(f"{SECRET}\ncat /srv/ann/x password=hunter2", {**BARE, "HOME": "/srv/ann"}, tmp_path)
        kept = "[redacted]\ncat ~/x password=[redacted]"
        assert received(sent.sequence).decode() == kept
        assert sent.path is not None
        assert sent.path.read_text(encoding="utf-8") == kept
        assert (sent.left_out, sent.changed) == (2, False)
        assert sent.sentence().startswith("2 secrets left out; ")

    def test_a_tool_gets_none(self, tmp_path: Path) -> None:
        env = tool(tmp_path / "bin", "xclip", f"exec /bin/cat > {tmp_path}/out") | {"DISPLAY": "x"}
        send(SECRET, env, tmp_path / "state", platform="linux")
        assert (tmp_path / "out").read_text(encoding="utf-8") == "[redacted]"

    def test_what_escapes_hide_in_a_secret_is_taken_away_first(self, tmp_path: Path) -> None:
        sent = send(f"{SECRET[:9]}\x1b[31m{SECRET[9:]}", BARE, tmp_path)
        assert received(sent.sequence) == b"[redacted]"

    def test_what_is_to_be_run_keeps_its_paths(self, tmp_path: Path) -> None:
        command = "cd '/home/ann/my app' && codex resume 1"
        assert (
            received(send(command, {**BARE, "HOME": "/home/ann"}, tmp_path, runs=True).sequence)
            == command.encode()
        )
        sent = send(f"{command} {SECRET}", BARE, tmp_path, runs=True)
        assert received(sent.sequence).decode() == f"{command} [redacted]"

    def test_it_can_be_turned_off(self, tmp_path: Path) -> None:
        sent = send(f"{SECRET} /home/ann", BARE, tmp_path, redacts=False)
        assert received(sent.sequence).decode() == f"{SECRET} /home/ann"
        assert sent.left_out == 0

    def test_nothing_else_writes_to_a_clipboard(self) -> None:
        sources = Path(clipboard.__file__).parent.rglob("*.py")
        texts = {path.name: path.read_text(encoding="utf-8") for path in sources}
        assert [name for name, text in texts.items() if "]52;" in text] == ["clipboard.py"]
        assert not any("redacts=False" in text for text in texts.values())
        assert not any("copy_to_clipboard" in text for text in texts.values())


class TestLimit:
    @pytest.mark.parametrize(
        ("limit", "way", "too_long"), [(3, "terminal", False), (2, "", True), (0, "", False)]
    )
    def test_a_terminal_that_takes_less(self, tmp_path: Path, limit: float, way: str, too_long: bool) -> None:
        sent = send("abc", BARE, tmp_path, limit=limit)
        assert (sent.way, sent.is_too_long) == (way, too_long)
        assert ("too long" in sent.sentence()) == too_long

    def test_the_default_is_what_terminals_have_in_common(self) -> None:
        assert DEFAULTS.osc52_limit == TERMINAL_BYTES

    def test_tmux_takes_any_length(self, tmux: Tmux, tmp_path: Path) -> None:
        text = "x" * 200_000
        sent = send(text, tmux.env, tmp_path / "state", limit=0)
        assert (sent.way, tmux("show-buffer")) == ("tmux", text)


HOME = Path("/home/ann")
FILE = HOME / ".local/state/codexlog/copy.txt"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (Sent(42, "tmux", FILE), "sent 42 B through tmux; written to ~/.local/state/codexlog/copy.txt"),
        (
            Sent(42, "terminal", FILE),
            "written to ~/.local/state/codexlog/copy.txt; the terminal was asked to copy it",
        ),
        (Sent(42, "", FILE), "written to ~/.local/state/codexlog/copy.txt"),
        (
            Sent(3_100, "tmux", FILE, left_out=1),
            "1 secret left out; sent 3.1 kB through tmux; written to ~/.local/state/codexlog/copy.txt",
        ),
        (
            Sent(80_000, "", FILE, is_too_long=True),
            "80 kB are too long for a terminal's clipboard; written to ~/.local/state/codexlog/copy.txt",
        ),
        (
            Sent(3_100, "wl-copy", Path("/run/x"), changed=True),
            "sent 3.1 kB through wl-copy; written to /run/x; tabs or control characters replaced",
        ),
        (Sent(1, "tmux", None, "not written to /x: full"), "sent 1 B through tmux; not written to /x: full"),
    ],
)
def test_sentences(sent: Sent, said: str) -> None:
    assert sent.sentence(HOME) == said
    assert "copied" not in said


class Tmux:
    """A tmux server of its own, without a configuration."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "s"
        self("new-session", "-d", "-x", "80", "-y", "24", "cat")
        place = self("display-message", "-p", "#{socket_path},#{pid},0").strip()
        self.env = {**os.environ, "TMUX": place, "SSH_CONNECTION": "1"}

    def __call__(self, *words: str) -> str:
        command = ["tmux", "-S", str(self.socket), "-f", os.devnull, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20).stdout


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    if not any((Path(folder) / "tmux").exists() for folder in os.environ["PATH"].split(":")):
        pytest.skip("no tmux here")
    one = Tmux(tmp_path)
    yield one
    one("kill-server")
