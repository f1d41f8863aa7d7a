"""Let ``python -m lecture`` be the command ``lecture``."""

from lecture.cli.main import main

if __name__ == "__main__":
    main()
