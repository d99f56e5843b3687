"""Fixtures of the page: a real browser, pages opened in it, and the control API behind them."""

import importlib.util
import json
import re
import struct
import urllib.error
import urllib.parse
import urllib.request
import zlib
from functools import cache
from pathlib import Path

import pytest

import emulator
from emulator.testing import HANDSET

_spec = importlib.util.spec_from_file_location("page_browser", Path(__file__).with_name("page_browser.py"))
page_browser = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(page_browser)

UI = Path(emulator.__file__).parent / "front" / "ui"
PARTS = "#welcome, .total:not(:empty), #nothing-open:not(:empty), #no-messages, #messages > li, .section h2"


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """One Chromium for all tests."""
    program = page_browser.find_chromium()
    if program is None:
        pytest.skip(f"no Chromium found, by any name of {', '.join(page_browser.NAMES)}")
    running = page_browser.Browser(program, tmp_path_factory.mktemp("chromium"))
    yield running
    running.close()


@pytest.fixture(params=["en", "ja"])
def language(request):
    """The language of the page: a test that takes this, or `text`, runs once in each; any other runs in English."""
    return request.param


@pytest.fixture(scope="session")
def texts_of():
    """Returns the texts of a language by key, as the page's own file has them; a plural is a dict."""

    @cache
    def read(language):
        source = (UI / "languages" / f"{language}.js").read_text("utf-8")
        lines = re.findall(r'^ {2}(?:"([^"]+)"|(\w+)): (.+),$', source, re.MULTILINE)
        return {
            first or second: json.loads(re.sub(r"([{,]) (\w+): ", r'\1 "\2": ', value)) for first, second, value in lines
        }

    return read


@pytest.fixture
def text(language, texts_of):
    """Gives the text of a key as the page shows it: `text("count.messages", count=2)`."""

    def find(key, **values):
        found = texts_of(language)[key]
        if isinstance(found, dict):
            found = found.get("one", found["other"]) if values["count"] == 1 else found["other"]
        return re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), found)

    return find


@pytest.fixture
def open_page(browser, sms_server, request):
    """
    Opens the page at the conversation of a number and a message in it, or `at` an address; waits until all of it is there.

    It must have nothing to complain of, but for as many requests as the test says are `refused`.
    """
    pages = []
    language = request.getfixturevalue("language") if "language" in request.fixturenames else "en"

    def opened(number=None, message_id=None, *, at="", refused=0, **window):
        if number is not None:
            at = f"#/phones/{urllib.parse.quote(number)}" + (f"/{message_id}" if message_id else "")
        page = browser.open(f"{sms_server.endpoint_url}/_emulator/{at}", language=language, **window)
        pages.append((page, refused))
        page.wait("document.getElementById('link').dataset.state === 'live'")
        page.wait(f"document.querySelector('{PARTS}')")
        if number is not None:
            # It is loaded last, and changes the height of the conversation.
            page.wait("document.getElementById('composer')")
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


@pytest.fixture
def picture():
    """A red picture of 8 by 8 points."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header, pixels = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0), zlib.compress((b"\0" + b"\xff\0\0" * 8) * 8)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture
def put(client):
    """Puts an object into a bucket; gives its URL."""
    s3 = client("s3")
    s3.create_bucket(Bucket="files")

    def put_object(key, content, content_type):
        s3.put_object(Bucket="files", Key=key, Body=content, ContentType=content_type)
        return f"s3://files/{key}"

    return put_object


@pytest.fixture
def voice_number(request_number):
    """A US long code for calls."""
    return request_number(NumberType="LONG_CODE", NumberCapabilities=["VOICE"])["PhoneNumber"]


@pytest.fixture
def dial(sms_client, voice_number):
    """Calls a handset from `voice_number`; gives the call's id."""

    def send(body="The pump has failed.", to=HANDSET):
        members = {"DestinationPhoneNumber": to, "OriginationIdentity": voice_number, "MessageBody": body}
        return sms_client.send_voice_message(**members)["MessageId"]

    return send


@pytest.fixture
def agent(sms_client):
    """The id of an RCS agent that is launched everywhere."""
    if not hasattr(sms_client, "send_rcs_message"):
        pytest.skip("the installed botocore does not know SendRcsMessage yet")
    return sms_client.create_rcs_agent()["RcsAgentId"]


@pytest.fixture
def send_rcs(sms_client, agent):
    """Sends a rich message from `agent`; gives its id."""

    def send(content, suggestions=(), **members):
        message = {"Content": content} | ({"Suggestions": list(suggestions)} if suggestions else {})
        wanted = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": agent, "RcsMessageContent": message}
        return sms_client.send_rcs_message(**(wanted | members))["MessageId"]

    return send


@pytest.fixture
def campaigns(sms_server):
    """Asks the API for the account's campaigns: name, volume, sample, status."""

    def read():
        scope = "Credential=testing/20260101/us-east-1/sms-voice/aws4_request"
        address = f"{sms_server.endpoint_url}/v1/sms-voice/campaigns"
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Authorization": scope})) as response:
            rows = json.load(response)["Campaigns"]
        return [tuple(row[name] for name in ("CampaignName", "ExpectedVolume", "MessageSample", "Status")) for row in rows]

    return read
