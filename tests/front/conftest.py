"""Fixtures of the ways in: what asks for `sms` or `sms_client` here means the server."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from emulator import Emulator
from emulator.front.server import Server


@pytest.fixture
def reach():
    return "server"


@pytest.fixture
def serve():
    """Starts servers of this test's own, of a given emulator or of one with these arguments."""
    servers = []

    def start(emulator=None, **arguments):
        servers.append(Server(emulator or Emulator(**arguments)).start())
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def raw(sms_server):
    """Calls the control API over a connection of its own; gives status, content type and text."""

    def call(method, path, body=None):
        connection = http.client.HTTPConnection(urlsplit(sms_server.endpoint_url).netloc, timeout=20)
        try:
            connection.request(method, f"/_emulator/{path}", body)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Content-Type"), answer.read().decode()
        finally:
            connection.close()

    return call


@pytest.fixture
def ask(raw):
    """Calls the control API: `ask("GET", "clock")` gives the status and the JSON of the answer."""

    def call(method, path, body=None):
        status, content_type, text = raw(method, path, None if body is None else json.dumps(body))
        assert "application/json" == content_type, text
        return status, json.loads(text)

    return call


@pytest.fixture
def get(ask):
    """The JSON of a GET that succeeds."""

    def call(path):
        status, body = ask("GET", path)
        assert 200 == status, body
        return body

    return call
