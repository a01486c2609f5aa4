"""Seeded Codex rollouts for benchmarks and tests; standard library only.

    python tests/corpus.py session PATH --bytes 1GiB --seed 7
    python tests/corpus.py home FOLDER --sessions 1000 --bytes 300MB --seed 7

The rows look like those of cli 0.142: compact JSON, key order timestamp, type, payload, non-ASCII raw.
Row sizes: p50 about 600 B, p90 4.7 KB, p99 35 KB, largest 5 MB. Outputs are two thirds of the bytes,
ciphertext a sixth. The same seed and size give the same bytes. `write_session` returns the counts of
what it wrote, so that tests need no second reader.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import re
import sys
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

START = datetime(2026, 2, 2, 8, 0, tzinfo=UTC)
LARGEST_ROW = 5_000_000
WINDOW = 258_400
CODES = (1, 1, 1, 1, 1, 1, 2, 2, 101, 127, 124, 137)

PROMPTS = (
    "The import drops the last line of a file without a final newline. Find out why and fix it with a test.",
    "Rename Account.total to Account.balance everywhere, including the docs, and run the whole test suite.",
    "Why is `make lint` slow? Measure before changing anything.",
    "study specs/* and pick ONE item of IMPLEMENTATION_PLAN.md, implement it, run the tests, commit it.",
    "Add a --since option to the report command.\n\nKeep the output format. Dates are ISO 8601.",
    "Der Bericht zeigt Umlaute falsch an: „Überweisung“ wird zu Ãœberweisung. Bitte beheben.",
    "表の列がずれています。全角文字の幅を考慮してください。",
)
COMMANDS = (
    "python -m pytest -q",
    "git status --short",
    "rg -n 'def parse_amount' src tests",
    "sed -n '1,200p' src/ledger/amounts.py",
    "ls -la",
    "cargo test --workspace 2>&1 | tail -40",
    "git diff --stat && git log --oneline -5",
    "cat <<'EOF' > probe.py\nprint(\"one\")\nEOF\npython probe.py",
    'rg -n "if __name__ == \\"__main__\\"" src',
    "npm run build -- --mode production",
)
NAMES = ("amount", "account", "balance", "currency", "entry", "posting", "rate", "report", "row", "total")
VERBS = ("parse", "load", "check", "render", "round", "merge", "split", "store", "index", "format")


@dataclass(frozen=True, slots=True)
class Written:
    """What one session holds, counted while it was written."""

    path: Path
    session_id: str
    size_bytes: int = 0
    rows: int = 0
    prompts: int = 0
    messages: int = 0
    calls: int = 0
    calls_failed: int = 0
    calls_unanswered: int = 0
    total_tokens: int = 0


def _source_line(rng: random.Random, number: int) -> str:
    name, verb = rng.choice(NAMES), rng.choice(VERBS)
    return rng.choice(
        (
            f"{number:>6}\tdef {verb}_{name}(text: str, *, strict: bool = True) -> {name.title()}:",
            f"{number:>6}\t    return {name.title()}({verb}({rng.randrange(999)}), '\\n'.join(parts))",
            f'src/ledger/{name}s.py:{rng.randrange(900)}:  if {name} is None: raise ValueError("no {name}")',
            "",
            f"    {verb}_{name} = [{name} for {name} in subprocess.run(args).{name}s if {name} != {number}]",
        )
    )


def _test_line(rng: random.Random, number: int) -> str:
    name, verb = rng.choice(NAMES), rng.choice(VERBS)
    return rng.choice(
        (
            f"tests/test_{name}s.py::test_{verb}_{name}_{number} PASSED",
            f"\x1b[31mFAILED\x1b[0m tests/test_{name}s.py::test_{verb} - AssertionError: {number} != 0",
            f"test {name}s::{verb}_{number} ... \x1b[32mok\x1b[0m",
            f"E       ValueError: {verb} {name}: '{number},00 €' is not an amount",
            f"{number} passed, {rng.randrange(9)} failed in {rng.random():.2f}s",
        )
    )


def _other_line(rng: random.Random, number: int) -> str:
    name, verb = rng.choice(NAMES), rng.choice(VERBS)
    return rng.choice(
        (
            f'{{"id":{number},"{name}":"{verb} \\"{name}\\"","at":"2026-02-0{rng.randrange(1, 9)}"}}',
            f"-rw-r--r-- 1 dev dev {number * 7:>8} Feb  3 10:{number % 60:02} {verb}_{name}",
            f"commit {rng.getrandbits(160):040x}",
            f"+    {verb}({name})\t# {name} × {verb}",
            f"npm warn deprecated {name}-{verb}@{number}.0.1: use {verb}-{name}; Größe 漢字 ✓",
            f'if __name__ == "__main__":  # {name}',
            f"Process exited with code {number % 3}"
            if number % 97 == 0
            else f"  Compiling {name}_{verb} v0.{number}",
        )
    )


@dataclass(frozen=True, slots=True)
class Pool:
    """Texts that every session cuts its bodies from, already escaped for JSON."""

    text: bytes
    cuts: list[int]
    cipher: bytes

    def body(self, rng: random.Random, size: int) -> bytes:
        """Return whole lines of about `size` bytes."""
        parts: list[bytes] = []
        while size >= len(self.text):
            parts.append(self.text)
            size -= len(self.text)
        first = rng.randrange(len(self.cuts) // 2)
        start = self.cuts[first]
        last = bisect_left(self.cuts, start + size, first + 1)
        if last == len(self.cuts):
            start, last = 0, bisect_left(self.cuts, size, 1)
        parts.append(self.text[start : self.cuts[min(last, len(self.cuts) - 1)]])
        return b"".join(parts)

    def secret(self, rng: random.Random, size: int) -> bytes:
        """Return base64 text that looks like encrypted reasoning."""
        start = rng.randrange(len(self.cipher) - size)
        return b"gAAAAAB" + self.cipher[start : start + size]


@lru_cache(maxsize=1)
def pool() -> Pool:
    """Build the texts once per process; they don't depend on a session's seed."""
    rng = random.Random(20260202)
    pieces: list[bytes] = []
    cuts = [0]
    while cuts[-1] < 3_000_000:
        make = rng.choice((_source_line, _source_line, _test_line, _other_line))
        for number in range(rng.randrange(3, 40)):
            piece = escaped(make(rng, number + rng.randrange(2000)) + "\n")
            pieces.append(piece)
            cuts.append(cuts[-1] + len(piece))
    return Pool(b"".join(pieces), cuts, base64.urlsafe_b64encode(rng.randbytes(900_000)))


def escaped(text: str) -> bytes:
    """Return the text as it stands between the quotes of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1].encode()


