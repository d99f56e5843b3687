"""What a test of an application asserts with, and what a failure says."""

from decimal import Decimal

import pytest

from emulator.testing import HANDSET, OTHER_HANDSET


class TestInbox:
    """`sms.inbox.assert_sent` and `assert_nothing_sent`."""

    def test_sent(self, sms, send_text):
        """The newest message that matches is returned."""
        send_text("Your code is 1111")
        newest = send_text("Your code is 2222")

        assert newest == sms.inbox.assert_sent(to=HANDSET, contains="code").message_id
        assert newest == sms.inbox.assert_sent(count=2).message_id

    def test_not_sent(self, sms, send_text, number):
        """The error says what was expected, and lists what was sent."""
        send_text("Hello")

        with pytest.raises(AssertionError) as caught:
            sms.inbox.assert_sent(to=OTHER_HANDSET)

        assert (
            f"expected a message with to='{OTHER_HANDSET}', but none matches; sent were:\n"
            f"  <Message DELIVERED {number} → {HANDSET} 'Hello'>"
        ) == str(caught.value)

    def test_nothing_at_all(self, sms):
        """An empty inbox is described."""
        with pytest.raises(AssertionError, match="expected 2 messages with anything, but none matches; nothing was sent"):
            sms.inbox.assert_sent(count=2)

    def test_nothing_sent(self, sms, send_text):
        """It fails if something that matches was sent; what was received does not count."""
        sms.inbox.assert_nothing_sent()
        send_text("Hello")
        sms.handset(HANDSET).reply("Hi")

        sms.inbox.assert_nothing_sent(to=OTHER_HANDSET)
        with pytest.raises(AssertionError, match="expected no message, but 1 match:\n  <Message DELIVERED"):
            sms.inbox.assert_nothing_sent()


class TestEvents:
    """`sms.events.assert_delivered`."""

    def test_delivered(self, sms, send_text, event_set):
        """The newest record that reached a destination is returned."""
        message_id = send_text("Hi", ConfigurationSetName=event_set)
        sms.settle()

        assert message_id == sms.events.assert_delivered("TEXT_DELIVERED", message_id=message_id)["messageId"]

    def test_not_delivered(self, sms, send_text):
        """The error says what became of the events."""
        with pytest.raises(AssertionError, match="no event was made"):
            sms.events.assert_delivered("TEXT_DELIVERED")
        send_text("Hi")
        sms.settle()
        with pytest.raises(AssertionError, match=r"those that match are:\n  TEXT_DELIVERED .*: no destination matches it"):
            sms.events.assert_delivered("TEXT_DELIVERED")
        with pytest.raises(AssertionError, match="none was made; made were:\n"):
            sms.events.assert_delivered("VOICE_BUSY")


class TestObjects:
    """How objects look, and the clock."""

    def test_representations(self, sms, send_text, number):
        """An object's representation fits on a line."""
        send_text("x" * 100)

        assert f"<Message DELIVERED {number} → {HANDSET} '{'x' * 40}…'>" == repr(sms.inbox.messages()[0])
        assert f"<Emulator 1 message, clock stepping at {sms.clock.now:%Y-%m-%dT%H:%M:%SZ}>" == repr(sms)

    def test_prices(self, sms, send_text):
        """A price is in dollars, exactly, and has the name and the value that JSON has."""
        send_text("Hi")

        (message,) = sms.inbox.messages()
        shown = sms.control("search_messages")["messages"][0]
        assert isinstance(message.price, Decimal)
        assert (shown["price"], shown["carrier_fee"]) == (float(message.price), float(message.carrier_fee))
        assert message.from_ == shown["from"] == message.sender

    def test_frozen(self, sms, send_text):
        """The clock is frozen in the block, and moves as before after it."""
        with sms.clock.frozen() as clock:
            before = clock.now
            send_text("Hi")
            assert ("frozen", before) == (clock.mode, clock.now)
            assert ["ACCEPTED"] == [message.status for message in sms.inbox.messages()]

        assert "stepping" == sms.clock.mode

    def test_requests(self, sms, send_text, raises):
        """Refused calls are at hand, with hints."""
        with raises("ValidationException"):
            send_text("Hi", to="(425) 555-0100")

        (refused,) = sms.requests.refused()
        assert "(425) 555-0100 is not in E.164; did you mean +14255550100?" == refused["hint"]
        assert refused in sms.requests.all(operation="SendTextMessage")
