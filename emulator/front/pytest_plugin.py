"""
pytest fixtures, available as soon as the package is installed.

`sms` is an Emulator in this process, `sms_client` a boto3 client for it, `sms_server` a server with empty state for
each test. The emulator is not imported before a test uses one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.emulator import Emulator
    from emulator.front.server import Server


@pytest.fixture
def sms() -> Iterator[Emulator]:
    """An Emulator with empty state that answers every boto3 client of the test, on a stepping clock."""
    from emulator.front.mock import mock_sms

    with mock_sms() as emulator:
        yield emulator


@pytest.fixture
def sms_client(sms: Emulator) -> Any:
    """A boto3 client for `pinpoint-sms-voice-v2` in us-east-1, answered by `sms`."""
    import boto3

    return boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")


@pytest.fixture(scope="session")
def _sms_server_of_session() -> Iterator[Server]:
    from emulator.emulator import Emulator
    from emulator.front.server import Server

    # Its clock is stepping, as that of `sms` is, so that a test gives the same results with both.
    server = Server(Emulator(clock="stepping")).start()
    yield server
    server.close()


@pytest.fixture
def sms_server(_sms_server_of_session: Server) -> Iterator[Server]:
    """
    A server with empty state on a free loopback port: `.endpoint_url` for clients, `.emulator` to control it.

    If the environment has no credentials, it has some during the test, since a client cannot be created without.
    """
    from emulator.front.mock import credentials

    _sms_server_of_session.emulator.reset(aws=True)
    with credentials():
        yield _sms_server_of_session
