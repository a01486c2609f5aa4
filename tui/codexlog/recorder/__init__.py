"""Writes a conversation to disk while it happens, in the form that Entire and codexlog read.

For agent loops written in Python:

    with Recorder.start(version="1.2.3", model="claude-opus-4-6") as rec:
        rec.user("prompt")
        rec.assistant(blocks, usage=usage_from_sse(events), message_id="msg_1")
        rec.tool_results([{"tool_use_id": "toolu_1", "content": "…"}])

Every call returns after its row is on disk, whole and by one write.
"""

from __future__ import annotations

from codexlog.recorder.recorder import Recorder
from codexlog.recorder.usage import SseUsage, usage_from_sse

__all__ = ["Recorder", "SseUsage", "usage_from_sse"]
