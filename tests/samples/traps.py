"""One short session for each kind of damage and for each oddity that a reader must survive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .agent import Agent
from .project import Project
from .rows import Clock, Sample, dumps, lines

if TYPE_CHECKING:
    from collections.abc import Callable

TEST = "python -m pytest -q tests/test_balances.py"
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 48213\n"

ESCAPES = (
    "Fix the header\x1b[31m red \x1b[0m\x1b]0;owned\x07\x1b]8;;file:///etc/passwd\x1b\\link\x1b]8;;\x1b\\ "
    "and [bold red]this[/] [link=https://example.org]tag[/link] [/nothing]"
)
BIDI = (
    "Rename `user\u202e\u2066// admin\u2069\u2066` and zero\u200bwidth\u200d\ufeff joiners, "
    "e\u0301 and \u0430dmin (Cyrillic a)"
)
WIDE = "表の列がずれる：全角文字とemoji 👩‍👩‍👧‍👦🇩🇪❤️ の幅を数える ｶﾀｶﾅ 한국어 ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴a͗l"
COMMANDS = (
    r"printf '\033[2J\033[H\033[41mfull screen\033[0m\033]52;c;cm0gLXJmIH4=\007\n'",
    r"printf 'bar 1 %%\rbar 50 %%\rbar 100 %%\n\a\b\v\f\x7f\xc2\x9b31mC1\n'",
    r"printf '\xe2\x80\xaegnp.exe\xe2\x80\xac \xe2\x80\x8b| 漢字 👩‍👩‍👧‍👦 [red]x[/red] <script>1</script>\n'",
    r"printf '%s\n' '```' 'Output:' 'Process exited with code 7' '</details>'; exit 3",
)


class Traps:
    """Makes short sessions, a minute apart, in one project."""

    def __init__(self, project: Project, clock: Clock) -> None:
        self.project = project
        self.clock = clock
        self.made: list[Sample] = []

    def session(self, prompt: str) -> Agent:
        """Return a short whole session; damage is done to its bytes."""
        self.clock.tick(60_000)
        agent = Agent(self.clock, self.project)
        agent.meta(base_instructions=None)
        agent.begin(prompt, boilerplate=False)
        agent.run(TEST)
        agent.end("Two tests, both pass.")
        return agent

    def add(self, name: str, data: bytes, agent: Agent) -> None:
        self.made.append(Sample(agent.path, data, f"trap: {name}"))

    def damage(self, name: str, change: Callable[[bytes], bytes]) -> None:
        agent = self.session(f"Run the balance tests ({name}).")
        self.add(name, change(lines(agent.rows)), agent)


def glued(data: bytes) -> bytes:
    """Drop one line end, so that two whole rows share a line."""
    rows = data.split(b"\n")
    return b"\n".join([*rows[:3], rows[3] + rows[4], *rows[5:]])


def torn_inside(data: bytes) -> bytes:
    """Put a torn row before its rewritten whole; the fragment holds a complete nested object."""
    rows = data.split(b"\n")
    target = next(index for index, row in enumerate(rows) if b'"last_token_usage"' in row)
    cut = rows[target].index(b'"last_token_usage"') + 40
    rows[target] = rows[target][:cut] + rows[target]
    return b"\n".join(rows)


def carriage(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n\r\n", 4).replace(b'}\n{"', b'}\r\n{"')


def with_nuls(data: bytes) -> bytes:
    """Insert a line of NUL bytes, as a crash of the machine leaves it."""
    rows = data.split(b"\n")
    return b"\n".join([*rows[:5], b"\0" * 512, *rows[5:]])


def latin(data: bytes) -> bytes:
    """Put bytes that are not UTF-8 into a text."""
    return data.replace(b"Two tests, both pass.", b"Zwei Pr\xfcfungen \xe2\x82 bestanden.\xff")


def surrogate(data: bytes) -> bytes:
    """Put half of a surrogate pair into a text, as an escape."""
    return data.replace(b"Two tests, both pass.", rb"Both pass \ud83d and \ude00\ud83d again.")


def odd_rows(data: bytes) -> bytes:
    """Add rows of unknown kind and values that are no rows."""
    stamp = '"timestamp":"2026-07-20T07:06:30.900Z"'
    extra = (
        f'{{{stamp},"type":"quantum_state","payload":{{"spin":"up"}}}}',
        f'{{{stamp},"type":"event_msg","payload":{{"type":"from_the_future","message":"hello"}}}}',
        "null",
        "42",
        '["not","a","row"]',
        f'{{"type":"event_msg",{stamp},"payload":{{"message":"keys swapped","type":"agent_reasoning"}}}}',
    )
    extra_rows = "".join(f"{row}\n" for row in extra)
    return data + extra_rows.encode()


DAMAGES: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("torn last row", lambda data: data[:-90]),
    ("no final newline", lambda data: data[:-1]),
    ("two objects glued on one line", glued),
    ("torn fragment glued before the whole row", torn_inside),
    ("CRLF line ends and blank lines", carriage),
    ("byte order mark", lambda data: b"\xef\xbb\xbf" + data),
    ("a line of NUL bytes", with_nuls),
    ("invalid UTF-8", latin),
    ("lone surrogate escapes", surrogate),
    ("unknown rows, other key order, values that are no objects", odd_rows),
)


def unanswered(traps: Traps) -> None:
    agent = traps.session("Run the balance tests (call without output).")
    agent.begin("Once more.", boilerplate=False)
    agent.call("exec_command", {"cmd": TEST})
    traps.add("a call without output", lines(agent.rows), agent)


def orphan(traps: Traps) -> None:
    agent = traps.session("Run the balance tests (output without call).")
    output = next(row for row in agent.rows if row["payload"].get("type") == "function_call_output")
    stray = {**output, "payload": {**output["payload"], "call_id": traps.clock.call_id()}}
    agent.rows.insert(agent.rows.index(output) + 1, stray)
    traps.add("an output without call", lines(agent.rows), agent)


def hostile(traps: Traps) -> None:
    for name, text in (
        ("escape sequences and markup", ESCAPES),
        ("bidi and zero width", BIDI),
        ("wide text", WIDE),
    ):
        traps.clock.tick(60_000)
        agent = Agent(traps.clock, traps.project)
        agent.meta(base_instructions=None)
        agent.begin(text, boilerplate=False)
        agent.run(*COMMANDS)
        agent.say(f"**Done** {text}")
        agent.call("exec_command", {"cmd": f"echo '{text}'"})
        agent.answer(agent.rows[-1]["payload"]["call_id"], agent.finished(f"{text}\n", 0))
        agent.end(f"# {text}\n\n| a | b |\n|---|---|\n| {text} | `{text}` |")
        traps.add(f"hostile text: {name}", lines(agent.rows), agent)


def arguments(traps: Traps) -> None:
    """Make a call whose arguments are no JSON, and one whose output is an object."""
    agent = traps.session("Run the balance tests (arguments that do not parse).")
    call_id = agent.call("exec_command", {})
    agent.rows[-1]["payload"]["arguments"] = '{"cmd": "ls'
    agent.answer(
        call_id, "failed to parse function arguments: EOF while parsing a string at line 1 column 11"
    )
    call_id = agent.call("exec_command", {"cmd": "true"})
    agent.answer(call_id, {"content": "", "success": True})
    traps.add("arguments that are no JSON, output that is an object", lines(agent.rows), agent)


def samples() -> list[Sample]:
    clock = Clock("2026-07-20T08:55:00+02:00")
    with Project(clock) as project:
        traps = Traps(project, clock)
        for name, change in DAMAGES:
            traps.damage(name, change)
        for make in (unanswered, orphan, arguments, hostile):
            make(traps)
        pointer = POINTER.format(f"{clock.rng.getrandbits(256):064x}").encode()
        traps.add("git LFS pointer instead of the file", pointer, traps.session("-"))
        traps.add("empty file", b"", traps.session("-"))
        meta = traps.session("-")
        traps.add("one row: nobody typed anything", (dumps(meta.rows[0]) + "\n").encode(), meta)
    return traps.made