def uuid7(milliseconds: int, rng: random.Random) -> str:
    """Return a version 7 uuid of that moment."""
    bits = milliseconds << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62)
    digits = f"{bits:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class Writer:
    """Writes one session row by row and keeps its counts."""

    def __init__(
        self, path: Path, file: BinaryIO, start: datetime, size_bytes: int, rng: random.Random
    ) -> None:
        self.file = file
        self.size = size_bytes
        self.rng = rng
        self.pool = pool()
        self.ms = int(start.timestamp() * 1000)
        self.second = -1
        self.prefix = b""
        self.buffer: list[bytes] = []
        self.pending = 0
        self.bytes = self.rows = self.prompts = self.messages = 0
        self.calls = self.failed = self.unanswered = 0
        self.tokens = [0, 0, 0, 0]
        self.last_count = b""
        self.huge_at = size_bytes // 2 if size_bytes >= 256 << 20 else sys.maxsize
        self.largest = max(60_000, min(LARGEST_ROW, size_bytes // 8))
        self.id = uuid7(self.ms, rng)
        self.turn = b""
        self.cwd = b"/srv/" + rng.choice(NAMES).encode()
        self.path = path

    def row(self, kind: bytes, payload: bytes, pause: int = 0) -> None:
        """Write one row, `pause` milliseconds after the one before it."""
        self.ms += pause
        second, rest = divmod(self.ms, 1000)
        if second != self.second:
            self.second = second
            self.prefix = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()
        line = b'{"timestamp":"%b.%03dZ","type":"%b","payload":%b}\n' % (self.prefix, rest, kind, payload)
        self.buffer.append(line)
        self.rows += 1
        self.bytes += len(line)
        self.pending += len(line)
        if self.pending > 1 << 20:
            self.flush()

    def flush(self) -> None:
        self.file.write(b"".join(self.buffer))
        self.buffer.clear()
        self.pending = 0

    def item(self, body: bytes, pause: int = 0) -> None:
        """Write a response item of the open turn."""
        tail = b',"internal_chat_message_metadata_passthrough":{"turn_id":"%b"}}' % self.turn
        self.row(b"response_item", b'{"type":' + body + tail, pause)

    def event(self, body: bytes, pause: int = 0) -> None:
        self.row(b"event_msg", b'{"type":' + body + b"}", pause)

    def server_id(self, prefix: bytes) -> bytes:
        return b"%b_%032x" % (prefix, self.rng.getrandbits(128))

    def call_id(self) -> bytes:
        return b"call_" + base64.b64encode(self.rng.randbytes(18), b"Aa")

    def meta(self) -> None:
        """Write the first row with instructions in proportion to the session."""
        rng = self.rng
        payload = (
            b'{"session_id":"%b","id":"%b","timestamp":"%b","cwd":"%b","originator":"codex_exec",'
            b'"cli_version":"0.142.5","source":"exec","thread_source":"user","model_provider":"openai",'
            b'"base_instructions":{"text":"%b"},"git":{"commit_hash":"%040x","branch":"main"}}'
        ) % (
            self.id.encode(),
            self.id.encode(),
            datetime.fromtimestamp(self.ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z").encode(),
            self.cwd,
            self.pool.body(rng, min(18_000, self.size // 16)),
            rng.getrandbits(160),
        )
        self.row(b"session_meta", payload, 120)

    def open_turn(self) -> None:
        """Write the rows that every user turn begins with."""
        rng = self.rng
        self.ms += rng.randrange(2_000, 90_000)
        self.turn = uuid7(self.ms, rng).encode()
        self.event(
            b'"task_started","turn_id":"%b","started_at":%d,"model_context_window":%d,"collaboration_mode_kind":"default"'
            % (self.turn, self.ms // 1000, WINDOW)
        )
        if not self.prompts:
            self.boilerplate()
        self.row(
            b"turn_context",
            b'{"turn_id":"%b","cwd":"%b","current_date":"2026-02-02","timezone":"Europe/Berlin","approval_policy":"never",'
            b'"sandbox_policy":{"type":"workspace-write","network_access":false},"model":"gpt-5.5","effort":"medium",'
            b'"summary":"auto"}' % (self.turn, self.cwd),
            3,
        )
        text = escaped(f"{rng.choice(PROMPTS)} ({self.prompts + 1})")
        self.item(b'"message","role":"user","content":[{"type":"input_text","text":"%b"}]' % text, 2)
        self.event(
            b'"user_message","message":"%b","images":[],"local_images":[],"text_elements":[]' % text, 1
        )
        self.prompts += 1
        if self.prompts == 1:
            self.event(b'"token_count","info":null,"rate_limits":' + self.limits(), 800)
        elif self.last_count and rng.random() < 0.5:
            self.event(self.last_count, 300)

    def boilerplate(self) -> None:
        rules = b"<permissions instructions>\\nSandbox: workspace-write.\\n</permissions instructions>"
        self.item(b'"message","role":"developer","content":[{"type":"input_text","text":"%b"}]' % rules, 4)
        context = (
            b"<environment_context>\\n  <cwd>%b</cwd>\\n  <shell>bash</shell>\\n</environment_context>"
            % self.cwd
        )
        self.item(b'"message","role":"user","content":[{"type":"input_text","text":"%b"}]' % context)

    def limits(self) -> bytes:
        return (
            b'{"limit_id":"codex","primary":{"used_percent":%d.0,"window_minutes":300,"resets_at":%d},'
            b'"secondary":null,"credits":null,"plan_type":"plus",'
            b'"rate_limit_reached_type":null}'
        ) % (self.rows % 89, self.ms // 1000 + 9000)

    def count_tokens(self) -> None:
        """Write the cumulative token event, and sometimes the same one again."""
        rng = self.rng
        used = [rng.randrange(8_000, 120_000), 0, rng.randrange(30, 2_400), 0]
        used[1] = used[0] * rng.randrange(60, 97) // 100
        used[3] = used[2] // rng.randrange(2, 9)
        self.tokens = [a + b for a, b in zip(self.tokens, used, strict=True)]
        usage = (
            b'{"input_tokens":%d,"cached_input_tokens":%d,"output_tokens":%d,"reasoning_output_tokens":%d,'
            b'"total_tokens":%d}'
        )
        total, last = (usage % (*each, each[0] + each[2]) for each in (self.tokens, used))
        self.last_count = (
            b'"token_count","info":{"total_token_usage":%b,"last_token_usage":%b,"model_context_window":%d},"rate_limits":%b'
            % (total, last, WINDOW, self.limits())
        )
        self.event(self.last_count, 30)
        if rng.random() < 0.19:
            self.event(self.last_count, 5)

    def say(self, size: int, phase: bytes, pause: int = 900) -> bytes:
        """Write an assistant message, first the event and then the item."""
        text = self.pool.body(self.rng, size)
        self.event(
            b'"agent_message","message":"%b","phase":"%b","memory_citation":null' % (text, phase), pause
        )
        self.item(
            b'"message","id":"%b","role":"assistant","content":[{"type":"output_text","text":"%b"}],"phase":"%b"'
            % (self.server_id(b"msg"), text, phase),
            1,
        )
        self.messages += 1
        return text

    def reason(self) -> None:
        size = min(30_000, int(self.rng.lognormvariate(7.85, 0.8)))
        body = b'"reasoning","id":"%b","summary":[],"encrypted_content":"%b"'
        self.item(
            body % (self.server_id(b"rs"), self.pool.secret(self.rng, size)), self.rng.randrange(200, 5_000)
        )

    def function(self, name: bytes, arguments: str) -> bytes:
        call = self.call_id()
        body = b'"function_call","id":"%b","name":"%b","arguments":"%b","call_id":"%b"'
        self.item(body % (self.server_id(b"fc"), name, escaped(arguments), call), self.rng.randrange(2, 700))
        self.calls += 1
        return call

    def output(self, call: bytes, state: bytes, size: int) -> None:
        """Write a unified-exec output with its header."""
        text = (
            b"Chunk ID: %06x\\nWall time: %d.%04d seconds\\n%b\\nOriginal token count: %d\\nOutput:\\n%b"
            % (
                self.rng.getrandbits(24),
                self.rng.randrange(12),
                self.rng.randrange(10_000),
                state,
                size // 4,
                self.pool.body(self.rng, size) if size else b"",
            )
        )
        self.item(
            b'"function_call_output","call_id":"%b","output":"%b"' % (call, text), self.rng.randrange(20, 900)
        )

    def output_size(self) -> int:
        if self.bytes > self.huge_at:
            self.huge_at = sys.maxsize
            return LARGEST_ROW - 2_000
        return min(self.largest, int(self.rng.lognormvariate(7.55, 1.68)))

    def exit_state(self, opened: int = 1) -> bytes:
        """Return the header line of a finished process; about 7 % fail."""
        code = self.rng.choice(CODES) if self.rng.random() < 0.07 else 0
        self.failed += opened if code else 0
        return b"Process exited with code %d" % code

    def commands(self) -> None:
        """Write one to four parallel commands and their outputs in any order."""
        rng = self.rng
        count = rng.choice((1, 1, 1, 1, 2, 2, 3, 4))
        calls = []
        for _ in range(count):
            arguments = {"cmd": rng.choice(COMMANDS), "yield_time_ms": 10_000, "max_output_tokens": 12_000}
            calls.append(self.function(b"exec_command", json.dumps(arguments, separators=(",", ":"))))
        rng.shuffle(calls)
        for call in calls:
            if rng.random() < 0.0004:
                self.unanswered += 1
            else:
                self.output(call, self.exit_state(), self.output_size())

    def long_command(self) -> None:
        """Write a command that outlives its call, and the polls that carry it to its end."""
        rng = self.rng
        session = rng.randrange(1_000, 99_999)
        running = b"Process running with session ID %d" % session
        self.output(
            self.function(b"exec_command", '{"cmd":"cargo build --release","yield_time_ms":1000}'),
            running,
            90,
        )
        polls = rng.randrange(1, 4)
        for left in range(polls, 0, -1):
            poll = self.function(
                b"write_stdin", f'{{"session_id":{session},"chars":"","yield_time_ms":30000}}'
            )
            self.output(
                poll, self.exit_state(2) if left == 1 else running, self.output_size() if left == 1 else 0
            )

    def patch(self) -> None:
        rng = self.rng
        call, name = self.call_id(), rng.choice(NAMES).encode()
        hunk = self.pool.body(rng, rng.randrange(200, 2_500)).replace(b"\\n", b"\\n+")
        text = b"*** Begin Patch\\n*** Update File: src/%b.py\\n@@\\n+%b\\n*** End Patch" % (name, hunk)
        body = (
            b'"custom_tool_call","id":"%b","status":"completed","call_id":"%b","name":"apply_patch",'
            b'"input":"%b"'
        )
        self.item(body % (self.server_id(b"ctc"), call, text), 40)
        self.calls += 1
        if rng.random() < 0.07:
            self.failed += 1
            answer = b"apply_patch verification failed: Failed to find expected lines in %b/src/%b.py" % (
                self.cwd,
                name,
            )
        else:
            answer = b"Exit code: 0\\nWall time: 0.1 seconds\\nOutput:\\n"
            answer += b"Success. Updated the following files:\\nM src/%b.py\\n" % name
        self.item(b'"custom_tool_call_output","call_id":"%b","output":"%b"' % (call, answer), 60)

    def step(self) -> None:
        """Write one model request: thought, remark, calls with outputs, tokens."""
        rng = self.rng
        if rng.random() < 0.85:
            self.reason()
        if rng.random() < 0.4:
            self.say(rng.randrange(60, 500), b"commentary")
        kind = rng.random()
        if kind < 0.1:
            self.patch()
        elif kind < 0.16:
            self.long_command()
        else:
            self.commands()
        self.count_tokens()

    def close_turn(self) -> None:
        answer = self.say(self.rng.randrange(200, 1_800), b"final_answer")
        self.event(
            b'"task_complete","turn_id":"%b","last_agent_message":"%b","completed_at":%d,"duration_ms":%d'
            % (self.turn, answer, self.ms // 1000, self.rng.randrange(20_000, 900_000)),
            4,
        )

    def cut_off(self) -> None:
        """End in the middle of a turn with a call that nobody answered."""
        self.function(b"exec_command", '{"cmd":"python -m pytest -q"}')
        self.unanswered += 1

    def full(self, share: float = 1.0) -> bool:
        return self.bytes >= self.size * share - 2_000

    def run(self, *, cut: bool) -> Written:
        self.meta()
        while True:
            self.open_turn()
            for _ in range(self.rng.randrange(4, 20)):
                self.step()
                if self.full():
                    break
            if self.full() and cut:
                self.cut_off()
                break
            self.close_turn()
            if self.full(0.99):
                break
        self.flush()
        return Written(
            path=self.path,
            session_id=self.id,
            size_bytes=self.bytes,
            rows=self.rows,
            prompts=self.prompts,
            messages=self.messages,
            calls=self.calls,
            calls_failed=self.failed,
            calls_unanswered=self.unanswered,
            total_tokens=self.tokens[0] + self.tokens[2],
        )


def write_session(path: Path | str, *, size_bytes: int, seed: int, start: datetime = START) -> Written:
    """Write one rollout of about `size_bytes` bytes; one in twelve ends in the middle of a turn."""
    rng = random.Random(f"session {seed}")
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        return Writer(path, file, start, size_bytes, rng).run(cut=rng.random() < 1 / 12)


def write_home(folder: Path | str, *, sessions: int, total_bytes: int, seed: int) -> list[Written]:
    """Write a Codex home of `sessions` rollouts that together hold about `total_bytes` bytes."""
    rng = random.Random(f"home {seed}")
    weights = [rng.lognormvariate(0.0, 0.9) for _ in range(sessions)]
    unit = total_bytes / sum(weights)
    moment = START
    written = []
    for number, weight in enumerate(weights):
        moment += timedelta(seconds=rng.randrange(600, 30_000))
        path = Path(folder, "sessions", f"{moment:%Y/%m/%d}", "pending")
        facts = write_session(
            path, size_bytes=max(6_000, int(weight * unit)), seed=seed * 1_000_003 + number, start=moment
        )
        final = path.with_name(f"rollout-{moment:%Y-%m-%dT%H-%M-%S}-{facts.session_id}.jsonl")
        written.append(replace(facts, path=path.rename(final)))
    return written


def shuffled(row: object, rng: random.Random) -> object:
    """Return an equal JSON value whose objects have their keys in another order, at every depth."""
    if isinstance(row, dict):
        keys = list(row)
        rng.shuffle(keys)
        return {key: shuffled(row[key], rng) for key in keys}
    if isinstance(row, list):
        return [shuffled(value, rng) for value in row]
    return row


def size_of(text: str) -> int:
    """Return the number of bytes that a size such as `1GiB`, `300MB` or `4096` means."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?)(iB|B)?", text, re.IGNORECASE)
    if not match:
        raise argparse.ArgumentTypeError(f"not a size: {text}")
    base = 1000 if (match[3] or "iB").upper() == "B" else 1024
    return int(float(match[1]) * base ** " KMG".index((match[2] or " ").upper()))


def main(arguments: list[str] | None = None) -> None:
    """Write a session or a home and print what it holds."""
    parser = argparse.ArgumentParser(description="Write seeded Codex rollouts.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind, size in (("session", "1GiB"), ("home", "300MB")):
        command = kinds.add_parser(kind)
        command.add_argument("path", type=Path)
        command.add_argument("--bytes", type=size_of, default=size_of(size))
        command.add_argument("--seed", type=int, default=7)
        if kind == "home":
            command.add_argument("--sessions", type=int, default=1000)
    options = parser.parse_args(arguments)
    if options.kind == "session":
        print(write_session(options.path, size_bytes=options.bytes, seed=options.seed))
        return
    home = write_home(options.path, sessions=options.sessions, total_bytes=options.bytes, seed=options.seed)
    rows, total = sum(each.rows for each in home), sum(each.size_bytes for each in home)
    print(f"{len(home)} sessions, {rows} rows, {total} bytes")


if __name__ == "__main__":
    main()
