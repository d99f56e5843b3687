"""What moto's EventBridge lacks: the account in its envelopes."""

from __future__ import annotations

ACCOUNT = '"account": "<account>", '


def add_account_to_envelopes() -> None:
    """
    Have EventBridge name the account in what it delivers, as AWS does in every event.

    moto's template for targets without an input transformer leaves it out.
    """
    from moto.events.utils import EventTemplateParser

    template = EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE
    if "<account>" not in template:
        EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE = template.replace('"region":', ACCOUNT + '"region":', 1)
