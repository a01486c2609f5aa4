"""What can go wrong in one iteration, told step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faults.stories import RED, change, check, commit, finish, healthy, look, tick

if TYPE_CHECKING:
    from faults.writers import Writer

ANSWERED = "src/amounts.py:1:def parse(text):\n"


def red_at_end(writer: Writer) -> None:
    look(writer)
    change(writer)
    check(writer, red=True)
    finish(writer, RED)


def hidden_by_pipe(writer: Writer) -> None:
    look(writer)
    change(writer)
    writer.shell(f"{writer.tool.command} 2>&1 | tail -30", writer.tool.fails)
    finish(writer, RED)


def lint_after_red(writer: Writer) -> None:
    """A linter that passes says nothing of the tests before it."""
    look(writer)
    change(writer)
    check(writer, red=True)
    writer.shell("ruff check src", "All checks passed!\n")
    finish(writer, RED)


def claims_done(writer: Writer) -> None:
    look(writer)
    change(writer)
    check(writer, red=True)
    finish(writer, "All tests pass and the item is done.")


def limit(writer: Writer) -> None:
    look(writer)
    change(writer)
    writer.stop("usage_limit_exceeded", "You've hit your usage limit. Try again at 11:41 PM.")


def overflow(writer: Writer) -> None:
    look(writer)
    change(writer)
    check(writer)
    _overflows(writer)


def overflow_after_commit(writer: Writer) -> None:
    look(writer)
    change(writer)
    commit(writer)
    _overflows(writer)


def _overflows(writer: Writer) -> None:
    if is_claude(writer):
        writer.stop("", "Prompt is too long")
    else:
        words = "Codex ran out of room in the model's context window. Start a new conversation."
        writer.stop("context_window_exceeded", words)


def stream(writer: Writer) -> None:
    look(writer)
    change(writer)
    words = (
        "API Error: 529 overloaded_error" if is_claude(writer) else "stream disconnected before completion"
    )
    writer.stop("response_stream_disconnected", words)


def auth(writer: Writer) -> None:
    writer.stop("unauthorized", "Your refresh token was revoked. 401 authentication_error")


def aborted(writer: Writer) -> None:
    look(writer)
    change(writer)
    writer.abort()


def cut(writer: Writer) -> None:
    look(writer)
    change(writer)
    writer.shell("python -m tools.soak", answered=False)


def cut_after_commit(writer: Writer) -> None:
    look(writer)
    change(writer)
    commit(writer)
    writer.shell("python -m tools.soak", answered=False)


def cut_between(writer: Writer) -> None:
    """Killed while the model was thinking: every call has its output."""
    look(writer)
    change(writer)
    writer.shell("git diff --stat", " 1 file changed\n")


def announces(writer: Writer) -> None:
    look(writer)
    change(writer)
    finish(writer, "Two over. Now let me squeeze two more:")


def question(writer: Writer) -> None:
    look(writer)
    finish(writer, "The spec leaves two readings open. Should I round half away from zero or to even?")


def blocked(writer: Writer) -> None:
    look(writer)
    writer.deny("git worktree add ../clean")
    finish(writer, "I am blocked: this cannot be done without network access, which the sandbox refuses.")


def network(writer: Writer) -> None:
    look(writer)
    for host in ("npmjs", "yarnpkg"):
        text = f"npm error code ENOTFOUND\nnpm error request to https://registry.{host}.invalid/x failed\n"
        writer.shell(f"npm install --registry {host}", text, 1)
    finish(writer, "The packages cannot be installed without network access. I am blocked by the network.")


def nothing(writer: Writer) -> None:
    finish(writer, f"I have read the instructions of run {writer.number}.")


def only_reads(writer: Writer) -> None:
    look(writer)
    writer.shell("rg -n rounding src", ANSWERED)
    finish(writer, f"I looked at part {writer.number} and at what belongs to it; it needs more thought.")


def stuck(writer: Writer) -> None:
    look(writer)
    change(writer)
    for _ in range(4):
        check(writer, red=True)
    finish(writer, RED)


def same_answer(writer: Writer) -> None:
    look(writer)
    for _ in range(5):
        writer.shell("ls build", "a.o  b.o\n")
    healthy(writer)


def denied(writer: Writer) -> None:
    look(writer)
    change(writer)
    for _ in range(3):
        writer.deny("git commit -am work")
    finish(writer, "The sandbox cannot write to .git: I was unable to commit without permissions.")


def timeouts(writer: Writer) -> None:
    look(writer)
    change(writer)
    for _ in range(3):
        writer.shell("npm install", "command timed out after 120000 milliseconds\n", 124)
    finish(writer, "The install does not come to an end here. Blocked by the network.")


def patches(writer: Writer) -> None:
    look(writer)
    for _ in range(4):
        writer.patch("src/amounts.py", "not there", "new", fails=True)
    finish(writer, "The edits did not apply. What would you like me to do?")


def burn(writer: Writer) -> None:
    writer.spend(400_000)
    healthy(writer)


def spiral(writer: Writer) -> None:
    look(writer)
    for _ in range(3):
        writer.compact()
        writer.shell("cat specs/amounts.md", "# Amounts\n")
        writer.shell("cat src/amounts.py", "def parse(text): ...\n")
    healthy(writer)


def takes_back(writer: Writer) -> None:
    look(writer)
    writer.patch("src/amounts.py", "scale = 2\nplaces = 2", "scale = 4\nplaces = 4")
    check(writer)
    writer.patch("src/amounts.py", "scale = 4\nplaces = 4", "scale = 2\nplaces = 2")
    healthy(writer)


def throws_away(writer: Writer) -> None:
    look(writer)
    change(writer, "x")
    writer.shell("git checkout -- src", "")
    healthy(writer)


def one_way(writer: Writer) -> None:
    writer.patch("src/amounts.py", "scale = 2\nplaces = 2", "scale = 4\nplaces = 4")
    healthy(writer)


def other_way(writer: Writer) -> None:
    writer.patch("src/amounts.py", "scale = 4\nplaces = 4", "scale = 2\nplaces = 2")
    healthy(writer)


def quotes_promise(writer: Writer) -> None:
    change(writer)
    commit(writer)
    finish(writer, f"Item {writer.number} is in. I am not printing <promise>COMPLETE</promise> yet.")


def forgets_promise(writer: Writer) -> None:
    change(writer)
    commit(writer)
    finish(writer, f"All items of the plan are done after item {writer.number}.")


def keeps_promise(writer: Writer) -> None:
    change(writer)
    commit(writer)
    finish(writer, "<promise>COMPLETE</promise>")


def false_promise(writer: Writer) -> None:
    change(writer)
    check(writer, red=True)
    finish(writer, "<promise>COMPLETE</promise>")


def open_plan(writer: Writer) -> None:
    writer.plan(("read", "completed"), ("write", "pending"), ("test", "pending"))
    healthy_but(writer, "All tasks are complete.")


def healthy_but(writer: Writer, words: str) -> None:
    change(writer)
    check(writer)
    commit(writer)
    finish(writer, words)


def two_items(writer: Writer) -> None:
    look(writer)
    change(writer)
    tick(writer, f"{writer.number}b")
    check(writer)
    commit(writer)
    finish(writer)


def forbidden(writer: Writer) -> None:
    writer.patch("specs/amounts.md", "two places", "four places")
    healthy(writer)


def no_commit(writer: Writer) -> None:
    look(writer)
    change(writer)
    check(writer)
    finish(writer)


def only_notes(writer: Writer) -> None:
    writer.shell("cat IMPLEMENTATION_PLAN.md", "- [x] all\n")
    writer.patch("PROGRESS.md", f"run {writer.number}", f"run {writer.number} is over")
    finish(writer, f"The notes of run {writer.number} are up to date.")


def all_done(writer: Writer) -> None:
    look(writer)
    change(writer)
    check(writer)
    commit(writer, "All 5/5 items done")
    finish(writer, "All items of the plan are done and committed.")


def polish(writer: Writer) -> None:
    check(writer)
    writer.patch(f"tests/test_{writer.number}.py", "x = 1", "x = 1\ny = 2")
    writer.shell(
        f"git commit -am 'audit {writer.number}: clean'", f"[main ab{writer.number:05x}] audit: clean\n"
    )
    writer.committed = True
    finish(writer, f"Audit {writer.number} is clean.")


def same_subject(writer: Writer) -> None:
    change(writer)
    check(writer)
    commit(writer, "add the reader")
    finish(writer)


def off_branch(writer: Writer) -> None:
    look(writer)
    change(writer)
    check(writer)
    commit(writer, branch="detached HEAD")
    finish(writer)


def push_fails(writer: Writer) -> None:
    look(writer)
    change(writer)
    check(writer)
    commit(writer)
    writer.shell("git push origin main", "fatal: could not read Username: terminal prompts disabled\n", 128)
    finish(writer)


def torn(writer: Writer) -> None:
    look(writer)
    writer.tear()
    healthy(writer)


def on_a_branch(writer: Writer) -> None:
    writer.branch = "experiment"


def is_claude(writer: Writer) -> bool:
    return writer.version.startswith("2.")
