"""Beside a conversation: history, records and deliveries of a message."""

import json

from emulator.testing import HANDSET

BUBBLES = "#messages .bubble"


def test_message_shows_history_records_and_deliveries(open_page, sms, send_text, event_set, topic_with_queue):
    """Beside a chosen message stand its history, each event record, and where the record went."""
    send_text("Chosen", ConfigurationSetName=event_set)
    sms.settle()
    page = open_page(HANDSET)

    page.click(BUBBLES)
    page.click("[data-tab=timeline]")
    page.wait("document.querySelector('#message-detail .timeline')")
    timeline = page.texts("#message-detail .timeline b")
    page.click("[data-tab=events]")
    page.wait("document.querySelectorAll('#message-detail .event').length === 2")
    page.click("#message-detail .event:last-of-type summary")

    assert ["ACCEPTED", "SUCCESSFUL", "DELIVERED"] == timeline
    assert ["delivered", "delivered"] == page.texts("#message-detail .chip")
    record = json.loads(page.texts("#message-detail .event[open] pre")[0])
    assert ("TEXT_DELIVERED", True) == (record["eventType"], record["isFinal"])
    assert [f"delivered events/to-sns\n\n{topic_with_queue[0]}"] == page.texts("#message-detail .event[open] .deliveries li")


def test_failed_delivery_is_shown(open_page, sms, send_text, event_set, client, topic_with_queue):
    """A record that its topic refused is shown with the reason."""
    client("sns").delete_topic(TopicArn=topic_with_queue[0])
    message_id = send_text("Lost", ConfigurationSetName=event_set)
    sms.settle()

    page = open_page(HANDSET, message_id)
    page.click("[data-tab=events]")
    page.wait("document.querySelector('#message-detail .chip.failed, #message-detail .chip.dead')")

    assert "Topic does not exist" in page.run("document.querySelector('#message-detail summary .why').textContent")
