"""Rows to events: one file a dialect, what each version writes in tables."""
