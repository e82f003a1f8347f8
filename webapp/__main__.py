"""`python -m webapp` is the command `throughtrain`, for where it is not on the path."""

from webapp.cli import main

if __name__ == "__main__":
    main()
