"""Speed and size as ratios between two things measured side by side: `make bench`.

Times alone say little on a machine that others use; a ratio from one interleaved run travels. Not part of
the test suite.
"""
