"""What depends on the partition of a region: aws, aws-us-gov, aws-cn or another."""

from __future__ import annotations

import re

from emulator.wire.models import partition_of


def arn(service: str, region: str, account: str, resource: str) -> str:
    """Return the ARN of a resource of an account and region, in the region's partition."""
    return f"arn:{partition_of(region).name}:{service}:{region}:{account}:{resource}"


def is_standard_topic(reference: str, region: str) -> bool:
    """Return True for the ARN of an SNS topic that is not a FIFO one, in the partition of the region."""
    pattern = f"arn:{partition_of(region).name}:sns:[^:]*:[^:]*:[^:]+"
    return re.fullmatch(pattern, reference) is not None and not reference.endswith(".fifo")


def connect_host(region: str) -> str:
    """Return how Amazon Connect is named as a two-way channel."""
    return f"connect.{region}.{partition_of(region).dns_suffix}"
