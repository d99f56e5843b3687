"""
The calls of AWS clients in this process: which of them are answered, where, and by whom.

A call of ours is answered at botocore's `before-call`, before it is signed and sent. It goes the long way, by
`before-send`, where the wire matters: while fault rules or rate limits are active, whose errors botocore retries, and
where the user has `before-send` or `before-sign` hooks. What is not ours is answered at `before-send` by moto, which is
imported only then.

botocore calls the handlers of a client's own events; ours are put there when the client makes its first call while a mock
is active, so that clients made earlier are covered too, and those of aiobotocore alike.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode, urlsplit
from weakref import WeakSet

import botocore.parsers
import orjson
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.model import OperationModel

from emulator.aws.clients import PRIVATE_CLIENT, forget_moto, is_moto_active, remember_moto
from emulator.emulator import SERVICES, Emulator
from emulator.front.other_aws import log_other
from emulator.kernel.dataclass import dataclass
from emulator.wire.credentials import DEFAULT_ACCOUNT, read_scope
from emulator.wire.http import Request, Response

SIGNING_NAMES = frozenset(service.signing_name for service in SERVICES if service.owns is None)
"""By these a client's calls are known to be ours. An API that shares one is never let out either."""
TEXTS_SIGNING_NAME = "sns"
"""Of these calls, some are ours: the engine decides by the body."""
AWS_DOMAINS = ("amazonaws.com", "amazonaws.com.cn", "api.aws", "c2s.ic.gov", "sc2s.sgov.gov")
WATCHED = "_service_model"
"""The property of a client for which botocore and aiobotocore ask at the beginning of each call."""
HOOKED = "_hooked_by_the_sms_emulator"
"""Marks a client that has our handlers: asked at every call, which a WeakSet would take too long for."""


@dataclass(frozen=True, eq=False)
class Active:
    """An emulator that answers, and whether calls of other AWS services pass by it."""

    emulator: Emulator
    others_pass: bool


_active: list[Active] = []
_hooked: WeakSet[BaseClient] = WeakSet()
_without_moto: WeakSet[BaseClient] = WeakSet()
_used_aws: list[Emulator] = []
"""Through whom moto was called without the user's own `mock_aws`."""
_installing = threading.RLock()
_service_model = vars(BaseClient)[WATCHED]


def start(emulator: Emulator, *, others_pass: bool = False) -> None:
    """Have this emulator answer from now on; an earlier one waits until this one stops."""
    emulator.aws.open_endpoint = partial(_open_endpoint, emulator)
    with _installing:
        _active.append(Active(emulator, others_pass))
        setattr(BaseClient, WATCHED, property(_watch))


@contextmanager
def _open_endpoint(emulator: Emulator) -> Iterator[str]:
    # Imported when a function runs: a mock needs no server, which takes long to import.
    from emulator.front.server import endpoint_of

    with endpoint_of(emulator) as url:
        yield url


def stop(emulator: Emulator) -> None:
    """Let go; without another emulator every client is as it was before."""
    with _installing:
        _active[:] = [active for active in _active if active.emulator is not emulator]
        if _active:
            return
        setattr(BaseClient, WATCHED, _service_model)
        for client in _hooked:
            client.meta.events.unregister("before-call", _answer_call)
            client.meta.events.unregister("before-send", vars(client).pop(HOOKED))
        for client in _without_moto:
            remember_moto(client.meta.events)
        _hooked.clear()
        _without_moto.clear()
        if _used_aws and not is_moto_active():
            # As with mock_aws, nothing that one test has made is there for the next.
            _used_aws[-1].aws.reset()
        _used_aws.clear()


def _watch(client: BaseClient) -> Any:
    """Hook a client that makes its first call."""
    if HOOKED not in vars(client):
        _hook(client)
    return client.meta.service_model


def _hook(client: BaseClient) -> None:
    if getattr(client.meta.config, "user_agent_extra", None) == PRIVATE_CLIENT:
        return
    # Two threads may make the first call of one client; hooked twice, it would send each text twice.
    with _installing:
        if HOOKED in vars(client) or not _active:
            return
        events = client.meta.events
        # The user's own handlers, and those of botocore's Stubber, come first.
        hook = SendHook(client)
        events.register_last("before-call", _answer_call)
        events.register_first("before-send", hook)
        _hooked.add(client)
        vars(client)[HOOKED] = hook
        if forget_moto(events):
            _without_moto.add(client)


