"""Where records go, and the call that takes them there."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import lru_cache

from emulator.kernel.dataclass import dataclass
from emulator.kernel.ports import AwsPorts, Errors

TARGETS_CACHED = 1024


@dataclass(frozen=True, slots=True)
class Target:
    """Where records go: `kind` is one of SENDERS, `arn` the target's ARN, name or URL."""

    kind: str
    account: str
    region: str
    arn: str


target_of = lru_cache(maxsize=TARGETS_CACHED)(Target)
"""Returns the same target for the same attributes, as most records go where the last ones went."""


def _put_report(aws: AwsPorts, to: Target, body: str) -> str | None:
    """Put a file, compressed the same way every time, into S3."""
    return aws.write(to.account, to.region, to.arn, gzip.compress(body.encode(), mtime=0), "application/gzip")


SENDERS: dict[str, tuple[str, str, Callable[[AwsPorts, Target, list[str]], Errors]]] = {
    "sns": ("sns", "PublishBatch", lambda aws, to, bodies: aws.publish(to.account, to.arn, bodies)),
    "logs": ("logs", "PutLogEvents", lambda aws, to, bodies: aws.put_log_events(to.account, to.arn, bodies)),
    "sns-logs": ("logs", "PutLogEvents", lambda aws, to, bodies: aws.put_delivery_logs(to.account, to.arn, bodies)),
    "usage-report": ("s3", "PutObject", lambda aws, to, bodies: [_put_report(aws, to, body) for body in bodies]),
    "firehose": ("firehose", "PutRecordBatch", lambda aws, to, bodies: aws.put_records(to.account, to.arn, bodies)),
    "kinesis": ("kinesis", "PutRecords", lambda aws, to, bodies: aws.put_stream_records(to.account, to.arn, bodies)),
    "sqs": ("sqs", "SendMessageBatch", lambda aws, to, bodies: aws.send_messages(to.account, to.arn, bodies)),
    "lambda": ("lambda", "Invoke", lambda aws, to, bodies: aws.invoke(to.account, to.region, to.arn, bodies)),
    "webhook": ("webhook", "POST", lambda aws, to, bodies: aws.post(to.arn, bodies)),
    "dynamodb": ("dynamodb", "PutItem", lambda aws, to, bodies: aws.put_items(to.account, to.region, to.arn, bodies)),
    "events": ("events", "PutEvents", lambda aws, to, bodies: aws.put_events(to.account, to.region, bodies)),
}
"""For each kind: the service and operation that a fault names, and the call."""
