"""Use case 11: the customer texts BALANCE and is called back with the answer, spoken from SSML."""

from stage import stage

CUSTOMER = "+15551234567"
BALANCES = {CUSTOMER: "$15,230.45"}


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        world.person(CUSTOMER).reply("BALANCE", to=world.number)
        for number, word in world.replies():
            if word.upper() == "BALANCE":
                spoken = f"<speak>Your balance is {BALANCES[number]}. Press 1 to repeat.</speak>"
                world.voice.send_voice_message(
                    DestinationPhoneNumber=number,
                    OriginationPhoneNumber=world.number,
                    Content={"SSMLMessage": {"Text": spoken, "VoiceId": "Joanna", "LanguageCode": "en-US"}},
                )

        assert world.heard(CUSTOMER) == ["<speak>Your balance is $15,230.45. Press 1 to repeat.</speak>"]
        print(world.heard(CUSTOMER)[0])


if __name__ == "__main__":
    main()
