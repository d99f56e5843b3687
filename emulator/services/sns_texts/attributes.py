"""
Message attributes: those that SNS reads itself of a text, and what all of them must be.

Source: docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html and sns-message-attributes.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from emulator.services.sns_texts.errors import InvalidParameterValueException, invalid

SENDER_ID = "AWS.SNS.SMS.SenderID"
SMS_TYPE = "AWS.SNS.SMS.SMSType"
MAX_PRICE = "AWS.SNS.SMS.MaxPrice"
ORIGINATION_NUMBER = "AWS.MM.SMS.OriginationNumber"
ENTITY_ID = "AWS.MM.SMS.EntityId"
TEMPLATE_ID = "AWS.MM.SMS.TemplateId"
PATTERNS = {
    SENDER_ID: re.compile("(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}"),
    SMS_TYPE: re.compile("Promotional|Transactional"),
    MAX_PRICE: re.compile(r"[0-9]{1,3}(\.[0-9]{1,5})?|\.[0-9]{1,5}"),
    ORIGINATION_NUMBER: re.compile(r"\+?[0-9]{5,15}"),
    ENTITY_ID: re.compile(r"[ -~]{1,50}"),
    TEMPLATE_ID: re.compile(r"[ -~]{1,50}"),
}
"""The attributes of a text, and what their values may be."""
OF_PUSH = "AWS.SNS.MOBILE."
"""The prefix of the attributes of push notifications, which a text may have too."""
RESERVED = ("aws.", "amazon.")
RESERVED_SENTENCE = "Message attribute names starting with 'AWS.' or 'Amazon.' are reserved for use by Amazon."
"""Source: aws-sdk-js 3110, boto3 2947"""
NAME_CHARACTERS_MAX = 256
OUTSIDE_NAMES = re.compile("[^A-Za-z0-9_.-]")
TYPES = ("String", "Number", "Binary")
COUNTRY_PARAMETERS = {ENTITY_ID: "IN_ENTITY_ID", TEMPLATE_ID: "IN_TEMPLATE_ID"}

Attributes = Mapping[str, Mapping[str, Any]]


def read(attributes: Attributes) -> dict[str, str]:
    """
    Return the values of the attributes of a text, by name.

    Raises:
        InvalidParameterValueException: If an attribute has an invalid or reserved name, an unknown type or no value.
        InvalidParameterException: If an attribute of a text has a value that it cannot have.
    """
    check(attributes)
    values = _values(attributes)
    for name, value in values.items():
        if not PATTERNS[name].fullmatch(value):
            raise invalid("MessageAttributes", f"{value} is not a valid value of {name}")
    return values


def check(attributes: Attributes) -> None:
    """
    Raises:
        InvalidParameterValueException: If an attribute has an invalid or reserved name, an unknown type or no value.
    """
    for name, attribute in attributes.items():
        _check(name, attribute)


def usable(attributes: Attributes) -> dict[str, str]:
    """Return those of the values of the attributes of a text that are valid, by name."""
    values = _values(attributes)
    return {name: value for name, value in values.items() if PATTERNS[name].fullmatch(value)}


def _values(attributes: Attributes) -> dict[str, str]:
    return {name: str(attributes[name]["StringValue"]) for name in PATTERNS if "StringValue" in attributes.get(name, {})}


def is_reserved(name: str) -> bool:
    """Return True if an attribute cannot have this name: SNS keeps it for itself, and does not know it."""
    return name.lower().startswith(RESERVED) and name not in PATTERNS and not name.startswith(OF_PUSH)


def _check(name: str, attribute: Mapping[str, Any]) -> None:
    _check_name(name)
    kind = str(attribute["DataType"])
    family = kind.partition(".")[0]
    if family not in TYPES:
        raise InvalidParameterValueException(
            f"The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is "
            "Binary, Number, and String."
        )
    field = "Binary" if family == "Binary" else "String"
    value = attribute.get(f"{field}Value")
    if value is None and any(f"{other}Value" in attribute for other in ("Binary", "String")):
        raise InvalidParameterValueException(f"The message attribute '{name}' with type '{kind}' must use field '{field}'.")
    if not value:
        raise InvalidParameterValueException(
            f"The message attribute '{name}' must contain non-empty message attribute value for message attribute type "
            f"'{kind}'."
        )
    if family == "Number":
        try:
            float(value)
        except ValueError as error:
            raise InvalidParameterValueException(f"Could not cast message attribute '{name}' value to number.") from error


def _check_name(name: str) -> None:
    """Check a name. Source of the sentences: test_empty_or_wrong_message_attributes of localstack, recorded on AWS."""
    if len(name) > NAME_CHARACTERS_MAX:
        raise InvalidParameterValueException("Length of message attribute name must be less than 256 bytes.")
    wrong = OUTSIDE_NAMES.search(name)
    if wrong is not None:
        raise InvalidParameterValueException(
            f"Invalid non-alphanumeric character '#x{ord(wrong[0]):X}' was found in the message attribute name. Can only "
            "include alphanumeric characters, hyphens, underscores, or dots."
        )
    for place, is_there in (("starting", name.startswith(".")), ("ending", name.endswith("."))):
        if is_there:
            raise InvalidParameterValueException(f"Invalid message attribute name {place} with character '.' was found.")
    if ".." in name:
        raise InvalidParameterValueException("Message attribute name can not have successive '.' character.")
    if is_reserved(name):
        raise InvalidParameterValueException(RESERVED_SENTENCE)


def to_wire(attributes: Attributes) -> dict[str, dict[str, str]]:
    """Return attributes as they were on the wire, with binary values in base64."""
    return {
        name: {
            member: base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
            for member, value in attribute.items()
        }
        for name, attribute in attributes.items()
    }
