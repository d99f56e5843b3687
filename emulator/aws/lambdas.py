"""AWS Lambda."""

from __future__ import annotations

import json
from collections.abc import Sequence

from emulator.aws import functions
from emulator.aws.clients import AwsClients, client_errors
from emulator.kernel.ports import Errors


class Lambda(AwsClients):
    """The Lambda part of kernel.ports.Replies."""

    def invoke(self, account: str, region: str, function: str, payloads: Sequence[str]) -> Errors:
        """kernel.ports.Replies: a function in Python runs in a process of its own, without a container."""
        name = function.split(":")[6] if function.startswith("arn:") else function
        if self.is_embedded:
            with client_errors("GetFunction"):
                found = self.backend("lambda", account, region).get_function(name)
            for payload in payloads:
                functions.run(found.get_configuration(), found.code_bytes, functions.sns_event(payload), self.served_at)
            return [None] * len(payloads)
        client = self.client("lambda", account, region)
        for payload in payloads:
            client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(functions.sns_event(payload)))
        return [None] * len(payloads)
