"""Use case 8: a code at sign-up, made, sent and checked by Pinpoint's one-time passwords."""

from stage import stage

PERSON = "+15551234567"


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        pinpoint = world.client("pinpoint")
        app = pinpoint.create_app(CreateApplicationRequest={"Name": "sign-up"})["ApplicationResponse"]["Id"]
        pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={"Enabled": True})
        pinpoint.send_otp_message(
            ApplicationId=app,
            SendOTPMessageRequestParameters={
                "BrandName": "Shop",
                "ReferenceId": "sign-up-17",
                "Channel": "SMS",
                "DestinationIdentity": PERSON,
                "OriginationIdentity": world.number,
            },
        )

        def verify(code):
            asked = {"ReferenceId": "sign-up-17", "DestinationIdentity": PERSON, "Otp": code}
            answer = pinpoint.verify_otp_message(ApplicationId=app, VerifyOTPMessageRequestParameters=asked)
            return answer["VerificationResponse"]["Valid"]

        code = world.sms.inbox.code(to=PERSON)
        assert [verify("000000"), verify(code), verify(code)] == [False, True, False]
        print(f"The account is verified by {code}, which is good only once")


if __name__ == "__main__":
    main()
