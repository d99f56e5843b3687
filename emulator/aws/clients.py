"""
boto3 clients on moto in this process, or on another endpoint.

The clients carry a private stubber on their own before-send event: nothing global is patched, and no `mock_aws` is
needed. moto's state is the process's, so the topics and queues of a user's own `mock_aws` receive our events.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from functools import cache, cached_property
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader, create_loader

from emulator.aws.moto_gaps import fill_gaps

PRIVATE_ENDPOINT = "emulator_private"
"""Set on the endpoint of our own clients, so that the mock leaves their calls alone."""


def forget_moto(events: Any) -> bool:
    """
    Take moto's global handler off a client's events; returns whether it was there.

    botocore asks every before-send handler and takes the first answer, so that under `mock_aws` moto would act on a
    request that we have answered already.
    """
    # Without its name the module is still being imported, by another thread.
    stubber = getattr(sys.modules.get("moto.core.models"), "botocore_stubber", None)
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


class AwsClients:
    """A boto3 client for each service, account and region."""

    def __init__(self, wall: Callable[[], datetime], endpoint_url: str | None = None) -> None:
        self.endpoint_url = endpoint_url
        self.served_at: str | None = None
        """Where the functions that are run here find all of AWS; None without a server."""
        self._wall = wall
        self._clients: dict[tuple[str, str, str], Any] = {}

    @cached_property
    def _stubber(self) -> Any:
        from moto.core.botocore_stubber import BotocoreStubber

        fill_gaps()
        stubber = BotocoreStubber()
        stubber.enabled = True
        return stubber

    def client(self, service: str, account: str, region: str) -> Any:
        """A boto3 client of that account and region."""
        key = (service, account, region)
        if key not in self._clients:
            self._clients[key] = self._new_client(*key)
        return self._clients[key]

    def _new_client(self, service: str, account: str, region: str) -> Any:
        core = botocore.session.get_session()
        core.register_component("data_loader", _models())
        session = boto3.session.Session(account, "secret", region_name=region, botocore_session=core)
        # An AWS_ENDPOINT_URL of the environment leads to this very server, where the call would wait for itself.
        config = Config(
            retries={"total_max_attempts": 1},
            ignore_configured_endpoint_urls=self.endpoint_url is None,  # type: ignore[call-arg]
        )
        client: Any = session.client(service, endpoint_url=self.endpoint_url, config=config)  # type: ignore[call-overload]
        setattr(client._endpoint, PRIVATE_ENDPOINT, True)
        if self.endpoint_url is None:
            stubber = self._stubber

            def answer(event_name: str, request: Any, **_: Any) -> Any:
                request.headers["x-moto-account-id"] = account
                return stubber(event_name, request)

            forget_moto(client.meta.events)
            client.meta.events.register_first("before-send", answer)
        return client
