"""Use case 3: an order, from its confirmation to the end of its return window."""

from stage import stage

CUSTOMER = "+15551234567"
NOTICES = (
    (0, "Order #12345 confirmed. Total: $99.99"),
    (1, "Your package shipped! Track: https://tracking.example.com/xyz"),
    (3, "Delivery: Driver is 10 mins away"),
    (3, "Package delivered. Rate your delivery: https://feedback.example.com"),
    (30, "Return deadline in 3 days. Issue? Reply RETURN"),
)


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        day = 0
        for due, body in NOTICES:
            world.sms.clock.advance(days=due - day)
            day = due
            world.text(CUSTOMER, body, Context={"order": "12345"})
        world.person(CUSTOMER).reply("RETURN")

        assert world.read(CUSTOMER) == [body for _, body in NOTICES]
        assert world.replies() == [(CUSTOMER, "RETURN")]
        print("Five notices arrived in order, and the customer returns the order")


if __name__ == "__main__":
    main()
