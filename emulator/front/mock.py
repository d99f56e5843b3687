"""
`mock_sms()`: calls of boto3 and aiobotocore clients in this process are answered by an Emulator, without a server or a
network; those of other AWS services by moto.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, overload

from emulator.emulator import Emulator
from emulator.front.interception import start, stop
from emulator.front.mock_decorators import decorate_class

OTHERS = ("moto", "pass")
"""What happens to the calls of other AWS services."""

P = ParamSpec("P")
R = TypeVar("R")

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
"""Set while a mock is active, so that no code under test has real ones. Twelve digits name an account, and stay."""
REAL_CREDENTIALS = ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
"""Removed meanwhile."""


class Mock:
    """The result of `mock_sms`: an Emulator with empty state for each `with` block, or each call of a decorated function."""

    def __init__(self, *, aws: str = "moto", **arguments: Any) -> None:
        if aws not in OTHERS:
            raise ValueError(f"aws must be one of {', '.join(OTHERS)}, not {aws!r}")
        self._aws = aws
        self._arguments = arguments
        self._entered: list[tuple[Emulator, dict[str, str | None]]] = []

    def __enter__(self) -> Emulator:
        emulator = Emulator(**self._arguments)
        # Not held by a context manager of ours: that would end with this object, and let calls out to AWS.
        start(emulator, others_pass=self._aws == "pass")
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
            return decorate_class(function, functools.partial(Mock, aws=self._aws, **self._arguments))
        named = inspect.signature(function).parameters
        decorated: Callable[P, R] = _decorated(
            function, functools.partial(Mock, aws=self._aws, **self._arguments), "sms" in named
        )
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
    aws: str = "moto",
) -> Mock: ...


def mock_sms(
    seed: Any = 0,
    start: datetime | None = None,
    profile: str = "friendly",
    clock: str = "stepping",
    config: Mapping[str, Any] | str | Path | None = None,
    aws: str = "moto",
) -> Any:
    """
    Answer the AWS calls of this process, for the time of a `with` block or of a decorated function.

    Each mock starts with an empty state. No AWS call leaves for the network: what is not ours is answered by moto, as under
    `mock_aws`, whose state it shares.

    Args:
        seed: as for `Emulator`.
        start: as for `Emulator`.
        profile: as for `Emulator`.
        clock: as for `Emulator`.
        config: as for `Emulator`.
        aws: `pass` lets the calls of other AWS services through to the network, instead of to `moto`.

    Raises:
        ValueError: as `Emulator`, or an unknown value of `aws`.

    >>> import boto3
    >>> from emulator import mock_sms
    >>> with mock_sms() as sms:
    ...     client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")

    A decorated function receives the Emulator if it has a parameter named `sms`; the tests of a decorated class have it
    as `self.sms`. `@mock_sms` is the same as `@mock_sms()`. `start()` and `stop()` do without a block.
    """
    if callable(seed):
        return Mock()(seed)
    return Mock(seed=seed, start=start, profile=profile, clock=clock, config=config, aws=aws)


@contextmanager
def credentials() -> Iterator[None]:
    """Set test credentials in the environment for the block."""
    before = _set_credentials()
    try:
        yield
    finally:
        _restore(before)


def _set_credentials() -> dict[str, str | None]:
    """Set test credentials, whatever was there; return the previous values of what was changed."""
    before = {name: os.environ.get(name) for name in (*CREDENTIALS, *REAL_CREDENTIALS)}
    for name in REAL_CREDENTIALS:
        os.environ.pop(name, None)
    if not (os.environ.get("AWS_ACCESS_KEY_ID") or "").isdigit():
        os.environ.update(CREDENTIALS)
    return before


def _restore(before: Mapping[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextmanager
def answering(emulator: Emulator) -> Iterator[Emulator]:
    """Use an existing Emulator as the mock of a `with` block."""
    start(emulator)
    try:
        yield emulator
    finally:
        stop(emulator)