# --- The short way: before-call -----------------------------------------------------------------------------------------


def _answer_call(
    event_name: str, model: OperationModel, params: dict[str, Any], request_signer: Any, context: dict[str, Any], **_: Any
) -> Any:
    """Answer a call of ours by what botocore would make of the HTTP response; before any other call, run what is due."""
    active = _active[-1:]
    if not active:
        return None
    engine = active[0].emulator.engine
    signing_name = model.service_model.signing_name
    if signing_name not in SIGNING_NAMES and signing_name != TEXTS_SIGNING_NAME:
        engine.run_due_and_deliver()
        return None
    request = _request_of(model, params, request_signer, context)
    if signing_name == TEXTS_SIGNING_NAME and not engine.handles(request):
        engine.run_due_and_deliver()
        return None
    world = engine.world
    if world.faults.faults or world.settings.is_rate_limited or _has_hooks(request_signer, event_name):
        return None
    response = engine.handle(request)
    return Answer(params["url"], response), _parse(model, response)


def _has_hooks(request_signer: Any, event_name: str) -> bool:
    """Return whether the user has handlers of what happens to the request, or to its response, later."""
    emitter = request_signer._event_emitter
    emitter = getattr(emitter, "_emitter", emitter)
    call = event_name.removeprefix("before-call")
    return any(
        type(handler) is not SendHook
        for event in ("before-sign", "before-send", "before-parse", "response-received")
        for handler in _handlers(emitter, event + call)
    )


def _handlers(emitter: Any, event_name: str) -> Any:
    # As the emitter itself does when it emits: it empties this cache whenever a handler comes or goes.
    handlers = emitter._lookup_cache.get(event_name)
    if handlers is None:
        handlers = emitter._lookup_cache[event_name] = emitter._handlers.prefix_search(event_name)
    return handlers


def _request_of(model: OperationModel, params: dict[str, Any], request_signer: Any, context: dict[str, Any]) -> Request:
    """Return the request as botocore would send it, but for its signature."""
    url = urlsplit(params["url"])
    body = params["body"]
    if isinstance(body, dict):
        body = urlencode(body).encode()
    headers = {name.lower(): value for name, value in params["headers"].items()}
    region = (context.get("signing") or {}).get("region") or context["client_region"]
    name = model.service_model.signing_name
    key = _access_key(request_signer._credentials)
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{name}/aws4_request"
    return Request(params["method"], url.path, headers, _bytes(body), url.query)


def _access_key(credentials: Any) -> str:
    """Return the access key that is known without asking anybody for one; empty if there is none."""
    known = {} if credentials is None else vars(credentials)
    return known.get("access_key") or known.get("_access_key") or ""


def _bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    if not hasattr(body, "read"):
        return bytes(body or b"")
    # Whoever answers the request reads the body again, as moto does that of an object for S3.
    start = body.tell() if hasattr(body, "tell") else 0
    content: bytes = body.read()
    if hasattr(body, "seek"):
        body.seek(start)
    return content


class Answer(AWSResponse):
    """The HTTP response beside a parsed one; its headers are made when they are asked for."""

    def __init__(self, url: str, response: Response) -> None:
        self.url = url
        self.status_code = response.status
        self._response = response
        self._content = response.body
        self.raw = None

    def __getattr__(self, name: str) -> Any:
        if name != "headers":
            raise AttributeError(name)
        whole = AWSResponse(self.url, self.status_code, self._response.headers, self.raw)  # type: ignore[arg-type]
        self.headers = whole.headers
        return self.headers


class Body(io.BytesIO):
    """The raw body as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield the whole body at once."""
        yield self.read()


class AsyncBody:
    """The raw body as aiobotocore reads it."""

    def __init__(self, body: bytes) -> None:
        self._body = io.BytesIO(body)

    async def read(self, size: int = -1) -> bytes:
        """Return so many bytes, or all."""
        return self._body.read(size)


@cache
def _parser(protocol: str) -> Any:
    return botocore.parsers.create_parser(protocol)


def _protocol(model: OperationModel) -> str:
    service = model.service_model
    resolved: str = getattr(service, "resolved_protocol", None) or service.protocol
    return resolved


