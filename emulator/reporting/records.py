"""
Facts as the JSON records that AWS documents for them, members in AWS's order.

Source: configuration-sets-event-format.html, and real records that were published; prices are US dollars in every one
of those, though the guide says thousandths of a cent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from emulator.messaging.event_types import event_type
from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.telecom.lookup import network_of
from emulator.telecom.tariff import RCS_SESSION, dollars
from emulator.telecom.vocabulary import ChannelName

NOT_OF_MEDIA = frozenset({"mcc", "mnc", "messageEncoding"})


def milliseconds(moment: datetime) -> int:
    """Times in event records are whole milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def iso_seconds(moment: datetime) -> str:
    """As EventBridge's envelope writes times: ISO 8601 in whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def record_of(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """The record of a status that a message reached, as its channel writes it."""
    return RECORDS[entry.channel](message, entry)


def text_record(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """A TEXT_* record."""
    # What fell back costs what it has become; the attempt before that is free.
    goes_on = (entry.channel, entry.sender) == (message.channel, message.sender)
    price, carrier_fee = message.cost_in(entry.status) if goes_on else (0, 0)
    record: dict[str, Any] = {
        "eventType": event_type(entry.channel, entry.status),
        "eventVersion": "1.0",
        "eventTimestamp": milliseconds(entry.at),
        "isFinal": entry.final,
        "originationPhoneNumber": entry.sender,
        "destinationPhoneNumber": message.to,
        "isoCountryCode": message.country,
        "isInternationalSend": message.origin.international,
    }
    if message.carrier:
        # unverified: whose codes are not known; in the records that were seen, all three come together
        mcc, mnc = network_of(message.country, message.carrier)
        record |= {"mcc": mcc, "mnc": mnc} if mcc and mnc else {}
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
    return record | _protection(message)


def media_record(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """A MEDIA_* record: a text's with a content type before it, and without an encoding and a network's codes."""
    record = {name: value for name, value in text_record(message, entry).items() if name not in NOT_OF_MEDIA}
    return {"contentType": "MMS", **record}


def rcs_record(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """An RCS_* record: a text's, with how it is billed and its conversation, if any; a receipt of reading is free."""
    record = text_record(message, entry) | {"messageEncoding": "UNICODE"}
    agent, conversation = message.agent, message.carriage.conversation
    if entry.status == "READ":
        record |= {"totalMessagePrice": 0.0, "totalCarrierFee": 0.0}
    elif message.rcs is not None:
        record["rcsMetadata"] = {"billingEventType": message.rcs.billing_event_type}
    if agent is not None:
        record |= {"rcsBusinessId": agent.business_id, "agentIsoCountryCode": message.country}
    if conversation is not None:
        record |= {
            "totalMessagePrice": 0.0,
            "totalCarrierFee": 0.0,
            "conversationInitiatingMessageId": conversation.message_id,
            "conversationInitiatingMessageType": conversation.message_type,
            "conversationSessionFee": dollars(RCS_SESSION),
        }
    return record


def _protection(message: Message) -> dict[str, Any]:
    """What a protect configuration had to say, if one applied."""
    protection = message.protection
    if protection is None:
        return {}
    members: dict[str, Any] = {
        "protectConfiguration": {
            "protectConfigurationId": protection.configuration_id,
            "protectStatus": protection.status,
        }
    }
    if protection.recommendation is not None:
        assessment: dict[str, Any] = {"protectRecommendation": protection.recommendation}
        if protection.recommendation == "BLOCK":
            assessment["protectInsights"] = {"blockReason": "AIT_SUSPECTED"}
        members["protectConfigurationAssessment"] = assessment
    return members


def voice_record(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """A VOICE_* record; what the call took and cost is in the closing one only."""
    record: dict[str, Any] = {
        "eventType": event_type(entry.channel, entry.status),
        "eventVersion": "1.0",
        "eventTimestamp": milliseconds(entry.at),
        "isFinal": entry.final,
        "originationPhoneNumber": entry.sender,
        "destinationPhoneNumber": message.to,
        "isoCountryCode": message.country,
        "messageId": message.message_id,
        "messageRequestTimestamp": milliseconds(message.requested_at),
        "messageStatus": entry.status,
    }
    if entry.final:
        seconds = message.duration_seconds or 0
        record |= {
            "callDurationInSeconds": seconds,
            "totalDurationInMinutes": -(-seconds // 60),
            "totalMessagePrice": dollars(message.cost_in(entry.status)[0]),
        }
    if message.context:
        record["context"] = message.context
    return record


RECORDS: dict[ChannelName, Callable[[Message, HistoryEntry], dict[str, Any]]] = {
    "sms": text_record,
    "mms": media_record,
    "voice": voice_record,
    "rcs": rcs_record,
}
"""How each channel writes its events."""
