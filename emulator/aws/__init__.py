"""
The other AWS services: one adapter of `kernel.ports` for each, over moto in this process or over another endpoint.

No other package names moto.
"""

from __future__ import annotations

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
from emulator.aws.ram import Ram
from emulator.aws.s3 import S3
from emulator.aws.short_path import ShortPath
from emulator.aws.sns import Sns
from emulator.aws.sns_delivery_logs import SnsDeliveryLogs
from emulator.aws.sqs import Sqs
from emulator.aws.webhooks import Webhooks


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
    Ram,
    S3,
    ShortPath,
    Sns,
    SnsDeliveryLogs,
    Sqs,
    Webhooks,
):
    """kernel.ports.AwsPorts: every adapter, over the same clients."""
