"""Run a command: every error becomes a line on standard error and an exit code."""

from __future__ import annotations

import errno
import json
import signal
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click

from lecture.errors import InputError, RenderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

__all__ = ["LectureCommand", "command", "json_option", "print_json"]

_TERMINATED = 143

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


class _Failure(click.ClickException):
    """An error message without click's prefix."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, err=True, file=file)


class _BadInput(_Failure):
    exit_code = 2


class _Interrupted(_Failure):
    exit_code = 130


class LectureCommand(click.Command):
    """A command whose errors end it with a message.

    Exit codes are 2 for an `InputError`, 1 for a `RenderError` or an output that cannot be written,
    130 for Ctrl-C and 143 for SIGTERM.
    """

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse the arguments, whose callbacks may raise an `InputError`."""
        with _messages(None):
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; both signals unwind it, so that workers end and files are cleaned up."""
        with _messages(ctx.params.get("output")), _signals():
            return super().invoke(ctx)


def command(name: str | None = None) -> Callable[[Callable[..., Any]], LectureCommand]:
    """Return a decorator that makes a function a `LectureCommand`."""
    return click.command(name, cls=LectureCommand)


def print_json(value: object) -> None:
    """Print a result as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def _messages(output: Path | None) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        raise _BadInput(str(error)) from error
    except RenderError as error:
        raise _Failure(str(error)) from error
    except KeyboardInterrupt as error:
        unchanged = f"; {output} is unchanged" if output is not None and output.exists() else ""
        raise _Interrupted(f"stopped{unchanged}") from error
    except OSError as error:
        if output is None or error.errno == errno.EPIPE:  # click ends a command without a reader
            raise
        where = f": {error.filename}" if error.filename else ""
        reason = f"{error.strerror or error}{where}"
        raise _Failure(f"{output} cannot be written: {reason}") from error


@contextmanager
def _signals() -> Iterator[None]:
    def terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(_TERMINATED)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.default_int_handler),
        signal.SIGTERM: signal.signal(signal.SIGTERM, terminate),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
