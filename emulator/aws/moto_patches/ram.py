"""What moto's RAM lacks: the resources of this API, which can be shared."""

from __future__ import annotations

SHAREABLE = ("phone-number", "pool", "sender-id", "opt-out-list")
"""Source: the user guide, "Working with shared resources\""""


def share_our_resources() -> None:
    """Have RAM accept this API's resources in a share."""
    from moto.ram.models import ResourceShare

    missing = [kind for kind in SHAREABLE if kind not in ResourceShare.SHAREABLE_RESOURCES]
    ResourceShare.SHAREABLE_RESOURCES += missing
