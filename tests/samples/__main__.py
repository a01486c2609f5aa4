"""python -m samples."""

from .make import main

if __name__ == "__main__":
    main()
