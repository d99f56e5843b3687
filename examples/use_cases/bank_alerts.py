"""Use case 4: an alert for a large withdrawal; the customer's answer decides whether the card is blocked."""

from stage import open_stage

HONEST, ROBBED = "+15551234567", "+15551234568"
THRESHOLD = 1000


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        blocked = set()
        for number, amount in ((HONEST, 5000), (ROBBED, 2500), (HONEST, 40)):
            if amount > THRESHOLD:
                stage.text(number, f"Alert: ${amount:,} withdrawal from ATM on 04/28 12:34. Call 800-BANK if not you.")
        stage.recipient(HONEST).reply("This is me")
        stage.recipient(ROBBED).reply("This is fraud")
        for number, answer in stage.replies():
            if "fraud" in answer.lower():
                blocked.add(number)
                stage.text(number, "Your card is blocked. We will call you.")

        assert blocked == {ROBBED}
        assert len(stage.read(HONEST)) == 1
        assert len(stage.read(ROBBED)) == 2
        print(f"Blocked: {', '.join(blocked)}")


if __name__ == "__main__":
    main()
