"""Push notifications as the device shows them."""

import pytest

from emulator.testing import HANDSET

TOKEN = "ab" * 32


@pytest.fixture
def notify(control, client):
    """Sends a notification to an iPhone."""
    control("PUT", f"devices/{TOKEN}", {"platform": "APNS", "phone_number": HANDSET})
    pinpoint = client("pinpoint")
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "shop"})["ApplicationResponse"]["Id"]
    credentials = {"Certificate": "certificate", "PrivateKey": "key", "Enabled": True}
    pinpoint.update_apns_channel(ApplicationId=app, APNSChannelRequest=credentials)

    def send(**members):
        sent = {"Addresses": {TOKEN: {"ChannelType": "APNS"}}, "MessageConfiguration": {"APNSMessage": members}}
        pinpoint.send_messages(ApplicationId=app, MessageRequest=sent)

    return send


def test_notifications_look_as_on_the_device(open_page, notify, text):
    """A banner has the system, title, text with its code to copy, and where it leads; a silent one shows that it is none."""
    notify(Title="Log in", Body="Your code is 482913", Action="URL", Url="https://example.com/login")
    notify(SilentPush=True, Data={"sync": "1"})
    page = open_page(HANDSET)
    page.wait("document.querySelectorAll('.notice').length === 2 && document.getElementById('composer')")
    page.run("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")

    page.click(".notice .code")

    assert "482913" == page.wait("window.copied")
    assert [f"{text('push.app')} · iOS"] * 2 == page.texts(".notice-head > span:nth-child(2)")
    assert ["Log in"] == page.texts(".notice .title")
    assert ["https://example.com/login"] == page.texts(".notice .opens a")
    assert [False, True] == page.run("[...document.querySelectorAll('.notice')].map((node) => node.matches('.silent'))")
    assert ['{"sync":"1"}'] == page.texts(".notice.silent .data")
