"""Use case 9: a failed payment, a charge that the customer must approve, and a refund."""

from stage import open_stage

CUSTOMER = "+15551234567"


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        stage.text(CUSTOMER, "Payment failed for order #ABC. Retry: https://shop.example.com/retry")
        stage.text(CUSTOMER, "New $10,000 charge detected. Approve? Y/N")
        stage.recipient(CUSTOMER).reply("N")
        declined = [number for number, answer in stage.replies() if answer.strip().upper() == "N"]
        for number in declined:
            stage.text(number, "Refund of $99.99 initiated. Expect 3-5 business days.")

        assert declined == [CUSTOMER]
        assert len(stage.read(CUSTOMER)) == 3
        print("\n".join(stage.read(CUSTOMER)))


if __name__ == "__main__":
    main()
