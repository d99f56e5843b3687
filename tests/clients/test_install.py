"""The package as it is installed."""

import configparser
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from emulator import __version__

ROOT = Path(__file__).parents[2]
SOURCES = ("emulator", "botocore_models", "setup.cfg", "pyproject.toml", "setup.py", "README.md", "LICENSE")

FIRST_CALL = """
import emulator, boto3
from emulator import mock_sms
from emulator.wire.models import overlays

print(emulator.__file__)
print(overlays())
with mock_sms() as sms:
    client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
    number = client.request_phone_number(
        IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="TEN_DLC"
    )["PhoneNumber"]
    client.send_text_message(DestinationPhoneNumber="+14255550100", OriginationIdentity=number, MessageBody="Hi")
    print(sms.inbox.messages()[0].body)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy of the sources, so that nothing is left in the checkout."""
    sources, built = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, sources / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(built), "."]
    ended = subprocess.run(command, cwd=sources, capture_output=True, text=True, check=False)
    assert 0 == ended.returncode, ended.stderr
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder that the wheel is installed into."""
    target = tmp_path_factory.mktemp("installed")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
        str(wheel),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return target


@pytest.fixture(scope="module")
def names(wheel):
    """The files in the wheel."""
    return set(zipfile.ZipFile(wheel).namelist())


def run(installed, *arguments):
    """A program that has the installed package before the checkout's; gives its output."""
    environment = os.environ | {"PYTHONPATH": str(installed)}
    ended = subprocess.run(
        [sys.executable, *arguments], cwd=installed, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert 0 == ended.returncode, ended.stderr
    return ended.stdout


@pytest.mark.parametrize("folder", ["emulator", "botocore_models"])
def test_every_file_is_inside(names, folder):
    """No module, table, model or page of the sources is missing from the wheel, and none is there too much."""
    prefix = "" if folder == "emulator" else "emulator/"
    files = {
        prefix + path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert files == {
        name
        for name in names
        if name.startswith(prefix + folder) and (prefix or not name.startswith("emulator/botocore_models"))
    }


def test_nothing_else_is_inside(names):
    """The wheel installs one package and says what it is; no tests, no tools."""
    assert {"emulator", f"sms_voice_emulator-{__version__}.dist-info"} == {name.split("/")[0] for name in names}


def test_license(wheel, names):
    """The wheel carries the licence that it names."""
    (licence,) = (name for name in names if name.endswith((".dist-info/licenses/LICENSE", ".dist-info/LICENSE")))
    (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
    archive = zipfile.ZipFile(wheel)

    assert (ROOT / "LICENSE").read_bytes() == archive.read(licence)
    assert b"Apache-2.0" in archive.read(metadata)


def test_entry_points(wheel):
    """The console script and the pytest plugin are declared."""
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    points = configparser.ConfigParser()
    points.read_string(archive.read(name).decode())

    assert "emulator.front.command_line:main" == points["console_scripts"]["sms-voice-emulator"]
    assert "emulator.front.pytest_plugin" == points["pytest11"]["sms-voice-emulator"]


def test_first_call(installed):
    """Installed somewhere else it finds its own data, and answers a first call."""
    module, models, body = run(installed, "-c", FIRST_CALL).splitlines()

    assert str(installed / "emulator" / "__init__.py") == module
    assert str(installed / "emulator" / "botocore_models") == models
    assert "Hi" == body


def test_command(installed):
    """The command of the installed package runs."""
    assert str(installed / "emulator" / "botocore_models") == run(installed, "-m", "emulator", "models").strip()


def test_page(installed):
    """The page is served from where it is installed."""
    code = (
        "import urllib.request; from emulator import Emulator; from emulator.front.server import Server; "
        "server = Server(Emulator()).start(); "
        "print(urllib.request.urlopen(server.endpoint_url + '/_emulator/').read(15).decode().lower()); server.close()"
    )

    assert "<!doctype html>" == run(installed, "-c", code).strip()
