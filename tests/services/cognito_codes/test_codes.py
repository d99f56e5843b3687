"""Cognito's codes on the phone: sign-up, password reset, invitation, second factor, verification of the number."""

from __future__ import annotations

import io
import json
import zipfile

import boto3
import pytest
from moto import mock_aws

from emulator import mock_sms
from emulator.services.cognito_codes.operations import INTERCEPTED
from emulator.testing import HANDSET
from emulator.wire.http import Request

PASSWORD = "Secret-123"
OTHER_PASSWORD = "Secret-456"
MASKED = {"Destination": "+*******" + HANDSET[-4:], "DeliveryMedium": "SMS", "AttributeName": "phone_number"}


@pytest.fixture
def cognito(client):
    """A client of Cognito user pools."""
    return client("cognito-idp")


@pytest.fixture
def create_pool(cognito):
    """Create a user pool that verifies phone numbers, and return the ids of pool and app client."""

    def create(**members):
        given = {"PoolName": "users", "AutoVerifiedAttributes": ["phone_number"]}
        pool_id = cognito.create_user_pool(**given | members)["UserPool"]["Id"]
        app = cognito.create_user_pool_client(
            UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )
        return pool_id, app["UserPoolClient"]["ClientId"]

    return create


@pytest.fixture
def sign_up(cognito):
    """Sign up a user with the phone HANDSET, and return the answer."""

    def sign_up(client_id, username="ann"):
        attributes = [{"Name": "phone_number", "Value": HANDSET}]
        return cognito.sign_up(ClientId=client_id, Username=username, Password=PASSWORD, UserAttributes=attributes)

    return sign_up


@pytest.fixture
def signed_up(sms, cognito, create_pool, sign_up):
    """The ids of a pool and its app client, of which `ann` is a confirmed user."""
    pool_id, client_id = create_pool()
    sign_up(client_id)
    cognito.confirm_sign_up(ClientId=client_id, Username="ann", ConfirmationCode=sms.codes.last(to=HANDSET))
    return pool_id, client_id


@pytest.fixture
def sign_in(cognito):
    """Sign `ann` in by her password."""

    def sign_in(client_id, password=PASSWORD):
        parameters = {"USERNAME": "ann", "PASSWORD": password}
        return cognito.initiate_auth(ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)

    return sign_in


def wrong(code):
    """Return another code."""
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_sign_up_is_confirmed_by_the_texted_code(sms, cognito, create_pool, sign_up, raises):
    """The code arrives on the phone; a wrong one is refused, and the right one confirms user and number."""
    pool_id, client_id = create_pool()

    answer = sign_up(client_id)
    code = sms.inbox.code(to=HANDSET)
    with raises("CodeMismatchException"):
        cognito.confirm_sign_up(ClientId=client_id, Username="ann", ConfirmationCode=wrong(code))
    cognito.confirm_sign_up(ClientId=client_id, Username="ann", ConfirmationCode=code)

    assert MASKED == answer["CodeDeliveryDetails"]
    assert f"Your verification code is {code}. " == sms.inbox.wait(to=HANDSET).body
    user = cognito.admin_get_user(UserPoolId=pool_id, Username="ann")
    assert "CONFIRMED" == user["UserStatus"]
    assert {"Name": "phone_number_verified", "Value": "true"} in user["UserAttributes"]
    with raises("NotAuthorizedException"):
        cognito.confirm_sign_up(ClientId=client_id, Username="ann", ConfirmationCode=code)


def test_a_late_code_has_expired(sms, cognito, create_pool, sign_up, raises):
    """A code is good for a day; a new one is texted on request, and replaces it."""
    _, client_id = create_pool()
    sign_up(client_id)
    first = sms.codes.last(to=HANDSET)
    sms.clock.advance(hours=24)

    with raises("ExpiredCodeException"):
        cognito.confirm_sign_up(ClientId=client_id, Username="ann", ConfirmationCode=first)
    answer = cognito.resend_confirmation_code(ClientId=client_id, Username="ann")
    cognito.confirm_sign_up(ClientId=client_id, Username="ann", ConfirmationCode=sms.codes.last(to=HANDSET))

    assert MASKED == answer["CodeDeliveryDetails"]
    with raises("InvalidParameterException"):
        cognito.resend_confirmation_code(ClientId=client_id, Username="ann")


