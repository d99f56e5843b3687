"""
Compose a message for one recipient: the parts for its channel, on top of the defaults, with variables filled in.

Source: the API reference of Amazon Pinpoint, "Messages"; for templates, "Using message templates with the API".
"""

from __future__ import annotations

import json
import re
from datetime import timedelta

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
    Return the parts of the message for one recipient, with variables filled in.

    Parts come, in rising order of precedence, from the default message, the default for push channels, the message for
    the channel, the template, and the recipient's overrides.
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
    # A template's own values are the fallback; they are JSON text, with a single value for each variable.
    defaults = json.loads(template.get("DefaultSubstitutions") or "{}") if template is not None else {}
    values = {key: [str(value)] for key, value in defaults.items()}
    values |= {key: found for layer in (*layers, override) for key, found in layer.get("Substitutions", {}).items()}
    return {name: _filled(value, values) for name, value in parts.items()}


def _filled(value: object, values: dict[str, list[str]]) -> object:
    if not isinstance(value, str):
        return value
    # All text for a variable without a value is omitted. Source: message-templates-personalizing.html
    return VARIABLE.sub(lambda found: ",".join(values.get(found.group(1), ())), value)


def notification(parts: Document) -> Notification:
    """Return the parts of a push message as the notification that a push service receives."""
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
