"""ARNs, which begin with the partition of a region."""

from __future__ import annotations

from emulator.wire.models import partition_of


def arn(service: str, region: str, account: str, resource: str) -> str:
    """Return the ARN of a resource of an account and region, in the region's partition."""
    return f"arn:{partition_of(region)}:{service}:{region}:{account}:{resource}"
