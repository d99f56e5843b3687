"""
Use case 5: a flash sale from a short code at ten in the morning, with what came of it.

`python flash_sale.py 50000` sends as many as a real one.
"""

import sys
from datetime import datetime, timezone

from stage import stage

TEN_IN_NEW_YORK = datetime(2026, 4, 28, 14, 0, tzinfo=timezone.utc)
BODY = "FLASH SALE: 50% off shoes. Ends in 2 hours. https://shop.example.com"
SMALL = 200


def main(size=SMALL):
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        world.voice.register_phone_number(PhoneNumber="54321", NumberType="ShortCode", Capabilities=["SMS"])
        segment = [f"+1555{number:07d}" for number in range(2_000_000, 2_000_000 + size)]
        world.sms.carriers.rule(outcome="UNREACHABLE", probability=0.01)
        world.sms.clock.advance(seconds=(TEN_IN_NEW_YORK - world.sms.clock.now).total_seconds())
        sent = {
            number: world.text(number, BODY, OriginationIdentity="54321", MessageFeedbackEnabled=True) for number in segment
        }
        world.sms.settle(within_seconds=60)

        delivered = [number for number in segment if world.person(number).inbox]
        # Every twentieth follows the link and buys; the shop says so, and AWS counts it as feedback.
        buyers = delivered[::20]
        for number in buyers:
            world.texts.put_message_feedback(MessageId=sent[number], MessageFeedbackStatus="RECEIVED")
        world.sms.clock.advance(hours=2)

        found = world.sms.inbox.messages(direction="outbound")
        converted = sum(message.feedback_status == "RECEIVED" for message in found)
        assert len(found) == size
        assert 0.95 * size < len(delivered) < size
        assert converted == len(buyers)
        print(f"Sent {size:,}, delivered {len(delivered):,}, converted {converted:,}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SMALL)
