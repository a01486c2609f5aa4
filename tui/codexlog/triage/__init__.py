"""What went wrong: loops, why a run stopped, findings with the rows that they rest on. Pure, no model."""
