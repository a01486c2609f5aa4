"""Events to turns: pairing, tokens, outcomes, lineage."""
