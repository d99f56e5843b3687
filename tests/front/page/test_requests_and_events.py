"""Requests and events: what was asked of AWS and refused, what was reported, and what did not arrive."""

import pytest
from botocore.exceptions import ClientError

from emulator.testing import HANDSET


@pytest.fixture
def refused(send_text, control):
    """A text to a number that has opted out."""
    send_text("Accepted")
    control("PUT", f"opt-outs/Default/{HANDSET}")
    with pytest.raises(ClientError):
        send_text("Refused, {why}")


def test_refused_request_is_explained(open_page, refused):
    """A refused call stands out, with reason and hint, and its parameters as JSON; the filter leaves only such calls."""
    page = open_page(at="#/requests")
    page.wait("document.querySelector('.request-row.failed')")

    page.click("[name=refused]")
    page.wait("document.querySelectorAll('.request-row').length === 1")
    page.click(".request-row a")
    page.wait("document.getElementById('hint')")
    about = page.texts("#request-detail .refusal, #hint")
    page.click("[data-tab=request]")
    page.wait("document.querySelector('#request-detail pre').innerText.includes('Refused, {why}')")
    page.click("[data-tab=response]")
    page.wait("document.querySelector('#request-detail pre').innerText.includes('DESTINATION_PHONE_NUMBER_OPTED_OUT')")

    assert "ConflictException · DESTINATION_PHONE_NUMBER_OPTED_OUT" == about[0]
    assert "DeleteOptedOutNumber takes it off" in about[1]
    assert page.wait("document.querySelector('#to-requests .count [aria-hidden]').innerText === '1'")


@pytest.mark.usefixtures("language")
def test_requests_are_live_and_lead_to_their_message(open_page, send_text):
    """A call appears as it is made, and leads to the message that it made; the message leads back."""
    page = open_page(at="#/requests")

    message_id = send_text("Hello")
    page.wait("document.querySelector('.request-row .operation')?.innerText === 'SendTextMessage'")
    page.press("j")
    page.click("#to-message")
    page.wait(f"document.querySelector('#message-detail')?.dataset.message === '{message_id}'")
    page.click("#message-detail [href*=requests]")

    assert page.wait("document.querySelector('#request-detail') && location.hash.includes('message=')")


@pytest.mark.usefixtures("language")
def test_request_is_repeated(open_page, sms, control, refused):
    """What was refused is asked again with one click, once the cause is gone."""
    page = open_page(at="#/requests?refused=true")
    page.click(".request-row a")
    page.wait("document.getElementById('repeat')")
    control("DELETE", f"opt-outs/Default/{HANDSET}")

    page.click("#repeat")
    page.wait("document.getElementById('to-message')")

    assert ["Accepted", "Refused, {why}"] == [message.body for message in sms.inbox.messages()]


@pytest.mark.usefixtures("language")
def test_events_show_what_did_not_arrive(open_page, sms, send_text, event_set, client, topic_with_queue):
    """Events are listed with their deliveries; the dead are filtered, explained, and sent again all at once."""
    topic, _ = topic_with_queue
    send_text("Arrives", ConfigurationSetName=event_set)
    sms.settle()
    client("sns").delete_topic(TopicArn=topic)
    send_text("Lost", ConfigurationSetName=event_set)
    sms.settle()
    page = open_page(at="#/events")
    page.wait("document.querySelectorAll('.event-row').length === 4")

    page.choose("document.querySelector('[name=state]')", "dead")
    page.wait("document.querySelectorAll('.event-row').length === 2")
    causes = page.texts(".event-row .about")
    page.choose("document.querySelector('[name=type]')", "TEXT_DELIVERED")
    page.wait("document.querySelectorAll('.event-row').length === 1")
    page.click(".event-row a")
    page.wait("document.getElementById('event-detail')")
    record = page.texts("#event-detail pre")[0]
    client("sns").create_topic(Name=topic.rpartition(":")[2])
    page.click("#redrive")
    page.wait("document.getElementById('no-events')")

    assert all("Topic does not exist" in cause for cause in causes)
    assert '"eventType": "TEXT_DELIVERED"' in record
    assert {"DELIVERED"} == {
        delivery["status"] for event in sms.control("list_events")["events"] for delivery in event["deliveries"]
    }


def test_events_are_live(open_page, send_text):
    """An event appears as it happens."""
    page = open_page(at="#/events")
    page.wait("document.getElementById('no-events')")

    send_text("Hello")

    assert page.wait(
        "[...document.querySelectorAll('.event-row .type')].some((node) => node.innerText === 'TEXT_DELIVERED')"
    )
