"""Use case 7: a subscription that is about to expire; RENEW and CANCEL are answered, and who is silent is reminded."""

from stage import stage

RENEWS, CANCELS, SILENT = "+15551234567", "+15551234568", "+15551234569"


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        subscriptions = {RENEWS: "expiring", CANCELS: "expiring", SILENT: "expiring"}
        for number in subscriptions:
            world.text(number, "Your premium subscription expires in 30 days. Renew now for 20% off. https://example.com")
        world.person(RENEWS).reply("RENEW")
        # CANCEL alone would be AWS's word for opting out, so the application asks for one of its own.
        world.person(CANCELS).reply("CANCEL PLAN")
        outcomes = {"RENEW": "renewed", "CANCEL PLAN": "cancelled"}
        for number, answer in world.replies():
            subscriptions[number] = outcomes[answer]

        world.sms.clock.advance(days=29)
        for number, state in subscriptions.items():
            if state == "expiring":
                world.text(number, "Your premium subscription expires tomorrow. Renew to keep benefits.")

        assert subscriptions == {RENEWS: "renewed", CANCELS: "cancelled", SILENT: "expiring"}
        assert [1, 1, 2] == [len(world.read(number)) for number in subscriptions]
        print(subscriptions)


if __name__ == "__main__":
    main()
