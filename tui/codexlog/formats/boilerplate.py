"""Texts in the user role that no person typed, and wrappers around those that one did.

Tested per content item: newer versions put several fragments into one message. Case is ignored.
"""

from __future__ import annotations

import re

TAGS = frozenset(
    (
        "user_instructions",  # 0.32 – 0.78
        "environment_context",  # every version; upper case in some
        "skill",  # 0.78+
        "user_shell_command",  # 0.50+, a `!cmd` with its output
        "turn_aborted",  # 0.64+
        "subagent_notification",  # 0.104+
        "recommended_plugins",  # 0.137+
        "codex_internal_context",  # 0.142+
        "goal_context",  # 0.13x+
        "extension_context",  # 0.142+
        "additional_context",  # 0.142+
        "hook_prompt",  # 0.142+
        "user_action",  # review result, 0.4x+
        "context_window",  # 0.144+
        "token_budget",  # 0.144+
    )
)
TAG_FAMILY = "external_"
STARTS = (
    "# agents.md instructions",
    "another language model started to solve this problem",
    "you were originally given instructions from a user over one or more turns",
    "warning: the maximum number of unified exec processes",
    "warning: apply_patch was requested via",
    "warning: your account was flagged",
)
IDE_REQUEST = "## My request for Codex:"
"""The person's own words follow this heading in prompts that an editor wraps (0.36+)."""

_OPENING = re.compile(r"<([^\s<>/]+)[\s>]")
_IMAGE_FRAME = re.compile(r"</image>|<image(?:\s[^>]*)?>(?:\s*</image>)?", re.IGNORECASE)
_WORDS = 100
_CWD = re.compile(r"(?ims)<cwd>\s*(.*?)\s*</cwd>|^Current working directory: ([^\n]*\S)")
"""As an element, and as the line that releases before the element wrote."""


def is_boilerplate(text: str) -> bool:
    """Whether one content item is the agent's own text: instructions, environment, image frames."""
    text = text.strip()
    start = text[:_WORDS].lower()
    if start.startswith(STARTS):
        return True
    if start[:1] != "<":
        return False
    if _IMAGE_FRAME.fullmatch(text):
        return True
    opening = _OPENING.match(start)
    if opening is None:
        return False
    tag = opening[1]
    known = tag in TAGS or tag.startswith(TAG_FAMILY)
    return known and text[-len(tag) - 3 :].lower() == f"</{tag}>"


def own_words(text: str) -> str:
    """A prompt without the wrapper that an editor put around it, trimmed."""
    _, heading, words = text.partition(IDE_REQUEST)
    return (heading and words.strip()) or text.strip()


def environment_cwd(text: str) -> str | None:
    """The working directory that an environment context names (bare files have no other)."""
    text = text.lstrip()
    if not text[:20].lower().startswith("<environment_context"):
        return None
    found = _CWD.search(text[:4000])
    return (found[1] or found[2]) if found else None
