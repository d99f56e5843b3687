"""
The operations of Cognito that send or take a code; each is a function of the call, and returns the answer.

Where the phone is not the medium, the user pool's answer stands: moto accepts any code then.
Source: API reference of Amazon Cognito user pools
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.services.cognito_codes.call import MFA, Call
from emulator.services.cognito_codes.errors import ForwardedError, InvalidParameterException, NotAuthorizedException
from emulator.services.cognito_codes.pools import (
    PHONE,
    User,
    challenges_by_phone,
    confirms_by_phone,
    delivery_details,
    masked,
    recovers_by_phone,
)

Answer = dict[str, Any]
MOTO_PREFIX = "moto-confirmation-code:"
"""How the codes begin that moto makes and checks itself; they are left to it."""
DETAILS = "CodeDeliveryDetails"
SMS_MFA = "SMS_MFA"


def sign_up(call: Call) -> Answer:
    """Text a new user the code by which the sign-up is confirmed."""
    answer = call.forward()
    user = call.user()
    if not answer.get("UserConfirmed") and confirms_by_phone(call.pool, user):
        answer[DETAILS] = call.deliver(user, "sign-up")
    return answer


def resend_confirmation_code(call: Call) -> Answer:
    """Text a new code; moto does not have this operation."""
    user = call.user()
    if user.status == "CONFIRMED":
        raise InvalidParameterException("User is already confirmed.")
    if confirms_by_phone(call.pool, user):
        return {DETAILS: call.deliver(user, "resend")}
    return {DETAILS: _email_details(user)}


def _email_details(user: User) -> dict[str, str]:
    address = user.attributes.get("email", "")
    if not address:
        raise InvalidParameterException("Cannot resend codes. Auto verification not turned on.")
    name, _, domain = address.partition("@")
    return {"Destination": f"{name[:1]}***@{domain[:1]}***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}


def confirm_sign_up(call: Call) -> Answer:
    """Check the code of a sign-up; the phone is verified by it."""
    user = call.user()
    if user.status == "CONFIRMED":
        raise NotAuthorizedException("User cannot be confirmed. Current status is CONFIRMED")
    if not confirms_by_phone(call.pool, user):
        return call.forward()
    call.check(user.username, "sign-up", call.members["ConfirmationCode"])
    answer = call.forward()
    call.use(user.username, "sign-up")
    _verify_phone(call, user)
    return answer


def _verify_phone(call: Call, user: User) -> None:
    verified = [{"Name": "phone_number_verified", "Value": "true"}]
    call.forward("AdminUpdateUserAttributes", UserPoolId=call.scope.pool_id, Username=user.username, UserAttributes=verified)


def forgot_password(call: Call) -> Answer:
    """Text the code by which a password is reset."""
    answer = call.forward()
    user = call.user()
    if recovers_by_phone(call.pool, user):
        answer[DETAILS] = call.deliver(user, "forgot-password")
    return answer


def confirm_forgot_password(call: Call) -> Answer:
    """Check the code of a password reset, and set the new password."""
    code = call.members["ConfirmationCode"]
    if code.startswith(MOTO_PREFIX):
        return call.forward()
    user = call.user()
    if not recovers_by_phone(call.pool, user):
        return call.forward()
    call.check(user.username, "forgot-password", code)
    answer = call.forward()
    call.use(user.username, "forgot-password")
    if user.status == "RESET_REQUIRED":
        # moto changes the password only.
        call.forward(
            "AdminSetUserPassword",
            UserPoolId=call.scope.pool_id,
            Username=user.username,
            Password=call.members["Password"],
            Permanent=True,
        )
    return answer


def admin_create_user(call: Call) -> Answer:
    """Text the invitation with the temporary password, unless it is suppressed or goes by email alone."""
    secret = call.members.get("TemporaryPassword")
    media = call.members.get("DesiredDeliveryMediums") or ["SMS"]
    if call.members.get("MessageAction") == "SUPPRESS" or "SMS" not in media:
        return call.forward()
    if secret is None:
        secret = _temporary_password(call)
    answer = call.forward(TemporaryPassword=secret)
    user = call.user()
    if user.phone is not None:
        call.deliver(user, "invitation", secret=secret)
    return answer


def _temporary_password(call: Call) -> str:
    with call.unit_of_work(call.scope.account, call.scope.region) as ctx:
        drawn = ctx.world.seeds.hex_id("temporary-password")
    # One character of each class that a password policy can require.
    return f"{drawn[:9]}A1a!"


def admin_reset_user_password(call: Call) -> Answer:
    """Reset a password, and text the code by which the user sets a new one."""
    answer = call.forward()
    user = call.user()
    if recovers_by_phone(call.pool, user):
        call.deliver(user, "forgot-password")
    return answer


def initiate_auth(call: Call) -> Answer:
    """Sign a user in; a challenge by SMS_MFA has its code texted."""
    username = call.members.get("AuthParameters", {}).get("USERNAME")
    if username is not None:
        _require_second_factor(call, username)
    return _challenged(call, call.forward(), username)


def _require_second_factor(call: Call, username: str) -> None:
    """Make the phone the user's second factor if the pool requires one: moto challenges only by the user's preference."""
    if call.pool.get("MfaConfiguration") != "ON":
        return
    try:
        user = call.user(username)
    except ForwardedError:
        return  # The user pool itself refuses an unknown user.
    if challenges_by_phone(call.pool, user) and not user.has_second_factor:
        call.forward(
            "AdminSetUserMFAPreference",
            UserPoolId=call.scope.pool_id,
            Username=username,
            SMSMfaSettings={"Enabled": True, "PreferredMfa": True},
        )


def respond_to_auth_challenge(call: Call) -> Answer:
    """Check the code of a second factor; another challenge may lead to one."""
    responses = call.members.get("ChallengeResponses", {})
    if call.members["ChallengeName"] != SMS_MFA:
        return _challenged(call, call.forward(), responses.get("USERNAME"))
    session = call.members.get("Session") or ""
    call.check(session, MFA, responses.get("SMS_MFA_CODE") or "")
    answer = call.forward()
    call.use(session, MFA)
    return answer


def _challenged(call: Call, answer: Answer, username: str | None) -> Answer:
    if answer.get("ChallengeName") != SMS_MFA or username is None:
        return answer
    user = call.user(username)
    if user.phone is not None:
        call.deliver(user, MFA, session=answer["Session"])
        answer["ChallengeParameters"] = answer.get("ChallengeParameters", {}) | {
            "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
            "CODE_DELIVERY_DESTINATION": masked(user.phone),
            "USER_ID_FOR_SRP": user.username,
        }
    return answer


def get_user_attribute_verification_code(call: Call) -> Answer:
    """Text a code to the phone number of a user who has signed in; moto does not have this operation."""
    user = User.of(call.forward("GetUser", AccessToken=call.members["AccessToken"]))
    if call.members["AttributeName"] != PHONE:
        return {DETAILS: _email_details(user)}
    if user.phone is None:
        raise InvalidParameterException("User does not have a phone_number.")
    call.deliver(user, "attribute")
    return {DETAILS: delivery_details(user.phone)}


def verify_user_attribute(call: Call) -> Answer:
    """Check the code for an attribute, and mark it as verified; moto does not have this operation."""
    user = User.of(call.forward("GetUser", AccessToken=call.members["AccessToken"]))
    name = call.members["AttributeName"]
    if name == PHONE:
        call.check(user.username, "attribute", call.members["Code"])
        call.use(user.username, "attribute")
    verified = [{"Name": f"{name}_verified", "Value": "true"}]
    call.forward("AdminUpdateUserAttributes", UserPoolId=call.scope.pool_id, Username=user.username, UserAttributes=verified)
    return {}


INTERCEPTED: dict[str, Callable[[Call], Answer]] = {
    "SignUp": sign_up,
    "ResendConfirmationCode": resend_confirmation_code,
    "ConfirmSignUp": confirm_sign_up,
    "ForgotPassword": forgot_password,
    "ConfirmForgotPassword": confirm_forgot_password,
    "AdminCreateUser": admin_create_user,
    "AdminResetUserPassword": admin_reset_user_password,
    "InitiateAuth": initiate_auth,
    "AdminInitiateAuth": initiate_auth,
    "RespondToAuthChallenge": respond_to_auth_challenge,
    "AdminRespondToAuthChallenge": respond_to_auth_challenge,
    "GetUserAttributeVerificationCode": get_user_attribute_verification_code,
    "VerifyUserAttribute": verify_user_attribute,
}
"""By operation: what is done in front of the user pool."""