def test_wrong_codes_are_limited(sms, cognito, create_pool, sign_up, raises):
    """After five wrong codes even the right one is refused."""
    _, client_id = create_pool()
    sign_up(client_id)
    code = sms.codes.last(to=HANDSET)

    for _ in range(5):
        with raises("CodeMismatchException"):
            cognito.confirm_sign_up(ClientId=client_id, Username="ann", ConfirmationCode=wrong(code))

    with raises("LimitExceededException"):
        cognito.confirm_sign_up(ClientId=client_id, Username="ann", ConfirmationCode=code)


def test_requests_for_codes_are_limited(cognito, create_pool, sign_up, raises):
    """A user is sent at most twenty codes an hour."""
    _, client_id = create_pool()
    sign_up(client_id)
    for _ in range(19):
        cognito.resend_confirmation_code(ClientId=client_id, Username="ann")

    with raises("LimitExceededException"):
        cognito.resend_confirmation_code(ClientId=client_id, Username="ann")


def test_the_message_is_the_pools(sms, create_pool, sign_up):
    """A pool's template replaces Cognito's own."""
    template = {"SmsMessage": "{username}: {####} is your code"}
    _, client_id = create_pool(VerificationMessageTemplate=template)

    sign_up(client_id)

    assert f"ann: {sms.codes.last(to=HANDSET)} is your code" == sms.inbox.wait(to=HANDSET).body


def test_a_forgotten_password(sms, cognito, signed_up, sign_in, raises):
    """The texted code sets a new password once."""
    _, client_id = signed_up
    answer = cognito.forgot_password(ClientId=client_id, Username="ann")
    code = sms.codes.last(to=HANDSET)
    members = {"ClientId": client_id, "Username": "ann", "Password": OTHER_PASSWORD}

    with raises("CodeMismatchException"):
        cognito.confirm_forgot_password(**members, ConfirmationCode=wrong(code))
    cognito.confirm_forgot_password(**members, ConfirmationCode=code)

    assert MASKED == answer["CodeDeliveryDetails"]
    assert "AuthenticationResult" in sign_in(client_id, OTHER_PASSWORD)
    with raises("ExpiredCodeException"):
        cognito.confirm_forgot_password(**members, ConfirmationCode=code)


def test_a_code_for_a_password_is_good_for_an_hour(sms, cognito, signed_up, raises):
    """After an hour the code has expired."""
    _, client_id = signed_up
    cognito.forgot_password(ClientId=client_id, Username="ann")
    code = sms.codes.last(to=HANDSET)
    sms.clock.advance(hours=1)

    with raises("ExpiredCodeException"):
        cognito.confirm_forgot_password(ClientId=client_id, Username="ann", Password=OTHER_PASSWORD, ConfirmationCode=code)


def test_motos_own_code_still_works(cognito, signed_up, sign_in):
    """A code that moto makes and checks itself is left to it."""
    _, client_id = signed_up
    answer = cognito.forgot_password(ClientId=client_id, Username="ann")
    code = answer["ResponseMetadata"]["HTTPHeaders"]["x-moto-forgot-password-confirmation-code"]

    cognito.confirm_forgot_password(ClientId=client_id, Username="ann", Password=OTHER_PASSWORD, ConfirmationCode=code)

    assert "AuthenticationResult" in sign_in(client_id, OTHER_PASSWORD)


def test_an_administrator_resets_a_password(sms, cognito, signed_up, sign_in):
    """The reset texts a code, by which the user sets a password and is confirmed again."""
    pool_id, client_id = signed_up
    cognito.admin_reset_user_password(UserPoolId=pool_id, Username="ann")

    cognito.confirm_forgot_password(
        ClientId=client_id,
        Username="ann",
        Password=OTHER_PASSWORD,
        ConfirmationCode=sms.codes.last(to=HANDSET),
    )

    assert "AuthenticationResult" in sign_in(client_id, OTHER_PASSWORD)


