"""What a user pool and a user say about where codes go. Source: the user guide of Amazon Cognito"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.services.cognito_codes.codes import facts

PHONE = "phone_number"
TEMPLATES = {
    "verification": (("VerificationMessageTemplate", "SmsMessage"), ("SmsVerificationMessage",)),
    "authentication": (("SmsAuthenticationMessage",),),
    "invitation": (("AdminCreateUserConfig", "InviteMessageTemplate", "SMSMessage"),),
}
"""Where a pool has the template of each message; the first that is set counts."""


@dataclass(frozen=True, slots=True)
class User:
    """A user of a pool: the canonical username, the status, and the attributes by name."""

    username: str
    status: str
    attributes: Mapping[str, str]
    uses_sms_mfa: bool
    has_second_factor: bool

    @property
    def phone(self) -> str | None:
        """The phone number, verified or not."""
        return self.attributes.get(PHONE)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> User:
        """Return the user that AdminGetUser or GetUser has answered."""
        attributes = {row["Name"]: row["Value"] for row in answer["UserAttributes"]}
        settings = answer.get("UserMFASettingList", ())
        return cls(answer["Username"], answer.get("UserStatus", ""), attributes, "SMS_MFA" in settings, bool(settings))


def confirms_by_phone(pool: Mapping[str, Any], user: User) -> bool:
    """Return True if a new user is sent a text; if the pool verifies email addresses too, the phone comes first."""
    return user.phone is not None and PHONE in pool.get("AutoVerifiedAttributes", ())


def recovers_by_phone(pool: Mapping[str, Any], user: User) -> bool:
    """
    Return True if a forgotten password is reset by a text.

    A pool's recovery setting decides by priority, and excludes the phone of a user whose second factor it is; without
    one a verified phone comes first. Source: how-to-recover-a-user-account.html
    """
    has_phone = user.phone is not None and user.attributes.get("phone_number_verified") == "true"
    mechanisms = pool.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", ())
    if not mechanisms:
        return has_phone
    has = {
        "verified_phone_number": has_phone and not user.uses_sms_mfa,
        "verified_email": user.attributes.get("email_verified") == "true",
    }
    ordered = sorted(mechanisms, key=lambda row: row["Priority"])
    return next((row["Name"] for row in ordered if has.get(row["Name"])), None) == "verified_phone_number"


def challenges_by_phone(pool: Mapping[str, Any], user: User) -> bool:
    """Return True if the pool requires a second factor, and the user's phone is the only one there is."""
    required = pool.get("MfaConfiguration") == "ON" and user.phone is not None
    return bool(required and pool.get("SmsConfiguration"))


def message(pool: Mapping[str, Any], kind: str, username: str, code: str) -> str:
    """Return the text with a code, by the pool's template of that kind or Cognito's own."""
    for path in TEMPLATES[kind]:
        found: Any = pool
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        if isinstance(found, str) and found:
            break
    else:
        found = facts()["messages"][kind]
    return str(found).replace("{####}", code).replace("{username}", username)


def masked(number: str) -> str:
    """Return a number as Cognito shows it: `+*******0100`."""
    return "+" + "*" * (len(number) - 5) + number[-4:]


def delivery_details(number: str) -> dict[str, str]:
    """Return CodeDeliveryDetails of a code that was texted."""
    return {"Destination": masked(number), "DeliveryMedium": "SMS", "AttributeName": PHONE}
