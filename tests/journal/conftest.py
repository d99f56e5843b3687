"""Fixtures of the tests of the journal: emulators whose state is kept, and what they hold as text."""

import importlib.util
import json
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

from emulator.control.state import state_of
from emulator.front.keeping import open_folder
from emulator.front.server import Server

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


@pytest.fixture(name="client_of")
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


@contextmanager
def programs():
    """Start servers as programs; gives the process and its address, after it has said that it is ready."""
    processes = []

    def start(*arguments):
        command = [sys.executable, "-m", "emulator", "serve", "--quiet", "--port", "0", *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        for line in process.stdout:
            if "AWS End User Messaging is at " in line:
                return process, line.split(" is at ")[1].split(";")[0]
        raise AssertionError(process.communicate()[1])

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def program():
    """Start servers of this test's own."""
    with programs() as start:
        yield start


@pytest.fixture(scope="module")
def start_program():
    """Start servers of the module's own."""
    with programs() as start:
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
