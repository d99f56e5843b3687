"""AWS Lambda."""

from __future__ import annotations

import json
from collections.abc import Sequence

from emulator.aws import functions
from emulator.aws.clients import AwsClients, client_errors
from emulator.kernel.ports import Errors


class Lambda(AwsClients):
    """The Lambda part of kernel.ports.Replies."""

    lambda_execution = True
    """Whether Lambda functions are run on this machine."""

    def invoke(self, account: str, region: str, function: str, payloads: Sequence[str]) -> Errors:
        """kernel.ports.Replies: a function in Python runs in a process of its own, without a container."""
        name = function.split(":")[6] if function.startswith("arn:") else function
        if self.is_embedded:
            return self._run(account, region, name, payloads)
        client = self.client("lambda", account, region)
        for payload in payloads:
            client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(functions.sns_event(payload)))
        return [None] * len(payloads)

    def _run(self, account: str, region: str, name: str, payloads: Sequence[str]) -> Errors:
        if not self.lambda_execution:
            raise functions.FunctionFailed("functions do not run here: start the server with --lambda-execution")
        with client_errors("GetFunction"):
            found = self.backend("lambda", account, region).get_function(name)
        errors: Errors = []
        for payload in payloads:
            try:
                functions.run(found.get_configuration(), found.code_bytes, functions.sns_event(payload), self.served_at)
            except functions.FunctionFailed as error:
                return [*errors, *[f"FunctionFailed: {error}"] * (len(payloads) - len(errors))]
            errors.append(None)
        return errors
