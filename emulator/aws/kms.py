"""AWS KMS."""

from __future__ import annotations

import base64

from botocore.exceptions import BotoCoreError, ClientError

from emulator.aws.clients import AwsClients


class Kms(AwsClients):
    """kernel.ports.Keys."""

    def public_key(self, account: str, region: str, arn: str) -> str | None:
        """kernel.ports.Keys."""
        try:
            found = self.client("kms", account, region).get_public_key(KeyId=arn)["PublicKey"]
        except (ClientError, BotoCoreError):
            return None
        lines = base64.encodebytes(found).decode() if isinstance(found, bytes) else str(found)
        return f"-----BEGIN PUBLIC KEY-----\n{lines}-----END PUBLIC KEY-----\n"
