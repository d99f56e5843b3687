"""
`sns.publish(PhoneNumber=…)`: the text ends up in the same inbox, subject to the account's numbers, opt-outs and limits.

SNS uses the query protocol. It needs no origination identity: without one it sends through a shared route, everywhere.
Source: docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from emulator.messaging.context import Context
from emulator.messaging.send_request import text_request
from emulator.messaging.sending.lifecycle import accept
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of
from emulator.wire.errors import ServiceError
from emulator.wire.http import Request, Response

OPERATION = "sns:Publish"
NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/"
E164 = re.compile(r"\+[1-9][0-9]{1,14}")
SENDER_ID, SMS_TYPE, MAX_PRICE, NUMBER = (
    "AWS.SNS.SMS.SenderID",
    "AWS.SNS.SMS.SMSType",
    "AWS.SNS.SMS.MaxPrice",
    "AWS.MM.SMS.OriginationNumber",
)
PATTERNS = {
    SENDER_ID: re.compile("(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}"),
    SMS_TYPE: re.compile("Promotional|Transactional"),
    MAX_PRICE: re.compile(r"[0-9]{1,3}(\.[0-9]{1,5})?|\.[0-9]{1,5}"),
    NUMBER: re.compile(r"\+?[0-9]{5,15}"),
}
"""The valid values of the attributes. Source: the same page"""
CHARACTERS_MAX = 1600


class InvalidParameter(ServiceError):
    """A parameter that SNS refuses."""


def read_text(request: Request) -> dict[str, str] | None:
    """Return the parameters of a publish to a phone number; None if the request is something else."""
    if b"PhoneNumber=" not in request.body or b"Action=Publish&" not in request.body + b"&":
        return None
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def publish_text(ctx: Context, parameters: dict[str, str]) -> str:
    """
    Send the text; return its id.

    Raises:
        InvalidParameter: the number is not E.164 or has opted out, the text is empty or too long, or an attribute is
            invalid.
        ServiceError: the account cannot send the text for another reason.
    """
    number = parameters["PhoneNumber"]
    if not E164.fullmatch(number) or country_of(number) == UNKNOWN_COUNTRY:
        raise InvalidParameter(f"Invalid parameter: PhoneNumber Reason: {number} is not valid to publish to")
    if not parameters.get("Message"):
        raise InvalidParameter("Invalid parameter: Empty message")
    if len(parameters["Message"]) > CHARACTERS_MAX:
        raise InvalidParameter("Invalid parameter: Message too long")
    attributes = _attributes(parameters)
    for name, value in attributes.items():
        if name in PATTERNS and not PATTERNS[name].fullmatch(value):
            sentence = f"{value} is not a valid {name}"  # unverified
            raise InvalidParameter(f"Invalid parameter: MessageAttributes Reason: {sentence}")
    request = text_request(
        OPERATION,
        number,
        parameters["Message"],
        identity=attributes.get(NUMBER),
        max_price=attributes.get(MAX_PRICE),
        default_sender_id=attributes.get(SENDER_ID),
        shared_route=True,
        protect_configuration=ctx.store.account_default_protect,
    )
    if SMS_TYPE in attributes and request.identity is None:
        request.message_type = attributes[SMS_TYPE].upper()
    try:
        return accept(ctx, request)
    except ServiceError as error:
        if error.members.get("Reason") == "DESTINATION_PHONE_NUMBER_OPTED_OUT":
            raise InvalidParameter(f"Invalid parameter: PhoneNumber Reason: {number} is opted out") from error  # unverified
        raise


def _attributes(parameters: dict[str, str]) -> dict[str, str]:
    """Return `MessageAttributes.entry.1.Name` and `….Value.StringValue` as a mapping."""
    found = {}
    for name, value in parameters.items():
        if name.startswith("MessageAttributes.entry.") and name.endswith(".Name"):
            found[value] = parameters.get(f"{name.removesuffix('Name')}Value.StringValue", "")
    return found


def answer(message_id: str, request_id: str) -> Response:
    """Return SNS's answer, in XML."""
    result = f"<PublishResult><MessageId>{message_id}</MessageId></PublishResult>"
    metadata = f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    return _xml(200, f'<PublishResponse xmlns="{NAMESPACE}">{result}{metadata}</PublishResponse>', request_id)


def refusal(error: ServiceError, request_id: str) -> Response:
    """Return an error as SNS's answer, in XML."""
    inner = f"<Type>Sender</Type><Code>{error.code}</Code><Message>{escape(error.message)}</Message>"
    body = f'<ErrorResponse xmlns="{NAMESPACE}"><Error>{inner}</Error><RequestId>{request_id}</RequestId></ErrorResponse>'
    return _xml(400, body, request_id)


def _xml(status: int, body: str, request_id: str) -> Response:
    return Response(status, {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}, body.encode())
