"""
Use case 7: a subscription that is about to expire; RENEW and CANCEL are answered, and those who do not answer are
reminded.
"""

from stage import open_stage

RENEWS, CANCELS, SILENT = "+15551234567", "+15551234568", "+15551234569"


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        subscriptions = {RENEWS: "expiring", CANCELS: "expiring", SILENT: "expiring"}
        for number in subscriptions:
            stage.text(number, "Your premium subscription expires in 30 days. Renew now for 20% off. https://example.com")
        stage.recipient(RENEWS).reply("RENEW")
        # CANCEL alone is a keyword of AWS for opting out, so the application asks for another one.
        stage.recipient(CANCELS).reply("CANCEL PLAN")
        outcomes = {"RENEW": "renewed", "CANCEL PLAN": "cancelled"}
        for number, answer in stage.replies():
            subscriptions[number] = outcomes[answer]

        stage.sms.clock.advance(days=29)
        for number, state in subscriptions.items():
            if state == "expiring":
                stage.text(number, "Your premium subscription expires tomorrow. Renew to keep benefits.")

        assert subscriptions == {RENEWS: "renewed", CANCELS: "cancelled", SILENT: "expiring"}
        assert [1, 1, 2] == [len(stage.read(number)) for number in subscriptions]
        print(subscriptions)


if __name__ == "__main__":
    main()
