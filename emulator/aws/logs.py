"""CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.aws.clients import AwsClients, client_errors
from emulator.kernel.ports import Errors

LOG_STREAM = "sms-voice-events"
"""AWS's name of the stream is not published; any stable one will do."""


class Logs(AwsClients):
    """kernel.ports.Logs."""

    def put_log_events(self, account: str, log_group_arn: str, messages: Sequence[str]) -> Errors:
        """kernel.ports.Logs; the stamps are the wall clock's, since Logs refuses others."""
        _, _, _, region, owner, _, group, *_ = log_group_arn.split(":")
        stamp = round(self._wall().timestamp() * 1000)
        events = [{"timestamp": stamp, "message": message} for message in messages]
        if self.is_embedded:
            backend = self.backend("logs", owner or account, region)
            with client_errors("PutLogEvents"):
                if group in backend.groups and LOG_STREAM not in backend.groups[group].streams:
                    backend.create_log_stream(group, LOG_STREAM)
                backend.put_log_events(group, LOG_STREAM, events)
            return [None] * len(messages)
        client = self.client("logs", owner or account, region)
        where = {"logGroupName": group, "logStreamName": LOG_STREAM}
        try:
            client.put_log_events(**where, logEvents=events)
        except client.exceptions.ResourceNotFoundException:
            # The group may be missing; then this fails, and says so.
            client.create_log_stream(**where)
            client.put_log_events(**where, logEvents=events)
        return [None] * len(messages)
