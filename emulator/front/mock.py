"""
`mock_sms()`: an Emulator answers the calls of boto3 clients in this process, without a server or a network.

botocore asks `before-send` handlers for a response before it opens a connection. Ours is registered on a client's own
events at its first call while a mock is active, so that clients created earlier are covered too. moto's handler is
removed from such a client for as long as the mock is active.
"""

from __future__ import annotations

import copy
import functools
import inspect
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, overload
from urllib.parse import urlsplit
from weakref import WeakSet

from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint
from botocore.model import OperationModel

from emulator.aws.clients import PRIVATE_ENDPOINT, forget_moto, remember_moto
from emulator.emulator import SERVICES, Emulator
from emulator.front.mock_decorators import decorate_class
from emulator.wire.credentials import DEFAULT_REGION, Scope
from emulator.wire.http import Request, Response

P = ParamSpec("P")
R = TypeVar("R")

SIGNING_NAMES = frozenset(service.signing_name for service in SERVICES)
"""Identify the calls that are ours. An API that shares one of these names never reaches the network either."""
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
"""Set if the environment has none, so that no test looks for real ones in a profile or on the network."""

_active: list[Emulator] = []
HOOKED = "_answered_by_the_sms_emulator"
"""Marks an endpoint that has our hook. It is checked on every call, for which a WeakSet would be too slow."""
_hooked: WeakSet[Endpoint] = WeakSet()
_without_moto: WeakSet[Endpoint] = WeakSet()
_installing = threading.Lock()
_make_request = Endpoint.make_request


class Mock:
    """The result of `mock_sms`: an Emulator with empty state for each `with` block, or each call of a decorated function."""

    def __init__(self, **arguments: Any) -> None:
        self._arguments = arguments
        self._entered: list[tuple[Emulator, dict[str, str | None]]] = []

    def __enter__(self) -> Emulator:
        emulator = Emulator(**self._arguments)
        # Not held by a context manager of ours: that would end with this object, and let calls out to AWS.
        start(emulator)
        self._entered.append((emulator, _set_credentials()))
        return emulator

    def __exit__(self, *_: object) -> None:
        emulator, before = self._entered.pop()
        stop(emulator)
        _restore(before)

    def start(self) -> Emulator:
        """Start answering, with empty state, until `stop`."""
        return self.__enter__()

    def stop(self) -> None:
        """
        Stop answering.

        Raises:
            RuntimeError: `start` was not called.
        """
        if not self._entered:
            raise RuntimeError("mock_sms is not active: call start() first")
        self.__exit__()

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Decorate a function, each call of which starts with empty state; or a class, for each of its tests."""
        if isinstance(function, type):
            return decorate_class(function, functools.partial(Mock, **self._arguments))
        named = inspect.signature(function).parameters
        decorated: Callable[P, R] = _decorated(function, functools.partial(Mock, **self._arguments), "sms" in named)
        if "sms" in named:
            # pytest must not look for a fixture with that name.
            kept = [parameter for name, parameter in named.items() if name != "sms"]
            decorated.__signature__ = inspect.Signature(kept)  # type: ignore[attr-defined]
        return decorated


def _decorated(function: Callable[..., Any], mock: Callable[[], Mock], wants_emulator: bool) -> Any:
    def arguments(emulator: Emulator, given: dict[str, Any]) -> dict[str, Any]:
        return {"sms": emulator} | given if wants_emulator else given

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def coroutine(*args: Any, **kwargs: Any) -> Any:
            with mock() as emulator:
                return await function(*args, **arguments(emulator, kwargs))

        return coroutine
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def generator(*args: Any, **kwargs: Any) -> Any:
            with mock() as emulator:
                return (yield from function(*args, **arguments(emulator, kwargs)))

        return generator

    @functools.wraps(function)
    def plain(*args: Any, **kwargs: Any) -> Any:
        with mock() as emulator:
            return function(*args, **arguments(emulator, kwargs))

    return plain


@overload
def mock_sms(seed: Callable[P, R], /) -> Callable[P, R]: ...


@overload
def mock_sms(
    seed: int = 0,
    start: datetime | None = None,
    profile: str = "friendly",
    clock: str = "stepping",
    config: Mapping[str, Any] | str | Path | None = None,
) -> Mock: ...


def mock_sms(
    seed: Any = 0,
    start: datetime | None = None,
    profile: str = "friendly",
    clock: str = "stepping",
    config: Mapping[str, Any] | str | Path | None = None,
) -> Any:
    """
    Return a context manager and decorator with an Emulator of its own; `Emulator` documents the arguments.

    >>> with mock_sms() as sms:
    ...     client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")

    A decorated function receives the Emulator if it has a parameter named `sms`; the tests of a decorated class have it
    as `self.sms`. `@mock_sms` is the same as `@mock_sms()`. `start()` and `stop()` do without a block.
    """
    if callable(seed):
        return Mock()(seed)
    return Mock(seed=seed, start=start, profile=profile, clock=clock, config=config)


@contextmanager
def credentials() -> Iterator[None]:
    """Set credentials in the environment for the block, unless it has some."""
    before = _set_credentials()
    try:
        yield
    finally:
        _restore(before)


def _set_credentials() -> dict[str, str | None]:
    """Set credentials unless there are some; return the previous values of what was changed."""
    if os.environ.get("AWS_ACCESS_KEY_ID"):
        return {}
    before = {name: os.environ.get(name) for name in CREDENTIALS}
    os.environ.update(CREDENTIALS)
    return before


def _restore(before: Mapping[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def start(emulator: Emulator) -> None:
    """Have this emulator answer from now on; an earlier one is inactive until this one stops."""
    with _installing:
        _active.append(emulator)
        Endpoint.make_request = _watch  # type: ignore[method-assign, assignment]


def stop(emulator: Emulator) -> None:
    """Stop answering; once no emulator is active, every client is as it was before."""
    with _installing:
        _active.remove(emulator)
        if not _active:
            Endpoint.make_request = _make_request  # type: ignore[method-assign]
            for endpoint in _hooked:
                endpoint._event_emitter.unregister("before-send", _answer)  # type: ignore[attr-defined]
                del vars(endpoint)[HOOKED]
            for endpoint in _without_moto:
                remember_moto(endpoint._event_emitter)  # type: ignore[attr-defined]
            _hooked.clear()
            _without_moto.clear()


def _watch(endpoint: Endpoint, operation_model: OperationModel, request_dict: Any) -> Any:
    """Intercept every call of every client while a mock is active."""
    if HOOKED in vars(endpoint):
        return _make_request(endpoint, operation_model, request_dict)
    if operation_model.service_model.signing_name in SIGNING_NAMES:
        _hook(endpoint)
    elif not hasattr(endpoint, PRIVATE_ENDPOINT):
        if operation_model.name == "Publish" and "PhoneNumber" in request_dict["body"] and _active:
            return _publish_text(endpoint, operation_model, request_dict)
        for emulator in _active[-1:]:
            emulator.engine.run_due_and_deliver()
            return _pass_on(emulator, endpoint, operation_model, request_dict)
    return _make_request(endpoint, operation_model, request_dict)


def _pass_on(emulator: Emulator, endpoint: Endpoint, operation_model: OperationModel, request_dict: Any) -> Any:
    """Let moto answer, and add the call to the request log."""
    started = time.perf_counter()
    http, parsed = answer = _make_request(endpoint, operation_model, request_dict)
    error = parsed.get("Error") if http.status_code >= 400 and isinstance(parsed, dict) else None
    body = request_dict.get("body")
    emulator.engine.log_other(
        started,
        scope=Scope(region=request_dict["context"].get("client_region") or DEFAULT_REGION),
        service=operation_model.service_model.service_name,
        operation=operation_model.name,
        body=body if isinstance(body, bytes) else b"",
        status=http.status_code,
        error=None if error is None else error.get("Code"),
        response=None if error is None else json.dumps(error).encode(),
    )
    return answer


def _publish_text(endpoint: Endpoint, operation_model: OperationModel, request_dict: Any) -> Any:
    """Answer SNS Publish to a phone number; all other calls to SNS remain moto's."""
    # The call has its own endpoint, since another thread may be publishing to a topic with the same client.
    own = copy.copy(endpoint)
    events = copy.copy(endpoint._event_emitter)  # type: ignore[attr-defined]
    own._event_emitter = events  # type: ignore[attr-defined]
    forget_moto(events)
    events.register_first("before-send", _answer)
    return _make_request(own, operation_model, request_dict)


