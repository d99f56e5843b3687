"""A conversation: texts both ways, writing from the handset, and what becomes of each text."""

import shutil
import subprocess

import pytest

HANDSET, OTHER_HANDSET = "+14255550100", "+14255550101"
BUBBLES = "#messages .bubble"


def test_newcomer_is_told_how_to_send(open_page, sms_server, text):
    """The empty page shows a program that sends a first text; run as it stands, its text appears, and its code is read."""
    page = open_page()
    program = page.texts("#snippet pre")[0]

    exec(program, {})

    assert sms_server.endpoint_url in program
    assert page.wait(f"document.querySelector('.message-row .body')?.innerText === '{text('welcome.body')}'")
    assert page.run("document.getElementById('welcome') === null")
    page.click(".message-row a")
    assert page.wait(f"document.querySelector('#copy-code')?.innerText === '{text('detail.copy-code', code='482913')}'")


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl found")
def test_newcomer_with_curl(open_page):
    """The lines for curl send a first text too."""
    page = open_page()
    page.click("[data-way=curl]")

    subprocess.run(["sh", "-ec", page.texts("#snippet pre")[0]], check=True, capture_output=True)

    assert page.wait("document.querySelector('.message-row .body')?.innerText === 'Your code is 482913'")


def test_conversation_shows_what_became_of_each_text(open_page, sms, send_text):
    """A conversation shows both directions, each text with its status, and with AWS's words where it failed."""
    send_text("Hello")
    sms.handset(HANDSET).reply("Hi yourself")
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    send_text("Are you there?")
    sms.settle()

    page = open_page(HANDSET)
    page.wait("document.querySelectorAll('#messages li').length === 3")

    assert ["Hello", "Hi yourself", "Are you there?"] == page.texts(BUBBLES)
    assert ["DELIVERED", "RECEIVED", "UNREACHABLE"] == page.texts("#messages .status")
    assert ["✓✓", "", "✕"] == page.texts("#messages .tick")
    assert ["Phone is currently unreachable/unavailable"] == page.texts("#messages .why")
    assert ["outbound", "inbound", "outbound"] == page.run(
        "[...document.querySelectorAll('#messages li')].map((row) => row.classList[0])"
    )


def test_texts_appear_and_move_while_one_looks(open_page, sms, send_text):
    """A text appears as accepted when it is sent, and its status moves with the clock, without a reload."""
    sms.clock.freeze()
    page = open_page(HANDSET)

    send_text("Live")
    page.wait("document.querySelector('#messages .status')?.innerText === 'ACCEPTED'")
    page.click("#clock")
    page.click("#settle")

    assert page.wait("document.querySelector('#messages .status').innerText === 'DELIVERED'")


@pytest.mark.parametrize(
    "body",
    [
        '<img src=x onerror="window.pwned = 1"><script>window.pwned = 1</script>',
        '"><svg onload=window.pwned=1> &lt;b&gt; ${window.pwned = 1}',
        'javascript:window.pwned=1 https://example.com/"onmouseover="window.pwned=1',
    ],
)
def test_texts_are_never_markup(open_page, sms, send_text, event_set, body):
    """Whatever is in a text, a context or a carrier's name is shown letter by letter, and nothing of it runs."""
    sms.handset(HANDSET).behave(carrier=body, outcome="UNREACHABLE", description=body)
    message_id = send_text(body, Context={"key": "<img src=x onerror=window.pwned=1>"}, ConfigurationSetName=event_set)
    sms.settle()
    page = open_page(HANDSET, message_id)
    page.wait("document.querySelector('#message-detail dd')")

    facts = page.texts("#message-detail dd")
    for tab in ("timeline", "events", "json", "handset"):
        page.click(f"[data-tab={tab}]")
        page.wait(f"document.querySelector('[data-tab={tab}][aria-selected=true]')")

    assert [body] == page.texts(BUBBLES)
    assert body in facts
    assert [body] == page.texts("#messages .why")
    assert page.run(
        "window.pwned === undefined"
        " && !document.querySelector('main :is(img, script, svg:not(.icon), b b, [onload], [onerror])')"
    )
    assert page.run("[...document.querySelectorAll('main .bubble a')].every((link) => link.protocol === 'https:')")


