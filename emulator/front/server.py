"""
One endpoint for everything: our services by `Emulator.handle`, `/_emulator` by the control API, all the rest by moto.

Requests are taken off the wire by waitress. Two threads of our own serve a running clock: one lets time pass, one sends
what waits in the outbox.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from waitress.server import create_server

from emulator.engine import Emulator
from emulator.wire.credentials import DEFAULT_ACCOUNT, read_scope
from emulator.wire.http import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("emulator")

TICK_SECONDS = 0.02
"""How often the threads of a running clock look."""
THREADS = 32
"""Connections answered at a time; each open event stream and each waiting call holds one."""
BODY_BYTES_READ = 1 << 30
"""What waitress would refuse in its own words; larger bodies than the emulator's own limit are refused in AWS's."""
REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 413: "Request Entity Too Large", 500: "Internal Server Error"}


class Application:
    """The WSGI application."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    @cached_property
    def control(self) -> WSGIApplication:
        """The control API; Flask is imported when it is first called."""
        from emulator.front.control import create_app

        application: WSGIApplication = create_app(self.emulator)
        return application

    @cached_property
    def aws(self) -> WSGIApplication:
        """All other AWS services; moto is imported when one is first called."""
        return self.emulator.aws.wsgi()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/_emulator"):
            return self.control(environ, start_response)
        head = _head(environ)
        if self.emulator.service_for(head) is None:
            return self._pass_on(environ, start_response, head)
        response = self._handle(environ, head)
        if response.delay_seconds:
            time.sleep(response.delay_seconds)
        headers = [*response.headers.items(), ("Content-Length", str(len(response.body)))]
        start_response(f"{response.status} {REASONS.get(response.status, 'Error')}", headers)
        return (response.body,)

    def _handle(self, environ: WSGIEnvironment, head: Request) -> Response:
        emulator = self.emulator
        length = int(environ.get("CONTENT_LENGTH") or 0)
        try:
            # A body that is too large is not even read; handle() refuses by the length of what it is given.
            body = environ["wsgi.input"].read(min(length, emulator.settings.request_body_bytes_max + 1))
            return emulator.handle(Request(head.method, head.path, head.headers, body, head.query))
        except Exception:
            request_id, response = emulator.failure(head)
            log.exception("Request %s failed: %s %s", request_id, head.method, head.headers.get("x-amz-target", head.path))
            return response

    def _pass_on(self, environ: WSGIEnvironment, start_response: StartResponse, head: Request) -> Iterable[bytes]:
        if head.method == "GET" and head.path == "/" and "authorization" not in head.headers and not head.query:
            start_response("302 Found", [("Location", "/_emulator/"), ("Content-Length", "0")])
            return ()
        scope = read_scope(head)
        if scope.account != DEFAULT_ACCOUNT:
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = scope.account
        if self.emulator.mode != "running":
            self.emulator.glance()
        return self.aws(environ, start_response)


def _head(environ: WSGIEnvironment) -> Request:
    """The request without its body."""
    headers = {key[5:].lower().replace("_", "-"): value for key, value in environ.items() if key.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return Request(environ["REQUEST_METHOD"], environ["PATH_INFO"], headers, b"", environ.get("QUERY_STRING", ""))


class Server:
    """
    An Emulator behind a socket.

    Args:
        emulator: what to serve.
        port: 0 takes a free one.
    """

    def __init__(self, emulator: Emulator, host: str = "127.0.0.1", port: int = 0) -> None:
        self.emulator = emulator
        self._server: Any = create_server(
            Application(emulator),
            host=host,
            port=port,
            threads=THREADS,
            connection_limit=1000,
            max_request_body_size=BODY_BYTES_READ,
            # Event streams must not wait until a buffer is full.
            send_bytes=1,
            ident=None,
        )
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self.host, self.port = host, int(self._server.effective_port)

    @property
    def endpoint_url(self) -> str:
        """What to give to `endpoint_url`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def start(self) -> Server:
        """Serve in threads of this process."""
        for name, target in (("serve", self._server.run), ("clock", self._pump), ("deliver", self._deliver)):
            thread = threading.Thread(target=target, name=f"emulator-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def close(self) -> None:
        """Stop serving."""
        self._stopped.set()
        self._server.close()

    def wait(self) -> None:
        """Until the server is closed."""
        while not self._stopped.wait(3600):
            pass

    def _pump(self) -> None:
        emulator = self.emulator
        while not self._stopped.wait(TICK_SECONDS):
            with emulator.lock:
                if emulator.mode == "running":
                    emulator.look()
                    emulator.changed.notify_all()

    def _deliver(self) -> None:
        emulator = self.emulator
        while not self._stopped.wait(TICK_SECONDS):
            if emulator.mode == "running" and emulator.world.outbox.waiting:
                try:
                    emulator.deliver()
                except Exception:
                    log.exception("Delivery failed")
