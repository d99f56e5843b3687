"""
Use case 11: a menu by voice. The customer texts BALANCE, is called back, and asks for the balance by keys.

The calls are AWS's; that they listen to keys is the emulator's own addition (docs/provoking-events.md).
"""

from stage import stage

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


def call_back(world, number):
    """Call with the balance; the menu decides when it is read."""
    return world.voice.send_voice_message(
        DestinationPhoneNumber=number,
        OriginationPhoneNumber=world.number,
        Content={
            "SSMLMessage": {
                "Text": f"<speak>Your balance is {BALANCES[number]}.</speak>",
                "VoiceId": "Joanna",
                "LanguageCode": "en-US",
            }
        },
    )["MessageId"]


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        world.sms.calls.instruct(world.number, MENU)
        customer = world.person(CUSTOMER)
        customer.reply("BALANCE", to=world.number)
        # Time stands from here on, so that keys can be pressed while the call goes on.
        world.sms.clock.freeze()
        (call,) = [call_back(world, number) for number, word in world.replies() if word.upper() == "BALANCE"]

        world.sms.clock.advance(seconds=8)
        customer.press("1")
        world.sms.clock.advance(seconds=7)
        customer.press("1")
        world.sms.clock.advance(seconds=3)
        customer.hang_up()

        heard = world.sms.calls.show(call)
        assert heard["steps"] == ["menu", "balance", "balance"]
        assert heard["digits"] == "11"
        assert world.sms.inbox.wait(to=CUSTOMER, channel="voice").status == "COMPLETED"
        print(f"{CUSTOMER} heard: {heard['spoken']}")
        print(f"and pressed {' and '.join(heard['digits'])}; the call took {heard['duration_seconds']} seconds")


if __name__ == "__main__":
    main()
