"""The handlers, a module per resource family. Importing this package registers them all."""

from emulator.services.sms_voice_v2.operations import (
    account,
    carrier_lookup,
    configuration_sets,
    event_destinations,
    keywords,
    messages,
    notify,
    opt_out_lists,
    phone_numbers,
    pools,
    protect,
    resource_policies,
    sender_ids,
    tags,
    verified_numbers,
    voice_messages,
)

__all__ = [
    "account",
    "carrier_lookup",
    "configuration_sets",
    "event_destinations",
    "keywords",
    "messages",
    "notify",
    "opt_out_lists",
    "phone_numbers",
    "pools",
    "protect",
    "resource_policies",
    "sender_ids",
    "tags",
    "verified_numbers",
    "voice_messages",
]
