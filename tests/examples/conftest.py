"""
The tests of the applications in examples/, run as part of this suite: in this process, and against the server.

`applications.ini` stands for all of them: it is collected as the files `examples/*/test_app.py`. Each imports the `app` that
lies beside it.
"""

import importlib
import sys
from pathlib import Path

import pytest

from emulator import mock_sms

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


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
