"""
The AWS services that moto answers: their calls go into the request log, and what moto lacks is refused in words.

A service or operation that moto does not have is answered with HTTP 501 in the protocol of the request; a path that
belongs to no service at all, and that nobody has signed, with JSON that says where to look.
"""

from __future__ import annotations

import io
import json
import logging
import re
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from botocore.model import OperationNotFoundError

from emulator.engine import Engine
from emulator.request_log import BODY_BYTES_MAX
from emulator.wire.credentials import Scope, read_scope
from emulator.wire.http import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("emulator")

NOT_FOUND = 404
XML_SERVICES = frozenset({"s3", "route53", "cloudfront", "s3express"})
"""The signing names of the services that speak REST-XML."""
ERROR_HEAD_BYTES = 4096
"""How much of an error's body is read to find its code."""
CODE = re.compile(r"<Code>([^<]+)</Code>")
NO_BUCKET = "NoSuchBucket"


class OtherAws:
    """A WSGI application around moto's."""

    def __init__(self, engine: Engine, application: WSGIApplication) -> None:
        self._engine = engine
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = time.perf_counter()
        request = _read(environ)
        answer, parts = self._ask_moto(environ, _Call(request))
        log_other(self._engine, started, request, answer)
        start_response(f"{answer.status} {'OK' if answer.status < 400 else 'Error'}", list(answer.headers.items()))
        return parts

    def _ask_moto(self, environ: WSGIEnvironment, call: _Call) -> tuple[Response, Iterable[bytes]]:
        """Return the answer, whose body is complete only if it is an error, and the parts of the body to send."""
        taken: list[Any] = []
        try:
            with self._engine.aws.calling_moto(call.service):
                parts = self._application(environ, lambda status, headers, exc_info=None: taken.append((status, headers)))  # type: ignore[arg-type]
        except NotImplementedError:
            return _complete(call.not_implemented())
        except OperationNotFoundError:
            return _complete(call.unknown_operation())
        except Exception:
            log.exception("moto failed: %s %s", call.service, call.operation)
            return _complete(call.refusal(500, "InternalFailure", f"moto failed at {call.service} {call.operation}"))
        status, headers = taken[-1]
        answer = Response(int(status.partition(" ")[0]), dict(headers))
        if answer.status < 400:
            return answer, parts
        answer.body = b"".join(parts)
        if call.is_unsigned and answer.status == NOT_FOUND and _error_code(answer) == NO_BUCKET:
            return _complete(call.no_such_path())
        if answer.status == NOT_FOUND and _header(answer, "content-type").startswith("text/html"):
            return _complete(call.not_implemented())
        return answer, [answer.body]


def log_other(engine: Engine, started: float, request: Request, answer: Response) -> None:
    """Add a call to the request log that moto has answered; of an answer only an error is kept."""
    call = _Call(request)
    is_error = answer.status >= 400
    engine.requests.add(
        request_id=_header(answer, "x-amzn-requestid") or _header(answer, "x-amz-request-id"),
        at=engine.world.clock.now,
        service=call.service,
        operation=call.operation,
        account=call.scope.account,
        region=call.scope.region,
        status=answer.status,
        error=_error_code(answer) if is_error else None,
        reason=None,
        hint=None,
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
        answered_by="moto",
        request=request.body,
        response=answer.body if is_error else None,
    )


class _Call:
    """What a request asks for, and answers in its own protocol."""

    def __init__(self, request: Request) -> None:
        self.scope: Scope = read_scope(request)
        self.service = self.scope.signing_name or "unsigned"
        self.is_unsigned = not self.scope.signing_name and "Signature=" not in request.query
        self._path = f"{request.method} {request.path}"
        self._target = request.headers.get("x-amz-target", "")
        self._is_query = "x-www-form-urlencoded" in request.headers.get("content-type", "")
        self.operation = self._name(request)

    def _name(self, request: Request) -> str:
        if self._target:
            return self._target.rpartition(".")[2]
        if self._is_query:
            action = parse_qs(request.body.decode("utf-8", "replace")).get("Action")
            if action:
                return action[0]
        rpc = re.fullmatch("/service/[^/]+/operation/([^/]+)", request.path)
        return rpc[1] if rpc else self._path

    def not_implemented(self) -> Response:
        """Answer a call that moto does not know."""
        sentence = f"{self.service} {self.operation} is not implemented: the emulator leaves other AWS services to moto"
        return self.refusal(501, "NotImplemented", sentence)

    def unknown_operation(self) -> Response:
        """Answer a call of an operation that AWS does not have."""
        code = "InvalidAction" if self._is_query else "UnknownOperationException"
        return self.refusal(400, code, f"The action {self.operation} is not valid for this web service.")

    def no_such_path(self) -> Response:
        """Answer a request that is for no AWS service."""
        sentence = f"no such page: {self._path}; the page is at /_emulator/, the control API at /_emulator/docs"
        return _json(NOT_FOUND, {"error": sentence, "field": None})

    def refusal(self, status: int, code: str, sentence: str) -> Response:
        """Return an error in the protocol of the request."""
        # Imported here: it loads three parsers, and a mock whose calls are ours never refuses one of another service.
        from xml.sax.saxutils import escape

        if self.service == "ec2":
            inner = f"<Errors><Error><Code>{code}</Code><Message>{escape(sentence)}</Message></Error></Errors>"
            return _xml(status, f"<Response>{inner}<RequestID>none</RequestID></Response>")
        if self.service in XML_SERVICES and self.service.startswith("s3"):
            return _xml(status, f"<Error><Code>{code}</Code><Message>{escape(sentence)}</Message></Error>")
        if self._is_query or self.service in XML_SERVICES:
            inner = f"<Error><Type>Receiver</Type><Code>{code}</Code><Message>{escape(sentence)}</Message></Error>"
            return _xml(status, f"<ErrorResponse>{inner}<RequestId>none</RequestId></ErrorResponse>")
        answer = _json(status, {"__type": code, "message": sentence})
        answer.headers = {**answer.headers, "x-amzn-ErrorType": code}
        return answer


def _read(environ: WSGIEnvironment) -> Request:
    """Return the request; its body only if it is small, and then moto can still read it."""
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    length = environ.get("CONTENT_LENGTH") or "0"
    body = b""
    if length.isdecimal() and 0 < int(length) <= BODY_BYTES_MAX:
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(body)
    path = str(environ.get("PATH_INFO", "/"))
    return Request(environ["REQUEST_METHOD"], path, headers, body, environ.get("QUERY_STRING", ""))


def _complete(answer: Response) -> tuple[Response, Iterable[bytes]]:
    return answer, [answer.body]


def _json(status: int, body: dict[str, Any]) -> Response:
    content = json.dumps(body).encode()
    return Response(status, {"Content-Type": "application/json", "Content-Length": str(len(content))}, content)


def _xml(status: int, body: str) -> Response:
    content = body.encode()
    return Response(status, {"Content-Type": "text/xml", "Content-Length": str(len(content))}, content)


def _header(answer: Response, name: str) -> str:
    return next((value for key, value in answer.headers.items() if key.lower() == name), "")


def _error_code(answer: Response) -> str:
    """Return the error code in an answer of any protocol; the status where it has none."""
    named = _header(answer, "x-amzn-errortype")
    if named:
        return named.partition(":")[0]
    text = answer.body[:ERROR_HEAD_BYTES].decode("utf-8", "replace")
    found = CODE.search(text)
    if found:
        return found[1]
    try:
        body = json.loads(text)
        return str(body.get("__type") or body["code"]).rpartition("#")[2]
    except (ValueError, KeyError, AttributeError):
        return str(answer.status)
