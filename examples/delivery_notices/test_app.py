import json
from pathlib import Path

import app
import boto3
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, OTHER_HANDSET, provision, raises_aws

README = Path(__file__).with_name("README.md")
LINK = "https://tracking.example.com/xyz"


@pytest.fixture
def notices(sms, monkeypatch):
    """The application and its queue of orders; moto answers DynamoDB and SQS."""
    with mock_aws():
        for name, value in provision("Order").environment.items():
            monkeypatch.setenv(name, value)
        orders = boto3.client("sqs").create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "0"})
        monkeypatch.setenv("ORDER_EVENTS_QUEUE_URL", orders["QueueUrl"])
        yield app.DeliveryNotices()


def shop_reports(notices, *events, phone=HANDSET, order="12345"):
    for event in events:
        body = {"order": order, "event": event, "phone": phone, "link": LINK, "total": "$99.99"}
        notices.sqs.send_message(QueueUrl=app.os.environ["ORDER_EVENTS_QUEUE_URL"], MessageBody=json.dumps(body))


def test_each_event_is_a_text(sms, notices):
    """Five events of an order are five texts, in order."""
    shop_reports(notices, *app.NOTICES)

    assert [("12345", event) for event in app.NOTICES] == notices.handle_events()
    texts = [message.body for message in sms.handset(HANDSET).inbox]
    assert ["Order #12345 confirmed. Total: $99.99", f"Your package shipped! Track: {LINK}"] == texts[:2]
    assert 5 == len(texts)


def test_repeated_event_is_one_text(sms, notices):
    """An event that the queue delivers twice is texted once."""
    shop_reports(notices, "shipped", "shipped")

    notices.handle_events()

    assert 1 == len(sms.handset(HANDSET).inbox)


def test_throttled_text_stays_in_the_queue(sms, notices, monkeypatch):
    """While AWS throttles, the event waits, and it is texted by the next run."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage")
    shop_reports(notices, "shipped")
    with raises_aws("ThrottlingException"):
        notices.handle_events()
    sms.faults.clear()

    assert [("12345", "shipped")] == notices.handle_events()


def test_return_is_opened_by_reply(sms, notices):
    """RETURN opens a return of the order whose deadline was announced."""
    shop_reports(notices, "placed", "return_window_closing")
    notices.handle_events()

    sms.handset(HANDSET).reply("Return")

    assert ["12345"] == notices.handle_replies()
    assert "Return of order #12345 opened" in sms.handset(HANDSET).inbox[-1].body


def test_early_return_is_answered(sms, notices):
    """A RETURN without an announced deadline is answered with help."""
    shop_reports(notices, "placed")
    notices.handle_events()

    sms.handset(HANDSET).reply("RETURN")

    assert [] == notices.handle_replies()
    assert "help" in sms.handset(HANDSET).inbox[-1].body


def test_failed_delivery_is_noted(sms, notices):
    """An order whose text has failed is found by its context."""
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    shop_reports(notices, "shipped")
    notices.handle_events()
    sms.settle()

    assert ["12345"] == notices.handle_receipts()
    assert "UNREACHABLE" == notices.table.get_item(Key={"Order": "12345"})["Item"]["Unreachable"]


def test_stop_is_noted(sms, notices):
    """Who has opted out is no longer texted; the shop sees why."""
    shop_reports(notices, "placed")
    notices.handle_events()
    sms.handset(HANDSET).reply("STOP")
    shop_reports(notices, "shipped")

    assert [] == notices.handle_events()
    item = notices.table.get_item(Key={"Order": "12345"})["Item"]
    assert "DESTINATION_PHONE_NUMBER_OPTED_OUT" == item["Unreachable"]


def test_readme_shows_what_it_prints(sms, notices, capsys):
    """The README shows what two runs print."""
    sms.handset(OTHER_HANDSET).behave(outcome="INVALID")
    shop_reports(notices, "placed", "return_window_closing")
    shop_reports(notices, "placed", phone=OTHER_HANDSET, order="12346")
    app.main()
    sms.handset(HANDSET).reply("RETURN")
    sms.settle()
    app.main()

    assert f"```text\n{capsys.readouterr().out}```" in README.read_text("utf-8")