def _parse(model: OperationModel, response: Response) -> dict[str, Any]:
    """Return what botocore's parser makes of a response."""
    parser = _parser(_protocol(model))
    headers = {name.lower(): value for name, value in response.headers.items()}
    if response.status == 200 and model.service_model.metadata["protocol"] == "json":
        # The parser itself does this, after it has read JSON more slowly, and looked for what is in no answer of ours.
        shape = model.output_shape
        parsed: dict[str, Any] = parser._parse_shape(shape, orjson.loads(response.body)) if shape else {}
        request_id = headers.get("x-amzn-requestid")
        parsed["ResponseMetadata"] = {"RequestId": request_id, "HTTPStatusCode": 200, "HTTPHeaders": headers}
    else:
        whole = {"status_code": response.status, "headers": headers, "body": response.body, "context": {}}
        parsed = parser.parse(whole, model.output_shape)
        if response.status >= 300:
            # As botocore's endpoint does: the members of a modelled error stand beside `Error`.
            error_shape = model.service_model.shape_for_error_code(parsed.get("Error", {}).get("Code"))
            if error_shape is not None:
                parsed.update(parser.parse(whole, error_shape))
    parsed["ResponseMetadata"]["RetryAttempts"] = 0
    return parsed


# --- The long way: before-send ------------------------------------------------------------------------------------------


class SendHook:
    """The `before-send` handler of one client."""

    def __init__(self, client: BaseClient) -> None:
        self._is_ours = client.meta.service_model.signing_name in SIGNING_NAMES
        self._is_async = type(client._endpoint).__module__.startswith("aiobotocore")  # type: ignore[attr-defined]

    def __call__(self, request: Any, **_: Any) -> Any:
        """Answer a request; None lets it out."""
        response = self._respond(request)
        if response is None:
            return None
        if self._is_async:
            return _later(request.url, response)
        if response.delay_seconds:
            time.sleep(response.delay_seconds)
        return AWSResponse(request.url, response.status, response.headers, Body(response.body))  # type: ignore[arg-type]

    def _respond(self, request: Any) -> Response | None:
        active = _active[-1:]
        if not active:
            return None
        engine = active[0].emulator.engine
        read = _read(request)
        if self._is_ours or engine.handles(read):
            return engine.handle(read)
        return _answer_by_moto(active[0], request, read)


async def _later(url: str, response: Response) -> Any:
    """Return the response as aiobotocore reads it."""
    import asyncio

    from aiobotocore.awsrequest import AioAWSResponse

    if response.delay_seconds:
        await asyncio.sleep(response.delay_seconds)
    return AioAWSResponse(url, response.status, response.headers, AsyncBody(response.body))


def _answer_by_moto(active: Active, request: Any, read: Request) -> Response | None:
    """
    Answer a call of another AWS service.

    Raises:
        RuntimeError: moto does not have it, and it would have left for AWS.
    """
    started = time.perf_counter()
    aws = active.emulator.aws
    is_moto_active_itself = is_moto_active()
    if not is_moto_active_itself:
        if active.others_pass or not aws.is_embedded:
            return None
        _used_aws[:] = [active.emulator]
    scope = read_scope(read)
    if scope.account != DEFAULT_ACCOUNT:
        request.headers["x-moto-account-id"] = scope.account
    with aws.calling_moto(scope.signing_name):
        found = aws.answer(request)
    host = urlsplit(request.url).hostname or ""
    if found is None and not is_moto_active_itself and host.endswith(AWS_DOMAINS):
        raise RuntimeError(
            f'moto has no answer for {request.method} {request.url}; mock_sms(aws="pass") lets such calls out'
        )
    if found is None:
        return None
    response = Response(*found)
    log_other(active.emulator.engine, started, read, response)
    return response


def _read(request: Any) -> Request:
    url = urlsplit(request.url)
    content = _bytes(request.body)
    if hasattr(request.body, "seek"):
        # Whoever answers in our place reads it again: the body of an S3 object is a stream.
        request.body.seek(0)
    return Request(request.method, url.path, _headers(request.headers), content, url.query)


def _headers(headers: Any) -> dict[str, str]:
    """Return the headers of botocore by their names in lower case."""
    return {name.lower(): value.decode("latin-1") if type(value) is bytes else value for name, value in headers.items()}
