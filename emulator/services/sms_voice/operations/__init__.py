"""The handlers: AWS's eight operations, then the guide's. Importing this package registers them all."""

from emulator.services.sms_voice.operations import campaigns, configuration_sets, guide, voice

__all__ = ["campaigns", "configuration_sets", "guide", "voice"]
