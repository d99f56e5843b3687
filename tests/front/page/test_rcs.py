"""RCS: rich messages, suggestions, receipts, fallbacks, and what a handset sends to an agent."""

import json

import pytest

from emulator.testing import HANDSET, fill_registration

MARKUP = "<img src=x onerror=1>"
REPLY = {"Reply": {"Text": "Yes", "PostbackData": "answer=yes"}}
DIAL = {"DialPhone": {"Text": "Call us", "PostbackData": "dial", "PhoneNumber": "+12065550100"}}
OPEN_URL = {"OpenUrl": {"Text": "Shop", "PostbackData": "open", "Url": "https://example.com/shop"}}


def card(title, **members):
    return {"Title": title, "Description": f"About {title}"} | members


def test_agents_that_can_be_written_to_are_listed(control, agent, sms_client):
    """Agents are listed beside the numbers, by the name that their registration gives them."""
    registration = sms_client.create_registration(RegistrationType="TEST_RCS_LAUNCH_REGISTRATION")["RegistrationId"]
    sms_client.create_registration_association(RegistrationId=registration, ResourceId=agent)
    unnamed = control("GET", "numbers")[1]["agents"]
    fill_registration(sms_client, registration, {"agentDetails.senderDisplayName": "Pete's Shoes"})

    _, answer = control("GET", "numbers")

    assert [(agent, None, "us-east-1")] == [(row["agent_id"], row["name"], row["region"]) for row in unnamed]
    assert [(agent, "Pete's Shoes", "us-east-1")] == [
        (row["agent_id"], row["name"], row["region"]) for row in answer["agents"]
    ]


@pytest.mark.usefixtures("language")
def test_reply_is_tapped(open_page, sms, send_rcs):
    """A suggestion can be tapped once the message has arrived, and what it says goes back to the agent."""
    sms.clock.freeze()
    send_rcs({"TextMessage": {"Body": "Today?"}}, [REPLY])
    page = open_page(HANDSET)
    page.wait("document.querySelector('.chips button').disabled")

    page.click("#clock")
    page.click("#settle")
    page.wait("!document.querySelector('.chips button').disabled")
    page.click(".chips button")
    page.wait("document.querySelectorAll('#messages li').length === 2")

    assert ["Today?", "Yes"] == page.texts("#messages .bubble")
    assert ["Yes"] == [message.body for message in sms.inbox.messages(direction="inbound")]


@pytest.mark.parametrize(
    ("suggestion", "key", "values"),
    [
        (DIAL, "rcs.dials", {"number": "+12065550100"}),
        (OPEN_URL, "rcs.opens", {"address": "https://example.com/shop"}),
    ],
)
def test_other_taps_say_what_the_phone_does(open_page, sms, send_rcs, suggestion, key, values, text):
    """A tap that leads out of the conversation is reported to the agent, and the page says where it leads."""
    send_rcs({"RichCard": {"CardOrientation": "VERTICAL", "CardContent": card("Shoes", Suggestions=[suggestion])}})
    page = open_page(HANDSET)

    page.click(".card .chips button")
    page.wait(f"document.querySelector('.toast')?.innerText === {json.dumps(text(key, **values))}")

    assert [next(iter(suggestion.values()))["Text"]] == [m.body for m in sms.inbox.messages(direction="inbound")]


def test_carousel_is_scrolled(open_page, put, picture, send_rcs):
    """Cards stand side by side, with their pictures, in a row that a mouse or the keyboard scrolls."""
    picture_url = put("red.png", picture, "image/png")
    cards = [card(f"Card {n}", Media={"FileUrl": picture_url, "Height": "SHORT"}) for n in range(6)]
    send_rcs({"Carousel": {"CardWidth": "MEDIUM", "CardContents": cards}})
    page = open_page(HANDSET)
    page.wait("[...document.querySelectorAll('.carousel img')].filter((image) => image.naturalWidth === 8).length === 6")

    page.run("document.querySelector('.carousel').focus()")
    page.press("ArrowRight")

    assert page.wait("document.querySelector('.carousel').scrollLeft > 0")
    assert [f"Card {n}" for n in range(6)] == page.texts(".carousel b")
    assert page.run("document.documentElement.scrollWidth === innerWidth")


def test_file_elsewhere_is_only_named(open_page, send_rcs):
    """Media on the internet are not fetched: the card names them."""
    media = {"FileUrl": "https://example.com/red.png", "Height": "TALL"}
    send_rcs({"RichCard": {"CardOrientation": "HORIZONTAL", "CardContent": card("Shoes", Media=media)}})

    page = open_page(HANDSET)
    page.wait("document.querySelector('.card .file')")

    assert ["https://example.com/red.png\nnot available here"] == page.texts(".card .file")
    assert not page.run("document.querySelector('main img')")


