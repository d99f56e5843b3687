"""
The AWS services that are not ours, by moto in this process. The only module that names moto.

The clients carry a private stubber on their own before-send event: nothing global is patched, and no `mock_aws` is
needed. moto's state is the process's, so the topics and queues of a user's own `mock_aws` receive our events.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from emulator.kernel.ports import StoredObject

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PRIVATE_ENDPOINT = "emulator_private"
"""Set on the endpoint of our own clients, so that the mock leaves their calls alone."""


def forget_moto(events: Any) -> bool:
    """
    Take moto's global handler off a client's events; returns whether it was there.

    botocore asks every before-send handler and takes the first answer, so that under `mock_aws` moto would act on a
    request that we have answered already.
    """
    models = sys.modules.get("moto.core.models")
    if models is None or models.botocore_stubber not in events._emitter._handlers.prefix_search("before-send"):
        return False
    events.unregister("before-send", models.botocore_stubber)
    return True


def remember_moto(events: Any) -> None:
    """Put moto's global handler back."""
    events.register("before-send", sys.modules["moto.core.models"].botocore_stubber)


class EmbeddedAws:
    """kernel.ports over moto, or over another endpoint that speaks AWS."""

    def __init__(self, endpoint_url: str | None = None) -> None:
        self.endpoint_url = endpoint_url
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
        session = boto3.session.Session(account, "secret", region_name=region)
        no_retries = Config(retries={"total_max_attempts": 1})
        client: Any = session.client(service, endpoint_url=self.endpoint_url, config=no_retries)  # type: ignore[call-overload]
        setattr(client._endpoint, PRIVATE_ENDPOINT, True)
        if self.endpoint_url is None:
            stubber = self._stubber

            def answer(event_name: str, request: Any, **_: Any) -> Any:
                request.headers["x-moto-account-id"] = account
                return stubber(event_name, request)

            forget_moto(client.meta.events)
            client.meta.events.register_first("before-send", answer)
        return client

    def publish(self, account: str, topic_arn: str, messages: Sequence[str]) -> list[str | None]:
        """kernel.ports.Topics: at most ten messages."""
        _, _, _, region, owner, _ = topic_arn.split(":", 5)
        entries = [{"Id": str(index), "Message": message} for index, message in enumerate(messages)]
        try:
            client = self.client("sns", owner or account, region)
            answer = client.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=entries)
        except (ClientError, BotoCoreError) as error:
            return [str(error)] * len(messages)
        except Exception as error:
            # moto raises what it pleases for a region that it does not know: no delivery may fail the call that made it.
            return [f"{type(error).__name__}: {error}"] * len(messages)
        failed = {entry["Id"]: f"{entry['Code']}: {entry.get('Message', '')}" for entry in answer.get("Failed", ())}
        return [failed.get(entry["Id"]) for entry in entries]

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

    def reset(self) -> None:
        """Empty every service of moto; another endpoint is left alone."""
        from moto.moto_api._internal.models import moto_api_backend

        if self.endpoint_url is None:
            moto_api_backend.reset()

    def wsgi(self) -> WSGIApplication:
        """Moto's own server, for all that is not ours."""
        # moto's server reads credentials of the environment when it calls itself.
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        application: WSGIApplication = DomainDispatcherApplication(create_backend_app)
        return application
