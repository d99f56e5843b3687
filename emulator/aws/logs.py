"""CloudWatch Logs: log groups of event destinations, and those that SNS writes its delivery logs to."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from emulator.aws.clients import AwsClients, client_errors
from emulator.kernel.ports import Errors

EVENT_STREAM = "sms-voice-events"
"""AWS's name of the stream is not published; any stable one will do."""
DELIVERY_STREAM = "sms-deliveries"
"""AWS draws an id for each stream; a stable name is easier to read."""


class Logs(AwsClients):
    """kernel.ports.Logs; the timestamps are the wall clock's, since CloudWatch Logs refuses others."""

    def put_log_events(self, account: str, log_group_arn: str, messages: Sequence[str]) -> Errors:
        """kernel.ports.Logs."""
        return self._put(account, log_group_arn, EVENT_STREAM, messages)

    def put_delivery_logs(self, account: str, log_group_arn: str, messages: Sequence[str]) -> Errors:
        """kernel.ports.Logs."""
        return self._put(account, log_group_arn, DELIVERY_STREAM, messages, creates_group=True)

    def _put(
        self, account: str, log_group_arn: str, stream: str, messages: Sequence[str], *, creates_group: bool = False
    ) -> Errors:
        _, _, _, region, owner, _, group, *_ = log_group_arn.split(":")
        timestamp = round(self._wall().timestamp() * 1000)
        events = [{"timestamp": timestamp, "message": message} for message in messages]
        if self.is_embedded:
            backend = self.backend("logs", owner or account, region)
            with client_errors("PutLogEvents"):
                if creates_group and group not in backend.groups:
                    backend.create_log_group(group, {})
                # A missing group is refused by the last call.
                if group in backend.groups and stream not in backend.groups[group].streams:
                    backend.create_log_stream(group, stream)
                backend.put_log_events(group, stream, events)
            return [None] * len(messages)
        client = self.client("logs", owner or account, region)
        where = {"logGroupName": group, "logStreamName": stream}
        try:
            client.put_log_events(**where, logEvents=events)
        except client.exceptions.ResourceNotFoundException:
            if creates_group:
                with suppress(client.exceptions.ResourceAlreadyExistsException):
                    client.create_log_group(logGroupName=group)
            client.create_log_stream(**where)
            client.put_log_events(**where, logEvents=events)
        return [None] * len(messages)
