"""
The ways to the other AWS services: moto's backends in this process, and boto3 clients on moto or on another endpoint.

A delivery calls a backend of moto, without a client, a signature or HTTP. The clients carry a private stubber on their
own before-send event: no `mock_aws` is needed. moto's state is the process's, so the topics and queues of a user's own
`mock_aws` receive our events.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from botocore.exceptions import ClientError
from botocore.loaders import Loader, create_loader

from emulator.aws import calls_out
from emulator.aws.moto_patches import fill_gaps

PRIVATE_CLIENT = "sms-voice-emulator"
"""The `user_agent_extra` of our own clients, by which the mock knows that it must leave their calls alone."""


CONNECT_SECONDS_MAX = 5
"""How long a connection to another endpoint may take."""
READ_SECONDS_MAX = 20
"""How long another endpoint may take to answer."""
CLIENTS_MAX = 200
"""How many clients are kept; each has some megabytes."""
PATCHED = frozenset({"sns", "sqs"})
"""The services of moto that have patches of ours."""


def _moto_stubber() -> Any:
    # Without its name the module is still being imported, by another thread.
    return getattr(sys.modules.get("moto.core.models"), "botocore_stubber", None)


def is_moto_active() -> bool:
    """Return whether the user's own `mock_aws` is active."""
    stubber = _moto_stubber()
    return stubber is not None and stubber.enabled


def forget_moto(events: Any) -> bool:
    """
    Take moto's global handler off a client's events; returns whether it was there.

    botocore asks every before-send handler and takes the first answer, so that under `mock_aws` moto would act on a
    request that we have answered already.
    """
    stubber = _moto_stubber()
    if stubber is None or stubber not in events._emitter._handlers.prefix_search("before-send"):
        return False
    events.unregister("before-send", stubber)
    return True


def remember_moto(events: Any) -> None:
    """Put moto's global handler back."""
    events.register("before-send", sys.modules["moto.core.models"].botocore_stubber)


@cache
def _models() -> Loader:
    # One for all worlds: to read the models of SNS and the others takes longer than most tests.
    return create_loader()


@contextmanager
def client_errors(operation: str) -> Iterator[None]:
    """Raise what a backend of moto refuses as the ClientError that a boto3 client would have raised."""
    try:
        yield
    except Exception as error:
        # moto's newer errors have a `code`; that of the older ones is an HTTP status, and `error_type` is the code.
        code = getattr(error, "error_type", None) or getattr(error, "code", None)
        if not isinstance(code, str):
            raise
        details: Any = {"Error": {"Code": code, "Message": getattr(error, "message", str(error))}}
        raise ClientError(details, operation) from error


class AwsClients:
    """A backend of moto, or a boto3 client, for each service, account and region."""

    def __init__(self, wall: Callable[[], datetime], endpoint_url: str | None = None) -> None:
        self.endpoint_url = endpoint_url
        self.served_at: str | None = None
        """Where the functions that are run here find all of AWS; None without a server."""
        self.open_endpoint: Callable[[], AbstractContextManager[str]] | None = None
        """Serves all of AWS for the length of a block, and gives its address, where nothing else serves it."""
        self._wall = wall
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._backends: dict[str, Any] = {}

    @cached_property
    def _stubber(self) -> Any:
        from moto.core.botocore_stubber import BotocoreStubber

        fill_gaps()
        calls_out.apply()
        stubber = BotocoreStubber()
        stubber.enabled = True
        return stubber

    @contextmanager
    def endpoint_for_functions(self) -> Iterator[str | None]:
        """Give the address at which a function finds all of AWS while it runs; None if there is none."""
        if self.served_at is not None or self.open_endpoint is None:
            yield self.served_at
            return
        with self.open_endpoint() as url:
            yield url

    @property
    def is_embedded(self) -> bool:
        """True if the other AWS services are moto's backends in this process."""
        return self.endpoint_url is None

    def backend(self, service: str, account: str, region: str) -> Any:
        """
        Return moto's backend of a service for that account and region.

        Raises:
            KeyError: moto does not know the region.
        """
        accounts = self._backends.get(service)
        if accounts is None:
            from moto.backends import get_backend

            calls_out.apply()
            if service in PATCHED:
                from emulator.aws import moto_patches

                moto_patches.apply()
            accounts = self._backends[service] = get_backend(service)  # type: ignore[call-overload]
        return accounts[account][region]

    def answer(self, request: Any) -> tuple[int, dict[str, str], bytes] | None:
        """Return moto's answer (status, headers, body) to a request that botocore has prepared; None if it has none."""
        from emulator.aws import moto_patches

        moto_patches.apply()
        calls_out.apply()
        stubber = _moto_stubber() if is_moto_active() else self._stubber
        found = stubber.process_request(request)
        if found is None:
            return None
        status, headers, body = found
        return int(status), dict(headers), body.encode() if isinstance(body, str) else body

    def client(self, service: str, account: str, region: str) -> Any:
        """Return a boto3 client of that account and region."""
        key = (service, account, region)
        client = self._clients.get(key)
        if client is None:
            client = self._clients[key] = self._new_client(*key)
            if len(self._clients) > CLIENTS_MAX:
                # The one that was made first; who still has it can go on using it.
                del self._clients[next(iter(self._clients))]
        return client

    def _new_client(self, service: str, account: str, region: str) -> Any:
        # Imported here, since a server that answers for itself needs no client.
        import boto3
        import botocore.session
        from botocore.config import Config

        core = botocore.session.get_session()
        core.register_component("data_loader", _models())
        session = boto3.session.Session(account, "secret", region_name=region, botocore_session=core)
        # An AWS_ENDPOINT_URL of the environment leads to this very server, where the call would wait for itself.
        config = Config(
            retries={"total_max_attempts": 1},
            connect_timeout=CONNECT_SECONDS_MAX,
            read_timeout=READ_SECONDS_MAX,
            user_agent_extra=PRIVATE_CLIENT,
            ignore_configured_endpoint_urls=self.endpoint_url is None,  # type: ignore[call-arg]
        )
        client: Any = session.client(service, endpoint_url=self.endpoint_url, config=config)  # type: ignore[call-overload]
        if self.endpoint_url is None:
            stubber = self._stubber

            def answer(event_name: str, request: Any, **_: Any) -> Any:
                request.headers["x-moto-account-id"] = account
                return stubber(event_name, request)

            forget_moto(client.meta.events)
            client.meta.events.register_first("before-send", answer)
        return client
