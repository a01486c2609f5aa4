"""The parts of the screen. They draw lines and turn keys into messages; the screen decides."""
