"""
A message for one recipient: the parts for its channel, over the defaults, with its variables filled in.

Source: the API reference of Amazon Pinpoint, "Messages"; for templates, "Using message templates with the API".
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

from emulator.services.push.state import Document
from emulator.telecom.devices import APPLE, Notification

MESSAGE_OF_CHANNEL = {"GCM": "GCMMessage", "ADM": "ADMMessage", "BAIDU": "BaiduMessage", "SMS": "SMSMessage"} | {
    "VOICE": "VoiceMessage",
    **dict.fromkeys(APPLE, "APNSMessage"),
}
TEMPLATE_OF_CHANNEL = {"GCM": "GCM", "ADM": "ADM", "BAIDU": "Baidu", **dict.fromkeys(APPLE, "APNS")}
VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_.]+)\s*\}\}")


def parts_for(channel: str, configuration: Document, template: Document | None, override: Document) -> Document:
    """
    The members of the message as one recipient gets it.

    A template, where there is one, stands in place of title and body; what the recipient's own configuration says
    comes before both; what is for all push channels, or for all, comes last.
    """
    own = configuration.get(MESSAGE_OF_CHANNEL[channel], {})
    is_push = channel in TEMPLATE_OF_CHANNEL
    push_default = configuration.get("DefaultPushNotificationMessage", {}) if is_push else {}
    layers = [configuration.get("DefaultMessage", {}), push_default, own]
    if template is not None and is_push:
        layers += [template.get("Default", {}), template.get(TEMPLATE_OF_CHANNEL[channel], {})]
    parts: Document = {}
    for layer in layers:
        parts.update(layer)
    overrides = {"Body": "BodyOverride", "Title": "TitleOverride", "RawContent": "RawContent"}
    parts.update({name: override[key] for name, key in overrides.items() if override.get(key)})
    # A template's own values are the last resort; they are JSON text of one value each.
    defaults = json.loads(template.get("DefaultSubstitutions") or "{}") if template is not None else {}
    values = {key: [str(value)] for key, value in defaults.items()}
    values |= {key: found for layer in (*layers, override) for key, found in layer.get("Substitutions", {}).items()}
    return {name: _filled(value, values) for name, value in parts.items()}


def _filled(value: Any, values: dict[str, list[str]]) -> Any:
    if not isinstance(value, str):
        return value
    # A variable without a value is left empty. # unverified
    return VARIABLE.sub(lambda found: ",".join(values.get(found.group(1), ())), value)


def notification(parts: Document) -> Notification:
    """The members of a push message as its push service takes them."""
    raw = parts.get("RawContent")
    ttl = parts.get("TimeToLive")
    return Notification(
        title=parts.get("Title"),
        body=parts.get("Body"),
        data=dict(parts.get("Data", {})),
        image_url=parts.get("ImageUrl") or parts.get("MediaUrl"),
        url=parts.get("Url"),
        silent=bool(parts.get("SilentPush")),
        sound=parts.get("Sound"),
        priority=parts.get("Priority"),
        time_to_live=None if ttl is None else timedelta(seconds=ttl),
        raw=raw or None,
    )
