"""Bytes to rows: the lazy streaming JSONL reader. Knows JSON lines, knows no agent."""
