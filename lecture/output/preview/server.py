"""Serve the page of ``lecture watch`` to browsers of this machine."""

from __future__ import annotations

import re
import threading
from contextlib import AbstractContextManager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from lecture.errors import InputError
from lecture.output.web.pages import render_template

if TYPE_CHECKING:
    from typing import Self

    from lecture.output.preview.content import PreviewContent
    from lecture.palette import Theme

__all__ = ["PreviewServer"]

_HOST = "127.0.0.1"
_HEARTBEAT = 10.0  # seconds; a write to a closed page ends its thread
_MEDIA = re.compile(r"/media/(\d{1,12})$")
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})$")
_OTHERS = "default-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"


class PreviewServer(AbstractContextManager["PreviewServer"]):
    """Server of the page, on a port of 127.0.0.1.

    Parameters
    ----------
    content
        Content of the page.
    title
        Title of the page.
    port
        The port; 0 for a free one.
    theme
        Theme of the page; ``None`` for both themes, of which the browser chooses.

    Raises
    ------
    InputError
        The port cannot be used.
    """

    def __init__(
        self, content: PreviewContent, title: str, port: int, theme: Theme | None = None
    ) -> None:
        page = render_template("watch.html", theme=theme, title=title).encode()

        class Handler(_Handler):
            pass

        Handler.content, Handler.page = content, page
        try:
            self._server = _Server((_HOST, port), Handler)
        except OSError as error:
            hint = "leave out --port for a free one"
            raise InputError(f"--port: {port} cannot be used: {error.strerror}; {hint}") from error
        self._content = content
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"http://{_HOST}:{self._server.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._content.close()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: a browser may close a connection at any time."""


class _Handler(BaseHTTPRequestHandler):
    content: PreviewContent
    page: bytes
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        # Pages of other hosts whose names point to this machine must not read this one.
        if (self.headers.get("Host") or "").partition(":")[0] not in (_HOST, "localhost"):
            self.send_error(HTTPStatus.FORBIDDEN)
        elif self.path == "/":
            self._send(self.page, "text/html; charset=utf-8")
        elif self.path == "/events":
            self._send_events()
        elif (found := _MEDIA.match(self.path)) and (media := self.content.media(int(found[1]))):
            self._send(media.data, media.type)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Print nothing."""

    def _send(self, data: bytes, type_: str) -> None:
        """Send data, or the asked part of it: Safari plays no video otherwise."""
        total, asked = len(data), _RANGE.match(self.headers.get("Range") or "")
        if asked and int(asked[1]) < total:
            first, last = int(asked[1]), min(int(asked[2] or total - 1), total - 1)
            data = data[first : last + 1]
            self.send_response(HTTPStatus.PARTIAL_CONTENT)
            self.send_header("Content-Range", f"bytes {first}-{last}/{total}")
        else:
            self.send_response(HTTPStatus.OK)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", type_)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", _OTHERS)
        self.end_headers()
        self.wfile.write(data)

    def _send_events(self) -> None:
        """Send the content whenever it changes, as server-sent events."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        version = -1
        with suppress(OSError):  # the page was closed
            while (preview := self.content.wait(version, _HEARTBEAT)) is not None:
                event = f"data: {preview.model_dump_json()}\n\n"
                self.wfile.write((event if preview.version > version else ":\n\n").encode())
                self.wfile.flush()
                version = preview.version
