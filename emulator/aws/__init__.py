"""
The other AWS services: one adapter of `kernel.ports` for each, over moto in this process or over another endpoint.

No other package names moto.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emulator.aws.cloudwatch import CloudWatch
from emulator.aws.cognito import Cognito
from emulator.aws.directory import Directory
from emulator.aws.dynamodb import DynamoDb
from emulator.aws.events import EventBridge
from emulator.aws.firehose import Firehose
from emulator.aws.kinesis import Kinesis
from emulator.aws.kms import Kms
from emulator.aws.lambdas import Lambda
from emulator.aws.logs import Logs
from emulator.aws.moto_server import MotoServer
from emulator.aws.moto_state import MotoState
from emulator.aws.ram import Ram
from emulator.aws.s3 import S3
from emulator.aws.short_path import ShortPath
from emulator.aws.sns import Sns
from emulator.aws.sqs import Sqs
from emulator.aws.webhooks import Webhooks
from emulator.kernel.ports import EndpointLookup, KeyRead, ObjectRead, ObjectWrite, Read, RoleLookup, ShareLookup


class EmbeddedAws(
    # These two build on others.
    Cognito,
    MotoServer,
    CloudWatch,
    Directory,
    DynamoDb,
    EventBridge,
    Firehose,
    Kinesis,
    Kms,
    Lambda,
    Logs,
    MotoState,
    Ram,
    S3,
    ShortPath,
    Sns,
    Sqs,
    Webhooks,
):
    """kernel.ports.AwsPorts: every adapter, over the same clients."""

    def fetch(self, account: str, region: str, read: Read, size_max: int) -> Any:
        """Return what an operation declared to read, as `kernel.ports.Inputs` has it."""
        if isinstance(read, ObjectRead):
            return self.read(account, region, read.url, size_max)
        if isinstance(read, KeyRead):
            return self.public_key(account, region, read.arn)
        if isinstance(read, RoleLookup):
            return self.trusts(account, read.arn, read.principals)
        if isinstance(read, EndpointLookup):
            return self.endpoint_for(None)
        if isinstance(read, ShareLookup):
            return self.shared_resources(read.account, read.region)
        return self.exists(read.kind, account, read.arn)

    def write_all(self, account: str, region: str, writes: Iterable[ObjectWrite]) -> str | None:
        """Write objects to S3; return the error of the first that could not be written, or None."""
        results = (self._write(account, region, each) for each in writes)
        return next((error for error in results if error is not None), None)

    def endpoint_for(self, host: str | None) -> str | None:
        """
        Return the URL at which a caller who has reached us under this host reaches S3.

        In process it is AWS's own, for which None stands.
        """
        if self.endpoint_url is not None or self.served_at is None:
            return self.endpoint_url
        scheme = self.served_at.partition("://")[0]
        return f"{scheme}://{host}" if host else self.served_at

    def _write(self, account: str, region: str, each: ObjectWrite) -> str | None:
        if each.owner is None:
            return self.write(account, region, each.url, each.content, each.content_type)
        return self.write(each.owner, region, each.url, each.content, each.content_type, creates_bucket=True)
