"""
The AWS services that are not ours, by moto in this process. The only module that names moto.

The clients carry a private stubber on their own before-send event: nothing global is patched, and no `mock_aws` is
needed. moto's state is the process's, so the topics and queues of a user's own `mock_aws` receive our events.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import Loader, create_loader

from emulator.aws import alarms, functions
from emulator.kernel.ports import Errors, EventRules, StoredObject

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

WEBHOOK_SECONDS_MAX = 5
LOG_STREAM = "sms-voice-events"
"""AWS's name of the stream is not published; any stable one will do."""
DEFAULT_REGION = "us-east-1"
PRIVATE_ENDPOINT = "emulator_private"
"""Set on the endpoint of our own clients, so that the mock leaves their calls alone."""


def forget_moto(events: Any) -> bool:
    """
    Take moto's global handler off a client's events; returns whether it was there.

    botocore asks every before-send handler and takes the first answer, so that under `mock_aws` moto would act on a
    request that we have answered already.
    """
    # Without its name the module is still being imported, by another thread.
    stubber = getattr(sys.modules.get("moto.core.models"), "botocore_stubber", None)
    if stubber is None or stubber not in events._emitter._handlers.prefix_search("before-send"):
        return False
    events.unregister("before-send", stubber)
    return True


def remember_moto(events: Any) -> None:
    """Put moto's global handler back."""
    events.register("before-send", sys.modules["moto.core.models"].botocore_stubber)


def _has_log_group(client: Any, _: str, name: str) -> bool:
    wanted = name.split(":")[1]
    groups = client.describe_log_groups(logGroupNamePrefix=wanted)["logGroups"]
    return any(group["logGroupName"] == wanted for group in groups)


LOOKUPS: dict[str, tuple[str, Callable[[Any, str, str], Any]]] = {
    "sns": ("sns", lambda client, arn, _: client.get_topic_attributes(TopicArn=arn)),
    "role": ("iam", lambda client, _, name: client.get_role(RoleName=name.rpartition("/")[2])),
    "logs": ("logs", _has_log_group),
    "firehose": (
        "firehose",
        lambda client, _, name: client.describe_delivery_stream(DeliveryStreamName=name.partition("/")[2]),
    ),
}
"""How each kind of thing is looked up: the service, and a call that fails or says no when it is missing."""


@cache
def _models() -> Loader:
    # One for all worlds: to read the models of SNS and the others takes longer than most tests.
    return create_loader()


class _Everywhere:
    """Every account and region."""

    def __contains__(self, scope: object) -> bool:
        return True


EVERYWHERE: EventRules = _Everywhere()


