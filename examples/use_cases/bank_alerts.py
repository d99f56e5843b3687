"""Use case 4: an alert for a large withdrawal; the customer's answer decides whether the card is blocked."""

from stage import stage

HONEST, ROBBED = "+15551234567", "+15551234568"
THRESHOLD = 1000


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        blocked = set()
        for number, amount in ((HONEST, 5000), (ROBBED, 2500), (HONEST, 40)):
            if amount > THRESHOLD:
                world.text(number, f"Alert: ${amount:,} withdrawal from ATM on 04/28 12:34. Call 800-BANK if not you.")
        world.person(HONEST).reply("This is me")
        world.person(ROBBED).reply("This is fraud")
        for number, answer in world.replies():
            if "fraud" in answer.lower():
                blocked.add(number)
                world.text(number, "Your card is blocked. We will call you.")

        assert blocked == {ROBBED}
        assert len(world.read(HONEST)) == 1
        assert len(world.read(ROBBED)) == 2
        print(f"Blocked: {', '.join(blocked)}")


if __name__ == "__main__":
    main()
