"""Use case 1: a one-time code at login, valid for ten minutes."""

from datetime import timedelta

from stage import stage

PERSON = "+15551234567"
VALID_FOR = timedelta(minutes=10)


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        sent_at = world.sms.clock.now
        world.text(PERSON, "Your verification code: 123456 (valid 10 min)")

        message = world.sms.inbox.wait(to=PERSON, status="DELIVERED")
        assert message.history[-1].at - sent_at < timedelta(seconds=5)
        code = world.sms.inbox.code(to=PERSON)
        print(f"Delivered in {(message.history[-1].at - sent_at).total_seconds():.1f} s; the person reads {code}")
        assert code == "123456"
        assert world.sms.clock.now < sent_at + VALID_FOR

        world.sms.clock.advance(minutes=10)
        assert world.sms.clock.now >= sent_at + VALID_FOR
        print("Ten minutes later the application takes it no more")


if __name__ == "__main__":
    main()
