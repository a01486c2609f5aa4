"""Token figures and rate limits of Codex: `token_count` events and `token_usage_record` rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from codexlog.formats.codex_fields import int_or_none, token_totals
from codexlog.formats.codex_items import text_or_none
from codexlog.formats.events import NOTHING, Events, Limits, Remark, Tokens, UsageRecord

if TYPE_CHECKING:
    from codexlog.model.limits import RateWindow

JsonObject = dict[str, Any]
_WINDOW_KEYS = ("used_percent", "window_minutes", "resets_at", "resets_in_seconds")


def token_count(payload: JsonObject) -> Events:
    """Cumulative totals, and a note where a limit is used up; `info` may be null."""
    info = payload.get("info")
    info = info if isinstance(info, dict) else {}
    usage = info.get("total_token_usage")
    limits = payload.get("rate_limits")
    limit = _limit(limits)
    if not isinstance(usage, dict):
        return (*limit, Limits(limits)) if isinstance(limits, dict) else limit
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
        limits,
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


def rate_windows(limits: JsonObject) -> tuple[RateWindow, ...]:
    """The windows of a `rate_limits` object; 0.36 wrote flat keys, `primary_used_percent` and so on."""
    from codexlog.model.limits import RateWindow

    found = []
    for name in ("primary", "secondary"):
        inner = limits.get(name)
        flat = not isinstance(inner, dict)
        window = {key: limits.get(f"{name}_{key}") for key in _WINDOW_KEYS} if flat else inner
        assert isinstance(window, dict)
        used = window.get("used_percent")
        if isinstance(used, (int, float)) and not isinstance(used, bool) and math.isfinite(used):
            minutes, at, after = (int_or_none(window.get(key)) for key in _WINDOW_KEYS[1:])
            found.append(RateWindow(name, float(used), minutes, at, after))
    return tuple(found)


def usage_record(payload: JsonObject) -> Events:
    """Exact usage of one response (0.147+)."""
    usage = payload.get("usage")
    key = text_or_none(payload.get("response_id"))
    if not isinstance(usage, dict) or key is None:
        return NOTHING
    return (UsageRecord(key, text_or_none(payload.get("thread_id")), token_totals(usage)),)
