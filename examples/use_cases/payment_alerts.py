"""Use case 9: a failed payment, a charge that the customer must approve, and a refund."""

from stage import stage

CUSTOMER = "+15551234567"


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        world.text(CUSTOMER, "Payment failed for order #ABC. Retry: https://shop.example.com/retry")
        world.text(CUSTOMER, "New $10,000 charge detected. Approve? Y/N")
        world.person(CUSTOMER).reply("N")
        declined = [number for number, answer in world.replies() if answer.strip().upper() == "N"]
        for number in declined:
            world.text(number, "Refund of $99.99 initiated. Expect 3-5 business days.")

        assert declined == [CUSTOMER]
        assert len(world.read(CUSTOMER)) == 3
        print("\n".join(world.read(CUSTOMER)))


if __name__ == "__main__":
    main()
