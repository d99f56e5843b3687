"""Playwright for Node.js, with the test that lies in examples/sign_up_form."""

import importlib.util
import json
import shutil
import threading
from pathlib import Path
from wsgiref.simple_server import make_server

import boto3
import pytest

from emulator.testing import lease_number

CLIENTS = Path(__file__).parents[2] / ".clients"
EXAMPLE = Path(__file__).parents[2] / "examples" / "sign_up_form"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def form(sms_server, monkeypatch):
    """The address of the application, which sends by the server."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", sms_server.endpoint_url)
    monkeypatch.setenv("ORIGINATION_IDENTITY", lease_number(boto3.client("pinpoint-sms-voice-v2"))["PhoneNumber"])
    found = importlib.util.spec_from_file_location("sign_up_form", EXAMPLE / "app.py")
    app = importlib.util.module_from_spec(found)
    found.loader.exec_module(app)
    with make_server("127.0.0.1", 0, app.SignUpForm()) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_code_is_waited_for_over_plain_http(run, form, tmp_path):
    """The example's test for Playwright passes as its readers would run it."""
    packages = CLIENTS / "js" / "node_modules"
    if CHROMIUM is None or not (packages / "@playwright" / "test").exists():
        pytest.skip("Playwright for Node.js, or Chromium, is not there: `make browser .clients/ready` gets them")
    shutil.copy(EXAMPLE / "sign_up.spec.mjs", tmp_path)
    (tmp_path / "node_modules").symlink_to(packages)
    launch = {"executablePath": CHROMIUM, "args": ["--no-sandbox"]}
    config = f"export default {{ use: {{ launchOptions: {json.dumps(launch)} }} }};\n"
    (tmp_path / "playwright.config.mjs").write_text(config, "utf-8")

    ended = run(packages / ".bin" / "playwright", "test", "--config", tmp_path / "playwright.config.mjs", FORM=form)

    assert 0 == ended.returncode, ended.stdout + ended.stderr
    assert "1 passed" in ended.stdout