def _hook(endpoint: Endpoint) -> None:
    # Two threads may make a client's first call; hooked twice, it would send each text twice.
    with _installing:
        if HOOKED in vars(endpoint) or not _active:
            return
        events = endpoint._event_emitter  # type: ignore[attr-defined]
        events.register_first("before-send", _answer)
        _hooked.add(endpoint)
        vars(endpoint)[HOOKED] = True
        if forget_moto(events):
            _without_moto.add(endpoint)


def _answer(request: Any, **_: Any) -> AWSResponse | None:
    active = _active[-1:]
    if not active:
        return None
    response = active[0].engine.handle(_read(request))
    if response.delay_seconds:
        time.sleep(response.delay_seconds)
    return AWSResponse(request.url, response.status, response.headers, _Body(response))  # type: ignore[arg-type]


def _read(request: Any) -> Request:
    url = urlsplit(request.url)
    body = request.body or b""
    if not isinstance(body, bytes):
        body = body.encode() if isinstance(body, str) else body.read()
    return Request(request.method, url.path, _headers(request.headers), body, url.query)


def _headers(headers: Any) -> dict[str, str]:
    """Return botocore's headers by their names in lower case."""
    kept = getattr(headers, "_dict", None)
    if kept is None:
        kept = {_Name(name): value for name, value in headers.items()}
    # Each look-up in botocore's own mapping costs five calls; its underlying dict is read at once.
    return {key._lower: value.decode("latin-1") if type(value) is bytes else value for key, value in kept.items()}


class _Name:
    """The name of a header, as botocore stores it."""

    def __init__(self, name: str) -> None:
        self._lower = name.lower()


class _Body:
    """The raw body, as botocore reads it."""

    def __init__(self, response: Response) -> None:
        self._body = response.body

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield the whole body at once."""
        yield self._body


@contextmanager
def answering(emulator: Emulator) -> Iterator[Emulator]:
    """Use an existing Emulator as the mock of a `with` block."""
    start(emulator)
    try:
        yield emulator
    finally:
        stop(emulator)
