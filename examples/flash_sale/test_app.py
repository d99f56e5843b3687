import io
import os
from pathlib import Path

import app
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, provision

README = Path(__file__).with_name("README.md")
SIZE = int(os.environ.get("FLASH_SALE_SIZE", "200"))
"""How many customers there are; a real sale has 50,000, which takes some minutes."""


@pytest.fixture
def sale(sms, monkeypatch):
    """The application, sleeping on the emulator's clock; moto answers SQS."""
    with mock_aws():
        for name, value in provision(MessageType="PROMOTIONAL").environment.items():
            monkeypatch.setenv(name, value)
        sms.clock.freeze()
        yield app.FlashSale(sleep=lambda seconds: sms.clock.advance(seconds=seconds))


@pytest.fixture
def segment():
    """The numbers of the customers."""
    return [f"+1425{number:07d}" for number in range(2_000_000, 2_000_000 + SIZE)]


def test_rate_is_kept(sms, sale, segment):
    """Two hundred texts at a hundred a second take two seconds."""
    start = sms.clock.now

    sale.send(segment)

    assert -(-SIZE // 100) == (sms.clock.now - start).total_seconds()
    assert SIZE == len(sms.inbox.messages(direction="outbound"))


def test_receipts_are_counted(sms, sale, segment):
    """Each text has one outcome, taken from the queue."""
    sms.handset(segment[0]).behave(outcome="UNREACHABLE")
    sms.handset(segment[1]).behave(outcome="INVALID")
    sale.send(segment)
    sms.settle(within_seconds=60)

    sale.read_receipts()

    assert SIZE == len(sale.outcomes)
    assert {"DELIVERED", "UNREACHABLE", "INVALID"} == set(sale.outcomes.values())


def test_repeated_receipt_counts_once(sms, sale):
    """A carrier that sends each receipt twice changes neither the counts nor the cost."""
    sale.send([HANDSET])
    sms.settle(within_seconds=60)
    sale.read_receipts()
    once = sale.price
    sms.carriers.rule(outcome="DELIVERED", receipts=2)
    sale.send([HANDSET])
    sms.settle(within_seconds=60)

    sale.read_receipts()

    assert 2 == len(sale.outcomes)
    assert pytest.approx(2 * once) == sale.price


def test_purchases_are_feedback(sms, sale, segment):
    """Who buys by the link is counted, and AWS hears that the text had its effect."""
    sale.send(segment[:10])
    sms.settle(within_seconds=60)

    assert [True, False] == [sale.click("3"), sale.click("unknown")]
    sale.purchase("3", 119)

    (bought,) = [m for m in sms.inbox.messages(direction="outbound") if m.feedback_status == "RECEIVED"]
    assert segment[2] == bought.to
    assert "Converted" in sale.report()


def test_stop_is_respected(sms, sale, segment):
    """Who has opted out is counted as refused, and the others are texted."""
    sale.send(segment[:1])
    sms.settle(within_seconds=60)
    sms.handset(segment[0]).reply("STOP")

    sale.send(segment[:3])

    assert {"DESTINATION_PHONE_NUMBER_OPTED_OUT": 1} == sale.refused


def test_throttled_texts_are_repeated(sms, sale, segment, monkeypatch):
    """Throttling delays texts and loses none."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage", times=3)

    sale.send(segment[:5])

    assert 5 == len(sale.sent)


def test_readme_shows_what_it_prints(sms, sale, capsys, monkeypatch):
    """The README shows the report of a sale to two hundred customers."""
    numbers = [f"+1425{number:07d}" for number in range(2_000_000, 2_000_200)]
    for place, outcome in ((5, "UNREACHABLE"), (50, "UNREACHABLE"), (100, "INVALID")):
        sms.handset(numbers[place]).behave(outcome=outcome)
    sale.send(numbers)
    sms.settle(within_seconds=60)
    for token in list(sale.sent)[::4]:
        sale.click(token)
    for token in list(sale.clicks)[:8]:
        sale.purchase(token, 119)
    monkeypatch.setattr(app, "FlashSale", lambda: sale)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    sms.clock.step()

    app.main()

    assert f"```text\n{capsys.readouterr().out}```" in README.read_text("utf-8")
