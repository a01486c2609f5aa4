"""A session, a loop or a day in Markdown: what the rows show, quoted and counted, and nothing more."""
