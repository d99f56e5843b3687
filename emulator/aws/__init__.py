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
from emulator.kernel.ports import KeyRead, ObjectRead, ObjectWrite, Read, RoleLookup, ShareLookup


class EmbeddedAws(
    CloudWatch,
    Cognito,
    Directory,
    DynamoDb,
    EventBridge,
    Firehose,
    Kinesis,
    Kms,
    Lambda,
    Logs,
    MotoServer,
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
        if isinstance(read, ShareLookup):
            return self.shared_resources(read.account, read.region)
        return self.exists(read.kind, account, read.arn)

    def write_all(self, account: str, region: str, writes: Iterable[ObjectWrite]) -> str | None:
        """Write objects to S3; return the error of the first that could not be written, or None."""
        results = (self.write(account, region, each.url, each.content, each.content_type) for each in writes)
        return next((error for error in results if error is not None), None)
