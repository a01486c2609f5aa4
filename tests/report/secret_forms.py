"""Secrets as they stand in texts, made anew from a seed: no line of this file looks like one to a scanner."""

from __future__ import annotations

import base64
import json
import random
import string
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORD = string.ascii_letters + string.digits
UPPER = string.ascii_uppercase + "234567"
HEX = "0123456789abcdef"

SHOWN_IN_THE_MIDDLE = ("entra", "mailchimp", "terraform", "maxmind")
"""Whose tokens nobody knows by their first letters; cut in two they are not found."""


class Form(NamedTuple):
    """A text, and what in it must not leave."""

    name: str
    text: str
    secrets: tuple[str, ...]


class Maker:
    """Random characters that always have a digit and both cases where their alphabet has."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def of(self, alphabet: str, length: int) -> str:
        while True:
            made = "".join(self.random.choices(alphabet, k=length))
            if any(map(str.isdigit, made)) and any(map(str.isalpha, made)):
                return made

    def word(self, length: int) -> str:
        return self.of(WORD, length)

    def hex(self, length: int) -> str:
        return self.of(HEX, length)


def tokens(make: Maker) -> Iterator[tuple[str, str]]:
    """Issuer and token."""
    word, hexa = make.word, make.hex
    yield "openai", "sk-" + word(48)
    yield "openai project", "sk-" + "proj-" + word(60) + "_" + word(40)
    yield "anthropic", "sk-" + "ant-api03-" + word(50) + "-" + word(42) + "AA"
    yield "anthropic oauth", "sk-" + "ant-oat01-" + word(60) + "-" + word(20)
    yield "openrouter", "sk-" + "or-v1-" + hexa(64)
    yield "deepseek", "sk-" + hexa(32)
    for kind in "pousr":
        yield f"github {kind}", f"gh{kind}" + "_" + word(36)
    yield "github fine", "github" + "_pat_" + word(22) + "_" + word(59)
    yield "gitlab", "gl" + "pat-" + word(20)
    yield "gitlab routable", "gl" + "pat-" + word(27) + ".01." + word(9)
    yield "slack bot", "xox" + "b-123456789012-1234567890123-" + word(24)
    yield "slack user", "xox" + "p-123456789012-123456789012-123456789012-" + hexa(32)
    yield "slack app", "xa" + "pp-1-A0123456789-1234567890123-" + hexa(64)
    yield (
        "slack webhook",
        "https://hooks." + f"slack.com/services/T{make.of(UPPER, 8)}/B{make.of(UPPER, 8)}/{word(24)}",
    )
    yield "discord webhook", "https://discord.com" + f"/api/webhooks/123456789012345678/{word(68)}"
    yield "telegram", "1234567890:" + "AA" + word(33)
    yield "aws id", "AK" + "IA" + make.of(UPPER, 16)
    yield "aws session id", "AS" + "IA" + make.of(UPPER, 16)
    yield "google", "AI" + "za" + word(35)
    yield "google oauth", "ya" + "29." + word(80)
    yield "google secret", "GOC" + "SPX-" + word(28)
    yield "npm", "npm" + "_" + word(36)
    yield "pypi", "py" + "pi-AgEIcHlwaS5vcmc" + word(120)
    yield "huggingface", "hf" + "_" + word(34)
    yield "groq", "gsk" + "_" + word(52)
    yield "replicate", "r8" + "_" + word(37)
    yield "stripe live", "sk" + "_live_" + word(24)
    yield "stripe test", "rk" + "_test_" + word(24)
    yield "stripe hook", "wh" + "sec_" + word(32)
    yield "twilio", "SK" + hexa(32)
    yield "sendgrid", "SG" + "." + word(22) + "." + word(43)
    yield "mailgun", "key" + "-" + hexa(32)
    yield "shopify", "shp" + "at_" + hexa(32)
    yield "square", "sq0" + "atp-" + word(22)
    yield "digitalocean", "do" + "p_v1_" + hexa(64)
    yield "databricks", "da" + "pi" + hexa(32)
    yield "linear", "lin" + "_api_" + word(40)
    yield "notion", "ntn" + "_" + word(46)
    yield "figma", "fi" + "gd_" + word(40)
    yield "grafana", "gl" + "sa_" + word(32) + "_" + hexa(8)
    yield "newrelic", "NR" + "AK-" + make.of(string.ascii_uppercase + string.digits, 27)
    yield "vault", "hv" + "s." + word(24)
    yield "doppler", "dp" + ".pt." + word(43)
    yield "postman", "PM" + "AK-" + hexa(24) + "-" + hexa(34)
    yield "docker", "dckr" + "_pat_" + word(27)
    yield "atlassian", "ATATT" + "3" + word(180)
    yield "age", "AGE-SECRET" + "-KEY-1" + make.of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)
    yield "airtable", "pa" + "t" + word(14) + "." + hexa(64)
    yield "artifactory", "AK" + "Cp" + word(69)
    yield "entra", word(3) + "8" + "Q~" + word(34)
    yield "mailchimp", hexa(32) + "-us" + "12"
    yield "terraform", word(14) + ".atlas" + "v1." + word(67)
    yield "maxmind", word(6) + "_" + word(29) + "_m" + "mk"
    yield "meta", "EA" + "A" + word(120)
    yield "brevo", "xkey" + "sib-" + hexa(64) + "-" + word(16)
    yield "openshift", "sha" + "256~" + word(43)
    yield "dynatrace", "dt0" + "c01." + make.of(UPPER, 24) + "." + make.of(UPPER, 64)
    yield "sonar", "sq" + "p_" + hexa(40)
    yield "sourcegraph", "sg" + "p_" + hexa(40)
    yield "hubspot", "pat" + "-na1-" + "-".join((hexa(8), hexa(4), hexa(4), hexa(4), hexa(12)))
    yield "plaid", "access" + "-production-" + "-".join((hexa(8), hexa(4), hexa(4), hexa(4), hexa(12)))
    yield "jwt", token_of_json(make)


def token_of_json(make: Maker) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": make.word(10), "iat": 1516239022})
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join((*coded, make.word(43)))


def in_prose(make: Maker) -> Iterator[Form]:
    for name, token in tokens(make):
        yield Form(name, f"use {token} for that", (token,))


def named(make: Maker) -> Iterator[Form]:
    """Nothing but the name gives them away."""
    word = make.word
    for name, text in (
        ("env", "export DB_PASSWORD={}"),
        ("env quoted", 'SECRET_KEY="{}"'),
        ("env letters", "JWT_SECRET=correcthorse{}"),
        ("dotenv", "PORT=80\nSTRIPE_API_KEY={}\nDEBUG=1"),
        ("django", "SECRET_KEY = '{}'"),
        ("rails", "SECRET_KEY_BASE={}"),
        ("json", '{{"api_key": "{}", "x": 1}}'),
        ("json camel", '{{"accessToken":"{}"}}'),
        ("json in json", '{{\\"client_secret\\": \\"{}\\"}}'),
        ("json in json in json", '{{\\\\\\"password\\\\\\":\\\\\\"{}\\\\\\"}}'),
        ("yaml", "db:\n  password: {}\n  port: 1"),
        ("yaml env", "- name: API_TOKEN\n  value: {}\n"),
        ("json env", '{{"name": "API_TOKEN", "value": "{}"}}'),
        ("ini", "password = {}"),
        ("npmrc", "//registry.example.org/:_authToken={}"),
        ("npmrc auth", "_auth={}"),
        ("docker config", '"auths": {{"r.example.org": {{"auth": "{}"}}}}'),
        ("option", "tool --password {} --verbose"),
        ("option tight", "tool --api-key={} run"),
        ("option quoted", "tool --token '{}'"),
        ("xml", "<password>{}</password>"),
        ("attribute", '<add key="x" password="{}"/>'),
        ("connection", "Server=db;User Id=sa;Password={};Encrypt=yes"),
        ("azure", "AccountName=x;AccountKey={}==;EndpointSuffix=core"),
        ("pgpass", "PGPASSWORD={} psql -h db"),
        ("go", 'password := "{}"'),
        ("ruby", "'password' => '{}'"),
        ("typescript", "const authToken: string = x; const apiKey = `{}`;"),
        ("python call", 'connect(user="x", password="{}")'),
        ("setenv", 'setenv("DB_PASSWORD", "{}")'),
        ("compared", 'if token == "{}":'),
        ("netrc", "machine x login ann password {}"),
        ("sql", "CREATE USER x IDENTIFIED BY '{}'"),
        ("sql with", "ALTER ROLE x WITH PASSWORD '{}'"),
        ("mailer", "auth: {{ user: 'ann', pass: '{}' }}"),
        ("typed", 'def connect(token: str | None = "{}") -> None:'),
        ("typed script", "const apiKey: string = '{}';"),
        ("dockerfile", "ENV API_TOKEN {}"),
        ("fish", "set -gx API_TOKEN {}"),
        ("define", '#define DB_PASSWORD "{}"'),
        ("php", "define('DB_PASSWORD', '{}');"),
        ("powershell", '$env:API_TOKEN = "{}"'),
        ("sshpass", "sshpass -p {} ssh x"),
        ("mysql", "mysql -h db -u root -p{} app"),
        ("curl user", "curl -u ann:{} https://x.example"),
        ("twilio", "TWILIO_AUTH_TOKEN={}"),
        ("aws secret", "aws_secret_access_key = {}" + word(20)),
        ("passphrase", 'passphrase: "{} horse battery staple"'),
        ("diff", "+  password: {}"),
        ("table", "| api_key = {} |"),
    ):
        secret = word(20)
        yield Form(name, text.format(secret), (secret,))


def addressed(make: Maker) -> Iterator[Form]:
    word = make.word
    for name, text in (
        ("bearer header", "Authorization: Bearer {}"),
        ("bearer quoted", "-H 'Authorization: Bearer {}' -v"),
        ("bearer json", '{{"Authorization": "Bearer {}"}}'),
        ("bearer escaped", '\\"Authorization\\": \\"Bearer {}\\"'),
        ("bearer alone", "sent Bearer {} and got 401"),
        ("basic", "Authorization: Basic {}=="),
        ("token", "authorization: token {}"),
        ("bare", "Authorization: {}"),
        ("proxy", "Proxy-Authorization: Basic {}"),
        ("x-api-key", "x-api-key: {}"),
        ("x-auth-token", "'X-Auth-Token': '{}'"),
        ("cookie", "Cookie: session={}; theme=dark"),
        ("cookie quoted", "--header 'Cookie: a=1; sid={}'"),
        ("set-cookie", "< set-cookie: sid={}; Path=/; HttpOnly"),
        ("url", "https://ann:{}@example.org/x"),
        ("url token", "https://{}@example.org/x.git"),
        ("url oauth", "git clone https://oauth2:{}@example.org/x.git"),
        ("database", "postgres://app:{}@db:5432/app?sslmode=require"),
        ("redis", "redis://:{}@cache:6379/0"),
        ("query", "GET /x?access_token={}&page=2"),
        ("query key", "https://x.example/v1?q=a&key={}"),
        ("query signature", "https://x.example/a?X-Amz-Signature={}&X-Amz-Expires=60"),
        ("query sas", "https://x.example/a?sv=2022&sig={}%3D"),
        ("fragment", "http://localhost/cb#id=1&id_token={}"),
        (
            "aws signature",
            "Authorization: AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature={}",
        ),
    ):
        secret = make.hex(64) if name == "aws signature" else word(24)
        yield Form(name, text.format(secret), (secret,))


def key_lines(make: Maker, lines: int = 12) -> list[str]:
    return [make.of(WORD + "+/", 64) for _ in range(lines)] + [make.of(WORD, 22) + "=="]


def blocks(make: Maker) -> Iterator[Form]:
    """Private keys, whole and cut."""
    for kind in ("RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", ""):
        lines = key_lines(make)
        begin, end = f"-----BEGIN {kind}PRIV" + "ATE KEY-----", f"-----END {kind}PRIV" + "ATE KEY-----"
        whole = "\n".join((begin, *lines, end))
        yield Form(f"{kind}block", f"cat key\n{whole}\ndone", tuple(lines))
        yield Form(f"{kind}escaped", json.dumps({"private_key": whole + "\n"}), tuple(lines))
        yield Form(f"{kind}escaped twice", json.dumps(json.dumps({"k": whole})), tuple(lines))
        yield Form(f"{kind}patch", "\n".join("+" + line for line in whole.split("\n")), tuple(lines))
        yield Form(f"{kind}without end", "\n".join((begin, *lines[:-1])), tuple(lines[:-1]))
        yield Form(
            f"{kind}cut in a line", "\n".join((begin, *lines[:3], lines[3][:10])), (*lines[:3], lines[3][:10])
        )
        yield Form(f"{kind}without begin", "\n".join((*lines[5:], end, "$ ls")), tuple(lines[5:]))
        middle = "\n".join((begin, *lines[:3], "… 812 tokens truncated …", *lines[9:], end))
        yield Form(f"{kind}without middle", middle, (*lines[:3], *lines[9:]))
        numbered = "\n".join(f"{at:6}\t{line}" for at, line in enumerate(whole.split("\n"), 1))
        yield Form(f"{kind}numbered", numbered, tuple(lines))
    pgp = "-----BEGIN PGP PRIV" + "ATE KEY BLOCK-----"
    lines = key_lines(make)
    text = "\n".join((pgp, "Version: GnuPG v2", "", *lines, pgp.replace("BEGIN", "END")))
    yield Form("pgp", text, tuple(lines))


def wrapped(make: Maker) -> Iterator[Form]:
    """Cut in two by a terminal of eighty columns."""
    for name, token in tokens(make):
        if len(token) < 32 or "/" in token or ":" in token or name in SHOWN_IN_THE_MIDDLE:
            continue
        for first in (20, min(len(token) - 5, 70)):
            line = f"{'x' * (79 - first)} {token}"
            text = "\n".join(line[at : at + 80] for at in range(0, len(line), 80))
            yield Form(f"{name} after {first}", f"{text}\n$ ls\n", (token[:first], token[first:][:80]))


ALL: tuple[Callable[[Maker], Iterator[Form]], ...] = (in_prose, named, addressed, blocks, wrapped)


def forms(seed: int = 5) -> list[tuple[str, Form]]:
    """Every form with the name of its group."""
    make = Maker(seed)
    return [(group.__name__, form) for group in ALL for form in group(make)]