def test_an_invitation_has_the_temporary_password(sms, cognito, create_pool, sign_in):
    """A user made by an administrator is texted username and temporary password, and signs in by it."""
    pool_id, client_id = create_pool()
    attributes = [{"Name": "phone_number", "Value": HANDSET}]

    user = cognito.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes)["User"]

    text = sms.inbox.wait(to=HANDSET).body
    start = "Your username is ann and temporary password is "
    assert text.startswith(start)
    assert "FORCE_CHANGE_PASSWORD" == user["UserStatus"]
    assert "NEW_PASSWORD_REQUIRED" == sign_in(client_id, text.removeprefix(start).removesuffix(". "))["ChallengeName"]


def test_a_suppressed_invitation(sms, cognito, create_pool):
    """An invitation that is suppressed sends nothing."""
    pool_id, _ = create_pool()
    attributes = [{"Name": "phone_number", "Value": HANDSET}]

    cognito.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes, MessageAction="SUPPRESS")

    assert [] == sms.inbox.messages(to=HANDSET)


def test_a_second_factor_by_text(sms, cognito, signed_up, sign_in, raises):
    """A user who prefers SMS_MFA is challenged, and the texted code signs in."""
    pool_id, client_id = signed_up
    cognito.admin_set_user_mfa_preference(
        UserPoolId=pool_id, Username="ann", SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
    )

    challenge = sign_in(client_id)
    code = sms.codes.last(to=HANDSET)
    members = {"ClientId": client_id, "ChallengeName": "SMS_MFA", "Session": challenge["Session"]}
    with raises("CodeMismatchException"):
        cognito.respond_to_auth_challenge(**members, ChallengeResponses={"USERNAME": "ann", "SMS_MFA_CODE": wrong(code)})
    answer = cognito.respond_to_auth_challenge(**members, ChallengeResponses={"USERNAME": "ann", "SMS_MFA_CODE": code})

    assert ("SMS", MASKED["Destination"]) == (
        challenge["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"],
        challenge["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"],
    )
    assert f"Your authentication code is {code}." == sms.inbox.messages(to=HANDSET)[-1].body
    assert "AccessToken" in answer["AuthenticationResult"]


@pytest.fixture
def mfa_pool(cognito, create_pool):
    """The ids of a pool that requires a text as second factor, and of its app client, with the confirmed user `ann`."""

    def make():
        pool_id, client_id = create_pool()
        cognito.admin_create_user(
            UserPoolId=pool_id,
            Username="ann",
            UserAttributes=[{"Name": "phone_number", "Value": HANDSET}],
            MessageAction="SUPPRESS",
        )
        cognito.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD, Permanent=True)
        cognito.set_user_pool_mfa_config(
            UserPoolId=pool_id,
            MfaConfiguration="ON",
            SmsMfaConfiguration={
                "SmsAuthenticationMessage": "Sign in by {####}",
                "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sns", "SnsRegion": "us-east-1"},
            },
        )
        return pool_id, client_id

    return make


@pytest.mark.parametrize("by_administrator", [False, True], ids=["user", "administrator"])
def test_a_pool_requires_a_second_factor(sms, cognito, mfa_pool, raises, by_administrator):
    """Where MFA is ON every user with a phone is challenged; a code is good for three minutes, and for its session only."""
    pool_id, client_id = mfa_pool()
    parameters = {"USERNAME": "ann", "PASSWORD": PASSWORD}

    def start():
        if by_administrator:
            return cognito.admin_initiate_auth(
                UserPoolId=pool_id, ClientId=client_id, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=parameters
            )
        return cognito.initiate_auth(ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)

    def answer(challenge, code):
        members = {
            "ClientId": client_id,
            "ChallengeName": "SMS_MFA",
            "Session": challenge["Session"],
            "ChallengeResponses": {"USERNAME": "ann", "SMS_MFA_CODE": code},
        }
        if by_administrator:
            return cognito.admin_respond_to_auth_challenge(UserPoolId=pool_id, **members)
        return cognito.respond_to_auth_challenge(**members)

    first = start()
    late = sms.codes.last(to=HANDSET)
    sms.clock.advance(minutes=3)
    with raises("ExpiredCodeException"):
        answer(first, late)
    second = start()
    code = sms.codes.last(to=HANDSET)
    tokens = answer(second, code)

    assert ("SMS_MFA", MASKED["Destination"]) == (
        second["ChallengeName"],
        second["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"],
    )
    assert f"Sign in by {code}" == sms.inbox.messages(to=HANDSET)[-1].body
    assert "AccessToken" in tokens["AuthenticationResult"]
    with raises("ExpiredCodeException"):
        answer(second, code)


