"""Cognito: sign up, read the code on the phone, confirm, forget the password, and sign in with SMS as second factor."""

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

from emulator import mock_sms

PHONE = "+14255550100"


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with mock_aws(), mock_sms() as sms:
        cognito = boto3.client("cognito-idp", region_name="us-east-1")
        pool = cognito.create_user_pool(
            PoolName="users",
            AutoVerifiedAttributes=["phone_number"],
            VerificationMessageTemplate={"SmsMessage": "{####} is your code for Example."},
        )["UserPool"]["Id"]
        app = cognito.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]
        user = {"ClientId": app, "Username": "ann"}

        answer = cognito.sign_up(**user, Password="Secret-123", UserAttributes=[{"Name": "phone_number", "Value": PHONE}])
        print("Signed up; the code goes to", answer["CodeDeliveryDetails"]["Destination"])
        print("The phone shows:", sms.inbox.wait(to=PHONE).body)
        code = sms.codes.last(to=PHONE)
        try:
            cognito.confirm_sign_up(**user, ConfirmationCode="000000" if code != "000000" else "000001")
        except ClientError as error:
            print("A wrong code:", error.response["Error"]["Code"])
        cognito.confirm_sign_up(**user, ConfirmationCode=code)
        print("Confirmed")

        cognito.forgot_password(**user)
        late = sms.codes.last(to=PHONE)
        sms.clock.advance(hours=1)
        try:
            cognito.confirm_forgot_password(**user, Password="Secret-456", ConfirmationCode=late)
        except ClientError as error:
            print("A late code:", error.response["Error"]["Code"])
        cognito.forgot_password(**user)
        cognito.confirm_forgot_password(**user, Password="Secret-456", ConfirmationCode=sms.codes.last(to=PHONE))
        print("The password is changed")

        cognito.admin_set_user_mfa_preference(
            UserPoolId=pool, Username="ann", SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
        )
        challenge = cognito.initiate_auth(
            ClientId=app,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ann", "PASSWORD": "Secret-456"},
        )
        print("The sign-in is challenged by", challenge["ChallengeName"])
        tokens = cognito.respond_to_auth_challenge(
            ClientId=app,
            ChallengeName="SMS_MFA",
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "ann", "SMS_MFA_CODE": sms.codes.last(to=PHONE)},
        )
        print("Signed in, with a token of type", tokens["AuthenticationResult"]["TokenType"])


if __name__ == "__main__":
    main()
