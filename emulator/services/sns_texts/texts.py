"""What the text of a publish may be, and what of it goes to a phone."""

from __future__ import annotations

import json
import re

from emulator.services.sns_texts.errors import InvalidParameterException, invalid
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of, is_e164

CHARACTERS_MAX = 1600
"""Source: docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html; the sentence: localstack's snapshots, of a topic"""
SEPARATOR = re.compile("(?<=[0-9])[./-](?=[0-9])")
SUBJECT_CHARACTERS_MAX = 100


def number_of(phone_number: str) -> str:
    """
    Return the number of a publish in E.164; single points, slashes and hyphens between its digits are left out.

    Source: the AWS CLI's example of publish, and Subscribe in localstack's snapshots

    Raises:
        InvalidParameterException: If a publish cannot go to this number: it is not written so, or of no country.
    """
    number = SEPARATOR.sub("", phone_number)
    if not is_e164(number) or country_of(number) == UNKNOWN_COUNTRY:
        raise invalid("PhoneNumber", f"{phone_number} is not valid to publish to")
    return number


def text_of(message: str, message_structure: str | None) -> str:
    """
    Return the text of a publish: the message, or of a JSON one what it has for `sms`, else for `default`.

    Raises:
        InvalidParameterException: If the text is empty or too long, or the message is not JSON that has a default.
    """
    text = message
    if message_structure is not None:
        if message_structure != "json":
            raise InvalidParameterException("Invalid parameter: MessageStructure")
        text = _of_structure(message)
    if not text:
        raise InvalidParameterException("Invalid parameter: Empty message")
    if len(text) > CHARACTERS_MAX:
        raise InvalidParameterException("Invalid parameter: Message too long")
    return text


def _of_structure(message: str) -> str:
    try:
        found = json.loads(message)
    except ValueError as error:
        raise InvalidParameterException(
            "Invalid parameter: Message Structure - JSON message body failed to parse"
        ) from error
    if not isinstance(found, dict) or "default" not in found:
        raise InvalidParameterException("Invalid parameter: Message Structure - No default entry in JSON message body")
    text = found.get("sms", found["default"])
    if not isinstance(text, str):
        raise InvalidParameterException("Invalid parameter: Message Structure - JSON message body failed to parse")
    return text


def check_subject(subject: str | None) -> None:
    """
    Raises:
        InvalidParameterException: If a subject is empty or too long; a phone never shows it.
    """
    if subject is not None and not 0 < len(subject) <= SUBJECT_CHARACTERS_MAX:
        raise InvalidParameterException("Invalid parameter: Subject")
