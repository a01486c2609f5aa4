"""Loops with a known fault at a known iteration, in three Codex eras and in Claude Code's form."""
