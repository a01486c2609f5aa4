"""What is drawn, as pure functions: facts of a session in, lines of styled text out."""
