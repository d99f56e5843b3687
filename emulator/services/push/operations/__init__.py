"""The handlers, a module per resource family. Importing this package registers them all."""

from emulator.services.push.operations import apps, channels, endpoints, events, messages, otp, templates

__all__ = ["apps", "channels", "endpoints", "events", "messages", "otp", "templates"]
