"""
pytest fixtures, there as soon as the package is installed.

`sms` is a world in this process, `sms_client` a boto3 client on it, `sms_server` a server with an empty world for each
test. Nothing of the emulator is imported before a test asks for one of them.
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
    """An empty world that answers every boto3 client of this test; its clock steps whenever somebody looks."""
    from emulator.front.mock import mock_sms

    with mock_sms() as emulator:
        yield emulator


@pytest.fixture
def sms_client(sms: Emulator) -> Any:
    """A boto3 client of `pinpoint-sms-voice-v2` in us-east-1 on the world of `sms`."""
    import boto3

    return boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")


@pytest.fixture(scope="session")
def _sms_server_of_session() -> Iterator[Server]:
    from emulator.emulator import Emulator
    from emulator.front.server import Server

    # The clock steps, as that of `sms` does, so that a test tells the same story over both.
    server = Server(Emulator(clock="stepping")).start()
    yield server
    server.close()


@pytest.fixture
def sms_server(_sms_server_of_session: Server) -> Iterator[Server]:
    """
    A server on a free loopback port: `.endpoint_url` for clients, `.emulator` for the tester; an empty world.

    Where the environment has no credentials it has some for the time of the test, since a client cannot be made without.
    """
    from emulator.front.mock import credentials

    _sms_server_of_session.emulator.reset(aws=True)
    with credentials():
        yield _sms_server_of_session
