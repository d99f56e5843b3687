"""Fixtures of the tests of safety: servers with limits of a test's own, sockets, and silent targets."""

import json
import socket
import threading
import urllib.error
import urllib.request
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from emulator import Emulator
from emulator.front.server import Server

CREDENTIAL = "AWS4-HMAC-SHA256 Credential=a/b/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"


@pytest.fixture
def reach():
    """By which way `sms` is reached here."""
    return "mock"


@pytest.fixture
def serve():
    """Start servers of this test's own."""
    servers = []

    def start(**arguments):
        servers.append(Server(Emulator(**{"clock": "frozen"} | arguments)).start())
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def call():
    """Call a server as a program does; gives the status and the body."""

    def ask(server, method, path, body=None, headers=None):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(server.endpoint_url + path, data, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with closing(error):
                return error.code, error.read()

    return ask


@pytest.fixture
def aws(call):
    """Call an operation of the JSON API; gives the status and the body."""

    def ask(server, operation, members, region="us-east-1"):
        headers = {
            "X-Amz-Target": f"PinpointSMSVoiceV2.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": CREDENTIAL.format(region=region, service="sms-voice"),
        }
        return call(server, "POST", "/", members, headers)

    return ask


@pytest.fixture
def half_open():
    """Open a connection and send a part of a request; the connections are closed when the test ends."""
    connections = []

    def connect(server, sent):
        address = urlsplit(server.endpoint_url)
        connection = socket.create_connection((address.hostname, address.port), timeout=20)
        connection.sendall(sent)
        connections.append(connection)
        return connection

    yield connect
    for connection in connections:
        connection.close()


@pytest.fixture
def silent():
    """The URL of a webhook that accepts connections and never answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    accepted, stopped = [], threading.Event()

    def accept():
        while not stopped.is_set():
            try:
                accepted.append(listener.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=accept)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
    stopped.set()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()
    for connection in accepted:
        connection.close()
