"""Amazon SQS."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.aws.clients import AwsClients, client_errors
from emulator.kernel.ports import Errors


class Sqs(AwsClients):
    """The SQS part of kernel.ports.Replies."""

    def send_messages(self, account: str, queue_arn: str, bodies: Sequence[str]) -> Errors:
        """kernel.ports.Replies."""
        _, _, _, region, owner, name = queue_arn.split(":", 5)
        if self.is_embedded:
            backend = self.backend("sqs", owner or account, region)
            with client_errors("SendMessage"):
                for body in bodies:
                    backend.send_message(name, body)
            return [None] * len(bodies)
        client = self.client("sqs", owner or account, region)
        url = client.get_queue_url(QueueName=name)["QueueUrl"]
        for body in bodies:
            client.send_message(QueueUrl=url, MessageBody=body)
        return [None] * len(bodies)

    def receive_wait(self, queue_url: str, region: str) -> int:
        """Return how many seconds a ReceiveMessage of an embedded queue waits if it does not say."""
        account, _, name = queue_url.rpartition("/")
        try:
            queue = self.backend("sqs", account.rpartition("/")[2], region).queues.get(name)
        except KeyError:  # a region that moto does not know
            return 0
        return 0 if queue is None else int(queue.receive_message_wait_time_seconds)
