"""
Calls to the embedded AWS: each that may change something is an entry.

They are made one after the other. A call that waits for a message of SQS is made again and again until there is one, so
that nobody else has to wait for it.
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from emulator.journal.engine import JournalledEngine
from emulator.journal.entries import digest_of
from emulator.wire.http import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

READING = re.compile(r"(Get|List|Describe|Head|BatchGet|Query|Scan|Search|Lookup|Filter|Test|Validate|Admin(Get|List))")
"""The operations that change nothing; what moto notes of them, such as the time of the last read, is not kept."""
INVOCATION = re.compile(r"/functions/[^/]+/(invocations|invoke-async|response-streaming-invocations)")
"""The paths that run a function, which is not run again."""
POLL_SECONDS = 0.05
"""How often a call that waits for a message looks for one."""
WAIT_SECONDS_MAX = 20.0
KEPT_VARIABLES = ("REQUEST_METHOD", "PATH_INFO", "RAW_URI", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT", "CONTENT_TYPE")
CREDENTIALS = "HTTP_X_AMZ_SECURITY_TOKEN"


class JournalledAws:
    """moto's WSGI application, around which each call is an entry."""

    def __init__(self, engine: JournalledEngine, application: WSGIApplication) -> None:
        self._engine = engine
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        variables = {name: str(environ[name]) for name in KEPT_VARIABLES if name in environ}
        variables |= {name: value for name, value in environ.items() if name.startswith("HTTP_") and name != CREDENTIALS}
        operation = _operation(variables, body)
        seconds, body = self._without_waiting(variables, body) if operation == "ReceiveMessage" else (0.0, body)
        gives_up_at = time.monotonic() + seconds
        while True:
            status, headers, content = self._call(operation, variables, body)
            is_empty = operation == "ReceiveMessage" and b"Message>" not in content and b'"Messages"' not in content
            if not is_empty or time.monotonic() >= gives_up_at or self._engine.closing.is_set():
                break
            time.sleep(POLL_SECONDS)
        start_response(status, headers)
        return [content]

    def _without_waiting(self, variables: Mapping[str, str], body: bytes) -> tuple[float, bytes]:
        """Return how long a ReceiveMessage is to wait for a message, and its body with no wait."""
        is_json = body.startswith(b"{")
        try:
            members = json.loads(body) if is_json else dict(parse_qsl(body.decode(), keep_blank_values=True))
            seconds = members.get("WaitTimeSeconds")
            if seconds is None:
                seconds = self._engine.aws.receive_wait(str(members.get("QueueUrl", "")), _region(variables))
            seconds = float(seconds)
            if not 0 <= seconds <= WAIT_SECONDS_MAX:
                return 0.0, body  # moto refuses it
            members["WaitTimeSeconds"] = 0 if is_json else "0"
            return seconds, json.dumps(members).encode() if is_json else urlencode(members).encode()
        except (ValueError, TypeError, AttributeError):
            return 0.0, body

    def _call(self, operation: str, variables: dict[str, str], body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        engine = self._engine
        posts: list[Callable[[], None]] = []
        with engine.aws.posting_later(posts), engine.aws_call() as call:
            status, headers, content = answer(self._application, variables, body)
            empty = operation == "ReceiveMessage" and b"Message>" not in content and b'"Messages"' not in content
            call.kept = call.kept or not (empty or _is_not_kept(operation, variables))
            if call.kept:
                response = Response(int(status.partition(" ")[0]), {}, content)
                data = {"variables": variables, "body": body, "answer": digest_of(response)}
                with engine.entry("aws", data | call.data()):
                    pass
        for post in posts:
            post()
        return status, headers, content


def answer_plain(
    engine: JournalledEngine, target: str, account: str, region: str, body: bytes
) -> tuple[dict[str, str], bytes] | None:
    """Answer a plain call of SQS or SNS as `aws.answer_plain` does; None also if it would have to wait for another."""
    if not engine.aws_lock.acquire(blocking=False):
        return None
    try:
        with engine.aws_call() as call:
            found = engine.aws.answer_plain(target, account, region, body)
            if found is not None and not (target.endswith("ReceiveMessage") and b'"Messages"' not in found[1]):
                call.kept = True
                data = {"plain": [target, account, region], "body": body, "answer": digest_of(Response(200, {}, found[1]))}
                with engine.entry("aws", data | call.data()):
                    pass
            return found
    finally:
        engine.aws_lock.release()


def repeat_aws(engine: JournalledEngine, data: Mapping[str, Any]) -> Response:
    """Make a call again."""
    if "plain" in data:
        target, account, region = data["plain"]
        found = engine.aws.answer_plain(target, account, region, data["body"])
        return Response(200, {}, found[1] if found is not None else b"")
    variables = data["variables"]
    with engine.aws.providing_resources(_service(variables)):
        status, _, content = answer(engine.aws_application, variables, data["body"])
    return Response(int(status.partition(" ")[0]), {}, content)


def answer(
    application: WSGIApplication, variables: Mapping[str, str], body: bytes
) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return the status, headers and whole body of an application's answer."""
    taken: list[Any] = []
    environ: dict[str, Any] = {
        **variables,
        "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    parts = application(environ, lambda status, headers, _=None: taken.append((status, headers)))  # type: ignore[arg-type]
    content = b"".join(parts)
    status, headers = taken[-1]
    return status, headers, content


def _operation(variables: Mapping[str, str], body: bytes) -> str:
    """Return the operation of a request that names one, else an empty text."""
    target = variables.get("HTTP_X_AMZ_TARGET")
    if target:
        return target.rpartition(".")[2]
    if "x-www-form-urlencoded" in variables.get("CONTENT_TYPE", ""):
        return dict(parse_qsl(body.decode("utf-8", "replace"))).get("Action", "")
    return ""


def _service(variables: Mapping[str, str]) -> str:
    """Return the service that a request is signed for."""
    _, _, scope = variables.get("HTTP_AUTHORIZATION", "").partition("Credential=")
    parts = scope.partition(",")[0].split("/")
    return parts[3] if len(parts) > 3 else ""


def _is_not_kept(operation: str, variables: Mapping[str, str]) -> bool:
    """Return True for what changes nothing, and for what cannot be made again."""
    if operation:
        return READING.match(operation) is not None
    if INVOCATION.search(variables.get("PATH_INFO", "")):
        return True
    return variables["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS")


def _region(variables: Mapping[str, str]) -> str:
    found = re.search(r"Credential=[^/]+/[^/]+/([^/]+)/", variables.get("HTTP_AUTHORIZATION", ""))
    return found[1] if found else "us-east-1"
