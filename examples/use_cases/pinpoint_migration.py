"""From Pinpoint's SendMessages to SendTextMessage: both texts arrive in one inbox, from one number."""

from stage import open_stage

RECIPIENT = "+15551234567"


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        pinpoint = stage.client("pinpoint")
        app = pinpoint.create_app(CreateApplicationRequest={"Name": "old"})["ApplicationResponse"]["Id"]
        pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={"Enabled": True})

        before = pinpoint.send_messages(
            ApplicationId=app,
            MessageRequest={
                "Addresses": {RECIPIENT: {"ChannelType": "SMS"}},
                "MessageConfiguration": {
                    "SMSMessage": {"Body": "Hi", "MessageType": "TRANSACTIONAL", "OriginationNumber": stage.number}
                },
            },
        )["MessageResponse"]["Result"][RECIPIENT]["MessageId"]
        after = stage.texts.send_text_message(
            DestinationPhoneNumber=RECIPIENT,
            MessageBody="Hi",
            MessageType="TRANSACTIONAL",
            OriginationIdentity=stage.number,
        )["MessageId"]

        arrived = stage.recipient(RECIPIENT).inbox
        assert [before, after] == [message.message_id for message in arrived]
        assert [(stage.number, "Hi")] * 2 == [(message.sender, message.body) for message in arrived]
        print(f"Both arrived: {before} by Pinpoint, {after} by End User Messaging")


if __name__ == "__main__":
    main()
