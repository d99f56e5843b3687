"""Use case 3: an order, from its confirmation to the end of its return window."""

from stage import open_stage

CUSTOMER = "+15551234567"
NOTICES = (
    (0, "Order #12345 confirmed. Total: $99.99"),
    (1, "Your package shipped! Track: https://tracking.example.com/xyz"),
    (3, "Delivery: Driver is 10 mins away"),
    (3, "Package delivered. Rate your delivery: https://feedback.example.com"),
    (30, "Return deadline in 3 days. Issue? Reply RETURN"),
)


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        day = 0
        for due, body in NOTICES:
            stage.sms.clock.advance(days=due - day)
            day = due
            stage.text(CUSTOMER, body, Context={"order": "12345"})
        stage.recipient(CUSTOMER).reply("RETURN")

        assert stage.read(CUSTOMER) == [body for _, body in NOTICES]
        assert stage.replies() == [(CUSTOMER, "RETURN")]
        print("Five notices arrived in order, and the customer returns the order")


if __name__ == "__main__":
    main()
