from __future__ import annotations

import base64
import hashlib
import uuid
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.report.redaction import MARK, Redacted, leave_out, redact
from codexlog.report.safe_text import safe_text
from codexlog.report.secrets.shapes import _LONG, SHAPES
from report.secret_forms import UPPER, Maker, forms, tokens

HEX = "0123456789abcdef"
MAKE = Maker(3)
TOKEN = "gh" + "p_" + MAKE.word(36)
FORMS = [form.text for _, form in forms(5)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"push with {TOKEN}.", "push with [redacted]."),
        (f"({TOKEN})", "([redacted])"),
        (f"'{TOKEN}'\\n", "'[redacted]'\\n"),
        (f"\\n{TOKEN}\\nx", "\\n[redacted]\\nx"),
        (f"%3D{TOKEN}%26", "%3D[redacted]%26"),
        ("short: gh" + "p_1234567890abcdef", "short: [redacted]"),
        ("short: sk-" + "1234567890abcdef", "short: [redacted]"),
        ("Bearer abc123def456", "Bearer [redacted]"),
        (f"\x1b[31m{TOKEN}\x1b[0m", "\x1b[31m[redacted]\x1b[0m"),
        ("export DB_PASSWORD=hunter2 PORT=1", "export DB_PASSWORD=[redacted] PORT=1"),
        ("run(password='hunter2', port=1)", "run(password='[redacted]', port=1)"),
        ('{"password": "a\\"b c"}', '{"password": "[redacted]"}'),
        ('{\\"password\\": \\"hunter2\\", x}', '{\\"password\\": \\"[redacted]\\", x}'),
        ("password: correcthorse\n", "password: [redacted]\n"),
        (f"-H 'Authorization: Bearer {HEX}ghi'", "-H 'Authorization: Bearer [redacted]'"),
        ("Cookie: sid=abc123def; theme=dark\nx", "Cookie: [redacted]\nx"),
        ("https://ann:s3cret@host/x", "https://ann:[redacted]@host/x"),
        ("mongodb://ann:p@ss:w@h1:27017,h2:27017/x", "mongodb://ann:[redacted]@h1:27017,h2:27017/x"),
        ("SECRET=a1b2c3", "SECRET=[redacted]"),
        (f"?page=2&token={HEX}&x=1", "?page=2&token=[redacted]&x=1"),
        ("<s:Token>a1b2c3d4e5</s:Token>", "<s:Token>[redacted]</s:Token>"),
        (f"ADAFRUIT_KEY={MAKE.word(32)}", "ADAFRUIT_KEY=[redacted]"),
        ("<password>hunter2</password>", "<password>[redacted]</password>"),
        ("mysql -uroot -phunter2 db", "mysql -uroot -p[redacted] db"),
    ],
)
def test_the_secret_alone_goes(text: str, kept: str) -> None:
    assert redact(text) == Redacted(kept, 1)


def test_each_is_counted_once() -> None:
    token = MAKE.word(40)
    assert redact(f"{TOKEN} {TOKEN}\nAPI_TOKEN={TOKEN} Authorization: Bearer {token}").count == 4


def test_tokens_without_anything_between_them_go_together() -> None:
    grafana = "gl" + "sa_" + MAKE.word(32) + "_" + MAKE.hex(8)
    assert redact(grafana * 9) == Redacted(MARK, 1)


def test_the_secret_of_an_amazon_key_goes_with_its_id() -> None:
    key, secret = "AK" + "IA" + MAKE.of(UPPER, 16), MAKE.of("abcDEF123+/", 40)
    assert redact(f"{key},{secret}\n") == Redacted("[redacted],[redacted]\n", 2)
    commit = hashlib.sha1(b"x").hexdigest()
    assert redact(f"{key},{commit}\n") == Redacted(f"[redacted],{commit}\n", 1)


