"""
The events of WhatsApp: Meta's webhooks, passed on by AWS to the account's event destination and to EventBridge.

An event wraps one entry of Meta's webhook, as text in JSON. Sources: the user guide, message and event format, monitoring
with EventBridge; real records (data/message_types.json, "events")
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from emulator.kernel.bus import Subscription
from emulator.kernel.dataclass import dataclass
from emulator.kernel.stores import Stores
from emulator.messaging.event_types import event_type
from emulator.messaging.facts import MessageAccepted, MessageStatusChanged, WhatsAppChanged
from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.messaging.state.whatsapp import WhatsAppAccount, WhatsAppContent, WhatsAppNumber
from emulator.messaging.store import MessagingStore
from emulator.reporting.delivery import Delivery
from emulator.reporting.destinations import DEFAULT_BUS, Destinations, bus_entry
from emulator.reporting.outbox import Outbox
from emulator.reporting.records import iso_seconds
from emulator.reporting.targets import target_of

MESSAGES = "messages"
SOURCE = "aws.social-messaging"
DETAIL_TYPES = {
    "SENT": "WhatsApp Message Sent",
    "DELIVERED": "WhatsApp Message Delivered",
    "READ": "WhatsApp Message Read",
    "FAILED": "WhatsApp Message Failed",
    "RECEIVED": "WhatsApp Message Received",
}
"""By status; PLAYED and everything else is of a type that EventBridge does not name. # unverified"""
UNKNOWN_TYPE = "WhatsApp Unknown Notification Received"
TIMED_FIELDS = ("message_template", "template_category")
"""How the fields begin whose entry says when it was made."""
EVENT_DESTINATION = "event destination"
CONVERSATION_LENGTH_SECONDS = 24 * 60 * 60

_compact = json.JSONEncoder(separators=(",", ":")).encode
"""Non-ASCII characters are escaped in the inner text, as was seen."""


def seconds(moment: datetime) -> str:
    """Return a time as webhooks write it: whole seconds since 1970, as text."""
    return str(int(moment.timestamp()))


def envelope(number: WhatsAppNumber | None, waba: tuple[str, str], entry: dict[str, Any], at: datetime, **more: str) -> Any:
    """
    Return the event that AWS makes of an entry.

    Args:
        number: the business number that it is about, if it is about one.
        waba: Meta's id and the ARN of the account.
        entry: one element of the webhook's `entry`.
        at: the time of the event.
        more: further members, `account` and the `message_id` of a status.
    """
    numbers = [] if number is None else [{"metaPhoneNumberId": number.meta_phone_number_id, "arn": number.arn}]
    made: dict[str, Any] = {
        "context": {"MetaWabaIds": [{"wabaId": waba[0], "arn": waba[1]}], "MetaPhoneNumberIds": numbers},
        "whatsAppWebhookEntry": _compact(entry),
        "aws_account_id": more["account"],
        "message_timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond * 1000:09d}Z",
    }
    # Only statuses of what was sent through AWS have it: seen in real records.
    return made | ({"messageId": more["message_id"]} if "message_id" in more else {})


def entry_of(waba_id: str, field: str, value: dict[str, Any], at: datetime | None = None) -> dict[str, Any]:
    """Return an entry with one change; with its time, where Meta gives one."""
    time = {} if at is None else {"time": int(at.timestamp())}
    return {"id": waba_id, **time, "changes": [{"value": value, "field": field}]}


def metadata(number: WhatsAppNumber) -> dict[str, Any]:
    """Return what the value of every change of a number begins with."""
    shown = {"display_phone_number": number.digits, "phone_number_id": number.meta_phone_number_id}
    return {"messaging_product": "whatsapp", "metadata": shown}


def status_value(message: Message, content: WhatsAppContent, entry: HistoryEntry) -> dict[str, Any]:
    """Return the value of a change that reports a status."""
    status: dict[str, Any] = {
        "id": content.wamid,
        "status": entry.status.lower(),
        "timestamp": seconds(entry.at),
        "recipient_id": content.user.removeprefix("+"),
    }
    callback_data = content.payload.get("biz_opaque_callback_data")
    if isinstance(callback_data, str):
        status["biz_opaque_callback_data"] = callback_data
    if entry.status in ("SENT", "DELIVERED"):
        if content.conversation_id is not None and content.category != "service":
            conversation: dict[str, Any] = {"id": content.conversation_id}
            if entry.status == "SENT":
                conversation["expiration_timestamp"] = str(int(entry.at.timestamp()) + CONVERSATION_LENGTH_SECONDS)
            status["conversation"] = conversation | {"origin": {"type": content.category}}
        status["pricing"] = {
            "billable": content.price_type == "regular",
            "pricing_model": "PMP",
            "category": content.category,
            "type": content.price_type,
        }
    if entry.status == "FAILED" and content.error is not None:
        status["errors"] = [content.error]
    return {**metadata(content.number), "statuses": [status]}


