"""Amazon DynamoDB."""

from __future__ import annotations

import json
from collections.abc import Sequence

from emulator.aws.clients import AwsClients, client_errors
from emulator.kernel.ports import Errors


class DynamoDb(AwsClients):
    """The DynamoDB part of kernel.ports.Replies."""

    def put_items(self, account: str, region: str, table: str, items: Sequence[str]) -> Errors:
        """kernel.ports.Replies."""
        if self.is_embedded:
            backend = self.backend("dynamodb", account, region)
            with client_errors("PutItem"):
                for item in items:
                    backend.put_item(table, _typed(item), overwrite=True)
            return [None] * len(items)
        client = self.client("dynamodb", account, region)
        for item in items:
            client.put_item(TableName=table, Item=_typed(item))
        return [None] * len(items)


def _typed(item: str) -> dict[str, dict[str, str]]:
    """Return an item as DynamoDB types it; an empty text is left out, since it cannot be a key of an index."""
    return {name: {"N": str(v)} if isinstance(v, int) else {"S": v} for name, v in json.loads(item).items() if v != ""}