HARMLESS = {
    "commit": f"commit {hashlib.sha1(b'x').hexdigest()}",
    "digest": f"sha256:{hashlib.sha256(b'x').hexdigest()} nonce={hashlib.md5(b'x').hexdigest()}",
    "uuid": f"session {uuid.UUID(int=2**120 + 7)} turn_id={uuid.UUID(int=2**100)}",
    "call id": f'"call_id": "call_{MAKE.word(24)}", "id": "rs_{MAKE.hex(50)}"',
    "tool use": f"toolu_{MAKE.word(22)} msg_{MAKE.word(22)} req_{MAKE.word(22)}",
    "image": "data:image/png;base64," + base64.b64encode(bytes(range(256)) * 40).decode(),
    "ciphertext": f'"encrypted_content": "gAAAAA{MAKE.word(400)}"',
    "chunk": "Chunk ID: ab12cd\nWall time: 0.5 seconds\nOriginal token count: 12",
    "counts": '"token_count", "total_tokens": 123456, "max_tokens"=4096, tokens: 12 345',
    "call": "password = get_password()\ntoken = tokens[0]\nsecret = self.secret\npwd = os.getcwd()",
    "environment": 'password = os.environ["DB_PASSWORD"]; token = process.env.API_TOKEN2',
    "keywords": "connect(password=password, token=token, api_key=None, secret=args.secret1)",
    "types": "password: str\n  token: Token\n  apiKey: string;\n  secret?: string\n  pass: bool",
    "markup": '<span class="token">a1b2c3d4e5</span> <b>token>a1b2c3d4e5</b>',
    "places": "see token.py:12, auth/password.ts:96 and `secret:12`; 3 secrets left out; tokens=1234567890",
    "verb": """To generate valid dates, pass `dtype="datetime64[ns]"`, pass 'x1y2z3'""",
    "counts of tests": "pass: 12, fail: 1 {'pass': 'all 12'} pass=3 pass-1",
    "typed code": "token: str = get_token1('x'), password: Option<String> = None, secret?: string = env.X1",
    "rust": "fn f(token: &str, password: Option<String>) -> Secret",
    "tests": "tests/test_token.py::test_password_is_wrong PASSED\ntoken_test.go:12: ok",
    "placeholders": "password=<password> TOKEN=$TOKEN KEY=${API_KEY} secret={{ key }} api_key=xxxxxxxx",
    "more placeholders": "api_key=YOUR_API_KEY token: your-token-here password=******** secret: ...",
    "formats": "password=%s token=%(token)s api_key={api_key} f'Bearer {token}' Authorization: Bearer $TOKEN",
    "shell": 'export TOKEN="$(cat token)" PASSWORD=$(pass show x); curl -u "$USER:$PASS" x',
    "prefixes": "ghp_"
    + "x" * 36
    + " sk-learn-something-long-and-well-known sk-"
    + "X" * 30
    + " xoxb-your-token-here",
    "words": "risk-assessment-of-the-whole-thing task-list-with-many-many-entries-1",
    "prose": "The password: it is never the same. Token: see there. Secret: none. Bearer authentication.",
    "messages": '"password": "Enter your password", "token": "Token is required", placeholder="Password"',
    "keys of tables": f"A_KEY='a-b-c-1' PRIMARY_KEY=id sort_key={HEX}{HEX} X_KEY='fs.s3.sse.x.provider.id'",
    "enums": 'CHANGE_PASSWORD = "CHANGE_PASSWORD"\nSECRET_KEY = "aws_secret_access_key"',
    "arn": "arn:aws:secretsmanager:eu-west-1:1234:secret:my-app-3fd2b1",
    "page": '"nextPageToken": "CiAKGjBpNDd2Nmp2Zml2cXRwYjBpOXA", "pad_token": "<pad12345>"',
    "paths": "token_file=/run/token1 PWD=/srv/x2 secret: ./keys/a1b2c3d4 password: C:\\x1",
    "addresses": "https://example.org:8080/@scope/pkg@1.2.3 git@example.org:a/b docker://a:3.18@sha256:abc",
    "mark": "-----BEGIN PRIVATE KEY----- is the first line of a key; -----END PRIVATE KEY----- the last",
    "code of keys": 'if "-----BEGIN RSA PRIVATE KEY-----" in x or "-----END RSA PRIVATE KEY-----" in x:',
    "public": "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
    "ssh key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + MAKE.word(40) + " ann@host",
    "git": "Author: x\n    index 3f2a1b9..c0ffee1 100644\n@@ -1,2 +1,2 @@ fn token()",
    "regex": r"""secret = r'[a-z0-9]{32}' password = "(?:key|pwd)" """,
    "names of files": "readFile('/etc/passwd', 'utf8'); open('.git-credentials', 'rb')",
    "options": "curl --password --recovery-key; no-ask-password --scope",
    "sql": "CREATE TABLE x (password VARCHAR(40) NOT NULL, token TEXT)",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_secret_stays_to_the_letter(text: str) -> None:
    assert redact(text) == Redacted(text, 0)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("cd /srv/ann/x", "cd ~/x"),
        ("/srv/ann", "~"),
        ("/srv/anna /srv/ann.old /x/srv/ann", "/srv/anna /srv/ann.old /x/srv/ann"),
        ("/Users/bob", "~"),
        ("/srv/ann/x:/home/bob", "~/x:~"),
        ("file:///home/bob/x", "file://~/x"),
        ("a\\n/home/bob/x", "a\\n~/x"),
        (r"C:\Users\Ann Smith\z", r"~\z"),
        (r"C:\\Users\\bob\\z", r"~\\z"),
        ("C:/Users/bob/z /c/Users/bob/z /mnt/c/Users/bob", "~/z ~/z ~"),
        ("/home/bob/.claude/projects/-home-bob-src/a", "~/.claude/projects/-~-src/a"),
        (
            "/data/home/bob /Users/Shared/x https://x.org/home/x",
            "/data/home/bob /Users/Shared/x https://x.org/home/x",
        ),
    ],
)
def test_home_folders(text: str, kept: str) -> None:
    assert redact(text, home="/srv/ann") == Redacted(kept, 0)
    assert redact(kept, home="/srv/ann") == Redacted(kept, 0)


