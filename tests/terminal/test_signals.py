"""Stopped, continued, ended from outside, its terminal gone: the terminal is always left as it was."""

from __future__ import annotations

import os
import signal
import termios
import time
from pathlib import Path

import pytest

from terminals import Terminal, bytes_of

LEAVES = b"\x1b[?1049l"
SHOWS_CURSOR = b"\x1b[?25h"
CLI = "import sys; from codexlog.cli import main; sys.exit(main())"


def is_cooked(terminal: Terminal) -> bool:
    """Whether typed text is shown and taken by the line, as a shell's terminal does."""
    local = terminal.modes()[3]
    assert isinstance(local, int)
    return bool(local & termios.ECHO) and bool(local & termios.ICANON)


def wait_until_stopped(terminal: Terminal) -> bytes:
    out, end = b"", time.monotonic() + 10
    while terminal.state() != "T":
        assert time.monotonic() < end
        out += terminal.read(0.05, 0.1)
    return out + terminal.read(0.2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_ends_it_and_leaves_the_terminal_as_it_was(
    terminal: Terminal, number: signal.Signals
) -> None:
    assert not is_cooked(terminal)
    os.kill(terminal.pid, number)
    out = terminal.until(lambda _: terminal.state() in "ZX")
    out += terminal.read(0.2)
    assert out.rindex(SHOWS_CURSOR) > out.rindex(LEAVES)
    assert is_cooked(terminal)
    assert terminal.end() == 128 + number


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_amid_the_start_leaves_the_terminal_as_it_was(home: Path, number: signal.Signals) -> None:
    one = Terminal(home)
    out = b""
    while b"\x1b[?1049h" not in out:
        out += os.read(one.fd, 1 << 12)
    os.kill(one.pid, number)
    assert one.end() == 128 + number
    assert is_cooked(one)
    one.close()


def test_ctrl_c_is_a_way_to_leave(terminal: Terminal) -> None:
    terminal.type("\x03")
    assert terminal.end() == 0


@pytest.mark.parametrize("typed", ["", "/fail", "?", ":"])
def test_ctrl_z_goes_to_the_shell_and_back(terminal: Terminal, typed: str) -> None:
    for key in typed:
        terminal.press(key)
    before = terminal.text
    terminal.type(bytes_of("ctrl+z"))
    out = wait_until_stopped(terminal)
    assert LEAVES in out
    assert is_cooked(terminal)
    terminal.stream.feed(b"\x1b[2J$ what the shell wrote")
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.until(lambda screen: screen == before)
    assert not is_cooked(terminal)
    terminal.type("\x03")
    assert terminal.end() == 0
    assert is_cooked(terminal)


def test_a_stop_that_nobody_can_notice_is_mended_when_it_goes_on(terminal: Terminal) -> None:
    before = terminal.text
    os.kill(terminal.pid, signal.SIGSTOP)
    wait_until_stopped(terminal)
    terminal.stream.feed(b"\x1b[2J$ what the shell wrote")
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.until(lambda screen: screen == before)
    terminal.read(0.5)
    assert terminal.press(bytes_of("down")) > 0
    terminal.type("q")
    assert terminal.end() == 0
    assert is_cooked(terminal)


def test_it_stays_stopped_in_the_background(home: Path) -> None:
    one = Terminal(home, program=IN_BACKGROUND)
    one.wait_for("stopped twice")
    one.wait_for("Sessions  47")
    one.type("q")
    assert one.end() == 0
    os.close(one.fd)


IN_BACKGROUND = """
import os, signal, sys, time
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    from pathlib import Path
    from codexlog.app import run
    from codexlog.app.options import options_from
    code = run(options_from([Path(each) for each in sys.argv[1:]], os.environ, Path.home()))
    os._exit(code)
time.sleep(1.5)
os.kill(child, signal.SIGTSTP)
assert os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
os.tcsetpgrp(0, os.getpgrp())
os.kill(child, signal.SIGCONT)  # as `bg` does
assert os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
print("stopped twice", flush=True)
time.sleep(0.8)
os.tcsetpgrp(0, child)
os.kill(child, signal.SIGCONT)  # as `fg` does
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_closed_terminal_ends_it(terminal: Terminal) -> None:
    os.close(terminal.fd)
    assert ended(terminal) == 128 + signal.SIGHUP


def ended(terminal: Terminal) -> int:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        pid, status = os.waitpid(terminal.pid, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    return -1


@pytest.mark.parametrize("also", ["", "os.close(2)"])
def test_a_closed_terminal_ends_it_where_no_signal_tells(home: Path, also: str) -> None:
    again = f"os.execv(sys.executable, [sys.executable, '-c', {CLI!r}, *sys.argv[1:]])"
    one = Terminal(home, program=WITHOUT_TERMINAL.format(also=also, again=again))
    one.until(lambda screen: "Sessions  47" in screen and Path("pid").exists())
    pid = int(Path("pid").read_text())
    os.close(one.fd)
    end = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
        time.sleep(0.02)
    is_left = Path(f"/proc/{pid}").exists()
    if is_left:
        os.kill(pid, signal.SIGKILL)
    one.close()
    assert not is_left


WITHOUT_TERMINAL = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
child = os.fork()
if child:
    os.waitpid(child, 0)
    os._exit(0)
os.setsid()
signal.signal(signal.SIGHUP, signal.SIG_DFL)
with open("pid.part", "w") as file:
    file.write(str(os.getpid()))
os.rename("pid.part", "pid")
{also}
{again}
"""


@pytest.mark.parametrize("closed", [(0, 1), (0, 2), (1, 2), (0, 1, 2)])
def test_with_several_streams_closed_it_ends_by_itself(home: Path, closed: tuple[int, ...]) -> None:
    again = f"os.execv(sys.executable, [sys.executable, '-c', {CLI!r}, *sys.argv[1:]])"
    one = Terminal(home, program=f"import os, sys\nfor each in {closed}: os.close(each)\n{again}")
    assert one.end(20) == 0
    assert "Traceback" not in one.text
    os.close(one.fd)


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_a_closed_stream_is_no_reason_to_crash(home: Path, closed: int) -> None:
    again = f"os.execv(sys.executable, [sys.executable, '-c', {CLI!r}, *sys.argv[1:]])"
    one = Terminal(home, program=f"import os, sys\nos.close({closed})\n{again}")
    seen: list[str] = []

    def shows(screen: str) -> bool:
        seen.append(screen)
        return "Sessions  47" in screen or one.state() in "ZX"

    one.until(shows)
    one.type("q")
    assert one.end() == 0
    assert "Traceback" not in one.text
    os.close(one.fd)
