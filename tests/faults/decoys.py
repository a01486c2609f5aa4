"""Noise that looks like trouble and is none: each is a few steps inside of a healthy iteration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faults.special import ask_server, edit_before_reading, edit_notebook, serve

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


def failures_that_are_quoted(writer: Writer) -> None:
    """What a file, a search or a diff shows is no check's word."""
    writer.shell("cat build/test.log", writer.tool.fails)
    writer.shell("rg -n FAILED build", "build/test.log:3:FAILED tests/test_old.py::test_x - no\n")
    writer.shell("git log -p -1", f"+{writer.tool.fails}")
    writer.shell("echo 'FAILED tests/test_old.py::test_x'", "FAILED tests/test_old.py::test_x\n")
    writer.shell("tail -n 40 build/ci.log", writer.tool.fails)


def failing_on_purpose(writer: Writer) -> None:
    """The new test has to fail first."""
    writer.shell("! pytest tests/test_new.py", writer.tool.fails)
    writer.shell(writer.tool.command, writer.tool.fails, 1)


def red_but_tolerated(writer: Writer) -> None:
    writer.shell(f"{writer.tool.command} || true", writer.tool.fails)


def searches_that_find_nothing(writer: Writer) -> None:
    for command in (
        "grep -q rounding src/amounts.py && echo yes",
        "diff -u a b",
        "test -f setup.cfg",
        "git diff --exit-code",
        "cmp a b",
        "git merge-base --is-ancestor v1 HEAD",
        "command -v cargo-nextest",
        "pgrep -f devserver",
    ):
        for _ in range(3):
            writer.shell(command, "", 1)


def a_server_that_is_stopped(writer: Writer) -> None:
    serve(writer, "npm run dev", "listening on 5173\n")


def a_time_limit_of_its_own(writer: Writer) -> None:
    for _ in range(3):
        writer.shell("timeout 5 ./soak.sh", "12 rounds\n", 124)


def install_at_the_second_try(writer: Writer) -> None:
    for code, text in (
        (1, "npm error code ENOTFOUND\n"),
        (1, "npm error code ENOTFOUND\n"),
        (0, "added 3\n"),
    ):
        writer.shell("npm ci --no-audit", text, code)


def compacted_once(writer: Writer) -> None:
    writer.compact()
    writer.shell("cat src/amounts.py", "def parse(text): ...\n")


def interrupted_and_resumed(writer: Writer) -> None:
    writer.abort()
    writer.prompt("go on where you were")


def allowed_later(writer: Writer) -> None:
    writer.deny("git worktree add ../clean")
    writer.shell("git worktree add ../clean", "Preparing worktree\n")


def a_server_of_tools_says_no(writer: Writer) -> None:
    ask_server(writer, "Error: no page of that name")


def powershell(writer: Writer) -> None:
    writer.shell("Get-Content src\\amounts.py | Select-Object -First 20", "def parse(text): ...\r\n")
    writer.shell('powershell.exe -Command "Test-Path .\\setup.cfg"', "False\r\n")
    writer.shell("Get-ChildItem -Recurse | Select-String 'FAILED'", "log.txt:3:FAILED tests/x.py::y\r\n")
    writer.shell("findstr /s /i rounding *.py", "", 1)


def a_hook_that_complains(writer: Writer) -> None:
    text = "ruff....................Failed\n- hook id: ruff\nsrc/amounts.py:3:1: F401 unused import\n"
    writer.shell("git commit -m 'first try'", text, 1)


def behind_the_remote(writer: Writer) -> None:
    text = " ! [rejected] main -> main (fetch first)\nerror: failed to push some refs\n"
    writer.shell("git push origin main", text, 1)
    writer.shell("git pull --rebase && git push origin main", "main -> main\n")


def edits_before_reading(writer: Writer) -> None:
    edit_before_reading(writer)
    writer.shell("cat src/a.py", "a = 1\n")
    writer.patch("src/a.py", "a = 1", "a = 2")


def a_notebook(writer: Writer) -> None:
    edit_notebook(writer, "notebooks/amounts.ipynb", "amounts.describe()")


def tests_of_a_runner(writer: Writer) -> None:
    """Its exit code is 0: what it prints on the way is what it has to print."""
    writer.shell("pytest -q tests/test_runner.py", "inner run: 1 failed, 2 passed\n3 passed in 0.2s\n")


def questions_about_tools(writer: Writer) -> None:
    writer.shell("pytest --version", "pytest 8.1.0\n")
    writer.shell("python -m pytest --collect-only -q", "no tests collected, 1 error\n", 2)


def trouble_that_is_over(writer: Writer) -> None:
    writer.say(
        "The sandbox blocked network access at first; the wheel was in the local cache. Should I? Yes."
    )


def once_too_slow(writer: Writer) -> None:
    for code in (124, 0):
        text = "command timed out after 10000 milliseconds\n" if code else "built in 14 s\n"
        writer.shell("npm run bundle", text, code)


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
    failures_that_are_quoted,
    failing_on_purpose,
    red_but_tolerated,
    searches_that_find_nothing,
    a_server_that_is_stopped,
    a_time_limit_of_its_own,
    compacted_once,
    interrupted_and_resumed,
    allowed_later,
    a_server_of_tools_says_no,
    powershell,
    a_hook_that_complains,
    behind_the_remote,
    a_notebook,
    edits_before_reading,
    tests_of_a_runner,
    questions_about_tools,
    trouble_that_is_over,
)
MILD: tuple[Callable[[Writer], None], ...] = (install_at_the_second_try, once_too_slow)
"""Noise that is worth a grey word and no more."""


def some_noise(writer: Writer) -> None:
    """Two of them; the huge output rarely, for it costs time."""
    for decoy in writer.rng.sample(DECOYS, 2):
        if decoy is not huge_output or writer.rng.random() < 0.1:
            decoy(writer)
