"""The handlers, a module per resource family. Importing this package registers them all."""

from emulator.services.sms_voice_v2.operations import (
    configuration_sets,
    event_destinations,
    keywords,
    messages,
    opt_out_lists,
    phone_numbers,
    tags,
)

__all__ = [
    "configuration_sets",
    "event_destinations",
    "keywords",
    "messages",
    "opt_out_lists",
    "phone_numbers",
    "tags",
]
