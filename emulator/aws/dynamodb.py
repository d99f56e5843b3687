"""Amazon DynamoDB."""

from __future__ import annotations

import json
from collections.abc import Sequence

from emulator.aws.clients import AwsClients
from emulator.kernel.ports import Errors


class DynamoDb(AwsClients):
    """The DynamoDB part of kernel.ports.Replies."""

    def put_items(self, account: str, region: str, table: str, items: Sequence[str]) -> Errors:
        """kernel.ports.Replies."""
        client = self.client("dynamodb", account, region)
        for item in items:
            typed = {
                name: {"N": str(v)} if isinstance(v, int) else {"S": v} for name, v in json.loads(item).items() if v != ""
            }
            client.put_item(TableName=table, Item=typed)
        return [None] * len(items)
