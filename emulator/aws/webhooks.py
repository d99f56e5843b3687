"""Webhooks: plain HTTP, to this machine and to the hosts that the tester allows."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from emulator.aws.calls_out import host_of
from emulator.kernel.ports import Errors

WEBHOOK_SECONDS_MAX = 5
"""How long a call may take, from the connection to the end of the answer's headers, or of what is read of it."""
ANSWER_BYTES_MAX = 10 * 1024 * 1024
"""How much of an answer is read, if it is wanted."""
CONNECTIONS: dict[str, type[http.client.HTTPConnection]] = {
    "http": http.client.HTTPConnection,
    "https": http.client.HTTPSConnection,
}


class WebhookRefused(Exception):
    """The call is not made, or its answer is not a success."""


class Webhooks:
    """The webhook part of kernel.ports.Replies."""

    webhook_hosts: Sequence[str] = ()
    """The hosts, beside this machine, to which webhooks may go."""

    def post(self, url: str, bodies: Sequence[str]) -> Errors:
        """kernel.ports.Replies: the bodies behind the first that is refused are not sent, so that none overtakes."""
        errors: Errors = []
        for body in bodies:
            try:
                self._post(url, body)
            except (OSError, http.client.HTTPException, ValueError, WebhookRefused) as error:
                error_text = f"{type(error).__name__}: {error}"
                return [*errors, *[error_text] * (len(bodies) - len(errors))]
            errors.append(None)
        return errors

    def call(self, url: str, body: str) -> bytes:
        """
        Return what a webhook answers to a JSON body.

        Raises:
            OSError: the webhook cannot be reached in time.
            WebhookRefused: webhooks may not go there, or the answer is not a success.
        """
        return self._post(url, body, ANSWER_BYTES_MAX)

    def refuse_call(self, url: str) -> str | None:
        """Return why a URL may not be called; None if it may."""
        host = host_of(url)
        if not host:
            return f"{url} is not an http URL"
        if is_this_machine(host) or host in [name.strip("[]").lower() for name in self.webhook_hosts]:
            return None
        return f"webhooks may not go to {host}; allow it by --allow-webhook-host {host}"

    def _post(self, url: str, body: str, size_max: int = 0) -> bytes:
        refusal = self.refuse_call(url)
        if refusal is not None:
            raise WebhookRefused(refusal)
        parts = urlsplit(url)
        # A redirection is not followed: it could lead anywhere.
        connection = CONNECTIONS[parts.scheme](parts.hostname or "", parts.port, timeout=WEBHOOK_SECONDS_MAX)
        # The timeout is that of each piece that is read; this one is that of the whole call.
        watch = threading.Timer(WEBHOOK_SECONDS_MAX, _cut, [connection])
        watch.daemon = True
        watch.start()
        try:
            connection.request("POST", _path_of(parts), body.encode(), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            if not 200 <= answer.status < 300:
                raise WebhookRefused(f"HTTP Error {answer.status}: {answer.reason}")
            return answer.read(size_max) if size_max else b""
        finally:
            watch.cancel()
            connection.close()


def is_this_machine(host: str) -> bool:
    """Return True if a host name or address is this machine's own, under which no other can be reached."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _path_of(parts: SplitResult) -> str:
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
