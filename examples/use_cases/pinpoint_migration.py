"""From Pinpoint's SendMessages to SendTextMessage: both texts arrive in one inbox, from one number."""

from stage import stage

PERSON = "+15551234567"


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        pinpoint = world.client("pinpoint")
        app = pinpoint.create_app(CreateApplicationRequest={"Name": "old"})["ApplicationResponse"]["Id"]
        pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={"Enabled": True})

        before = pinpoint.send_messages(
            ApplicationId=app,
            MessageRequest={
                "Addresses": {PERSON: {"ChannelType": "SMS"}},
                "MessageConfiguration": {
                    "SMSMessage": {"Body": "Hi", "MessageType": "TRANSACTIONAL", "OriginationNumber": world.number}
                },
            },
        )["MessageResponse"]["Result"][PERSON]["MessageId"]
        after = world.texts.send_text_message(
            DestinationPhoneNumber=PERSON,
            MessageBody="Hi",
            MessageType="TRANSACTIONAL",
            OriginationIdentity=world.number,
        )["MessageId"]

        arrived = world.person(PERSON).inbox
        assert [before, after] == [message.message_id for message in arrived]
        assert [(world.number, "Hi")] * 2 == [(message.sender, message.body) for message in arrived]
        print(f"Both arrived: {before} by Pinpoint, {after} by End User Messaging")


if __name__ == "__main__":
    main()
