"""The log groups in CloudWatch Logs that SNS writes its delivery logs to, and creates itself."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from emulator.aws.clients import AwsClients, client_errors
from emulator.kernel.ports import Errors

LOG_STREAM = "sms-deliveries"
"""AWS draws an id for each stream; a stable name is easier to read."""


class SnsDeliveryLogs(AwsClients):
    """kernel.ports.DeliveryLogs."""

    def put_delivery_logs(self, account: str, log_group_arn: str, messages: Sequence[str]) -> Errors:
        """kernel.ports.DeliveryLogs; the timestamps are the wall clock's, since Logs refuses others."""
        _, _, _, region, owner, _, group, *_ = log_group_arn.split(":")
        timestamp = round(self._wall().timestamp() * 1000)
        events = [{"timestamp": timestamp, "message": message} for message in messages]
        if self.is_embedded:
            backend = self.backend("logs", owner or account, region)
            with client_errors("PutLogEvents"):
                if group not in backend.groups:
                    backend.create_log_group(group, {})
                if LOG_STREAM not in backend.groups[group].streams:
                    backend.create_log_stream(group, LOG_STREAM)
                backend.put_log_events(group, LOG_STREAM, events)
            return [None] * len(messages)
        client = self.client("logs", owner or account, region)
        where = {"logGroupName": group, "logStreamName": LOG_STREAM}
        try:
            client.put_log_events(**where, logEvents=events)
        except client.exceptions.ResourceNotFoundException:
            with suppress(client.exceptions.ResourceAlreadyExistsException):
                client.create_log_group(logGroupName=group)
            client.create_log_stream(**where)
            client.put_log_events(**where, logEvents=events)
        return [None] * len(messages)
