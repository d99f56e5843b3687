"""
Additions to moto that this API needs: the account in EventBridge's envelopes, and resources that RAM can share.

Each function changes nothing if moto already has the addition. The functions import moto themselves, since that takes a
second.
"""

from __future__ import annotations

from functools import cache

ACCOUNT = '"account": "<account>", '
SHAREABLE = ("phone-number", "pool", "sender-id", "opt-out-list")
"""Source: the user guide, "Working with shared resources\""""


@cache
def fill_gaps() -> None:
    """Make the additions, once in this process."""
    add_account_to_envelopes()
    share_our_resources()


def add_account_to_envelopes() -> None:
    """
    Have EventBridge name the account in what it delivers, as AWS does in every event.

    moto's template for targets without an input transformer leaves it out.
    """
    from moto.events.utils import EventTemplateParser

    template = EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE
    if "<account>" not in template:
        EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE = template.replace('"region":', ACCOUNT + '"region":', 1)


def share_our_resources() -> None:
    """Have RAM accept this API's resources in a share."""
    from moto.ram.models import ResourceShare

    missing = [kind for kind in SHAREABLE if kind not in ResourceShare.SHAREABLE_RESOURCES]
    ResourceShare.SHAREABLE_RESOURCES += missing