@pytest.mark.usefixtures("language")
def test_person_answers_with_enter(open_page, sms, send_text, number):
    """Enter sends the typed text to the latest sender; Shift and Enter starts a new line."""
    send_text("Come at ten?")
    page = open_page(HANDSET)
    page.wait("document.getElementById('target').value")

    page.click("#text")
    page.type("Yes, I will")
    page.press("Enter")
    page.wait("document.querySelectorAll('#messages li').length === 2")

    assert [("Yes, I will", number)] == [(m.body, m.to) for m in sms.inbox.messages(direction="inbound")]
    assert page.run("document.getElementById('text').value === ''")


@pytest.mark.usefixtures("language")
def test_person_chooses_whom_to_answer(open_page, sms, send_text, request_number, number):
    """When two numbers wrote, the last is offered first, and the other can be chosen, and stays chosen."""
    second = request_number(NumberType="TOLL_FREE")["PhoneNumber"]
    send_text("From the first")
    send_text("From the second", OriginationIdentity=second)
    page = open_page(HANDSET)
    offered = page.wait("document.getElementById('target').value")

    page.choose("document.getElementById('target')", number)
    page.click("[data-word=HELP]")
    page.wait("document.querySelectorAll('#messages li').length === 4")

    assert second == offered
    assert [number] == [message.to for message in sms.inbox.messages(direction="inbound")]
    assert number == page.run("document.getElementById('target').value")


def test_stop_button_opts_out(open_page, sms_client, send_text, raises, text):
    """One click on STOP opts the handset out, and the page says what the keyword did."""
    send_text("Offers!")
    page = open_page(HANDSET)
    page.wait("document.getElementById('target').value")

    page.click("[data-word=STOP]")
    toast = text("composer.keyword", keyword="STOP", action="OPT_OUT")
    page.wait(f"document.querySelector('.toast')?.innerText === '{toast}'")

    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        send_text("More offers!")


def test_sender_that_owns_no_number_cannot_be_answered(open_page, sms_client):
    """Where only a shared route wrote, the page says so and sends nothing."""
    sms_client.send_text_message(DestinationPhoneNumber="+4915112345678", MessageBody="Hello")

    page = open_page("+4915112345678")
    page.wait("document.getElementById('target').textContent.includes('cannot be answered')")

    assert page.run("[...document.getElementById('composer').elements].every((control) => control.disabled)")


@pytest.mark.usefixtures("language")
def test_somebody_new_writes_first(open_page, sms, number):
    """A handset without messages can write to any number of an account."""
    page = open_page(at="#/phones")

    page.click("#compose")
    page.type("+1 (425) 555-0101")
    page.press("Enter")
    page.wait("document.getElementById('target').value")
    page.click("#text")
    page.type("Are you open?")
    page.press("Enter")
    page.wait("document.querySelectorAll('#messages li').length === 1")

    assert [(OTHER_HANDSET, number)] == [(m.sender, m.to) for m in sms.inbox.messages(direction="inbound")]


@pytest.fixture
def notify_configuration(sms_client):
    """The id of a Notify configuration for texts and calls with a code."""
    if not hasattr(sms_client, "send_notify_text_message"):
        pytest.skip("the installed botocore does not know SendNotifyTextMessage yet")
    return sms_client.create_notify_configuration(
        DisplayName="Shop",
        UseCase="CODE_VERIFICATION",
        EnabledChannels=["SMS", "VOICE"],
        DefaultTemplateId="notify-code-verification-english-001",
    )["NotifyConfigurationId"]


def test_notify_comes_as_text_and_as_call(open_page, sms, sms_client, notify_configuration):
    """Messages of Notify from AWS's own numbers are shown as any text, with the code ready to copy, and as any call."""
    members = {"NotifyConfigurationId": notify_configuration, "DestinationPhoneNumber": HANDSET}
    sms_client.send_notify_text_message(**members, TemplateVariables={"code": "482913"})
    sms_client.send_notify_voice_message(**members, TemplateVariables={"code": "482913"})

    page = open_page(HANDSET)
    page.wait("document.querySelectorAll('#messages li').length === 2")

    text, call = sms.inbox.messages()
    assert ["482913"] == page.texts("#messages .bubble .code")
    assert [text.body, call.body] == page.texts("#messages :is(.bubble:not(:has(.call)), .said)")
    assert ["DELIVERED", "VOICE COMPLETED"] == page.texts("#messages .status")
