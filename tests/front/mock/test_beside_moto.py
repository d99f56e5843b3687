"""mock_sms(): credentials, and moto's mock_aws beside it."""

import logging
import os
from unittest.mock import patch

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from emulator import Emulator, mock_sms
from emulator.testing import HANDSET, lease_number, send_text


def new_client(service_name="pinpoint-sms-voice-v2", **arguments):
    return boto3.client(service_name, region_name="us-east-1", **arguments)


def send(client, body="Hi"):
    return send_text(client, body, OriginationIdentity=lease(client))


def lease(client):
    return lease_number(client)["PhoneNumber"]


def bodies(emulator):
    return [message.body for message in emulator.inbox.messages()]


def handlers(client):
    """Everything that is called before a request of this client is sent."""
    return list(client.meta.events._emitter._handlers.prefix_search("before-send.pinpoint-sms-voice-v2.SendTextMessage"))


class TestCredentials:
    """The credentials in the environment while a mock is active."""

    @pytest.fixture
    def no_credentials(self, monkeypatch, tmp_path):
        """An environment that knows no credentials."""
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)

    def test_none_are_needed(self, no_credentials, sockets):
        """Without credentials in the environment a client works, looks for none elsewhere, and leaves none behind."""
        with mock_sms() as sms:
            send(new_client())
            assert ["Hi"] == bodies(sms)

        assert not {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} & set(os.environ)
        assert [] == sockets

    def test_nested_mocks_restore_what_was_there(self, no_credentials):
        """The outer mock's credentials last until it ends."""
        with mock_sms():
            with mock_sms():
                pass
            within = os.environ.get("AWS_ACCESS_KEY_ID")

        assert ("testing", None) == (within, os.environ.get("AWS_ACCESS_KEY_ID"))

    def test_profile_is_not_asked(self, no_credentials, monkeypatch, tmp_path, sockets):
        """A profile whose credentials come by the network is not asked for them."""
        (tmp_path / "config").write_text(
            "[profile work]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n"
            "[profile base]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\n"
        )
        monkeypatch.setenv("AWS_PROFILE", "work")

        with mock_sms() as sms:
            send(new_client())

            assert ["Hi"] == bodies(sms)
        assert [] == sockets

    def test_own_ones_stay(self, monkeypatch):
        """Credentials of the environment are used, and a twelve-digit key is an account."""
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "210987654321")
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)

        with mock_sms() as sms:
            send(new_client())

            assert ["210987654321"] == [message.account for message in sms.inbox.messages()]
        assert "210987654321" == os.environ["AWS_ACCESS_KEY_ID"]


def together(order):
    """Both mocks, in either order."""
    return {"moto first": (mock_aws, mock_sms), "moto last": (mock_sms, mock_aws)}[order]