def test_reading_is_seen(open_page, sms, send_rcs):
    """A message that was opened shows so."""
    sms.handset(HANDSET).behave(reads_rcs=True)
    send_rcs({"TextMessage": {"Body": "Read me"}})

    page = open_page(HANDSET)

    assert page.wait("document.querySelector('#messages li.read .status')?.textContent === 'RCS READ'")


def test_fallback_is_shown(open_page, sms, send_rcs, number):
    """A message that RCS did not deliver becomes, on the open page, the text that was sent instead, and says so."""
    sms.clock.freeze()
    sms.handset(HANDSET).behave(rcs=False)
    fallback = {"Channel": "SMS", "MessageBody": "As a text", "OriginationIdentity": number}
    send_rcs({"TextMessage": {"Body": "As RCS"}}, FallbackConfiguration=fallback)
    page = open_page(HANDSET)
    page.wait("document.querySelector('#messages .bubble').innerText === 'As RCS'")

    page.click("#clock")
    page.click("#settle")
    page.wait("document.querySelector('#messages .status').textContent === 'DELIVERED'")

    assert [f"RCS could not be delivered: sent as SMS from {number}"] == page.texts("#messages .fallback")
    assert page.texts("#messages .bubble")[0].endswith("As a text")
    assert [f"from {number}"] == page.texts("#messages .end")


def test_rich_messages_are_never_markup(open_page, send_rcs):
    """Titles, descriptions and suggestions are shown letter by letter."""
    action = {"Reply": {"Text": MARKUP, "PostbackData": MARKUP}}
    content = {"Title": MARKUP, "Description": MARKUP, "Suggestions": [action]}
    send_rcs({"RichCard": {"CardOrientation": "VERTICAL", "CardContent": content}}, [action])

    page = open_page(HANDSET)
    page.wait("document.querySelector('.card')")

    assert [MARKUP, MARKUP] == page.texts(".card-text :is(b, p)")
    assert ["↩ " + MARKUP] * 2 == page.texts(".chips button")
    assert not page.run("document.querySelector('main img')")


@pytest.mark.usefixtures("language")
def test_person_writes_to_an_agent(open_page, sms, sms_client, agent, topic_with_queue):
    """An agent can be chosen like a number; who types to it is seen typing, and what is sent arrives there."""
    sms_client.update_rcs_agent(
        RcsAgentId=agent, TwoWayEnabled=True, TwoWayChannelArn=topic_with_queue[0], TwoWayRcsEventsEnabled=["RCS_TYPING"]
    )
    page = open_page(HANDSET)
    page.wait(f"document.getElementById('target').value === '{agent}'")

    page.click("#text")
    page.type("Hello")
    page.wait(
        "performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.endsWith('/typing') && responseEnd)"
    )
    page.press("Enter")
    page.wait("document.querySelectorAll('#messages li').length === 1")

    assert [("Hello", agent)] == [(message.body, message.to) for message in sms.inbox.messages()]
    sms.settle()
    told = [record["messageBody"] for record in topic_with_queue[1]()]
    assert "Hello" in told
    assert ["RCS_TYPING"] == [json.loads(body)["type"] for body in told if body.startswith("{")]


def test_person_sends_a_file_to_an_agent(open_page, sms, agent, number, text):
    """A file goes to an agent, under its name and type, and is shown; to a number none can be sent."""
    page = open_page(HANDSET)
    page.wait("document.getElementById('target').options.length === 2")
    page.choose("document.getElementById('target')", number)
    to_a_number = page.run("document.getElementById('attach').disabled")
    page.choose("document.getElementById('target')", agent)

    page.run(
        f"""(() => {{
            const transfer = new DataTransfer();
            transfer.items.add(new File(["hello"], {json.dumps(MARKUP)}, {{ type: "text/plain" }}));
            document.getElementById("file").files = transfer.files;
            document.getElementById("file").dispatchEvent(new Event("change"));
        }})()"""
    )
    page.wait("document.querySelector('#messages .file')")

    (message,) = sms.inbox.messages()
    assert (True, False) == (to_a_number, page.run("document.getElementById('attach').disabled"))
    assert [(MARKUP, "text/plain", b"hello")] == [(file.url, file.content_type, file.content) for file in message.media]
    assert [f"{MARKUP}\ntext/plain · {text('unit.bytes', n=5)}"] == page.texts("#messages .file")
    assert not page.run("document.querySelector('main img')")
