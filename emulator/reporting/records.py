"""
Facts as the JSON records that AWS documents for them, members in AWS's order.

Source: configuration-sets-event-format.html, and real records that were published; prices are US dollars in every one
of those, though the guide says thousandths of a cent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from emulator.services.sms_voice_v2.sending import event_type
from emulator.services.sms_voice_v2.state.messages import HistoryEntry, Message
from emulator.telecom.tariff import dollars


def milliseconds(moment: datetime) -> int:
    """Times in event records are whole milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def text_record(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """A TEXT_* record."""
    price, carrier_fee = message.cost_in(entry.status)
    record: dict[str, Any] = {
        "eventType": event_type(message.channel, entry.status),
        "eventVersion": "1.0",
        "eventTimestamp": milliseconds(entry.at),
        "isFinal": entry.final,
        "originationPhoneNumber": message.sender,
        "destinationPhoneNumber": message.to,
        "isoCountryCode": message.country,
        "isInternationalSend": message.international,
    }
    if message.carrier:
        record["carrierName"] = message.carrier
    record |= {
        "messageId": message.message_id,
        "messageRequestTimestamp": milliseconds(message.requested_at),
        "messageEncoding": message.encoding,
        "messageType": message.message_type,
        "messageStatus": entry.status,
        "messageStatusDescription": entry.description,
    }
    if message.context:
        record["context"] = message.context
    record |= {
        "totalMessageParts": message.parts,
        # A record of a message that costs nothing has a bare 0 for both; one that costs something may have a fee of 0.0.
        "totalMessagePrice": dollars(price) if price else 0,
        "totalCarrierFee": dollars(carrier_fee) if price else 0,
    }
    return record
