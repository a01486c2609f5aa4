"""What a person set: one TOML file, its table of settings, and what is wrong with it."""
