"""Read, pair and explore the session transcripts that coding agents leave on disk."""

__version__ = "0.1.0"
