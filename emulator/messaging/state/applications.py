"""
The Pinpoint application that a text was sent through, and the event of such a text as it goes to the event stream.

Source: the developer guide of Amazon Pinpoint, "SMS events"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from emulator.kernel.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Application:
    """
    The application that sent a text.

    Attributes:
        app_id: the id of the application.
        client_id: the endpoint that it was sent to; the account for an address. Source: the example of "SMS events"
        request_id: the id of the request.
        attributes: the Context of the request, and of the address or endpoint.
    """

    app_id: str
    client_id: str
    request_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def text_event(
    application: Application,
    kind: str,
    *,
    account: str,
    at: int,
    status: str,
    sender: str,
    destination: str,
    country: str,
    parts: int,
    message_id: str,
    message_type: str,
    millicents: int,
) -> dict[str, Any]:
    """Return the event of a text; `at` is in milliseconds since 1970, `millicents` of a US dollar the price of all parts."""
    return {
        "event_type": kind,
        "event_timestamp": at,
        "arrival_timestamp": at,
        "event_version": "3.1",
        "application": {"app_id": application.app_id, "sdk": {}},
        "client": {"client_id": application.client_id},
        "device": {"platform": {}},
        "session": {},
        "attributes": dict(application.attributes)
        | {
            "sender_request_id": application.request_id,
            "origination_phone_number": sender,
            "destination_phone_number": destination,
            "record_status": status,
            "iso_country_code": country,
            "number_of_message_parts": str(parts),
            "message_id": message_id,
            "message_type": message_type.capitalize(),
        },
        "metrics": {"price_in_millicents_usd": float(millicents)},
        "awsAccountId": account,
    }
