"""
What moto itself calls: the HTTP endpoints of SNS, Firehose, API Gateway and others, and Docker.

moto calls whatever a resource names, and waits as long as it takes. While this emulator has moto answer, such a call goes
where a webhook may go, is not redirected, and has a timeout; a container runs where functions may run. What else in this
process uses `requests` is left alone, and so is moto outside of the emulator.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any, Protocol
from urllib.parse import urlsplit

log = logging.getLogger("emulator")

CALL_SECONDS_MAX = 5
"""How long a call may take to connect, and then to answer."""
ENDPOINTS_MAX = 32
"""How many HTTP endpoints of SNS are called at a time; what is for more is dropped."""
WAITING_MAX = 1000
"""Notifications that wait for one endpoint; what is for it beyond that is dropped."""
LOOK_SECONDS = 0.5
"""How long whoever publishes waits for an endpoint that is not behind."""
NO_EXECUTION = "functions do not run here: start the server with --lambda-execution"
SNS = "moto.sns.models"
"""The module whose calls nobody needs the answer of."""


class Policy(Protocol):
    """What may be called: the emulator's adapters."""

    lambda_execution: bool

    def refuse_call(self, url: str) -> str | None:
        """Return why a URL may not be called; None if it may."""
        ...


class Nothing:
    """A policy by which nothing may be called: for what is made again."""

    lambda_execution = False

    def refuse_call(self, url: str) -> str:
        """Refuse every URL."""
        return f"{url} is not called again"


_policy: ContextVar[Policy | None] = ContextVar("policy", default=None)


@contextmanager
def guarded_by(policy: Policy) -> Iterator[None]:
    """While this lasts, what this thread has moto do, and the threads that moto starts, call only what the policy allows."""
    token = _policy.set(policy)
    try:
        yield
    finally:
        _policy.reset(token)


class Notification:
    """A call of an HTTP endpoint that is to be made."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.made = threading.Event()


class Endpoints:
    """The HTTP endpoints of SNS: each has a queue of its own and a thread while something waits, and delays nobody else."""

    def __init__(self) -> None:
        self._queues: dict[str, deque[Notification]] = {}
        self._lock = threading.Lock()

    def notify(self, send: Any, url: str, options: dict[str, Any]) -> None:
        """Have an endpoint called; the answer is not waited for if the endpoint is behind."""
        notification = Notification(options)
        with self._lock:
            queue = self._queues.get(url)
            is_idle = queue is None
            if len(self._queues) >= ENDPOINTS_MAX if queue is None else len(queue) >= WAITING_MAX:
                log.warning("A notification for %s is dropped: too many wait", url)
                return
            self._queues.setdefault(url, deque()).append(notification)
        if is_idle:
            threading.Thread(target=self._drain, args=(send, url), name="emulator-sns-http", daemon=True).start()
            notification.made.wait(LOOK_SECONDS)

    def _drain(self, send: Any, url: str) -> None:
        queue = self._queues[url]
        while True:
            with self._lock:
                if not queue:
                    del self._queues[url]
                    return
                notification = queue.popleft()
            _call(send, "POST", url, notification.options)
            notification.made.set()


_endpoints = Endpoints()


def _call(send: Any, method: str, url: str, options: dict[str, Any]) -> Any:
    """Make a call; its failure is an answer too, since no emulated service fails when an endpoint does."""
    import requests

    try:
        return send(method, url, **options | {"timeout": CALL_SECONDS_MAX, "allow_redirects": False})
    except requests.RequestException as error:
        log.warning("%s cannot be called: %s", url, error)
        return _answer(504, f"{type(error).__name__}: {error}")


def _answer(status: int, text: str) -> Any:
    import requests

    answer = requests.Response()
    answer.status_code, answer._content, answer.encoding = status, text.encode(), "utf-8"
    return answer


def _caller() -> str:
    """Return the module that calls `requests`."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("requests"):
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", ""))


@cache
def apply() -> None:
    """Have moto's calls go through here, for as long as the process lasts: its modules call `requests.request`."""
    import requests

    send: Any = requests.api.request

    @wraps(send)
    def request(method: str, url: str, **options: Any) -> Any:
        policy, caller = _policy.get(), _caller()
        if policy is None or not caller.startswith("moto."):
            return send(method, url, **options)
        refusal = policy.refuse_call(url)
        if refusal is not None:
            log.warning("%s", refusal)
            return _answer(403, refusal)
        if caller == SNS:
            return _endpoints.notify(send, url, options)
        return _call(send, method, url, options)

    for module in (requests, requests.api):
        vars(module)["request"] = request
    _patch_docker()
    _patch_threads()


def _patch_threads() -> None:
    """Have the policy hold in the threads that moto starts: for executions, jobs and custom resources."""
    start = threading.Thread.start

    @wraps(start)
    def start_guarded(thread: threading.Thread) -> None:
        policy, run = _policy.get(), thread.run
        if policy is not None and sys._getframe(1).f_globals.get("__name__", "").startswith("moto."):

            def run_guarded() -> None:
                with guarded_by(policy):
                    run()

            thread.run = run_guarded  # type: ignore[method-assign]
        start(thread)

    threading.Thread.start = start_guarded  # type: ignore[method-assign,assignment]


def _patch_docker() -> None:
    """Have moto use Docker, for functions and batch jobs, only where functions may run."""
    from moto.utilities.docker_utilities import DockerModel

    make = vars(DockerModel)["docker_client"].fget

    def docker_client(model: DockerModel) -> Any:
        policy = _policy.get()
        if policy is not None and not policy.lambda_execution:
            from docker.errors import DockerException  # type: ignore[import-untyped]

            raise DockerException(NO_EXECUTION)
        return make(model)

    DockerModel.docker_client = property(docker_client)  # type: ignore[method-assign,assignment]


def host_of(url: str) -> str:
    """Return the host of an HTTP URL in lower case; empty if it is not one."""
    try:
        parts = urlsplit(url)
        is_http = parts.scheme in ("http", "https") and (parts.port or 0) >= 0
    except ValueError:
        return ""
    return (parts.hostname or "") if is_http else ""
