"""Amazon SNS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.aws.clients import AwsClients, client_errors
from emulator.kernel.ports import Errors


class Sns(AwsClients):
    """kernel.ports.Topics."""

    def publish(self, account: str, topic_arn: str, messages: Sequence[str]) -> Errors:
        """kernel.ports.Topics: at most ten messages."""
        parts = topic_arn.split(":", 5)
        if len(parts) != 6:
            return [f"{topic_arn} is not the ARN of a topic"] * len(messages)
        region, owner = parts[3:5]
        entries = [{"Id": str(index), "Message": message} for index, message in enumerate(messages)]
        if self.is_embedded:
            with client_errors("PublishBatch"):
                _, failed = self.backend("sns", owner or account, region).publish_batch(topic_arn, entries)
            return _errors(entries, failed)
        client = self.client("sns", owner or account, region)
        answer = client.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=entries)
        return _errors(entries, answer.get("Failed", ()))


def _errors(entries: list[dict[str, str]], failed: Sequence[Mapping[str, Any]]) -> Errors:
    """Return the error of each entry, in order."""
    errors = {entry["Id"]: f"{entry['Code']}: {entry.get('Message', '')}" for entry in failed}
    return [errors.get(entry["Id"]) for entry in entries]
