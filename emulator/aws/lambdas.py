"""AWS Lambda."""

from __future__ import annotations

import json
from collections.abc import Sequence

from emulator.aws import calls_out, functions
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

    def check_execution(self) -> None:
        """
        Check that functions may run.

        Raises:
            FunctionFailed: they may not.
        """
        if not self.lambda_execution:
            raise functions.FunctionFailed(calls_out.NO_EXECUTION)

    def _run(self, account: str, region: str, name: str, payloads: Sequence[str]) -> Errors:
        self.check_execution()
        with client_errors("GetFunction"):
            found = self.backend("lambda", account, region).get_function(name)
        errors: Errors = []
        with self.endpoint_for_functions() as url:
            for payload in payloads:
                try:
                    functions.run(found.get_configuration(), found.code_bytes, functions.sns_event(payload), url)
                except functions.FunctionFailed as error:
                    return [*errors, *[f"FunctionFailed: {error}"] * (len(payloads) - len(errors))]
                errors.append(None)
        return errors
