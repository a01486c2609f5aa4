"""Keys and tokens that show by their first letters whose they are."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.secrets.values import Span, is_varied, starts_word

if TYPE_CHECKING:
    from collections.abc import Iterator


class Shape(NamedTuple):
    """How the tokens of one issuer look."""

    anchor: str
    """How they begin, letter for letter."""
    rest: str
    """A pattern for what follows; whatever could go on without end stands last in it."""


_DIGIT = r"(?=[A-Za-z]{0,20}[0-9])"
"""Before what is shorter than the issuer's tokens, as in tests and in texts that were cut."""
SHAPES = (
    # OpenAI; the many that took over its prefix; Anthropic, OpenRouter
    Shape("sk-", r"(?:proj|svcacct|admin|None|or-v1|ant|live|test|prod|dev)-[\w-]{12,}+"),
    Shape("sk-", r"[A-Za-z0-9]{20,}+"),
    Shape("sk-", rf"{_DIGIT}[A-Za-z0-9]{{12,}}+"),
    Shape("sk-lf-", r"[0-9a-f-]{36}"),
    Shape("sess-", r"[A-Za-z0-9]{40}"),
    # GitHub, GitLab, Bitbucket and Atlassian
    *(Shape(f"gh{kind}_", r"[A-Za-z0-9]{36}[\w.-]*+") for kind in "pousr"),
    *(Shape(f"gh{kind}_", rf"{_DIGIT}[A-Za-z0-9]{{12,}}+") for kind in "pousr"),
    Shape("github_pat_", r"\w{22,}+"),
    *(
        Shape(f"gl{kind}-", r"[\w-]{20}[\w.-]*+")
        for kind in ("pat", "dt", "rt", "cbt", "ptt", "ft", "imt", "agent", "soat", "oas", "ffct")
    ),
    Shape("glpat-", rf"{_DIGIT}[\w-]{{12,}}+"),
    Shape("ATATT3", r"[\w=-]{60,}+"),
    Shape("ATCTT3", r"[\w=-]{60,}+"),
    Shape("ATBB", r"[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    # Slack, Discord, Telegram
    *(Shape(f"xox{kind}", r"[.-][\w.-]{10,}+") for kind in "abeoprsdc"),
    Shape("xapp-", r"\d-[\w-]{10,}+"),
    Shape("hooks.slack.com/", r"(?:services|workflows|triggers)/[\w/+-]{16,}+"),
    Shape("discord.com/api/webhooks/", r"\d{5,25}/[\w-]{16,}+"),
    Shape("discordapp.com/api/webhooks/", r"\d{5,25}/[\w-]{16,}+"),
    # Amazon, Google, Microsoft, other clouds
    *(Shape(kind, r"[A-Z0-9]{16}(?![A-Za-z0-9])") for kind in ("AKIA", "ASIA", "ABIA", "ACCA")),
    Shape("A3T", r"[A-Z0-9]{17}(?![A-Za-z0-9])"),
    Shape("bedrock-api-key-", r"[A-Za-z0-9+/=]{20,}+"),
    Shape("ABSK", r"[A-Za-z0-9+/]{60,}+=*+"),
    Shape("AIza", r"[\w-]{35}[\w-]*+"),
    Shape("ya29.", r"[\w-]{20,}+"),
    Shape("GOCSPX-", r"[\w-]{24,}+"),
    Shape("1//0", r"[\w-]{35,}+"),
    Shape("webhook.office.com/webhookb2/", r"[\w@/-]{60,}+"),
    Shape("AQVN", r"[\w-]{35,}+"),
    Shape("LTAI", r"[A-Za-z0-9]{16,24}(?![A-Za-z0-9])"),
    *(Shape(f"do{kind}_v1_", r"[a-f0-9]{64}") for kind in "oprt"),
    Shape("dapi", r"[a-f0-9]{32}(?:-\d)?(?![A-Za-z0-9])"),
    Shape("HRKU-", r"[\w-]{30,}+"),
    Shape("fm1", r"[ar]?_[A-Za-z0-9+/]{60,}+=*+"),
    Shape("fm2_", r"[A-Za-z0-9+/]{60,}+=*+"),
    Shape("sha256~", r"[\w-]{43}"),
    Shape("dt0c01.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    Shape("4b1d", r"[A-Za-z0-9]{38}(?![A-Za-z0-9])"),
    Shape("tskey-", r"[a-z]{3,10}-[\w-]{16,}+"),
    # package registries
    Shape("npm_", r"[A-Za-z0-9]{36}[A-Za-z0-9]*+"),
    Shape("npm_", rf"{_DIGIT}[A-Za-z0-9]{{16,}}+"),
    Shape("pypi-", r"AgE[\w-]{16,}+"),
    Shape("rubygems_", r"[a-f0-9]{48}"),
    Shape("cio", r"[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    Shape("dckr_pat_", r"[\w-]{20,}+"),
    Shape("dckr_oat_", r"[\w-]{20,}+"),
    Shape("oy2", r"[a-z0-9]{43}(?![A-Za-z0-9])"),
    Shape("AKCp", r"[A-Za-z0-9]{60,}+"),
    Shape("cmVmd", r"[A-Za-z0-9]{59}(?![A-Za-z0-9])"),
    Shape("CLOJARS_", r"[a-z0-9]{60}"),
    Shape("API-", r"[A-Z0-9]{26,32}(?![A-Za-z0-9])"),
    # models
    Shape("hf_", r"[A-Za-z0-9]{30,}+"),
    Shape("hf_", rf"{_DIGIT}[A-Za-z0-9]{{16,}}+"),
    Shape("api_org_", r"[A-Za-z0-9]{30,}+"),
    Shape("r8_", r"[A-Za-z0-9]{36,}+"),
    Shape("gsk_", r"[A-Za-z0-9]{40,}+"),
    Shape("xai-", r"[A-Za-z0-9]{40,}+"),
    Shape("pplx-", r"[A-Za-z0-9]{40,}+"),
    Shape("csk-", r"[a-z0-9]{40,}+"),
    Shape("nvapi-", r"[\w-]{40,}+"),
    Shape("tvly-", r"[\w-]{20,}+"),
    Shape("lsv2_", r"[a-z]{2}_[a-f0-9]{32}_[a-f0-9]{10}"),
    # payment, mail, telephone
    *(
        Shape(f"{kind}_{stage}_", r"[A-Za-z0-9]{10,}+")
        for kind in ("sk", "rk")
        for stage in ("live", "test", "prod")
    ),
    Shape("sk_", r"[a-f0-9]{48}(?![A-Za-z0-9])"),
    Shape("whsec_", r"[A-Za-z0-9+/=]{20,}+"),
    Shape("sq0atp-", r"[\w-]{22,}+"),
    Shape("sq0csp-", r"[\w-]{40,}+"),
    *(Shape(f"shp{kind}_", r"[a-fA-F0-9]{32}") for kind in ("at", "ca", "pa", "ss")),
    Shape("SK", r"[a-fA-F0-9]{32}(?![A-Za-z0-9])"),
    Shape("EZAK", r"[A-Za-z0-9]{54}"),
    Shape("EZTK", r"[A-Za-z0-9]{54}"),
    Shape("EAA", r"[\w-]{57,}+"),
    Shape("FLWSECK", r"(?:_TEST)?-[a-z0-9]{12,40}"),
    Shape("duffel_", r"(?:test|live)_[\w=-]{43}"),
    Shape("shippo_", r"(?:test|live)_[a-fA-F0-9]{40}"),
    Shape("access-", r"(?:sandbox|development|production)-[0-9a-f-]{36}"),
    Shape("xkeysib-", r"[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    Shape("SG.", r"[\w-]{16,32}\.[\w-]{16,}+"),
    Shape("key-", r"[a-f0-9]{32}(?![A-Za-z0-9])"),
    # tools that teams use
    Shape("p8e-", r"[a-z0-9]{32}(?![A-Za-z0-9])"),
    Shape("pat", r"[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    Shape("pat-", r"[a-z]{2}\d-[0-9a-f-]{36}"),
    Shape("pat.", r"[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}"),
    Shape("sat.", r"[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}"),
    Shape("fio-u-", r"[\w=-]{64}"),
    Shape("GR1348941", r"[\w-]{20,}+"),
    Shape("ico-", r"[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    Shape("NRII-", r"[\w-]{32}"),
    Shape("pnu_", r"[A-Za-z0-9]{36}"),
    Shape("rdme_", r"[a-z0-9]{70}"),
    Shape("tk-us-", r"[\w-]{48}"),
    Shape("sgp_", r"(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}"),
    *(Shape(f"sq{kind}_", r"[\w-]{40}") for kind in "apu"),
    Shape("tfp_", r"[\w.=-]{50,}+"),
    Shape("lin_api_", r"[A-Za-z0-9]{32,}+"),
    Shape("lin_oauth_", r"[A-Za-z0-9]{32,}+"),
    Shape("ntn_", r"[A-Za-z0-9]{40,}+"),
    Shape("secret_", r"[A-Za-z0-9]{43}(?![A-Za-z0-9])"),
    Shape("figd_", r"[\w-]{36,}+"),
    Shape("glc_", r"[\w+/=]{32,}+"),
    Shape("glsa_", r"[A-Za-z0-9]{32}_[a-fA-F0-9]{8}"),
    Shape("NRAK-", r"[A-Z0-9]{27}"),
    Shape("sntrys_", r"[\w+/=]{40,}+"),
    Shape("sntryu_", r"[a-f0-9]{64}"),
    Shape("dp.", r"(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40,}+"),
    *(Shape(f"hv{kind}.", r"[\w-]{24,}+") for kind in "sbr"),
    Shape("pul-", r"[a-f0-9]{40}"),
    Shape("PMAK-", r"[a-f0-9]{24}-[a-f0-9]{34}"),
    Shape("pscale_", r"(?:tkn|pw|oauth)_[\w.=-]{32,}+"),
    Shape("sbp_", r"[a-f0-9]{40}"),
    Shape("sb_secret_", r"[\w-]{20,}+"),
    Shape("v1.0-", r"[a-f0-9]{24}-[a-f0-9]{146}"),
    Shape("AGE-SECRET-KEY-1", r"[0-9A-Z]{58}"),
    Shape("ops_eyJ", r"[A-Za-z0-9+/]{100,}+=*+"),
    Shape("A3-", r"[A-Z0-9]{6}-[A-Z0-9]{6}-?[A-Z0-9]{5}(?:-[A-Z0-9]{5}){3}"),
    # JSON web tokens, also cut off in their second part, and those in base64 once more
    Shape("ZXlK", r"[\w+/=-]{60,}+"),
    Shape("eyJrIjoi", r"[\w+/=-]{60,}+"),
    Shape("eyJ", r"[\w-]{10,1000}\.(?:eyJ)?[\w-]{8,}+(?:\.[\w-]++){0,3}+"),
)

INNER = (
    (":AA", re.compile(r"\d{8,10}:(AA[\w-]{33})(?![\w-])", re.ASCII)),  # Telegram
    ("Q~", re.compile(r"(?<![\w~.-])([\w~.]{3}\dQ~[\w~.-]{31,34})(?![\w~.-])", re.ASCII)),  # Microsoft Entra
    ("-us", re.compile(r"(?<![0-9A-Za-z])([0-9a-f]{32}-us\d{1,2})(?!\w)")),  # Mailchimp
    ("_mmk", re.compile(r"(?<![0-9A-Za-z])([A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk)(?!\w)")),  # MaxMind
    (
        ".atlasv1.",
        re.compile(r"(?<![0-9A-Za-z])([A-Za-z0-9]{14}\.atlasv1\.[\w=-]{50,}+)", re.ASCII),
    ),  # Terraform
)
"""Tokens that show in their middle: what a text has to have, and how they look."""
_LONG = re.compile(r"[A-Za-z0-9_+/=.~:-]{12,}+")
"""What is long enough to be a token: less than half of a text, which is soon asked for a hundred anchors."""

_AWS_ID = re.compile(r"A[A-Z0-9]{19}")
_AWS_SECRET = re.compile(r"[^A-Za-z0-9/+=]([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])")
_AWS_NEAR = 120
"""Characters behind a key's id within which a secret that nothing names belongs to it."""

_GLUED = re.compile(r"\w[\w-]*+", re.ASCII)
"""What follows a token without any sign between them is more of it, or another one."""
_PLAIN_WORD = re.compile(r"[A-Za-z]?[a-z]*+[.:]?")
WRAPPED_FROM = 60
"""Columns that a line has at least where a terminal broke a token."""
_MOST_LINES = 12
_RUN = re.compile(r"[\w.+/=-]{1,400}", re.ASCII)
_NEXT_LINE = re.compile(r"\r?\n[ \t]{0,8}(?=([\w.+/-]{1,400}={0,2})(?![\w.+/=:(\[-]))", re.ASCII)
LEAST_WITH_POINTS = 30
"""Characters of a piece with a slash or a full stop that is no path."""


def tokens(text: str) -> Iterator[Span]:
    """Every token of a known shape; one that a line break cuts in two is one span."""
    for part, inner in INNER:
        for match in inner.finditer(text) if part in text else ():
            yield Span(*match.span(1))
    long = "\n".join(_LONG.findall(text))
    for anchor, rest in SHAPES:
        at = text.find(anchor) if anchor in long else -1
        pattern = compiled(rest) if at >= 0 else None
        while pattern is not None and at >= 0:
            end = _end(text, at + len(anchor), pattern) if starts_word(text, at) else None
            if end is None:
                at = text.find(anchor, at + 1)
                continue
            yield Span(at, end)
            yield from _aws_secret(text, at, end)
            at = text.find(anchor, end)


@cache
def compiled(rest: str) -> re.Pattern[str]:
    """The pattern of a shape, made when a text has its first letters: there are many shapes."""
    return re.compile(rest, re.ASCII)


def _end(text: str, body: int, pattern: re.Pattern[str]) -> int | None:
    """Where a token ends; None where there is none or where it stands for one (`ghp_xxxx…`)."""
    match = pattern.match(text, body)
    if match is not None:
        glued = _GLUED.match(text, match.end())
        end = glued.end() if glued is not None else match.end() - text.endswith(".", 0, match.end())
        return past_breaks(text, end) if is_varied(match[0]) else None
    run = _RUN.match(text, body)
    if run is None:
        return None
    end = past_breaks(text, run.end(), whole=False)
    joined = "".join(text[body:end].split())
    is_one = end > run.end() and pattern.fullmatch(joined) is not None and is_varied(joined)
    return end if is_one else None


def past_breaks(text: str, end: int, *, whole: bool = True) -> int:
    """Where a token ends that goes on in the next line, as where a terminal broke a long one.

    `whole`: the token could as well be complete, so that a word in the next line is none of it.
    """
    for _ in range(_MOST_LINES):
        match = _NEXT_LINE.match(text, end) if _is_wide(text, end) else None
        if match is None or (whole and not _goes_on(text, match)):
            break
        end = match.end(1)
    return end


def _is_wide(text: str, end: int) -> bool:
    return end - 1 - text.rfind("\n", max(0, end - WRAPPED_FROM - 1), end) >= WRAPPED_FROM


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether a piece could be of a token: random, or short, alone in its line and no word."""
    if ("/" in match[1] or "." in match[1]) and len(match[1]) < LEAST_WITH_POINTS:
        return False
    is_alone = text[match.end(1) : match.end(1) + 1] in ("", "\n", "\r", '"', "'")
    return is_varied(match[1]) or (is_alone and _PLAIN_WORD.fullmatch(match[1]) is None)


def _aws_secret(text: str, start: int, end: int) -> Iterator[Span]:
    """The secret that stands behind the id of an AWS key, as in a CSV file."""
    if not _AWS_ID.fullmatch(text, start, end):
        return
    match = _AWS_SECRET.search(text, end, end + _AWS_NEAR)
    if match is not None and is_varied(match[1]) and not re.fullmatch("[0-9a-f]+", match[1]):
        yield Span(*match.span(1))
