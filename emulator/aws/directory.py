"""Existence of topics, roles, log groups and delivery streams, and who may assume a role."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.aws.clients import AwsClients

GLOBAL_REGION = "us-east-1"
"""Where global services are looked up."""
REPORT_ACTIONS = ("s3:PutObject", "s3:GetBucketLocation", "s3:ListBucket")
"""Source: SNS guide, "Subscribing to daily SMS usage reports\""""


def _has_log_group(client: Any, _: str, name: str) -> bool:
    wanted = name.split(":")[1]
    groups = client.describe_log_groups(logGroupNamePrefix=wanted)["logGroups"]
    return any(group["logGroupName"] == wanted for group in groups)


def _takes_reports(client: Any, _: str, bucket: str) -> bool:
    """Return True if the account has the bucket, and its policy lets SNS put usage reports there."""
    if bucket not in {row["Name"] for row in client.list_buckets()["Buckets"]}:
        return False
    policy = json.loads(client.get_bucket_policy(Bucket=bucket)["Policy"])
    return all(_allows(policy, action, ["sns.amazonaws.com"]) for action in REPORT_ACTIONS)


LOOKUPS: dict[str, tuple[str, Callable[[Any, str, str], Any]]] = {
    "sns": ("sns", lambda client, arn, _: client.get_topic_attributes(TopicArn=arn)),
    "role": ("iam", lambda client, _, name: client.get_role(RoleName=name.rpartition("/")[2])),
    "logs": ("logs", _has_log_group),
    "reports": ("s3", _takes_reports),
    "firehose": (
        "firehose",
        lambda client, _, name: client.describe_delivery_stream(DeliveryStreamName=name.partition("/")[2]),
    ),
}
"""How each kind of thing is looked up: the service, and a call that fails or says no when it is missing."""


def _allows(policy: dict[str, Any], wanted: str, principals: Sequence[str]) -> bool:
    """Return True if a policy allows an action to one of the services; conditions are not evaluated."""
    for statement in _as_list(policy.get("Statement")):
        principal = statement.get("Principal")
        services = ["*"] if principal == "*" else _as_list(principal.get("Service")) if principal else []
        actions = _as_list(statement.get("Action"))
        is_meant = any(fnmatchcase(wanted.lower(), action.lower()) for action in actions)
        if statement.get("Effect") == "Allow" and is_meant and {"*", *principals} & set(services):
            return True
    return False


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


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

    def trusts(self, account: str, role_arn: str, principals: Sequence[str]) -> bool | None:
        """kernel.ports.Directory."""
        if self.endpoint_url is None and "moto.iam.models" not in sys.modules:
            return None  # Nobody has made a role yet, and importing moto's takes long.
        parts = role_arn.split(":", 5)
        if len(parts) != 6:
            return None
        client = self.client("iam", parts[4] or account, GLOBAL_REGION)
        try:
            role = client.get_role(RoleName=parts[5].rpartition("/")[2])["Role"]
        except (ClientError, BotoCoreError):
            return None
        return _allows(role["AssumeRolePolicyDocument"], "sts:AssumeRole", principals)
