"""Text search: a needle, the bytes it may stand in, the texts that decide, the hits."""
