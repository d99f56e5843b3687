import json
import re
import shutil
import threading
import urllib.parse
import urllib.request
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import app
import boto3
import pytest

from emulator.testing import HANDSET, lease_number

README = Path(__file__).with_name("README.md")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Silent(WSGIRequestHandler):
    """Keeps the log of requests out of the test's output."""

    def log_message(self, *arguments):
        """Log nothing."""


@pytest.fixture
def form(sms_server, monkeypatch):
    """The application as its users reach it, and AWS as the server; gives its address."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", sms_server.endpoint_url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("ORIGINATION_IDENTITY", lease_number(boto3.client("pinpoint-sms-voice-v2"))["PhoneNumber"])
    with make_server("127.0.0.1", 0, app.SignUpForm(), handler_class=Silent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser():
    """A browser for all tests: starting it takes longer than they do."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser, form):
    """The form in the browser, with nothing of an earlier test."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(form)
        yield page


@pytest.fixture
def wait_for_code(sms_server):
    """Wait for the code over plain HTTP, as a test in any language can."""

    def wait(phone=HANDSET):
        query = urllib.parse.urlencode({"to": phone, "contains": "code", "timeout": 10})
        with urllib.request.urlopen(f"{sms_server.endpoint_url}/_emulator/messages/wait?{query}") as answer:
            return re.search(r"\d{6}", json.load(answer)["messages"][-1]["body"])[0]

    return wait


def test_sign_up_in_a_browser(page, wait_for_code):
    """Who enters the code that arrives is welcomed."""
    page.get_by_label("Phone").fill("+1 425 555 0100")
    page.get_by_role("button", name="Send code").click()

    page.get_by_label("Code").fill(wait_for_code())
    page.get_by_role("button", name="Sign up").click()

    assert "Welcome, +14255550100" == page.get_by_role("heading").inner_text()


def test_wrong_code_in_a_browser(page, wait_for_code):
    """A wrong code is refused, and the right one still counts."""
    page.get_by_label("Phone").fill(HANDSET)
    page.get_by_role("button", name="Send code").click()
    page.get_by_label("Code").fill("x")
    page.get_by_role("button", name="Sign up").click()
    assert "Wrong or expired code." in page.content()

    page.get_by_label("Code").fill(wait_for_code())
    page.get_by_role("button", name="Sign up").click()

    assert "Welcome" in page.content()


def post(form, **fields):
    with urllib.request.urlopen(form, urllib.parse.urlencode(fields).encode()) as answer:
        return re.sub(r"<[^>]*>", "", answer.read().decode().partition("<p>")[2].partition("</p>")[0])


def test_stop_is_explained(form, sms_server):
    """Who has opted out reads why no code comes."""
    post(form, phone=HANDSET)
    sms_server.emulator.handset(HANDSET).reply("STOP")

    assert "We cannot text this number: DESTINATION_PHONE_NUMBER_OPTED_OUT" == post(form, phone=HANDSET)


def test_late_code_is_refused(form, wait_for_code, monkeypatch):
    """Ten minutes later the code has expired."""
    post(form, phone=HANDSET)
    code, later = wait_for_code(), app.time.time() + 600
    monkeypatch.setattr(app.time, "time", lambda: later)

    assert "Wrong or expired code." == post(form, phone=HANDSET, code=code)


def test_readme_shows_what_it_says(form):
    """The README shows what the form says."""
    said = [post(form, phone=phone) for phone in (HANDSET, "home")]

    shown = "".join(f"{sentence}\n" for sentence in said)
    assert f"```text\n{shown}```" in README.read_text("utf-8")
