"""Many sessions: where they are and what is known of them without opening them."""
