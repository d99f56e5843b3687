"""What only a phone shows: what is unread or failed, opt-outs, refused attempts, calls that wait, pictures to send."""

import base64

import pytest
from botocore.exceptions import ClientError

from emulator.testing import HANDSET

OTHER_HANDSET = "+14255550101"


def test_unread_and_failed_messages_are_counted_by_the_server(open_page, sms, send_text):
    """The list says how many messages of each handset nobody has read, and how many of those failed; so after a reload."""
    send_text("Open")
    sms.handset(OTHER_HANDSET).behave(outcome="UNREACHABLE")
    for body in ("One", "Two"):
        send_text(body, to=OTHER_HANDSET)
    sms.handset(OTHER_HANDSET).behave(outcome=None)
    send_text("Three", to=OTHER_HANDSET)
    send_text("Newest")
    page = open_page(at="#/phones")
    page.wait("document.querySelectorAll('#handsets button').length === 2 && document.querySelector('#handsets .unread')")
    page.wait("document.querySelectorAll('#handsets .unread').length === 1")

    marks = page.texts("#handsets [role=listitem]:last-child .mark")
    page.reload()
    page.wait("document.querySelectorAll('#handsets .unread').length === 1")

    assert ["✕ 2", "3"] == marks == page.texts("#handsets [role=listitem]:last-child .mark")
    page.click("#handsets [role=listitem]:last-child button")
    assert page.wait("document.querySelectorAll('#handsets .unread').length === 0")
    assert 0 == sms.control("show_counts")["unread"]


def test_numbers_are_never_cut(open_page, send_text):
    """Whatever the width, a number is shown with all of its digits."""
    send_text("Hello")
    page = open_page(HANDSET)

    for width in (390, 900, 1400):
        page.shape(width)
        cut = page.run(
            "[...document.querySelectorAll('.who, #number')]"
            ".filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1).length"
        )
        assert 0 == cut


def test_opt_out_is_a_banner_and_opts_in(open_page, sms, send_text, text):
    """After STOP the phone says of which list it is off, since when; what is then refused is a bubble with the reason."""
    send_text("Offers!")
    page = open_page(HANDSET)
    page.wait("document.getElementById('target').value")

    page.click("[data-word=STOP]")
    page.wait("document.querySelector('.banner')")
    # The time is the clock's: what stands around it is the page's text.
    around = text("opt-out.recipient", list="Default", since="#", account="123456789012", region="us-east-1").split("#")
    assert all(part in page.texts(".banner span")[0] for part in around)
    with pytest.raises(ClientError):
        send_text("More offers!")
    page.wait("document.querySelector('.ghost')")
    ghost = page.texts(".ghost .bubble, .ghost .status")
    page.click("[data-opt-in=Default]")
    page.wait("!document.querySelector('.banner')")

    assert ["More offers!", text("ghost.refused", error="DESTINATION_PHONE_NUMBER_OPTED_OUT")] == ghost
    sms.clock.advance(seconds=1)
    send_text("Offers again!")
    assert page.wait("document.querySelector('#messages li:last-child .bubble').innerText === 'Offers again!'")


def test_call_rings_until_it_is_taken(open_page, control, sms, dial, text):
    """A handset that waits rings while time passes, until a person answers; nobody does so within five minutes."""
    control("PUT", f"handsets/{HANDSET}", {"answers": "wait"})
    sms.clock.freeze()
    dial()
    missed = dial()
    sms.clock.advance(minutes=4)
    page = open_page(HANDSET)
    page.wait("document.querySelectorAll('.ring').length === 2")

    page.click("[data-answers=answer]")
    page.wait("document.querySelectorAll('.ring').length === 1")
    sms.clock.advance(minutes=2)

    assert page.wait("document.querySelectorAll('.ring').length === 0")
    assert "NO_ANSWER" == control("GET", f"messages/{missed}")[1]["status"]
    assert page.wait(f"document.getElementById('behaves').innerText === '{text('behaviour.called.wait')}'")


@pytest.mark.parametrize("way", ["paste", "drop"])
@pytest.mark.usefixtures("language")
def test_picture_is_pasted_or_dropped(open_page, sms, sms_client, agent, picture, way):
    """A picture that is pasted or dropped is sent where the channel takes files."""
    page = open_page(HANDSET)
    page.wait(f"document.getElementById('target').value === '{agent}'")
    transfer = {"paste": "ClipboardEvent('paste', { bubbles: true, clipboardData: data })"}
    event = transfer.get(way, "DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data })")

    page.run(
        f"""(() => {{
            const bytes = Uint8Array.from(atob("{base64.b64encode(picture).decode()}"), (char) => char.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], "red.png", {{ type: "image/png" }}));
            document.getElementById("text").dispatchEvent(new {event});
        }})()"""
    )

    assert page.wait("document.querySelector('#messages .inbound img')?.naturalWidth === 8")
    assert [picture] == [file.content for message in sms.inbox.messages() for file in message.media]
