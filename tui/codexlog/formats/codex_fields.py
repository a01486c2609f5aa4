"""Field readers that every Codex dialect shares: a wrong type is as good as a missing field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codexlog.formats.codex_items import text_or_none
from codexlog.formats.json_text import json_text
from codexlog.model import Policy

if TYPE_CHECKING:
    from codexlog.formats.events import TokenTotals

JsonObject = dict[str, Any]
NOTICE = "Compact task completed"
"""Harness text in an `agent_message` event; not an answer."""
ITEM_STATUS = {"completed": "ok", "failed": "failed", "declined": "denied"}
"""`status` of end events and items in the words of the model."""


def int_or_none(value: Any) -> int | None:
    """An integer; a boolean is none."""
    return value if type(value) is int else None


def list_at(payload: JsonObject, key: str) -> list[Any]:
    """The list under a key; [] without one."""
    value = payload.get(key)
    return value if isinstance(value, list) else []


def error_code(error: JsonObject) -> str | None:
    """`codex_error_info`: a string, or the one key of the object form."""
    info = error.get("codex_error_info")
    return text_or_none(next(iter(info), None) if isinstance(info, dict) else info)


def error_text(error: Any) -> str | None:
    """One line of a recorded error: its message, and its code where there is one."""
    if error is None:
        return None
    if not isinstance(error, dict):
        return error if isinstance(error, str) else json_text(error)
    code = error_code(error)
    words = [text_or_none(error.get("message")), f"({code})" if code else None]
    return " ".join(word for word in words if word) or "error"


_NETWORK = {"true": True, "enabled": True, "false": False, "restricted": False}
"""`network_access`: a Boolean, in some sandboxes (`external-sandbox`) a word."""


def policy_of(payload: JsonObject) -> Policy | None:
    """What a `turn_context` allows; the mode's key was `mode` up to 0.5x, then `type`."""
    sandbox = payload.get("sandbox_policy")
    sandbox = sandbox if isinstance(sandbox, dict) else {}
    mode = text_or_none(sandbox.get("type")) or text_or_none(sandbox.get("mode"))
    network = _NETWORK.get(str(sandbox.get("network_access")).lower())
    open_network = True if mode == "danger-full-access" else False if mode == "read-only" else None
    found = Policy(
        mode,
        text_or_none(payload.get("approval_policy")),
        open_network if network is None else network,
        text_or_none(payload.get("effort")),
    )
    return found if any(each is not None for each in (found.sandbox, found.approval, found.effort)) else None


def count_or_zero(value: Any) -> int:
    """An integer, else 0."""
    return value if type(value) is int else 0


def token_totals(usage: JsonObject) -> TokenTotals:
    """The five figures of a usage object; a missing one is 0, a missing cache write None."""
    return (
        count_or_zero(usage.get("input_tokens")),
        count_or_zero(usage.get("cached_input_tokens")),
        int_or_none(usage.get("cache_write_input_tokens")),
        count_or_zero(usage.get("output_tokens")),
        count_or_zero(usage.get("reasoning_output_tokens")),
    )