@pytest.mark.parametrize("home", ["", "/"])
def test_no_home_is_no_prefix_of_everything(home: str) -> None:
    assert redact("/srv/x", home=home) == Redacted("/srv/x", 0)


def test_each_anchor_is_looked_for_where_tokens_are() -> None:
    assert all(_LONG.fullmatch(anchor + "x" * 12) for anchor, _ in SHAPES)


def test_a_command_keeps_its_paths() -> None:
    assert leave_out(f"cat /home/ann/x {TOKEN}") == Redacted("cat /home/ann/x [redacted]", 1)


def test_escapes_inside_a_token_are_gone_before() -> None:
    hidden = f"{TOKEN[:9]}\x1b[0m{TOKEN[9:20]}\u200b{TOKEN[20:]}"
    assert redact(safe_text(hidden)) == Redacted(MARK, 1)


PIECES = st.sampled_from(
    [
        *FORMS,
        *HARMLESS.values(),
        *(token for _, token in tokens(MAKE)),
        *(
            "password",
            "TOKEN",
            "=",
            ": ",
            '"',
            "\\",
            "'",
            "\n",
            " ",
            "-----",
            "BEGIN PRIVATE KEY-----",
            "eyJ",
            "sk-",
        ),
        *(
            "Bearer ",
            "Authorization: ",
            "Cookie: ",
            "://a:",
            "@",
            "?key=",
            "&",
            "/home/",
            "C:\\Users\\",
            "İ",
            MARK,
        ),
    ]
)


@given(
    st.lists(PIECES | st.text(max_size=12), max_size=12).map("".join),
    st.sampled_from(["", "/home/ann", "/srv/a b"]),
)
def test_twice_is_once(text: str, home: str) -> None:
    once = redact(text, home=home)
    assert redact(once.text, home=home) == (once.text, 0)
    assert once.count <= once.text.count(MARK)


@given(st.text(max_size=300))
def test_a_text_without_secrets_stays(text: str) -> None:
    redacted = redact(text)
    assert redacted.count == 0 or MARK in redacted.text
    if redacted.count == 0 and "/home/" not in text and "Users" not in text and "/projects/-" not in text:
        assert redacted.text == text


@given(st.sampled_from(FORMS), st.sampled_from(FORMS), st.sampled_from(["\n", "\n\n", " | ", "\t"]))
def test_a_text_before_or_after_hides_nothing(first: str, second: str, between: str) -> None:
    together = redact(first + between + second)
    assert together.count >= max(redact(first).count, redact(second).count) or "PRIVATE KEY" in first + second


def test_parts_are_in_order() -> None:
    marks = [at for at in range(20) if redact(" ".join([TOKEN] * at)).count == at]
    assert all(b - a == 1 for a, b in pairwise(marks)) and len(marks) == 20