def test_wrong_second_factors_are_limited(sms, cognito, mfa_pool, sign_in, raises):
    """After five wrong codes the session is locked."""
    _, client_id = mfa_pool()
    challenge = sign_in(client_id)
    code = sms.codes.last(to=HANDSET)
    members = {"ClientId": client_id, "ChallengeName": "SMS_MFA", "Session": challenge["Session"]}
    for _ in range(5):
        with raises("CodeMismatchException"):
            cognito.respond_to_auth_challenge(**members, ChallengeResponses={"USERNAME": "ann", "SMS_MFA_CODE": wrong(code)})

    with raises("LimitExceededException"):
        cognito.respond_to_auth_challenge(**members, ChallengeResponses={"USERNAME": "ann", "SMS_MFA_CODE": code})


def test_a_fault_applies(sms, cognito, create_pool, sign_up, raises):
    """A fault rule for Cognito refuses the call before the user pool hears of it."""
    _, client_id = create_pool()
    sms.faults.add("InternalErrorException", service="cognito-idp", operation="SignUp", times=20)

    with raises("InternalErrorException"):
        sign_up(client_id)

    assert [] == sms.inbox.messages()
    sms.faults.clear()
    sign_up(client_id)
    with pytest.raises(ValueError, match="only calls about codes can fail"):
        sms.faults.add("InternalErrorException", service="cognito-idp", operation="ListUsers")


def test_calls_are_logged(sms, cognito, create_pool, sign_up, raises):
    """The request log has the calls about codes, and their errors."""
    _, client_id = create_pool()
    sign_up(client_id)
    with raises("CodeMismatchException"):
        cognito.confirm_sign_up(ClientId=client_id, Username="ann", ConfirmationCode=wrong(sms.codes.last(to=HANDSET)))

    refused, made = sms.requests.all(service="cognito-idp")[:2]
    assert ("ConfirmSignUp", 400, "CodeMismatchException") == (refused["operation"], refused["status"], refused["error"])
    assert ("SignUp", 200, "emulator") == (made["operation"], made["status"], made["answered_by"])


def test_a_phone_is_verified_by_its_user(sms, cognito, create_pool, sign_in, raises):
    """A user who has signed in has a code texted, and verifies the phone by it."""
    pool_id, client_id = create_pool()
    cognito.admin_create_user(
        UserPoolId=pool_id,
        Username="ann",
        UserAttributes=[{"Name": "phone_number", "Value": HANDSET}],
        MessageAction="SUPPRESS",
    )
    cognito.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD, Permanent=True)
    token = sign_in(client_id)["AuthenticationResult"]["AccessToken"]

    answer = cognito.get_user_attribute_verification_code(AccessToken=token, AttributeName="phone_number")
    code = sms.codes.last(to=HANDSET)
    with raises("CodeMismatchException"):
        cognito.verify_user_attribute(AccessToken=token, AttributeName="phone_number", Code=wrong(code))
    cognito.verify_user_attribute(AccessToken=token, AttributeName="phone_number", Code=code)

    assert MASKED == answer["CodeDeliveryDetails"]
    attributes = cognito.get_user(AccessToken=token)["UserAttributes"]
    assert {"Name": "phone_number_verified", "Value": "true"} in attributes


def test_a_pool_that_verifies_email_is_left_to_moto(sms, cognito, create_pool):
    """Where the phone is not the medium nothing is texted, and moto accepts any code."""
    _, client_id = create_pool(AutoVerifiedAttributes=["email"])
    cognito.sign_up(
        ClientId=client_id,
        Username="ann",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "ann@example.com"}],
    )

    cognito.confirm_sign_up(ClientId=client_id, Username="ann", ConfirmationCode="000000")

    assert [] == sms.inbox.messages()


def test_unknown_pools_and_users(cognito, create_pool, raises):
    """What moto refuses is refused as before."""
    _, client_id = create_pool()

    with raises("ResourceNotFoundException"):
        cognito.sign_up(ClientId="nobody", Username="ann", Password=PASSWORD)
    with raises("UserNotFoundException"):
        cognito.confirm_sign_up(ClientId=client_id, Username="bob", ConfirmationCode="123456")


