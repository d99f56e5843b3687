"""Use case 1: a one-time code at login, valid for ten minutes."""

from datetime import timedelta

from stage import open_stage

RECIPIENT = "+15551234567"
VALID_FOR = timedelta(minutes=10)


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        sent_at = stage.sms.clock.now
        stage.text(RECIPIENT, "Your verification code: 123456 (valid 10 min)")

        message = stage.sms.inbox.wait(to=RECIPIENT, status="DELIVERED")
        assert message.history[-1].at - sent_at < timedelta(seconds=5)
        code = stage.sms.inbox.code(to=RECIPIENT)
        print(f"Delivered in {(message.history[-1].at - sent_at).total_seconds():.1f} s; the recipient reads {code}")
        assert code == "123456"
        assert stage.sms.clock.now < sent_at + VALID_FOR

        stage.sms.clock.advance(minutes=10)
        assert stage.sms.clock.now >= sent_at + VALID_FOR
        print("Ten minutes later the application no longer accepts it")


if __name__ == "__main__":
    main()
