"""
Facts as the JSON records that AWS documents for them, with the fields in AWS's order.

Source: configuration-sets-event-format.html, and real records that were published; prices are in US dollars in every one
of those, although the guide says thousandths of a cent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from emulator.kernel.clock import milliseconds
from emulator.messaging.event_types import event_type
from emulator.messaging.state.messages import HistoryEntry, Message, Protection
from emulator.telecom.lookup import network_of
from emulator.telecom.tariff import RCS_SESSION, dollars
from emulator.telecom.vocabulary import ChannelName

NOT_OF_MEDIA = frozenset({"mcc", "mnc", "messageEncoding"})


def iso_seconds(moment: datetime) -> str:
    """Return a time as EventBridge's envelope writes it: ISO 8601 in whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def record_of(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """Return the record of a status that a message reached, in its channel's format."""
    return RECORDS[entry.channel](message, entry)


def text_record(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """Return a TEXT_* record."""
    # A message that fell back is charged as what it became; the attempt before that is free.
    is_charged = (entry.channel, entry.sender) == (message.channel, message.sender)
    price, carrier_fee = message.cost_in(entry.status) if is_charged else (0, 0)
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
        # unverified: whose codes these are is not known; in the records that were seen, all three come together
        mcc, mnc = network_of(message.country, message.carrier)
        if mcc and mnc:
            record["mcc"], record["mnc"] = mcc, mnc
        record["carrierName"] = message.carrier
    # Member by member: a dict for each few of them would take half as long again.
    record["messageId"] = message.message_id
    record["messageRequestTimestamp"] = milliseconds(message.requested_at)
    record["messageEncoding"] = message.encoding
    record["messageType"] = message.message_type
    record["messageStatus"] = entry.status
    record["messageStatusDescription"] = entry.description
    if message.context:
        record["context"] = message.context
    record["totalMessageParts"] = message.parts
    # The record of a message that costs nothing has a plain 0 for both; one that costs something may have a fee of 0.0.
    record["totalMessagePrice"] = dollars(price) if price else 0
    record["totalCarrierFee"] = dollars(carrier_fee) if price else 0
    if message.protection is not None:
        record |= _protection(message.protection)
    return record


def media_record(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """Return a MEDIA_* record: a text's with a content type in front, without encoding and network codes."""
    record = {name: value for name, value in text_record(message, entry).items() if name not in NOT_OF_MEDIA}
    return {"contentType": "MMS", **record}


def rcs_record(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """Return an RCS_* record: a text's with its billing type and its conversation, if any; a READ receipt is free."""
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


def _protection(protection: Protection) -> dict[str, Any]:
    """Return the fields about the protect configuration that applied."""
    fields: dict[str, Any] = {
        "protectConfiguration": {
            "protectConfigurationId": protection.configuration_id,
            "protectStatus": protection.status,
        }
    }
    if protection.recommendation is not None:
        assessment: dict[str, Any] = {"protectRecommendation": protection.recommendation}
        if protection.recommendation == "BLOCK":
            assessment["protectInsights"] = {"blockReason": "AIT_SUSPECTED"}
        fields["protectConfigurationAssessment"] = assessment
    return fields


def voice_record(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """Return a VOICE_* record; only the final one contains the call's duration and cost."""
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
"""The function that makes the record of each channel's events."""