@pytest.mark.parametrize("order", ["moto first", "moto last"])
class TestMoto:
    """Inside moto's `mock_aws`, and around it."""

    def test_events_reach_a_queue(self, order):
        """Receipts come to a queue that was made under mock_aws, each once."""
        first, second = together(order)

        with first(), second():
            topic = new_client("sns").create_topic(Name="receipts")["TopicArn"]
            sqs = new_client("sqs")
            queue = sqs.create_queue(QueueName="receipts")["QueueUrl"]
            new_client("sns").subscribe(
                TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:receipts"
            )
            client = new_client()
            client.create_configuration_set(ConfigurationSetName="events")
            client.create_event_destination(
                ConfigurationSetName="events",
                EventDestinationName="to-sns",
                MatchingEventTypes=["ALL"],
                SnsDestination={"TopicArn": topic},
            )
            client.send_text_message(
                DestinationPhoneNumber=HANDSET,
                OriginationIdentity=lease(client),
                MessageBody="Hi",
                ConfigurationSetName="events",
            )
            received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]

        assert 2 == len(received)

    def test_other_services_are_motos(self, order):
        """S3 and the others are answered by moto as without us."""
        first, second = together(order)

        with first(), second():
            new_client("s3").create_bucket(Bucket="media")
            buckets = [bucket["Name"] for bucket in new_client("s3").list_buckets()["Buckets"]]

        assert ["media"] == buckets

    def test_text_is_sent_once(self, order, caplog):
        """Only one of the two answers a send, and moto does not try to."""
        client = new_client()
        first, second = together(order)

        with first() as outer, second() as inner:
            send(client)

            assert ["Hi"] == bodies(outer if isinstance(outer, Emulator) else inner)
        assert [] == [record for record in caplog.records if record.levelno >= logging.ERROR]

    def test_clients_are_as_before(self, order):
        """When both have ended, a client has the handlers that it had."""
        client = new_client()
        first, second = together(order)
        before = handlers(client)

        with first(), second():
            send(client)

        assert before == handlers(client)

    def test_as_decorators(self, order):
        """Both decorate one function, and the parameter is filled through either."""
        first, second = together(order)

        @first()
        @second()
        def story(sms):
            new_client("sqs").create_queue(QueueName="jobs")
            send(new_client())
            return bodies(sms)

        assert ["Hi"] == story()


def test_moto_answers_nothing_of_ours():
    """Under mock_aws, moto's handler is not asked about a call that we answer."""
    with mock_aws(), mock_sms() as sms:
        client = new_client()
        with patch("moto.core.botocore_stubber.BotocoreStubber.process_request") as process_request:
            send(client)

    assert ["Hi"] == bodies(sms)
    assert not process_request.called


class TestOtherServices:
    """What becomes of calls that are not ours."""

    def test_moto_answers(self, sockets):
        """Without mock_aws, other services are moto's, and no call leaves for the network."""
        with mock_sms():
            new_client("s3").create_bucket(Bucket="media")

            assert ["media"] == [bucket["Name"] for bucket in new_client("s3").list_buckets()["Buckets"]]
        assert [] == sockets

    def test_nothing_is_left(self):
        """What one mock has made in moto is not there for the next."""
        for _ in range(2):
            with mock_sms():
                assert [] == new_client("sns").list_topics()["Topics"]
                new_client("sns").create_topic(Name="receipts")

    def test_state_of_mock_aws_stays(self):
        """Inside mock_aws a mock empties nothing when it ends."""
        with mock_aws():
            with mock_sms():
                new_client("sns").create_topic(Name="receipts")

            assert 1 == len(new_client("sns").list_topics()["Topics"])

    def test_account_of_the_key(self):
        """A twelve-digit access key is the account for moto too."""
        key = {"aws_access_key_id": "210987654321", "aws_secret_access_key": "x"}

        with mock_sms():
            arn = new_client("sns", **key).create_topic(Name="receipts")["TopicArn"]

        assert "arn:aws:sns:us-east-1:210987654321:receipts" == arn

    def test_pass(self, sockets):
        """With `aws="pass"` the calls of other services are let out, and ours are not."""
        nowhere = boto3.session.Config(retries={"total_max_attempts": 1}, connect_timeout=1)

        with mock_sms(aws="pass") as sms:
            send(new_client())
            with pytest.raises(EndpointConnectionError):
                new_client("sns", config=nowhere).list_topics()

            assert ["Hi"] == bodies(sms)

    def test_unknown_service_is_not_let_out(self, sockets):
        """A call that moto does not have is answered so, or is an error, and does not go to AWS."""
        with mock_sms():
            with pytest.raises(ClientError, match="Not yet implemented"):
                new_client("gamelift").list_fleets()
            with pytest.raises(RuntimeError, match="moto has no answer"):
                new_client("s3", endpoint_url="https://unknown.api.aws").list_buckets()

        assert [] == sockets

    def test_unknown_choice(self):
        """Only `moto` and `pass` are known."""
        with pytest.raises(ValueError, match="moto, pass"):
            mock_sms(aws="aws")
