"""Existence of topics, roles, log groups and delivery streams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.aws.clients import AwsClients

GLOBAL_REGION = "us-east-1"
"""Where global services are looked up."""


def _has_log_group(client: Any, _: str, name: str) -> bool:
    wanted = name.split(":")[1]
    groups = client.describe_log_groups(logGroupNamePrefix=wanted)["logGroups"]
    return any(group["logGroupName"] == wanted for group in groups)


LOOKUPS: dict[str, tuple[str, Callable[[Any, str, str], Any]]] = {
    "sns": ("sns", lambda client, arn, _: client.get_topic_attributes(TopicArn=arn)),
    "role": ("iam", lambda client, _, name: client.get_role(RoleName=name.rpartition("/")[2])),
    "logs": ("logs", _has_log_group),
    "firehose": (
        "firehose",
        lambda client, _, name: client.describe_delivery_stream(DeliveryStreamName=name.partition("/")[2]),
    ),
}
"""How each kind of thing is looked up: the service, and a call that fails or says no when it is missing."""


class Directory(AwsClients):
    """kernel.ports.Directory."""

    def exists(self, kind: str, account: str, arn: str) -> bool:
        """kernel.ports.Directory."""
        parts = arn.split(":", 5)
        if len(parts) != 6:
            return False
        _, _, _, region, owner, name = parts
        service, call = LOOKUPS[kind]
        try:
            return bool(call(self.client(service, owner or account, region or GLOBAL_REGION), arn, name))
        except (ClientError, BotoCoreError, KeyError):  # moto has a KeyError for a region that it does not know
            return False
