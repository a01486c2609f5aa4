"""Reading off the event loop: threads that end with the process, results as plain data. No Textual here."""
