"""Amazon Data Firehose."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.aws.clients import AwsClients, client_errors
from emulator.kernel.ports import Errors


class Firehose(AwsClients):
    """The Firehose part of kernel.ports.Streams."""

    def put_records(self, account: str, stream_arn: str, lines: Sequence[str]) -> Errors:
        """kernel.ports.Streams: a record is one line of JSON."""
        _, _, _, region, owner, name = stream_arn.split(":", 5)
        records = [{"Data": f"{line}\n".encode()} for line in lines]
        stream = name.partition("/")[2]
        if self.is_embedded:
            with client_errors("PutRecordBatch"):
                answer = self.backend("firehose", owner or account, region).put_record_batch(stream, records)
        else:
            client = self.client("firehose", owner or account, region)
            answer = client.put_record_batch(DeliveryStreamName=stream, Records=records)
        return [response.get("ErrorMessage") for response in answer["RequestResponses"]]
