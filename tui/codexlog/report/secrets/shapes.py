"""Keys and tokens that show by their first letters whose they are."""

from __future__ import annotations

import re
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


_W = r"[\w-]"
SHAPES = (
    # OpenAI; the many that took over its prefix; Anthropic, OpenRouter
    Shape("sk-", r"(?:proj|svcacct|admin|None|or-v1|ant-[a-z]{3,8}\d\d)-[\w-]{16,}+"),
    Shape("sk-", r"[A-Za-z0-9]{20,}+"),
    Shape("sk-lf-", r"[0-9a-f-]{36}"),
    Shape("sess-", r"[A-Za-z0-9]{40}"),
    # GitHub, GitLab, Bitbucket and Atlassian
    *(Shape(f"gh{kind}_", r"[A-Za-z0-9]{36}[\w.-]*+") for kind in "pousr"),
    Shape("github_pat_", r"\w{22,}+"),
    *(
        Shape(f"gl{kind}-", r"[\w-]{20}[\w.-]*+")
        for kind in ("pat", "dt", "rt", "cbt", "ptt", "ft", "imt", "agent", "soat", "oas", "ffct")
    ),
    Shape("ATATT3", r"[\w=-]{60,}+"),
    Shape("ATCTT3", r"[\w=-]{60,}+"),
    Shape("ATBB", r"[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    # Slack, Discord, Telegram
    *(Shape(f"xox{kind}", r"[.-][\w.-]{10,}+") for kind in "abeoprsdc"),
    Shape("xapp-", r"\d-[\w-]{10,}+"),
    Shape("hooks.slack.com/", r"(?:services|workflows|triggers)/[\w/+-]{16,}+"),
    Shape("discord.com/api/webhooks/", r"\d{5,25}/[\w-]{16,}+"),
    Shape("discordapp.com/api/webhooks/", r"\d{5,25}/[\w-]{16,}+"),
    Shape(":AA", r"[\w-]{33}(?![\w-])"),
    # Amazon, Google, Microsoft, other clouds
    *(Shape(kind, r"[A-Z0-9]{16}(?![A-Za-z0-9])") for kind in ("AKIA", "ASIA", "ABIA", "ACCA")),
    Shape("ABSK", r"[A-Za-z0-9+/]{60,}+=*+"),
    Shape("AIza", r"[\w-]{35}[\w-]*+"),
    Shape("ya29.", r"[\w-]{20,}+"),
    Shape("GOCSPX-", r"[\w-]{24,}+"),
    Shape("1//0", r"[\w-]{35,}+"),
    Shape("LTAI", r"[A-Za-z0-9]{16,24}(?![A-Za-z0-9])"),
    *(Shape(f"do{kind}_v1_", r"[a-f0-9]{64}") for kind in "oprt"),
    Shape("dapi", r"[a-f0-9]{32}(?:-\d)?(?![A-Za-z0-9])"),
    Shape("HRKU-", r"[\w-]{30,}+"),
    Shape("flyv1_", r"[\w+/=]{30,}+"),
    Shape("FlyV1 ", r"fm\d_[\w+/=,-]{30,}+"),
    Shape("tskey-", r"[a-z]{3,10}-[\w-]{16,}+"),
    # package registries
    Shape("npm_", r"[A-Za-z0-9]{36}[A-Za-z0-9]*+"),
    Shape("pypi-", r"AgE[\w-]{16,}+"),
    Shape("rubygems_", r"[a-f0-9]{48}"),
    Shape("cio", r"[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    Shape("dckr_pat_", r"[\w-]{20,}+"),
    Shape("dckr_oat_", r"[\w-]{20,}+"),
    Shape("oy2", r"[a-z0-9]{43}(?![A-Za-z0-9])"),
    # models
    Shape("hf_", r"[A-Za-z0-9]{30,}+"),
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
    Shape("SK", r"[a-f0-9]{32}(?![A-Za-z0-9])"),
    Shape("SG.", r"[\w-]{16,32}\.[\w-]{16,}+"),
    Shape("key-", r"[a-f0-9]{32}(?![A-Za-z0-9])"),
    # tools that teams use
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
    # JSON web tokens, also cut off in their second part
    Shape("eyJ", r"[\w-]{10,1000}\.(?:eyJ)?[\w-]{8,}+(?:\.[\w-]++){0,3}+"),
)
_PATTERNS = tuple((each.anchor, re.compile(each.rest, re.ASCII)) for each in SHAPES)

_AWS_ID = re.compile(r"A[A-Z0-9]{19}")
_AWS_SECRET = re.compile(r"[^A-Za-z0-9/+=]([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])")
_AWS_NEAR = 120
"""Characters behind a key's id within which a secret that nothing names belongs to it."""

WRAPPED_FROM = 60
"""Columns that a line has at least where a terminal broke a token."""
_MOST_LINES = 12
_RUN = re.compile(r"[\w.+/=-]{1,400}", re.ASCII)
_NEXT_LINE = re.compile(r"\r?\n[ \t]{0,8}(?=([\w.+/=-]{1,400})(?![\w.+/=:(\[-]))", re.ASCII)


def tokens(text: str) -> Iterator[Span]:
    """Every token of a known shape; one that a line break cuts in two is one span."""
    for anchor, pattern in _PATTERNS:
        at = text.find(anchor)
        while at >= 0:
            end = _end(text, at, at + len(anchor), pattern) if starts_word(text, at) else None
            if end is None:
                at = text.find(anchor, at + 1)
                continue
            yield Span(at, end)
            yield from _aws_secret(text, at, end)
            at = text.find(anchor, end)


def _end(text: str, start: int, body: int, pattern: re.Pattern[str]) -> int | None:
    """Where a token ends; None where there is none or where it stands for one (`ghp_xxxx…`)."""
    match = pattern.match(text, body)
    if match is not None:
        end = match.end() - text.endswith(".", 0, match.end())
        return past_breaks(text, end) if is_varied(match[0]) else None
    run = _RUN.match(text, body)
    if run is None:
        return None
    end = past_breaks(text, run.end())
    whole = "".join(text[body:end].split())
    is_one = end > run.end() and pattern.fullmatch(whole) is not None and is_varied(whole)
    return end if is_one else None


def past_breaks(text: str, end: int) -> int:
    """Where a token ends that goes on in the next line, as where a terminal broke a long one."""
    for _ in range(_MOST_LINES):
        if not _is_wide(text, end):
            break
        match = _NEXT_LINE.match(text, end)
        if match is None or not (is_varied(match[1]) or _is_rest(text, match)):
            break
        end = match.end(1)
    return end


def _is_wide(text: str, end: int) -> bool:
    return end - 1 - text.rfind("\n", 0, end) >= WRAPPED_FROM


def _is_rest(text: str, match: re.Match[str]) -> bool:
    """Whether a short piece could be the last of a token: alone in its line, with a digit in it."""
    return any(map(str.isdigit, match[1])) and text[match.end(1) : match.end(1) + 1] in (
        "",
        "\n",
        "\r",
        '"',
        "'",
    )


def _aws_secret(text: str, start: int, end: int) -> Iterator[Span]:
    """The secret that stands behind the id of an AWS key, as in a CSV file."""
    if not _AWS_ID.fullmatch(text, start, end):
        return
    match = _AWS_SECRET.search(text, end, end + _AWS_NEAR)
    if match is not None and is_varied(match[1]) and not re.fullmatch("[0-9a-f]+", match[1]):
        yield Span(*match.span(1))
