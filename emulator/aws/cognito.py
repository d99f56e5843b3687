"""Amazon Cognito user pools, and the functions that they call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from emulator.aws import functions
from emulator.aws.lambdas import Lambda
from emulator.kernel.ports import AwsRefusal, PoolScope

FORGOT_PASSWORD_CODE = "x-moto-forgot-password-confirmation-code"
"""The header in which moto answers a code of its own."""


class Cognito(Lambda):
    """kernel.ports.UserPools."""

    def find_user_pool(self, account: str, region: str, members: Mapping[str, Any]) -> PoolScope:
        """kernel.ports.UserPools: among moto's pools of all regions, since most requests are unsigned."""
        pool_id, client_id, token = (members.get(name) for name in ("UserPoolId", "ClientId", "AccessToken"))
        if self.endpoint_url is not None:
            return self._find_elsewhere(account, region, pool_id, client_id)
        from moto.cognitoidp.models import cognitoidp_backends

        for owner, regions in list(cognitoidp_backends.items()):
            for name, backend in list(regions.items()):
                for pool in list(backend.user_pools.values()):
                    if pool.id == pool_id or client_id in pool.clients or token in pool.access_tokens:
                        return PoolScope(owner, name, pool.id)
        return PoolScope(account, region)

    def _find_elsewhere(self, account: str, region: str, pool_id: str | None, client_id: str | None) -> PoolScope:
        # Another endpoint can be asked for its pools only; a token alone does not tell its pool there.
        if pool_id is not None:
            return PoolScope(account, pool_id.partition("_")[0], pool_id)
        client = self.client("cognito-idp", account, region)
        for page in client.get_paginator("list_user_pools").paginate(MaxResults=60):
            for pool in page["UserPools"]:
                pages = client.get_paginator("list_user_pool_clients").paginate(UserPoolId=pool["Id"], MaxResults=60)
                if any(row["ClientId"] == client_id for found in pages for row in found["UserPoolClients"]):
                    return PoolScope(account, region, pool["Id"])
        return PoolScope(account, region)

    def call_user_pool(self, account: str, region: str, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """kernel.ports.UserPools."""
        try:
            answer: dict[str, Any] = getattr(self.client("cognito-idp", account, region), xform_name(operation))(**members)
        except ClientError as error:
            found = error.response
            status = found["ResponseMetadata"]["HTTPStatusCode"]
            raise AwsRefusal(found["Error"]["Code"], found["Error"]["Message"], status) from error
        except BotoCoreError as error:
            raise AwsRefusal("InvalidParameterException", str(error), 400) from error
        headers = answer.pop("ResponseMetadata")["HTTPHeaders"]
        if FORGOT_PASSWORD_CODE in headers:
            answer["headers"] = {FORGOT_PASSWORD_CODE: headers[FORGOT_PASSWORD_CODE]}
        return answer

    def invoke_function(self, account: str, region: str, function: str, event: Mapping[str, Any]) -> None:
        """kernel.ports.UserPools: a function in Python runs in a process of its own, without a container."""
        client = self.client("lambda", account, region)
        try:
            configuration = client.get_function(FunctionName=function)["Configuration"]
            if self.endpoint_url is not None:
                client.invoke(FunctionName=function, Payload=json.dumps(event))
                return
            self.check_execution()
            from moto.awslambda.models import lambda_backends

            code = lambda_backends[account][region].get_function(configuration["FunctionName"]).code_bytes
            with self.endpoint_for_functions() as url:
                functions.run(configuration, code, dict(event), url)
        except (ClientError, BotoCoreError, functions.FunctionFailed) as error:
            raise AwsRefusal("UserLambdaValidationException", str(error), 400) from error
