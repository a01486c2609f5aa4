"""`python -m codexlog`."""

import sys

from codexlog.cli import main

if __name__ == "__main__":
    sys.exit(main())
