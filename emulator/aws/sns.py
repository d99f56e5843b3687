"""Amazon SNS."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.aws.clients import AwsClients
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
        client = self.client("sns", owner or account, region)
        answer = client.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=entries)
        failed = {entry["Id"]: f"{entry['Code']}: {entry.get('Message', '')}" for entry in answer.get("Failed", ())}
        return [failed.get(entry["Id"]) for entry in entries]
