"""The account's numbers, as SNS shows them. Source: API reference, ListOriginationNumbers."""

from __future__ import annotations

from typing import Any

from emulator.messaging.context import messaging_store
from emulator.services.sns_texts.service import Context
from emulator.wire.service import operation

CAPABILITIES = ("SMS", "MMS", "VOICE")
"""The capabilities that SNS's model names."""


@operation
def list_origination_numbers(ctx: Context) -> dict[str, list[dict[str, Any]]]:
    """Return the account's numbers. Source: the AWS CLI's example, which shows a status in capitals."""
    return {
        "PhoneNumbers": [
            {
                "CreatedAt": number.created_timestamp,
                "PhoneNumber": number.phone_number,
                "Status": number.status,
                "Iso2CountryCode": number.iso_country_code,
                "RouteType": number.message_type.capitalize(),
                "NumberCapabilities": [name for name in CAPABILITIES if name in number.number_capabilities],
            }
            for number in messaging_store(ctx).phone_numbers
        ]
    }
