"""A session as text, safe to show."""
