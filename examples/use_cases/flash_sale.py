"""
Use case 5: a flash sale from a short code at ten in the morning, and its results.

`python flash_sale.py` sends 50,000 texts, as a real sale does; `python flash_sale.py 500` takes a second.
"""

import sys
from collections import Counter
from datetime import datetime, timezone

from stage import open_stage

TEN_IN_NEW_YORK = datetime(2026, 4, 28, 14, 0, tzinfo=timezone.utc)
BODY = "FLASH SALE: 50% off shoes. Ends in 2 hours. https://shop.example.com"
SHORT_CODE = "54321"
SIZE = 50_000
A_SECOND = 100  # the rate of a short code
# The simulated failures: the outcome, and its probability.
FAILURES = (("UNREACHABLE", 0.005), ("CARRIER_UNREACHABLE", 0.003), ("INVALID", 0.002))
ONE_CLICKS_OF, ONE_BUYS_OF = 4, 6
DOLLARS_A_PAIR = 119
BAR = 40


def progress(done, size):
    """Show a progress bar, if there is a terminal."""
    if sys.stderr.isatty():
        bar = "#" * (BAR * done // size)
        print(f"\r[{bar:<{BAR}}] {done:,} of {size:,}", end="\n" if done == size else "", file=sys.stderr, flush=True)


def send(stage, segment):
    """Text everybody at the rate of a short code, and return the ids of the messages."""
    wanted = {"OriginationIdentity": SHORT_CODE, "MessageBody": BODY, "MessageFeedbackEnabled": True}
    ids = []
    for done, number in enumerate(segment, 1):
        ids.append(stage.texts.send_text_message(DestinationPhoneNumber=number, **wanted)["MessageId"])
        if done % A_SECOND == 0 or done == len(segment):
            stage.sms.clock.advance(seconds=1)
            progress(done, len(segment))
    return ids


def table(rows):
    """Format rows of a name, a number and an optional remark."""
    return "\n".join(f"{name:<28}{value:>9}{remark:>10}".rstrip() for name, value, remark in rows)


def main(size=SIZE):
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        stage.voice.register_phone_number(PhoneNumber=SHORT_CODE, NumberType="ShortCode", Capabilities=["SMS"])
        segment = [f"+1555{number:07d}" for number in range(2_000_000, 2_000_000 + size)]
        for outcome, probability in FAILURES:
            stage.sms.carriers.rule(outcome=outcome, probability=probability)
        stage.sms.clock.advance(seconds=(TEN_IN_NEW_YORK - stage.sms.clock.now).total_seconds())
        stage.sms.clock.freeze()
        ids = send(stage, segment)
        took = stage.sms.clock.now - TEN_IN_NEW_YORK
        stage.sms.settle(within_seconds=60)

        messages = stage.sms.inbox.messages(direction="outbound")
        delivered = [message for message in messages if message.status == "DELIVERED"]
        # Some of those who follow the link buy; the shop reports it, and AWS counts it as feedback.
        clicked = delivered[::ONE_CLICKS_OF]
        for message in clicked[::ONE_BUYS_OF]:
            stage.texts.put_message_feedback(MessageId=message.message_id, MessageFeedbackStatus="RECEIVED")
        stage.sms.clock.advance(hours=2)

        converted = sum(message.feedback_status == "RECEIVED" for message in messages)
        failed = Counter(message.status for message in messages if message.status != "DELIVERED")
        cost = sum(row["total"] for row in stage.sms.costs())
        assert [message.message_id for message in messages] == ids
        assert converted == len(clicked[::ONE_BUYS_OF])
        assert failed.keys() <= {outcome for outcome, _ in FAILURES}
        rows = [("Sent", f"{len(ids):,}", f"{took}"), ("Delivered", f"{len(delivered):,}", f"{len(delivered) / size:.1%}")]
        rows += [(f"Failed: {status}", f"{count:,}", f"{count / size:.1%}") for status, count in sorted(failed.items())]
        rows += [
            ("Clicked", f"{len(clicked):,}", f"{len(clicked) / size:.1%}"),
            ("Converted", f"{converted:,}", f"${converted * DOLLARS_A_PAIR:,}"),
            ("Cost", f"${cost:,.2f}", ""),
        ]
        print(table(rows))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
