"""
The tests of the applications in examples/, run as part of this suite: in this process, and against the server.

`applications.ini` stands for all of them: it is collected as the files `examples/*/test_app.py`. Each imports the `app` that
lies beside it.
"""

import importlib
import os
import sys
from pathlib import Path

import boto3
import pytest

from emulator import mock_sms

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
ENVIRONMENT = ("AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_PROFILE")
"""The variables that decide how a client is made."""


class Applications(pytest.File):
    """The tests of every application."""

    def collect(self):
        """Collect one module for each folder."""
        for path in sorted(EXAMPLES.glob("*/test_app.py")):
            name = path.parent.name
            yield ApplicationTests.from_parent(self, path=path, name=name, nodeid=f"{self.nodeid}::{name}")


class ApplicationTests(pytest.Module):
    """The tests of one application, imported as pytest does it in its own folder."""

    def _getobj(self):
        folder = str(self.path.parent)
        sys.path.insert(0, folder)
        try:
            names = {path.stem for path in self.path.parent.glob("*.py")}
            for name in names:
                sys.modules.pop(name, None)
            importlib.invalidate_caches()
            module = super()._getobj()
            self.imported = {name: sys.modules[name] for name in names & sys.modules.keys()}
            return module
        finally:
            sys.path.remove(folder)

    def setup(self):
        """Let what is imported later find this application, and not the one that was collected last."""
        sys.modules.update(self.imported)
        super().setup()


def pytest_collect_file(file_path, parent):
    """Collect the applications in place of the file that stands for them."""
    if file_path.name == "applications.ini":
        return Applications.from_parent(parent, path=file_path)
    return None


@pytest.fixture(scope="session")
def clients_of_applications():
    """The clients and sessions that applications have made, by all that decides how one is made."""
    return {}, {}


@pytest.fixture(autouse=True)
def kept_clients_of_applications(clients_of_applications, monkeypatch):
    """Give applications the clients of earlier tests: a client has no state, and making one takes longer than most tests."""
    make, (clients, sessions) = boto3.session.Session.client, clients_of_applications

    def get(session, *args, config=None, **members):
        if config is not None and config.retries and config.retries.get("mode") == "adaptive":
            # It remembers how often it was throttled.
            return make(session, *args, config=config, **members)
        environment = tuple(os.environ.get(name) for name in ENVIRONMENT)
        options = repr(config and sorted(vars(config).items()))
        key = (args, tuple(sorted(members.items())), options, session.region_name, environment)
        if key not in clients:
            clients[key] = make(session, *args, config=config, **members)
        return clients[key]

    def default_session():
        # mock_aws lets each test make a new one.
        environment = tuple(os.environ.get(name) for name in ENVIRONMENT)
        return sessions.get(environment) or sessions.setdefault(environment, boto3.session.Session())

    monkeypatch.setattr(boto3.session.Session, "client", get)
    monkeypatch.setattr(boto3, "_get_default_session", default_session)


@pytest.fixture
def sms(reach, request, monkeypatch):
    """An Emulator with empty state that answers every client of the test: in this process, or as a server."""
    if reach == "server":
        server = request.getfixturevalue("sms_server")
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint_url)
        yield server.emulator
        return
    with mock_sms() as emulator:
        yield emulator
        emulator.aws.reset()
