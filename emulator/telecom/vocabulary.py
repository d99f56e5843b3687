"""The names of channels, directions and statuses as types, so that a misspelt one is a type error."""

from __future__ import annotations

from typing import Literal

ChannelName = Literal["sms", "mms", "voice", "rcs", "push", "whatsapp"]
Direction = Literal["inbound", "outbound"]
Status = Literal[
    "ACCEPTED",
    "ANSWERED",
    "BLOCKED",
    "BUSY",
    "CARRIER_BLOCKED",
    "CARRIER_UNREACHABLE",
    "COMPLETED",
    "DELIVERED",
    "FAILED",
    "FALLEN_BACK_TO_SMS",
    "FILE_INACCESSIBLE",
    "FILE_SIZE_EXCEEDED",
    "FILE_TYPE_UNSUPPORTED",
    "INITIATED",
    "INVALID",
    "INVALID_MESSAGE",
    "NO_ANSWER",
    "NO_RECEIPT",
    "PENDING",
    "PLAYED",
    "PROTECT_BLOCKED",
    "QUEUED",
    "READ",
    "RECEIVED",
    "REJECTED",
    "RINGING",
    "SENT",
    "SPAM",
    "SUCCESSFUL",
    "TTL_EXPIRATION_REVOKED",
    "TTL_EXPIRATION_REVOKE_FAILED",
    "TTL_EXPIRED",
    "UNDELIVERABLE",
    "UNKNOWN",
    "UNREACHABLE",
]
"""AWS's names; ACCEPTED, RECEIVED and NO_RECEIPT (an outcome that is never reported) are the emulator's own."""
