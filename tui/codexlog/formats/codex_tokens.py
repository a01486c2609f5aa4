"""Token figures and rate limits of Codex: `token_count` events and `token_usage_record` rows."""

from __future__ import annotations

from typing import Any

from codexlog.formats.codex_fields import int_or_none, token_totals
from codexlog.formats.codex_items import text_or_none
from codexlog.formats.events import NOTHING, Events, Remark, Tokens, UsageRecord

JsonObject = dict[str, Any]


def token_count(payload: JsonObject) -> Events:
    """Cumulative totals, and a note where a limit is used up; `info` may be null."""
    info = payload.get("info")
    info = info if isinstance(info, dict) else {}
    usage = info.get("total_token_usage")
    limit = _limit(payload.get("rate_limits"))
    if not isinstance(usage, dict):
        return limit
    totals = token_totals(usage)
    total = int_or_none(usage.get("total_tokens"))
    total = totals[0] + totals[3] if total is None else total
    last = info.get("last_token_usage")
    last = last if isinstance(last, dict) else None
    tokens = Tokens(
        totals,
        total,
        token_totals(last) if last is not None else None,
        int_or_none(last.get("total_tokens")) if last is not None else None,
        int_or_none(info.get("model_context_window")),
    )
    return (tokens, *limit) if limit else (tokens,)


def _limit(limits: Any) -> Events:
    """A note where a recorded rate limit is used up."""
    if not isinstance(limits, dict):
        return NOTHING
    reached = text_or_none(limits.get("rate_limit_reached_type"))
    if reached:
        return (Remark("rate_limit", f"rate limit reached: {reached}"),)
    for name in ("primary", "secondary"):
        window = limits.get(name)
        used = window.get("used_percent") if isinstance(window, dict) else limits.get(f"{name}_used_percent")
        if isinstance(used, (int, float)) and used >= 100:
            return (Remark("rate_limit", f"{name} rate limit: {min(used, 1e9):g} % used"),)
    return NOTHING


def usage_record(payload: JsonObject) -> Events:
    """Exact usage of one response (0.147+)."""
    usage = payload.get("usage")
    key = text_or_none(payload.get("response_id"))
    if not isinstance(usage, dict) or key is None:
        return NOTHING
    return (UsageRecord(key, text_or_none(payload.get("thread_id")), token_totals(usage)),)
