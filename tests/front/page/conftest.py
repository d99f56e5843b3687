"""Fixtures of the page: a real browser, pages opened in it, and the control API to look behind them."""

import importlib.util
import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("page_browser", Path(__file__).with_name("page_browser.py"))
page_browser = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(page_browser)

PARTS = "#welcome, #nothing-open, #conversation, #console"


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """One Chromium for all tests."""
    program = page_browser.find_chromium()
    if program is None:
        pytest.skip(f"no Chromium found, by any name of {', '.join(page_browser.NAMES)}")
    running = page_browser.Browser(program, tmp_path_factory.mktemp("chromium"))
    yield running
    running.close()


@pytest.fixture
def open_page(browser, sms_server):
    """
    Opens the page at a conversation, and at a message in it, or `at` a part of its own; waits until it hears what happens.

    It must have nothing to complain of, but for as many requests as the test says are `refused`.
    """
    pages = []

    def opened(number=None, message_id=None, *, at="", refused=0, **window):
        if number is not None:
            at = f"#/{urllib.parse.quote(number)}" + (f"/{message_id}" if message_id else "")
        page = browser.open(f"{sms_server.endpoint_url}/_emulator/{at}", **window)
        pages.append((page, refused))
        page.wait("document.getElementById('link').dataset.state === 'live'")
        page.wait(f"[...document.querySelectorAll('{PARTS}')].some((part) => !part.hidden)")
        return page

    yield opened
    complaints = [(page.complaints(), page.refusals(), refused) for page, refused in pages]
    for page, _ in pages:
        page.close()
    for complained, refusals, refused in complaints:
        assert [] == complained
        assert refused == len(refusals), refusals


@pytest.fixture
def control(sms_server):
    """Calls the control API: gives the status and the answer's JSON."""

    def call(method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{sms_server.endpoint_url}/_emulator/{path}", data, method=method)
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    return call
