"""Kinesis Data Streams."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from emulator.aws.clients import AwsClients, client_errors
from emulator.kernel.ports import Errors


class Kinesis(AwsClients):
    """The Kinesis part of kernel.ports.Streams."""

    def put_stream_records(self, account: str, stream_arn: str, messages: Sequence[str]) -> Errors:
        """kernel.ports.Streams: Kinesis."""
        _, _, _, region, owner, _ = stream_arn.split(":", 5)
        if self.is_embedded:
            encoded = [
                {"Data": b64encode(message.encode()).decode(), "PartitionKey": str(index)}
                for index, message in enumerate(messages)
            ]
            with client_errors("PutRecords"):
                self.backend("kinesis", owner or account, region).put_records(stream_arn, None, encoded)
            return [None] * len(messages)
        records = [{"Data": message.encode(), "PartitionKey": str(index)} for index, message in enumerate(messages)]
        answer = self.client("kinesis", owner or account, region).put_records(StreamARN=stream_arn, Records=records)
        return [response.get("ErrorMessage") for response in answer["Records"]]
