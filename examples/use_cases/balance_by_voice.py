"""
Use case 11: a voice menu. The customer texts BALANCE, is called back, and requests the balance by pressing keys.

The calls are AWS's; that they respond to keys is an addition of the emulator (docs/provoking-events.md).
"""

from stage import open_stage

CUSTOMER = "+15551234567"
BALANCES = {CUSTOMER: "$15,230.45"}
MENU = {
    "start": "menu",
    "steps": {
        "menu": {
            "say": "Welcome to MyBank. Press 1 for balance, 2 for recent transactions.",
            "gather_digits": 1,
            "on": {"1": "balance", "2": "transactions"},
            "repeat": 1,
        },
        "balance": {"say": "{message} Press 1 to repeat.", "gather_digits": 1, "on": {"1": "balance"}},
        "transactions": {"say": "There are no recent transactions.", "then": "menu"},
    },
}


def call_back(stage, number):
    """Call with the balance; the menu decides when it is read."""
    return stage.voice.send_voice_message(
        DestinationPhoneNumber=number,
        OriginationPhoneNumber=stage.number,
        Content={
            "SSMLMessage": {
                "Text": f"<speak>Your balance is {BALANCES[number]}.</speak>",
                "VoiceId": "Joanna",
                "LanguageCode": "en-US",
            }
        },
    )["MessageId"]


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        stage.sms.calls.instruct(stage.number, MENU)
        customer = stage.recipient(CUSTOMER)
        customer.reply("BALANCE", to=stage.number)
        # The clock is frozen from here on, so that keys can be pressed during the call.
        stage.sms.clock.freeze()
        (call,) = [call_back(stage, number) for number, word in stage.replies() if word.upper() == "BALANCE"]

        stage.sms.clock.advance(seconds=8)
        customer.press("1")
        stage.sms.clock.advance(seconds=7)
        customer.press("1")
        stage.sms.clock.advance(seconds=3)
        customer.hang_up()

        heard = stage.sms.calls.show(call)
        assert heard["steps"] == ["menu", "balance", "balance"]
        assert heard["digits"] == "11"
        assert stage.sms.inbox.wait(to=CUSTOMER, channel="voice").status == "COMPLETED"
        print(f"{CUSTOMER} heard: {heard['spoken']}")
        print(f"and pressed {' and '.join(heard['digits'])}; the call took {heard['duration_seconds']} seconds")


if __name__ == "__main__":
    main()