class EmbeddedAws:
    """kernel.ports over moto, or over another endpoint that speaks AWS."""

    def __init__(self, wall: Callable[[], datetime], endpoint_url: str | None = None) -> None:
        self.endpoint_url = endpoint_url
        self.served_at: str | None = None
        """Where the functions that are run here find all of AWS; None without a server."""
        self._wall = wall
        self._clients: dict[tuple[str, str, str], Any] = {}

    @cached_property
    def _stubber(self) -> Any:
        from moto.core.botocore_stubber import BotocoreStubber

        stubber = BotocoreStubber()
        stubber.enabled = True
        return stubber

    def client(self, service: str, account: str, region: str) -> Any:
        """A boto3 client of that account and region."""
        key = (service, account, region)
        if key not in self._clients:
            self._clients[key] = self._new_client(*key)
        return self._clients[key]

    def _new_client(self, service: str, account: str, region: str) -> Any:
        core = botocore.session.get_session()
        core.register_component("data_loader", _models())
        session = boto3.session.Session(account, "secret", region_name=region, botocore_session=core)
        # An AWS_ENDPOINT_URL of the environment leads to this very server, where the call would wait for itself.
        config = Config(
            retries={"total_max_attempts": 1},
            ignore_configured_endpoint_urls=self.endpoint_url is None,  # type: ignore[call-arg]
        )
        client: Any = session.client(service, endpoint_url=self.endpoint_url, config=config)  # type: ignore[call-overload]
        setattr(client._endpoint, PRIVATE_ENDPOINT, True)
        if self.endpoint_url is None:
            stubber = self._stubber

            def answer(event_name: str, request: Any, **_: Any) -> Any:
                request.headers["x-moto-account-id"] = account
                return stubber(event_name, request)

            forget_moto(client.meta.events)
            client.meta.events.register_first("before-send", answer)
        return client

    def publish(self, account: str, topic_arn: str, messages: Sequence[str]) -> Errors:
        """kernel.ports.Topics: at most ten messages."""
        parts = topic_arn.split(":", 5)
        if len(parts) != 6:
            return [f"{topic_arn} is not the ARN of a topic"] * len(messages)
        region, owner = parts[3:5]
        entries = [{"Id": str(index), "Message": message} for index, message in enumerate(messages)]
        client = self.client("sns", owner or account, region)
        answer = client.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=entries)
        failed = {entry["Id"]: f"{entry['Code']}: {entry.get('Message', '')}" for entry in answer.get("Failed", ())}
        return [failed.get(entry["Id"]) for entry in entries]

    def put_log_events(self, account: str, log_group_arn: str, messages: Sequence[str]) -> Errors:
        """kernel.ports.Logs; the stamps are the wall clock's, since Logs refuses others."""
        _, _, _, region, owner, _, group, *_ = log_group_arn.split(":")
        client = self.client("logs", owner or account, region)
        stamp = round(self._wall().timestamp() * 1000)
        where = {"logGroupName": group, "logStreamName": LOG_STREAM}
        events = [{"timestamp": stamp, "message": message} for message in messages]
        try:
            client.put_log_events(**where, logEvents=events)
        except client.exceptions.ResourceNotFoundException:
            # The group may be missing; then this fails, and says so.
            client.create_log_stream(**where)
            client.put_log_events(**where, logEvents=events)
        return [None] * len(messages)

    def put_records(self, account: str, stream_arn: str, lines: Sequence[str]) -> Errors:
        """kernel.ports.Streams: a record is one line of JSON."""
        _, _, _, region, owner, name = stream_arn.split(":", 5)
        records = [{"Data": f"{line}\n".encode()} for line in lines]
        client = self.client("firehose", owner or account, region)
        answer = client.put_record_batch(DeliveryStreamName=name.partition("/")[2], Records=records)
        return [response.get("ErrorMessage") for response in answer["RequestResponses"]]

    def put_stream_records(self, account: str, stream_arn: str, messages: Sequence[str]) -> Errors:
        """kernel.ports.Streams: Kinesis."""
        _, _, _, region, owner, _ = stream_arn.split(":", 5)
        records = [{"Data": message.encode(), "PartitionKey": str(index)} for index, message in enumerate(messages)]
        answer = self.client("kinesis", owner or account, region).put_records(StreamARN=stream_arn, Records=records)
        return [response.get("ErrorMessage") for response in answer["Records"]]

    def event_rules(self) -> EventRules:
        """kernel.ports.EventBuses; of moto the rules are known, another endpoint is sent every event."""
        if self.endpoint_url is not None:
            return EVERYWHERE
        # Another thread may be importing moto: as long as there are no backends, nobody has made a rule.
        accounts = getattr(sys.modules.get("moto.events.models"), "events_backends", None)
        if not accounts:
            return ()
        # Copied first, since another thread may be the first to use an account or region.
        return {
            (account, region)
            for account, backends in list(accounts.items())
            for region, backend in list(backends.items())
            if "default" in backend.event_buses and backend.event_buses["default"].rules
        }

    def put_events(self, account: str, region: str, entries: Sequence[str]) -> Errors:
        """kernel.ports.EventBuses: at most ten entries."""
        read = [json.loads(entry) for entry in entries]
        for entry in read:
            entry["Time"] = datetime.fromisoformat(entry["Time"].replace("Z", "+00:00"))
        answer = self.client("events", account, region).put_events(Entries=read)
        return [entry.get("ErrorMessage") for entry in answer["Entries"]]

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

    def write(self, account: str, region: str, url: str, content: bytes, content_type: str) -> str | None:
        """kernel.ports.Objects."""
        bucket, _, key = url.removeprefix("s3://").partition("/")
        try:
            client = self.client("s3", account, region)
            client.put_object(Bucket=bucket, Key=key, Body=content, ContentType=content_type)
        except (ClientError, BotoCoreError) as error:
            return str(error)
        return None

    @staticmethod
    def _is_own_bucket(client: Any, bucket: str, region: str) -> bool:
        # moto takes no notice of ExpectedBucketOwner, but lists to each account its own buckets.
        if bucket not in {row["Name"] for row in client.list_buckets()["Buckets"]}:
            return False
        return (client.get_bucket_location(Bucket=bucket).get("LocationConstraint") or "us-east-1") == region

    def put_metric_data(self, account: str, region: str, namespace: str, data: Sequence[Mapping[str, Any]]) -> None:
        """kernel.ports.Metrics."""
        self.client("cloudwatch", account, region).put_metric_data(Namespace=namespace, MetricData=list(data))

    def evaluate_alarms(self, account: str, region: str, namespaces: Sequence[str], now: datetime) -> None:
        """kernel.ports.Metrics: moto keeps alarms but never looks at their metrics; another endpoint does so itself."""
        if self.endpoint_url is not None:
            return
        accounts = getattr(sys.modules.get("moto.cloudwatch.models"), "cloudwatch_backends", None)
        if accounts is None or region not in accounts[account] or not accounts[account][region].alarms:
            return
        client = self.client("cloudwatch", account, region)
        for alarm in client.describe_alarms()["MetricAlarms"]:
            if alarm.get("Namespace") in namespaces and alarms.understood(alarm):
                alarms.evaluate(client, self.client("sns", account, region), alarm, now)

    def send_messages(self, account: str, queue_arn: str, bodies: Sequence[str]) -> Errors:
        """kernel.ports.Replies."""
        _, _, _, region, owner, name = queue_arn.split(":", 5)
        client = self.client("sqs", owner or account, region)
        url = client.get_queue_url(QueueName=name)["QueueUrl"]
        for body in bodies:
            client.send_message(QueueUrl=url, MessageBody=body)
        return [None] * len(bodies)

    def put_items(self, account: str, region: str, table: str, items: Sequence[str]) -> Errors:
        """kernel.ports.Replies."""
        client = self.client("dynamodb", account, region)
        for item in items:
            typed = {
                name: {"N": str(v)} if isinstance(v, int) else {"S": v} for name, v in json.loads(item).items() if v != ""
            }
            client.put_item(TableName=table, Item=typed)
        return [None] * len(items)

    def post(self, url: str, bodies: Sequence[str]) -> Errors:
        """kernel.ports.Replies."""
        for body in bodies:
            request = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=WEBHOOK_SECONDS_MAX):
                pass
        return [None] * len(bodies)

    def invoke(self, account: str, region: str, function: str, payloads: Sequence[str]) -> Errors:
        """kernel.ports.Replies: a function in Python runs in a process of its own, without a container."""
        name = function.split(":")[6] if function.startswith("arn:") else function
        client = self.client("lambda", account, region)
        configuration = client.get_function(FunctionName=name)["Configuration"]
        if self.endpoint_url is not None:
            for payload in payloads:
                client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(functions.sns_event(payload)))
            return [None] * len(payloads)
        from moto.awslambda.models import lambda_backends

        code = lambda_backends[account][region].get_function(name).code_bytes
        for payload in payloads:
            functions.run(configuration, code, functions.sns_event(payload), self.served_at)
        return [None] * len(payloads)

    def exists(self, kind: str, account: str, arn: str) -> bool:
        """kernel.ports.Directory."""
        parts = arn.split(":", 5)
        if len(parts) != 6:
            return False
        _, _, _, region, owner, name = parts
        service, call = LOOKUPS[kind]
        try:
            return bool(call(self.client(service, owner or account, region or DEFAULT_REGION), arn, name))
        except (ClientError, BotoCoreError, KeyError):  # moto has a KeyError for a region that it does not know
            return False

    def reset(self) -> None:
        """Empty every service of moto; another endpoint is left alone."""
        # Without this import there is nothing to empty, and it takes longer than most tests.
        if self.endpoint_url is None and "moto.core.models" in sys.modules:
            from moto.moto_api._internal.models import moto_api_backend

            moto_api_backend.reset()

    def wsgi(self) -> WSGIApplication:
        """Moto's own server, for all that is not ours."""
        # moto's server reads credentials of the environment when it calls itself.
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        application: WSGIApplication = DomainDispatcherApplication(create_backend_app)
        return application
