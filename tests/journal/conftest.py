"""Fixtures of the tests of the journal: emulators whose state is kept, and what they hold as text."""

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import boto3
import botocore.endpoint
import pytest
from botocore.config import Config

from emulator.control.state import state_of
from emulator.front.keeping import open_folder
from emulator.front.server import Server

START_SECONDS_MAX = 60
ACCOUNT, REGION = "123456789012", "us-east-1"


@pytest.fixture(name="held")
def held_fixture():
    """Return all that an emulator holds, as text."""
    return held


def held(emulator):
    """All that an emulator holds, and what its queues hold, as text."""
    with emulator.engine.lock:
        own = json.dumps(state_of(emulator.engine), sort_keys=True)
    queues = emulator.aws.backend("sqs", ACCOUNT, REGION).queues
    messages = {
        name: [(each.id, each.sent_timestamp, each.visible_at, each.receipt_handle) for each in queue._messages]
        for name, queue in queues.items()
    }
    return own, messages


@pytest.fixture
def emulate(tmp_path):
    """Open an emulator whose state is kept in a folder; `crash` ends it as the end of its process would."""
    opened = []

    def start(folder="data", **options):
        emulator, keeper, _ = open_folder(tmp_path / folder, **{"clock": "stepping"} | options)
        opened.append(keeper)
        return emulator, keeper

    def crash(keeper):
        opened.remove(keeper)
        keeper.stop()
        keeper.journal.stop()
        keeper.engine.journal = None
        keeper.store.close()

    start.crash = crash
    yield start
    for keeper in opened:
        crash_quietly(crash, keeper)


def crash_quietly(crash, keeper):
    """End an emulator that a test has left."""
    with suppress(Exception):
        crash(keeper)


@pytest.fixture
def serve():
    """Serve emulators; gives the server."""
    servers = []

    def start(emulator):
        servers.append(Server(emulator).start())
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(name="client_of", scope="session")
def client_of_fixture():
    """Make boto3 clients of a server."""
    return client_of


def client_of(endpoint_url, service="pinpoint-sms-voice-v2", attempts=1):
    """A boto3 client of a server."""
    config = Config(retries={"total_max_attempts": attempts}, proxies={}, max_pool_connections=60)
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=endpoint_url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=config,
    )


class Program:
    """A server in a process of its own."""

    def __init__(self, pid):
        self.pid = pid

    def send_signal(self, number):
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self):
        """End it at once, if it has not ended yet; returns when it is gone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
            while True:
                os.kill(self.pid, 0)
                time.sleep(0.002)


@contextmanager
def programs(fork_server, folder):
    """Start servers as programs; gives each with its address, after it has said that it is ready."""
    started = []

    def start(*arguments, **environment):
        output = folder / f"output-{len(started)}"
        asked = {"arguments": ["serve", "--quiet", "--port", "0", *map(str, arguments)], "output": str(output)}
        asked["environment"] = environment
        fork_server.stdin.write(json.dumps(asked) + "\n")
        fork_server.stdin.flush()
        program = Program(int(fork_server.stdout.readline()))
        started.append(program)
        gives_up_at = time.monotonic() + START_SECONDS_MAX
        while True:
            printed = output.read_text() if output.exists() else ""
            found = re.search("AWS End User Messaging is at (.*);", printed)
            if found:
                return program, found[1]
            assert time.monotonic() < gives_up_at, printed
            time.sleep(0.01)

    yield start
    for program in started:
        program.kill()


@pytest.fixture(scope="session")
def fork_server():
    """The program that forks servers."""
    command = [sys.executable, str(Path(__file__).with_name("fork_server.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.stdin.close()


@pytest.fixture
def program(fork_server, tmp_path):
    """Start servers of this test's own."""
    with programs(fork_server, tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def start_program(fork_server, tmp_path_factory):
    """Start servers of the module's own."""
    with programs(fork_server, tmp_path_factory.mktemp("programs")) as start:
        yield start


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL of this session's own."""
    spec = importlib.util.spec_from_file_location("postgres_server", Path(__file__).with_name("postgres_server.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    programs, reason = module.find_programs()
    if programs is None:
        pytest.skip(reason)
    server = module.PostgresServer(programs)
    yield server
    server.remove()


@pytest.fixture
def database(postgres):
    """The address of an empty database."""
    return postgres.new_database()


@pytest.fixture(autouse=True)
def clients_wait(monkeypatch):
    """Clients wait before they try again: what they wait for is another process."""
    monkeypatch.setattr(botocore.endpoint, "time", time)
