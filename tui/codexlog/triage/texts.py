"""What agents and tools write when they stop, are refused or cannot reach anything. Data, with its origin.

Structured places first: these texts are looked for in recorded errors, in the fixed first words of an
output and in the last lines of failing commands, never in what a command merely printed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codexlog.triage.findings import Verdict

STOPS: tuple[tuple[Verdict, re.Pattern[str]], ...] = (
    (
        "usage_limit",
        re.compile(
            r"\(rate_limit\)|\(billing_error\)"
            r"|usage[_ ]limit|out of (?:extra usage|credits)|spend cap|last status: 429"
            r"|\b5-hour limit|\b(?:session|weekly|daily|opus|sonnet) limit\b"
            r"|(?:hit|reached) your [\w ]{0,20}limit"
            r"|too many requests|quota exceeded|exceeded your (?:current )?quota|error: 429\b"
            r"|rate_limit(?:_reached|_error)|rate limit reached|insufficient_quota|credit balance is too low",
            re.IGNORECASE,
        ),
    ),
    (
        "context_overflow",
        re.compile(
            r"context_window_exceeded|ran out of room in the model's context|prompt is too long"
            r"|exceed(?:s|ed)? (?:the |your |this )?(?:model's )?(?:maximum )?context|maximum context length"
            r"|input is too long|context[_ ]length[_ ]exceeded|conversation (?:is )?too long",
            re.IGNORECASE,
        ),
    ),
    (
        "auth_error",
        re.compile(
            r"\(unauthorized\)|\(authentication_failed\)"
            r"|\b401\b|authentication_error|refresh token|invalid api key|not logged in"
            r"|oauth token has expired|please run /login|token (?:was|has been) revoked"
            r"|token (?:has )?expired"
            r"|incorrect api key|invalid_api_key|unauthorized|access token could not be refreshed"
            r"|(?:log|sign) in again|\b403 forbidden",
            re.IGNORECASE,
        ),
    ),
    (
        "stream_error",
        re.compile(
            r"stream disconnected|\(server_error\)"
            r"|server_overloaded|overloaded_error|internal_server_error|api_error"
            r"|response_too_many_failed_attempts|exceeded retry limit|connection (?:error|reset|refused)"
            r"|\b5\d\d\b|request timed out|http_connection_failed|response_stream_|\boverloaded\b"
            r"|fetch failed|socket hang up|econn(?:reset|refused)|etimedout|network error"
            r"|internal server error"
            r"|bad gateway|service unavailable|idle timeout waiting",
            re.IGNORECASE,
        ),
    ),
)
"""Recorded error texts: of `task_complete.error` (Codex 0.145), `event_msg/error` (0.120–0.121), and of
the rows that Claude Code writes in the assistant's name."""

DENIED_OUTPUT = re.compile(
    r"(?i)\A(?:failed in sandbox |exec command rejected|command rejected by user|patch rejected"
    r"|approval policy is|exec_command failed.{0,400}?(?:Sandbox\(Denied|Rejected\()"
    r"|Claude requested permissions|The user doesn't want to proceed|.{0,40}haven't granted"
    r"|(?:<tool_use_error>)?Permission to use |Permission for this action was denied"
    r"|This (?:Bash )?command (?:requires approval|contains multiple operations)"
    r"|.{0,200}\bwas blocked\. For security, Claude Code"
    r"|.{0,60}\bBLOCKED by |Blocked by hook"
    r"|(?:Error: )?\w*ToolUse:\S+ hook (?:error|returned blocking error))",
    re.DOTALL,
)
"""The fixed first words of a refusal, of a sandbox, an approval policy, a person or a hook."""
DENIED_LINE = re.compile(
    r"(?:Permission denied|Operation not permitted|Read-only file system|access denied)\b", re.IGNORECASE
)
"""In the last lines of a failing command; 85 of 100 times elsewhere it is noise."""
NETWORK_LINE = re.compile(
    r"Could not resolve host|EAI_AGAIN|ENOTFOUND|Temporary failure in name resolution"
    r"|Network is unreachable|CONNECT tunnel failed|Name or service not known"
)
NOISE_LINE = re.compile(r"/bin/\w+: Operation not permitted|\.\w*sh: line \d+: .*(?:denied|not permitted)")
"""What the start files of a shell complain of before every command; it says nothing of the command."""
KILLED = re.compile(r"Sandbox\(Signal\(9\)\)")
"""A command that the sandbox killed when its time was up."""