def inbound_value(message: Message, content: WhatsAppContent) -> dict[str, Any]:
    """Return the value of a change that brings a message of a user."""
    shown = content.payload
    head = {"context": shown["context"]} if "context" in shown else {}
    rest = {name: value for name, value in shown.items() if name not in head}
    user = content.user.removeprefix("+")
    received = {**head, "from": user, "id": content.wamid, "timestamp": seconds(message.requested_at), **rest}
    contacts = {} if content.kind == "system" else {"contacts": [{"profile": {"name": content.profile_name}, "wa_id": user}]}
    return {**metadata(content.number), **contacts, "messages": [received]}


def whatsapp_record(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """Return the event of a status, or of a message that came in."""
    content = message.whatsapp
    assert content is not None
    number = content.number
    is_inbound = message.direction == "inbound"
    value = inbound_value(message, content) if is_inbound else status_value(message, content, entry)
    more = {"account": message.account} | ({} if is_inbound else {"message_id": message.message_id})
    made: dict[str, Any] = envelope(
        number, (number.waba_id, number.waba_arn), entry_of(number.waba_id, MESSAGES, value), entry.at, **more
    )
    return made


@dataclass(slots=True)
class WhatsAppEvents:
    """Makes events of facts and puts them into the outbox."""

    stores: Stores[MessagingStore]
    outbox: Outbox
    destinations: Destinations
    """Knows which accounts and regions have rules on their event bus."""

    def subscriptions(self) -> Iterable[Subscription]:
        """Return the facts that become events."""
        yield MessageStatusChanged, self.message_status_changed
        yield MessageAccepted, self.message_accepted
        yield WhatsAppChanged, self.changed

    def message_status_changed(self, fact: MessageStatusChanged) -> None:
        """Report that a message has reached a status."""
        message, entry = fact.message, fact.entry
        content = message.whatsapp
        if content is None:
            return
        outcome = message.carriage.outcome
        # Meta may send a webhook more than once, and consumers are told to expect that.
        told = outcome.receipts if outcome is not None and entry.final else 1
        record = whatsapp_record(message, entry)
        for _ in range(told):
            self._put_message(message, content, entry, record)

    def message_accepted(self, fact: MessageAccepted) -> None:
        """Report an inbound message."""
        message = fact.message
        content = message.whatsapp
        if content is None or message.direction == "outbound":
            return
        entry = message.history[0]
        self._put_message(message, content, entry, whatsapp_record(message, entry))

    def _put_message(self, message: Message, content: WhatsAppContent, entry: HistoryEntry, record: Any) -> None:
        kind = event_type("whatsapp", entry.status)
        number = content.number
        account = self._linked(message.account, message.region, number.linked_whats_app_business_account_id)
        if account is None:
            return
        scope = (message.account, message.region, message.message_id)
        self._put(account, scope, kind, record)
        detail: dict[str, Any] = {
            "wabaId": number.waba_id,
            "originationPhoneNumber": number.digits,
            "originationPhoneNumberId": number.meta_phone_number_id,
            "messageId": message.message_id,
            "status": entry.status.lower(),
            "eventTimestamp": seconds(entry.at),
        }
        if entry.status == "FAILED" and content.error is not None:
            detail["errors"] = [{name: content.error[name] for name in ("code", "title", "message")}]
        self._put_on_bus(scope, kind, DETAIL_TYPES.get(entry.status, UNKNOWN_TYPE), entry.at, detail)

    def changed(self, fact: WhatsAppChanged) -> None:
        """Something changed at Meta that is not a message's status."""
        account, number = fact.business_account, fact.number
        value = fact.value if number is None else {**metadata(number), **fact.value}
        at = fact.at if fact.field.startswith(TIMED_FIELDS) else None
        entry = entry_of(account.waba_id, fact.field, value, at)
        record = envelope(number, (account.waba_id, account.arn), entry, fact.at, account=fact.account)
        scope = (fact.account, fact.region, account.id)
        self._put(account, scope, fact.field, record)
        detail = {"wabaId": account.waba_id, "eventTimestamp": seconds(fact.at)}
        self._put_on_bus(scope, fact.field, UNKNOWN_TYPE, fact.at, detail)

    def _linked(self, account: str, region: str, account_id: str) -> WhatsAppAccount | None:
        return self.stores[account, region].whatsapp.accounts.get(account_id)

    def _put(self, account: WhatsAppAccount, scope: tuple[str, str, str], kind: str, record: Any) -> None:
        """Send an event to the account's destination; what goes to Amazon Connect is only recorded."""
        for destination in account.event_destinations:
            destination_arn = destination["eventDestinationArn"]
            body = json.dumps(record)
            if destination_arn.split(":")[2] == "sns":
                target = target_of("sns", *scope[:2], destination_arn)
                self.outbox.put(Delivery(target, scope[2], kind, EVENT_DESTINATION, body))
            else:
                target = target_of("connect", *scope[:2], destination_arn)
                self.outbox.record(Delivery(target, scope[2], kind, EVENT_DESTINATION, body, "DELIVERED"))

    def _put_on_bus(
        self, scope: tuple[str, str, str], kind: str, detail_type: str, at: datetime, detail: dict[str, Any]
    ) -> None:
        if scope[:2] in self.destinations.event_rules:
            entry = bus_entry(detail_type, iso_seconds(at), [], detail, SOURCE)
            target = target_of("events", *scope[:2], DEFAULT_BUS)
            self.outbox.put(Delivery(target, scope[2], kind, f"event bus {DEFAULT_BUS}", entry))
