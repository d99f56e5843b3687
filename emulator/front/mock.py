"""
`mock_sms()`: calls of boto3 clients in this process are answered by an Emulator, without a server or a network.

botocore asks `before-send` handlers for an answer before it opens a connection; ours is put on a client's own events when
that client makes its first call while a mock is active, so that clients made earlier are covered too. moto's handler is
taken off such a client as long as the mock lasts.
"""

from __future__ import annotations

import functools
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit
from weakref import WeakSet

from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint
from botocore.model import OperationModel

from emulator.aws import PRIVATE_ENDPOINT, forget_moto, remember_moto
from emulator.engine import SERVICES, Emulator
from emulator.wire.http import Request, Response

P = ParamSpec("P")
R = TypeVar("R")

OURS = frozenset(service.name for service in SERVICES)
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
"""Set while a mock is active and the environment has none, so that no test can sign with real ones by mistake."""

_active: list[Emulator] = []
_hooked: WeakSet[Endpoint] = WeakSet()
_without_moto: WeakSet[Endpoint] = WeakSet()
_installing = threading.Lock()
_make_request = Endpoint.make_request


class mock_sms:  # noqa: N801  reads like moto's mock_aws
    """
    A world of its own for the time of a `with` block or of a decorated function; `Emulator` documents the arguments.

    >>> with mock_sms() as sms:
    ...     client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")

    A decorated function is called with the Emulator behind its own arguments if it has a parameter named `sms`.
    """

    def __init__(
        self,
        seed: int = 0,
        start: datetime | None = None,
        profile: str = "friendly",
        clock: str = "stepping",
        config: Mapping[str, Any] | None = None,
    ) -> None:
        self._arguments = {"seed": seed, "start": start, "profile": profile, "clock": clock, "config": config}
        self._environment: dict[str, str | None] = {}

    def __enter__(self) -> Emulator:
        self.emulator = Emulator(**self._arguments)  # type: ignore[arg-type]
        start(self.emulator)
        self._environment = {name: os.environ.get(name) for name in CREDENTIALS}
        if not any(os.environ.get(name) for name in (*CREDENTIALS, "AWS_PROFILE")):
            os.environ.update(CREDENTIALS)
        return self.emulator

    def __exit__(self, *_: object) -> None:
        stop(self.emulator)
        for name, value in self._environment.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Decorate a function: each call has an empty world."""
        import inspect

        wants_emulator = "sms" in inspect.signature(function).parameters

        @functools.wraps(function)
        def decorated(*args: P.args, **kwargs: P.kwargs) -> R:
            with mock_sms(**self._arguments) as sms:  # type: ignore[arg-type]
                if wants_emulator:
                    kwargs.setdefault("sms", sms)
                return function(*args, **kwargs)

        if wants_emulator:
            # pytest must not look for a fixture by that name.
            signature = inspect.signature(function)
            kept = [parameter for parameter in signature.parameters.values() if parameter.name != "sms"]
            decorated.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        return decorated


def start(emulator: Emulator) -> None:
    """Have this emulator answer from now on; an earlier one waits until this one stops."""
    with _installing:
        _active.append(emulator)
        Endpoint.make_request = _watch  # type: ignore[method-assign, assignment]


def stop(emulator: Emulator) -> None:
    """Let go; without another emulator every client is as it was before."""
    with _installing:
        _active.remove(emulator)
        if not _active:
            Endpoint.make_request = _make_request  # type: ignore[method-assign]
            for endpoint in _hooked:
                endpoint._event_emitter.unregister("before-send", _answer)  # type: ignore[attr-defined]
            for endpoint in _without_moto:
                remember_moto(endpoint._event_emitter)  # type: ignore[attr-defined]
            _hooked.clear()
            _without_moto.clear()


def _watch(endpoint: Endpoint, operation_model: OperationModel, request_dict: Any) -> Any:
    """Every call of every client passes here while a mock is active."""
    if operation_model.service_model.service_name in OURS:
        if endpoint not in _hooked:
            _hook(endpoint)
    elif not hasattr(endpoint, PRIVATE_ENDPOINT):
        if operation_model.name == "Publish" and "PhoneNumber" in request_dict["body"]:
            return _publish_text(endpoint, operation_model, request_dict)
        _active[-1].glance()
    return _make_request(endpoint, operation_model, request_dict)


def _publish_text(endpoint: Endpoint, operation_model: OperationModel, request_dict: Any) -> Any:
    """SNS to a phone number is ours for this one call; the rest of SNS stays moto's."""
    events = endpoint._event_emitter  # type: ignore[attr-defined]
    had_moto = forget_moto(events)
    events.register_first("before-send", _answer)
    try:
        return _make_request(endpoint, operation_model, request_dict)
    finally:
        events.unregister("before-send", _answer)
        if had_moto:
            remember_moto(events)


def _hook(endpoint: Endpoint) -> None:
    events = endpoint._event_emitter  # type: ignore[attr-defined]
    events.register_first("before-send", _answer)
    _hooked.add(endpoint)
    if forget_moto(events):
        _without_moto.add(endpoint)


def _answer(request: Any, **_: Any) -> AWSResponse | None:
    if not _active:
        return None
    response = _active[-1].handle(_read(request))
    if response.delay_seconds:
        time.sleep(response.delay_seconds)
    return AWSResponse(request.url, response.status, response.headers, _Body(response))  # type: ignore[arg-type]


def _read(request: Any) -> Request:
    url = urlsplit(request.url)
    headers = {
        name.lower(): value.decode("latin-1") if isinstance(value, bytes) else value
        for name, value in request.headers.items()
    }
    body = request.body or b""
    if not isinstance(body, bytes):
        body = body.encode() if isinstance(body, str) else body.read()
    return Request(request.method, url.path, headers, body, url.query)


class _Body:
    """The raw body as botocore reads it."""

    def __init__(self, response: Response) -> None:
        self._body = response.body

    def stream(self, **_: Any) -> Iterator[bytes]:
        """The whole body at once."""
        yield self._body


@contextmanager
def answering(emulator: Emulator) -> Iterator[Emulator]:
    """An Emulator that exists already, as the mock of a `with` block."""
    start(emulator)
    try:
        yield emulator
    finally:
        stop(emulator)
