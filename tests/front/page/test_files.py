"""Pictures and other files, and notifications, in a conversation."""

import urllib.request

import pytest

from emulator.testing import HANDSET

MARKUP = "<img src=x onerror=window.pwned=1>"
SCRIPT = "javascript:window.pwned=1"


@pytest.fixture
def send_media(sms_client, request_number):
    """Sends an MMS with one file."""
    number = request_number(NumberCapabilities=["SMS", "MMS"])["PhoneNumber"]

    def send(url, **members):
        wanted = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": number, "MediaUrls": [url]}
        return sms_client.send_media_message(**(wanted | members))["MessageId"]

    return send


def test_picture_of_an_mms_is_shown(open_page, put, picture, send_media):
    """The handset shows the picture itself, above the text."""
    send_media(put("red.png", picture, "image/png"), MessageBody="Look")

    page = open_page(HANDSET)

    assert 8 == page.wait("document.querySelector('#messages .bubble img').naturalWidth")
    assert ["Look"] == page.texts("#messages .bubble")
    assert ["MMS DELIVERED"] == page.texts("#messages .status")
    assert "red.png" == page.run("document.querySelector('.bubble img').alt")


def test_other_file_of_an_mms_is_a_link(open_page, put, send_media):
    """A file other than a picture can be saved under its own name, and shows its type."""
    send_media(put("bill.pdf", b"%PDF-1.7\n", "application/pdf"))

    page = open_page(HANDSET)
    page.wait("document.querySelector('#messages .file')")

    assert ["bill.pdf\napplication/pdf · 9 bytes"] == page.texts("#messages .file")
    assert "bill.pdf" == page.run("document.querySelector('#messages .file').download")
    page.wait("document.querySelector('#handsets .text')?.innerText === 'File'")


def test_what_is_no_picture_becomes_a_link(open_page, put, send_rcs):
    """A file that is declared a picture but is not one is shown as a link."""
    send_rcs({"FileMessage": {"FileUrl": put("broken.png", b"no picture", "image/png")}})

    page = open_page(HANDSET)

    assert page.wait("document.querySelector('#messages .file')?.download === 'broken.png'")
    assert not page.run("document.querySelector('#messages img')")


def test_files_cannot_act_for_the_page(control, sms, sms_server, agent):
    """A file may be HTML: it is sent with a policy by which nothing in it runs, and never guessed to be another type."""
    sms.handset(HANDSET).send_file(b"<script>alert(1)</script>", "page.html", "text/html", agent)
    href = control("GET", "messages")[1]["messages"][0]["media"][0]["href"]

    with urllib.request.urlopen(sms_server.endpoint_url + href) as answer:
        headers = answer.headers

    assert "sandbox" in headers["Content-Security-Policy"].split("; ")
    assert "nosniff" == headers["X-Content-Type-Options"]


def test_notification_shows_its_title_and_data(open_page, control, client):
    """A push notification shows title, text and data letter by letter, and its details name the device."""
    control("PUT", "devices/token-1", {"platform": "GCM", "phone_number": HANDSET})
    pinpoint = client("pinpoint")
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "shop"})["ApplicationResponse"]["Id"]
    pinpoint.update_gcm_channel(ApplicationId=app, GCMChannelRequest={"ApiKey": "key", "Enabled": True})
    message = {"Title": MARKUP, "Body": "It is on its way", "Data": {"order": MARKUP}, "ImageUrl": SCRIPT}
    pinpoint.send_messages(
        ApplicationId=app,
        MessageRequest={
            "Addresses": {"token-1": {"ChannelType": "GCM"}},
            "MessageConfiguration": {"GCMMessage": message},
        },
    )
    page = open_page(HANDSET)
    page.wait("document.querySelector('#messages .bubble .title')")

    page.click("#messages .meta")
    page.wait("document.querySelector('#message-detail dd')")

    assert [MARKUP] == page.texts("#messages .title")
    assert [f'{{"order":"{MARKUP}"}}'] == page.texts("#messages .data")
    assert [SCRIPT] == page.texts("#messages .file")
    assert "It is on its way" in page.texts("#messages .bubble")[0]
    assert {"token-1", "GCM", MARKUP} <= set(page.texts("#message-detail dd"))
    assert page.run("window.pwned === undefined && !document.querySelector('main :is(img, .bubble a)')")