QUESTION_MARKS = ("?", "\uff1f", "\u061f", "\u037e")
"""Also the full-width, the Arabic and the Greek one."""
ASKING_TOOLS = frozenset(
    ("AskUserQuestion", "ExitPlanMode", "request_user_input", "ask_user", "ask_followup_question")
)
"""Tools that wait for somebody's answer."""
QUESTION = re.compile(
    r"(?i)\b(?:should i|shall i|do you want|would you like|which (?:option|one|approach)|please confirm"
    r"|awaiting (?:your|confirmation)"
    r"|let me know (?:how|which|whether)|how would you like|what would you like)\b"
)
OFFER = re.compile(
    r"(?i)\b(?:anything else|(?:do you )?want me to|would you like me to"
    r"|shall i (?:also|go on|continue|proceed)"
    r"|should i (?:also|go on|continue|proceed)|let me know (?:if|whether))\b"
)
"""A question that offers more work: harmless once the work is committed."""
NOTHING_LEFT = re.compile(
    r"(?i)\bnothing (?:is |was )?(?:left|remaining|remains|outstanding)\b"
    r"|\bnothing (?:more|else|further) (?:is |was )?(?:left|remains|to do|to implement|to fix)\b"
    r"|\bno (?:open|remaining|unchecked|outstanding|further|more)"
    r" (?:plan )?(?:items?|tasks?|work|todos?|stories)\b"
    r"|\b(?:every|all)(?: (?:the|of the|\d+(?:/\d+)?|plan|plan's|remaining|checklist)){0,3}"
    r" (?:items?|tasks?|stories|todos?|steps|work)\b[^.\n]{0,40}"
    r"\b(?:done|complete|completed|finished|checked|ticked|implemented)\b"
    r"|\bplan is (?:now |already |fully )?(?:done|complete|finished)\b"
)
"""The work as a whole is done; as opposed to one item of it."""
BLOCKED = re.compile(
    r"(?i)\b(?:blocked (?:by|on)|i(?:'m| am) blocked|(?:remains|is) blocked|requires? (?:a )?(?:manual|human)"
    r"|(?:needs?|requires?|waiting for|awaiting) (?:your |an? |the )?"
    r"(?:approval|permission|credentials|human)"
    r"|(?:do not|don't) have (?:the )?(?:permissions?|access|credentials)"
    r"|(?:cannot|can't|could not|couldn't|unable to)"
    r" [^.\n]{0,80}\b(?:sandbox|network|credentials?|permissions?)"
    r"|no network access|network access is (?:restricted|disabled))\b"
)
PROMISE = re.compile(r"<promise>\s*([^<\n]{1,80}?)\s*</promise>", re.IGNORECASE)
NEAR = 40
"""Characters before a word within which a "not" or an "until" takes it back."""
NEGATED = re.compile(r"(?i)\b(?:not|won't|until|once|when|n't|never|before|unless)\b")
INTENT = re.compile(r"(?i)\A(?:now|let me|let's|i'll|i will|next|two over)\b")
CLAIMS_DONE = re.compile(
    r"(?i)\b(?:all (?:\d+ )?(?:the )?(?:tests|checks|items|tasks)[^.\n]{0,30}\b(?:pass|green|done|complete)"
    r"|(?:tests?|checks?|suite|build)(?: (?:all|now|is|are))* (?:pass(?:es|ed|ing)?|green|succeeds?)\b"
    r"|(?:is|are|now|been) (?:now |all |fully )?(?:completed?|done|finished|fixed|implemented|resolved)"
    r"|successfully|everything (?:passes|works|is green)|task complete)"
)
FAILURE_WORD = re.compile(
    r"(?i)\b(?:fail(?:s|ed|ing)?|red|broken|not (?:yet )?(?:pass\w*|green)|n't pass)\b"
    r"(?!\s+(?:before|previously|earlier|at first|until))"
)
_CHECKED = re.compile(
    r"(?i)\b(?:still|remains?|tests?|checks?|cases?|suite|build|assertions?|one|two|three|some|[1-9]\d*)\b"
)
_FAILURE_OVER = re.compile(
    r"(?i)\b(?:no|not|never|without|zero|nothing|none|fixe[sd]|fix|resolved?|repaired|were|was|used to"
    r"|longer|0)\b"
)


