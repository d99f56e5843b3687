"""Use case 8: a code at sign-up, generated, sent and checked by Pinpoint's one-time passwords."""

from stage import open_stage

RECIPIENT = "+15551234567"


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        pinpoint = stage.client("pinpoint")
        app = pinpoint.create_app(CreateApplicationRequest={"Name": "sign-up"})["ApplicationResponse"]["Id"]
        pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={"Enabled": True})
        pinpoint.send_otp_message(
            ApplicationId=app,
            SendOTPMessageRequestParameters={
                "BrandName": "Shop",
                "ReferenceId": "sign-up-17",
                "Channel": "SMS",
                "DestinationIdentity": RECIPIENT,
                "OriginationIdentity": stage.number,
            },
        )

        def verify(code):
            asked = {"ReferenceId": "sign-up-17", "DestinationIdentity": RECIPIENT, "Otp": code}
            answer = pinpoint.verify_otp_message(ApplicationId=app, VerifyOTPMessageRequestParameters=asked)
            return answer["VerificationResponse"]["Valid"]

        code = stage.sms.inbox.code(to=RECIPIENT)
        assert [verify("000000"), verify(code), verify(code)] == [False, True, False]
        print(f"The account is verified by {code}, which is valid only once")


if __name__ == "__main__":
    main()
