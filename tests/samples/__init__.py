"""Makes `sample_sessions/`: a failed loop and one small session for each format, feature and trap.

Run `cd tests && python -m samples [TARGET]`. It needs git, bash and pytest, takes seconds, and writes
the same bytes on every run: times, ids and commit dates come from a fixed clock, timings are normalised.
The commands are really run in a temporary project (`project.py`); `loop.py` tells the story.
The table of files and what each shows is written to `sample_sessions/README.md`.
"""
