"""Entry point of the command ``lecture``, also as ``python -m lecture``."""

import os
import sys

try:
    import signal
except KeyboardInterrupt:  # until its handler is set below, Ctrl-C is an exception
    os._exit(130)

__all__ = ["main"]


def main() -> None:
    """Run the command line; from its first line on, Ctrl-C ends it with 130 and no traceback."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    from lecture.cli.main import cli  # noqa: PLC0415  (imports take time, and may be interrupted)

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # the encoding of a terminal may lack σ
    cli(prog_name="lecture")


if __name__ == "__main__":
    main()
