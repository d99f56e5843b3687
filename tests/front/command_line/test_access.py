"""What `serve` says and allows by its options of access."""

import re
import subprocess
import sys
import urllib.error
import urllib.request

import pytest


@pytest.fixture
def serve():
    """Start `serve` with options; gives what it prints to stdout up to the address, and the process."""
    processes = []

    def start(*options):
        command = [sys.executable, "-m", "emulator", "serve", "--port", "0", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        line = next(line for line in process.stdout if "AWS End User Messaging is at" in line)
        return re.search(r"http://[^;]+", line)[0], process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def ask(url, **headers):
    """Return the status of an answer."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_every_interface_is_warned_of(serve):
    """One line of warning, and an address that a client can use."""
    url, process = serve("--host", "0.0.0.0", "--token", "s3cret")

    assert url.startswith("http://127.0.0.1:")
    assert (401, 200) == (ask(f"{url}/_emulator/clock"), ask(f"{url}/_emulator/clock", Authorization="Bearer s3cret"))
    process.terminate()
    _, printed = process.communicate(timeout=20)
    assert 1 == printed.count("WARNING")
    assert "whoever reaches this machine" in printed


def test_loopback_is_not_warned_of_and_names_can_be_allowed(serve):
    """Without --host there is nothing to warn of; hosts and origins that are named are served."""
    url, process = serve("--allow-host", "emulator", "--allow-origin", "http://app.example")

    health = f"{url}/_emulator/health"
    assert (200, 403) == (ask(health, Host="emulator"), ask(health, Host="other"))
    assert (200, 403) == (ask(health, Origin="http://app.example"), ask(health, Origin="http://evil.example"))
    process.terminate()
    assert "WARNING" not in process.communicate(timeout=20)[1]