def admits_failure(text: str) -> bool:
    """Whether an answer says that a check fails: then it claims nothing. Failures that are over say so."""
    for found in FAILURE_WORD.finditer(text):
        start = max(text.rfind(end, 0, found.start()) for end in ".\n;") + 1
        before = text[max(start, found.start() - NEAR) : found.start()]
        if _CHECKED.search(before) and not _FAILURE_OVER.search(before):
            return True
    return False


BOOKKEEPING = re.compile(
    r"(?i)(?:^|/)(?:[\w-]*plan[\w-]*\.(?:md|txt)|progress[\w-]*\.(?:md|txt)|todo[\w-]*(?:\.md|\.txt)?|agents\.md"
    r"|claude\.md|task\.md|prd\.json|fix_plan\.md|@?fix_plan\.md|notes?\.md|changelog\.md|\.claude/.*|\.ralph/.*)$"
)
"""Files of plans and progress: what a loop keeps about itself."""


ELSEWHERE = re.compile(
    r"(?i)\bpre-?existing\b|\bunrelated\b|\balready (?:fail|red|broken)\w*|\bknown failures?\b|\bflaky\b"
    r"|\b(?:fail\w*|red) (?:before|on main|without) (?:my|this|the|these)?\b"
)
"""An answer that calls a failure none of this work."""
NEEDS_NO_CHECK = re.compile(
    r"(?i)\.(?:md|mdx|txt|rst|adoc|json|ya?ml|toml|csv|svg|png|gitignore)$|(?:^|/)(?:LICENSE|\.\w+)$"
)
"""Files that hardly any test reads."""
WANTS_CHANGE = re.compile(r"(?i)\b(?:commit|implement|fix|build|write|refactor)\b")
"""In a prompt: something is to come of it."""
PLANS_ONLY = re.compile(
    r"(?i)\bplan(?:ning)?[ -]only\b|\bonly plan\b"
    r"|\b(?:do not|don't) (?:implement|code)(?: anything| yet)?\s*(?:[.!;,)*\n]|$)"
)
"""In a prompt: a plan is all that is to come of it."""
WANTS_GREEN = re.compile(
    r"(?i)\b(?:fix|repair|get|make|turn)\b[^.\n]{0,30}\b(?:failing|broken|red)\b"
    r"|\b(?:fix|repair|get|make|turn)\b (?:all |the )*(?:tests?|suite|build|ci)\b"
)
"""In a prompt: what fails is the work."""


def says_nothing_left(text: str) -> re.Match[str] | None:
    """Where a text says that the work as a whole is done; not where it denies that."""
    for found in NOTHING_LEFT.finditer(text):
        if NEGATED.search(text[max(0, found.start() - NEAR) : found.start()]) is None:
            return found
    return None


def stop_of(error: str) -> Verdict | None:
    """Which kind of stop a recorded error text names."""
    return next((verdict for verdict, pattern in STOPS if pattern.search(error)), None)
