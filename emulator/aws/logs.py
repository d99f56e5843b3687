"""CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.aws.clients import AwsClients
from emulator.kernel.ports import Errors

LOG_STREAM = "sms-voice-events"
"""AWS's name of the stream is not published; any stable one will do."""


class Logs(AwsClients):
    """kernel.ports.Logs."""

    def put_log_events(self, account: str, log_group_arn: str, messages: Sequence[str]) -> Errors:
        """kernel.ports.Logs; the stamps are the wall clock's, since Logs refuses others."""
        _, _, _, region, owner, _, group, *_ = log_group_arn.split(":")
        client = self.client("logs", owner or account, region)
        stamp = round(self._wall().timestamp() * 1000)
        where = {"logGroupName": group, "logStreamName": LOG_STREAM}
        events = [{"timestamp": stamp, "message": message} for message in messages]
        try:
            client.put_log_events(**where, logEvents=events)
        except client.exceptions.ResourceNotFoundException:
            # The group may be missing; then this fails, and says so.
            client.create_log_stream(**where)
            client.put_log_events(**where, logEvents=events)
        return [None] * len(messages)
