"""Amazon S3."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.aws.clients import AwsClients
from emulator.kernel.ports import StoredObject


class S3(AwsClients):
    """kernel.ports.Objects."""

    def read(self, account: str, region: str, url: str, size_max: int) -> StoredObject | None:
        """kernel.ports.Objects."""
        bucket, _, key = url.removeprefix("s3://").partition("/")
        client = self.client("s3", account, region)
        try:
            if not self._is_own_bucket(client, bucket, region):
                return None
            answer = client.get_object(Bucket=bucket, Key=key, ExpectedBucketOwner=account)
            size = answer["ContentLength"]
            content = answer["Body"].read() if size <= size_max else b""
            return StoredObject(answer["ContentType"], size, content)
        except (ClientError, BotoCoreError):
            return None

    def write(
        self, account: str, region: str, url: str, content: bytes, content_type: str, *, creates_bucket: bool = False
    ) -> str | None:
        """kernel.ports.Objects; a bucket that does not exist is created if that is wanted."""
        bucket, _, key = url.removeprefix("s3://").partition("/")
        try:
            client = self.client("s3", account, region)
            if creates_bucket and bucket not in self._names(client):
                elsewhere = {} if region == "us-east-1" else {"LocationConstraint": region}
                client.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": elsewhere} if elsewhere else {}))
            client.put_object(Bucket=bucket, Key=key, Body=content, ContentType=content_type)
        except (ClientError, BotoCoreError) as error:
            return str(error)
        return None

    @staticmethod
    def _names(client: Any) -> set[str]:
        return {row["Name"] for row in client.list_buckets()["Buckets"]}

    def _is_own_bucket(self, client: Any, bucket: str, region: str) -> bool:
        # moto takes no notice of ExpectedBucketOwner, but lists to each account its own buckets.
        if bucket not in self._names(client):
            return False
        return (client.get_bucket_location(Bucket=bucket).get("LocationConstraint") or "us-east-1") == region
