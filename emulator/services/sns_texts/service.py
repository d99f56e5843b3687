"""The service object: the operations of SNS about phones, and which requests are among them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from emulator.kernel.tables import load_table
from emulator.messaging import errors as messaging_errors
from emulator.messaging.context import World, as_messaging
from emulator.messaging.limits.request_rates import consume
from emulator.messaging.state.sns_texts import SnsTexts
from emulator.services.sns_texts.attributes import is_reserved
from emulator.services.sns_texts.errors import ThrottlingException, refusal, token_refusal
from emulator.wire.context import Context as WireContext
from emulator.wire.http import Request, read_parameters
from emulator.wire.service import Service

VERSION = "2010-03-31"
"""SNS's Version, by which a request that is not signed is known to be for SNS."""
PUBLISH, PUBLISH_BATCH = "Publish", "PublishBatch"
ATTRIBUTE_NAME = re.compile(r"(PublishBatchRequestEntries\.member\.[0-9]+\.)?MessageAttributes\.entry\.[0-9]+\.Name")
OPERATIONS = frozenset(
    {
        PUBLISH,
        PUBLISH_BATCH,
        "SetSMSAttributes",
        "GetSMSAttributes",
        "CheckIfPhoneNumberIsOptedOut",
        "ListPhoneNumbersOptedOut",
        "OptInPhoneNumber",
        "CreateSMSSandboxPhoneNumber",
        "VerifySMSSandboxPhoneNumber",
        "DeleteSMSSandboxPhoneNumber",
        "ListSMSSandboxPhoneNumbers",
        "GetSMSSandboxAccountStatus",
        "ListOriginationNumbers",
    }
)
"""The operations about phones. Subscriptions are moto's, and so is what is published to a topic or to an app's endpoint."""

Context = WireContext[SnsTexts, World]


def is_about_phones(request: Request) -> bool:
    """Return True for a request of SNS, signed or not, that concerns phones."""
    if b"Action=" not in request.body and "Action=" not in request.query:
        return False
    parameters = read_parameters(request)
    if parameters.get("Version", VERSION) != VERSION or ("Version" not in parameters and not _is_signed(request)):
        return False
    return is_phone_operation(parameters.get("Action"), parameters)


def is_phone_operation(action: str | None, parameters: Mapping[str, str]) -> bool:
    """
    Return True if an action of SNS with these parameters is answered here.

    A publish is if it names a phone, or has an attribute that is refused wherever it goes, which moto does not know.
    """
    if action in (PUBLISH, PUBLISH_BATCH):
        return "PhoneNumber" in parameters or any(
            is_reserved(value) for name, value in parameters.items() if ATTRIBUTE_NAME.fullmatch(name)
        )
    return action in OPERATIONS


def throttle(ctx: Context, operation_name: str) -> None:
    """
    Count a request towards the rate of its operation, where rates are enforced.

    Raises:
        ThrottlingException: If there are too many in this second.
    """
    rate = load_table("services/sns_texts/data/rates.json")["requests_per_second"].get(operation_name)
    if rate is None or not ctx.world.settings.rates_enforced:
        return
    with as_messaging(ctx) as inner:
        try:
            consume(inner, (f"sns/{operation_name}", 1, rate))
        except messaging_errors.ThrottlingException as error:
            raise ThrottlingException from error


def _is_signed(request: Request) -> bool:
    return "authorization" in request.headers or "X-Amz-Credential=" in request.query


service: Service[SnsTexts, World] = Service(
    "sns",
    lambda world, account, region: SnsTexts(),
    "emulator.services.sns_texts",
    signing_name="sns",
    refusal=refusal,
    token_refusal=token_refusal,
    reuse_refusal=token_refusal,
    throttle=throttle,
    operation_names=OPERATIONS,
    owns=is_about_phones,
)
