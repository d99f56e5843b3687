"""
Changes to moto, a module for each of its services; each changes nothing where moto has no need of it any more.

`apply` makes SQS and SNS fast enough for an event destination, with moto's own outcome; tests/aws/test_moto_patches.py
compares the outcomes, and fails when moto no longer needs a patch. `fill_gaps` adds what this API needs of EventBridge and
RAM. Both import moto, which takes a second: call them where moto is needed.
"""

from __future__ import annotations

from functools import cache

from emulator.aws.moto_patches.events import add_account_to_envelopes
from emulator.aws.moto_patches.ram import share_our_resources


@cache
def apply() -> None:
    """Put the patches of SQS and SNS in place, for as long as the process lasts."""
    from emulator.aws.moto_patches import sns, sqs

    for (owner, name), replacement in (sqs.PATCHES | sns.PATCHES).items():
        setattr(owner, name, replacement)


@cache
def fill_gaps() -> None:
    """Make the additions to EventBridge and RAM, once in this process."""
    add_account_to_envelopes()
    share_our_resources()