@pytest.fixture
def sender(client, tmp_path):
    """The members of a pool whose function writes each event into a file, and a function that reads them."""
    source = """
import json, os
def handler(event, context):
    with open(os.environ["OUT"], "a") as out:
        out.write(json.dumps(event) + chr(10))
"""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("index.py", source)
    role = client("iam").create_role(RoleName="fn", AssumeRolePolicyDocument=json.dumps({}))["Role"]["Arn"]
    function = client("lambda").create_function(
        FunctionName="sender",
        Runtime="python3.12",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"OUT": str(tmp_path / "events.jsonl")}},
    )["FunctionArn"]
    key = "arn:aws:kms:us-east-1:123456789012:key/one"
    members = {"LambdaConfig": {"CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": function}, "KMSKeyID": key}}
    return members, lambda: [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]


def test_a_pool_with_a_function_calls_it(sms, cognito, create_pool, sign_up, sign_in, sender):
    """A CustomSMSSender function receives each code in place of the phone, and the event says what it is for."""
    members, events = sender
    pool_id, client_id = create_pool(**members)

    sign_up(client_id)
    cognito.resend_confirmation_code(ClientId=client_id, Username="ann")
    confirmed_by = sms.codes.last(to=HANDSET)
    cognito.confirm_sign_up(ClientId=client_id, Username="ann", ConfirmationCode=confirmed_by)
    cognito.forgot_password(ClientId=client_id, Username="ann")
    cognito.admin_set_user_mfa_preference(
        UserPoolId=pool_id, Username="ann", SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    sign_in(client_id)

    found = events()
    assert [
        "CustomSMSSender_SignUp",
        "CustomSMSSender_ResendCode",
        "CustomSMSSender_ForgotPassword",
        "CustomSMSSender_Authentication",
    ] == [event["triggerSource"] for event in found]
    assert confirmed_by == found[1]["request"]["code"]
    assert {("ann", pool_id)} == {(event["userName"], event["userPoolId"]) for event in found}
    assert [] == sms.inbox.messages(to=HANDSET)


def test_a_function_that_fails_is_the_callers_error(cognito, create_pool, sign_up, client, sender, raises):
    """A function that cannot be called makes the call fail, as Cognito says it."""
    members, _ = sender
    client("lambda").delete_function(FunctionName="sender")
    _, client_id = create_pool(**members)

    with raises("UserLambdaValidationException"):
        sign_up(client_id)


def test_codes_can_be_left_to_moto():
    """The setting `moto` leaves codes to moto: none is sent, and any is accepted."""
    with mock_aws(), mock_sms(config={"limits": {"cognito_codes": "moto"}}) as sms:
        cognito = boto3.client("cognito-idp")
        pool_id = cognito.create_user_pool(PoolName="users", AutoVerifiedAttributes=["phone_number"])["UserPool"]["Id"]
        app = cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="app")["UserPoolClient"]["ClientId"]
        attributes = [{"Name": "phone_number", "Value": HANDSET}]
        cognito.sign_up(ClientId=app, Username="ann", Password=PASSWORD, UserAttributes=attributes)
        cognito.confirm_sign_up(ClientId=app, Username="ann", ConfirmationCode="000000")

        assert [] == sms.inbox.messages()
        assert "CONFIRMED" == cognito.admin_get_user(UserPoolId=pool_id, Username="ann")["UserStatus"]


@pytest.mark.parametrize("members", [{}, {"Username": 1}, {"Username": None, "ChallengeName": []}], ids=str)
@pytest.mark.parametrize("operation", INTERCEPTED)
def test_malformed_requests_are_refused(sms, create_pool, operation, members):
    """What no SDK would send is the caller's error, never one of the server."""
    pool_id, client_id = create_pool()
    headers = {"x-amz-target": f"AWSCognitoIdentityProviderService.{operation}"}
    body = json.dumps({"UserPoolId": pool_id, "ClientId": client_id} | members)

    answer = sms.engine.handle(Request("POST", "/", headers, body.encode()))

    assert 400 == answer.status
    assert "InvalidParameterException" == json.loads(answer.body)["__type"]
