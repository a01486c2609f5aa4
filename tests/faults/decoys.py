"""Noise that looks like trouble and is none: each is a few steps inside of a healthy iteration."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from faults.writers import Writer

MEGABYTE = 1 << 20
PS_NOISE = "/etc/profile.d/x.sh: line 50: /bin/ps: Operation not permitted\n"


def polling(writer: Writer) -> None:
    writer.poll("npm run build", 6, "built in 61 s\n", 0)


def listing_of_error_codes(writer: Writer) -> None:
    writer.shell("cat src/net.ts", "const codes = ['EAI_AGAIN', 'ENOTFOUND'] // Could not resolve host\n")


def shell_noise(writer: Writer) -> None:
    writer.shell("git status --short", PS_NOISE)
    writer.shell("sed -n 1,20p src/gone.py", PS_NOISE + "sed: src/gone.py: No such file or directory\n", 1)


def talk_of_limits(writer: Writer) -> None:
    text = "You've hit your usage limit. HTTP 429 rate_limit_error; prompt is too long; 401 unauthorized\n"
    writer.shell("cat docs/errors.md", text)
    writer.say("The page on usage limits and on `prompt is too long` reads well.")


def the_word_timeout(writer: Writer) -> None:
    writer.shell("rg -n timeout src", "src/http.py:3:timeout = 30  # command timed out after\n")


def debug_line(writer: Writer) -> None:
    writer.patch("src/amounts.py", "total = 0", "total = 0\nprint(total)")
    writer.patch("src/amounts.py", "total = 0\nprint(total)", "total = 0")


def one_failed_patch(writer: Writer) -> None:
    writer.patch("src/reader.py", "no such line", "x", fails=True)
    writer.patch("src/reader.py", "such a line", "x")


def stash_and_pop(writer: Writer) -> None:
    writer.patch("src/reader.py", f"a{writer.number}", f"b{writer.number}")
    writer.shell("git stash", "Saved working directory and index state WIP on main\n")
    writer.shell("git stash pop", "On branch main\n")


def patience(writer: Writer) -> None:
    for _ in range(5):
        writer.shell("sleep 20 && cat build.state", "running\n")


def rhetoric(writer: Writer) -> None:
    writer.say("Why did it fail? Should I look at the scale first? Yes: the scale is wrong.")


def probing(writer: Writer) -> None:
    for name in ("setup.cfg", "tox.ini", "pytest.ini"):
        writer.shell(f"ls {name}", f"ls: cannot access '{name}': No such file or directory\n", 2)


def green_behind_a_pipe(writer: Writer) -> None:
    writer.shell(f"{writer.tool.command} 2>&1 | tail -3", writer.tool.passes)


def flaky_once(writer: Writer) -> None:
    writer.shell("npm ci", "npm error code ECONNRESET\n", 1)
    writer.shell("npm ci", "added 214 packages in 9s\n")


def huge_output(writer: Writer) -> None:
    line = "src/data.json: " + "0123456789" * 10 + "\n"
    writer.shell("cat src/data.json", line * (MEGABYTE // len(line)))


def escapes(writer: Writer) -> None:
    text = "\x1b[31merror\x1b[0m is only a colour here \x1b]52;c;aGk=\x07\x1b]0;title\x07\n"
    writer.shell("cat theme.txt", text)


def windows(writer: Writer) -> None:
    writer.shell("type src\\amounts.py", "C:\\Users\\anna\\app\\src\\amounts.py\r\nreturn 1\r\n")


def other_scripts(writer: Writer) -> None:
    writer.say("金額の端数処理を確認しました。Größe und Übertrag stimmen.")
    writer.shell("cat notes/メモ.md", "失敗ではありません ✗ FAILED ではない\n")


def pip_warnings(writer: Writer) -> None:
    text = "WARNING: Retrying after connection broken by 'NewConnectionError'\nSuccessfully installed x-1.0\n"
    writer.shell("pip install x", text)


def talk_of_failing_tests(writer: Writer) -> None:
    text = "The suite printed `FAILED tests/test_old.py::test_x` last week.\n"
    writer.shell("cat docs/history.md", text)


DECOYS: tuple[Callable[[Writer], None], ...] = (
    polling,
    listing_of_error_codes,
    shell_noise,
    talk_of_limits,
    the_word_timeout,
    debug_line,
    one_failed_patch,
    stash_and_pop,
    patience,
    rhetoric,
    probing,
    green_behind_a_pipe,
    flaky_once,
    huge_output,
    escapes,
    windows,
    other_scripts,
    pip_warnings,
    talk_of_failing_tests,
)


def some_noise(writer: Writer) -> None:
    """Two of them; the huge output rarely, for it costs time."""
    for decoy in writer.rng.sample(DECOYS, 2):
        if decoy is not huge_output or writer.rng.random() < 0.1:
            decoy(writer)
