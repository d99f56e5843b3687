"""The server: one endpoint for every AWS service, for many clients at a time."""

import http.client
import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from urllib.parse import urlsplit

import boto3
import pytest

from emulator import Emulator
from emulator.front.server import Server
from emulator.services.sms_voice_v2.service import service
from emulator.testing import HANDSET, lease_number

DESCRIBE = {
    "X-Amz-Target": "PinpointSMSVoiceV2.DescribePhoneNumbers",
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sms-voice/aws4_request, Signature=0",
}


@pytest.fixture
def connection(sms_server):
    """A connection to the server."""
    made = http.client.HTTPConnection(urlsplit(sms_server.endpoint_url).netloc, timeout=20)
    yield made
    made.close()


class TestOneEndpoint:
    """Whatever AWS_ENDPOINT_URL can lead here."""

    @pytest.fixture(autouse=True)
    def _endpoint(self, sms_server, monkeypatch):
        monkeypatch.setenv("AWS_ENDPOINT_URL", sms_server.endpoint_url)

    @pytest.mark.parametrize(
        ("service_name", "create", "made", "read", "expected"),
        [
            ("sns", "create_topic", {"Name": "x"}, "list_topics", "arn:aws:sns:us-east-1:123456789012:x"),
            ("sqs", "create_queue", {"QueueName": "x"}, "list_queues", "/123456789012/x"),
            ("s3", "create_bucket", {"Bucket": "media"}, "list_buckets", "media"),
            ("logs", "create_log_group", {"logGroupName": "x"}, "describe_log_groups", "'logGroupName': 'x'"),
            ("events", "create_event_bus", {"Name": "x"}, "list_event_buses", "event-bus/x"),
            ("secretsmanager", "create_secret", {"Name": "x", "SecretString": "s"}, "list_secrets", "'Name': 'x'"),
            ("kms", "create_key", {}, "list_keys", "arn:aws:kms:us-east-1:123456789012:key/"),
            (
                "dynamodb",
                "create_table",
                {
                    "TableName": "codes",
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "BillingMode": "PAY_PER_REQUEST",
                },
                "list_tables",
                "codes",
            ),
            (
                "iam",
                "create_role",
                {"RoleName": "sender", "AssumeRolePolicyDocument": "{}"},
                "list_roles",
                "arn:aws:iam::123456789012:role/sender",
            ),
        ],
    )
    def test_other_services(self, service_name, create, made, read, expected):
        """A call for another service is answered by it, at the same address."""
        client = boto3.client(service_name)

        getattr(client, create)(**made)

        assert expected in str(getattr(client, read)())

    def test_ours(self):
        """A client of ours needs no argument but the environment's address."""
        client = boto3.client("pinpoint-sms-voice-v2")

        assert [] == client.describe_phone_numbers()["PhoneNumbers"]

    def test_bytes_of_an_object_are_kept(self):
        """A binary body passes unchanged."""
        content = bytes(range(256)) * 4096
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="media")

        s3.put_object(Bucket="media", Key="a picture.png", Body=content)

        assert content == s3.get_object(Bucket="media", Key="a picture.png")["Body"].read()

    def test_accounts_are_apart(self, client, request_number):
        """A twelve-digit access key is an account, in our services and in the others alike."""
        request_number()
        client("sqs").create_queue(QueueName="jobs")

        other = client("pinpoint-sms-voice-v2", account="210987654321")
        assert [] == other.describe_phone_numbers()["PhoneNumbers"]
        assert "QueueUrls" not in client("sqs", account="210987654321").list_queues()
        assert "210987654321" == client("sts", account="210987654321").get_caller_identity()["Account"]

    def test_events_reach_the_account_of_the_topic(self, client, sms_client):
        """Receipts of an account reach that account's topic and queue."""
        account = "210987654321"
        sns, sqs, sms = (client(name, account=account) for name in ("sns", "sqs", "pinpoint-sms-voice-v2"))
        topic = sns.create_topic(Name="receipts")["TopicArn"]
        queue = sqs.create_queue(QueueName="receipts")["QueueUrl"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{account}:receipts")
        sms.create_configuration_set(ConfigurationSetName="events")
        sms.create_event_destination(
            ConfigurationSetName="events",
            EventDestinationName="to-sns",
            MatchingEventTypes=["ALL"],
            SnsDestination={"TopicArn": topic},
        )
        number = lease(sms)

        sms.send_text_message(
            DestinationPhoneNumber=HANDSET, OriginationIdentity=number, MessageBody="Hi", ConfigurationSetName="events"
        )

        assert 2 == len(sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"])


def lease(client):
    return lease_number(client)["PhoneNumber"]


class TestConnections:
    """Many of them, and each for long."""

    def test_eight_clients_at_a_time(self, sms, client, number):
        """Eight clients that send together each get their own answers, and every text is there once."""
        clients = [client("pinpoint-sms-voice-v2") for _ in range(8)]

        def send(index):
            return [
                clients[index].send_text_message(
                    DestinationPhoneNumber=HANDSET, OriginationIdentity=number, MessageBody=f"{index}-{turn}"
                )["MessageId"]
                for turn in range(10)
            ]

        with ThreadPoolExecutor(8) as pool:
            ids = dict(enumerate(pool.map(send, range(8))))

        sent = {f"{index}-{turn}": ids[index][turn] for index in range(8) for turn in range(10)}
        assert sent == {message.body: message.message_id for message in sms.inbox.messages()}

    def test_connection_is_kept(self, connection):
        """Calls of the emulator, of the control API and of moto can share one connection."""
        connection.connect()
        socket_of_all = connection.sock

        for method, path, headers, body in [
            ("POST", "/", DESCRIBE, "{}"),
            ("GET", "/_emulator/health", {}, None),
            ("POST", "/", DESCRIBE, "{"),
            ("GET", "/_emulator/nothing", {}, None),
            ("POST", "/", DESCRIBE, "{}"),
        ]:
            connection.request(method, path, body, headers)
            connection.getresponse().read()

        assert connection.sock is socket_of_all

    def test_chunked_body(self, connection):
        """A body without a length is read to its end."""
        connection.request("POST", "/", iter([b'{"MaxResults"', b": 5}"]), DESCRIBE, encode_chunked=True)

        assert 200 == connection.getresponse().status

    def test_client_that_leaves_amid_its_request_changes_nothing(self, sms_server, sms, get):
        """Half a request is not carried out."""
        address = urlsplit(sms_server.endpoint_url)
        headers = "".join(f"{name}: {value}\r\n" for name, value in DESCRIBE.items())
        headers = headers.replace("DescribePhoneNumbers", "CreateOptOutList")
        body = '{"OptOutListName": "half"}'
        with socket.create_connection((address.hostname, address.port)) as half:
            half.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 99\r\n\r\n{body}".encode())

        assert "ok" == get("health")["status"]
        assert "half" not in sms.world.messaging_stores["123456789012", "us-east-1"].opt_out_lists

    def test_too_large_a_body(self, connection, sms):
        """A body beyond the limit is refused, and not kept in memory to its end."""
        size = sms.settings.request_body_bytes_max + 1

        connection.request("POST", "/", b" " * size, DESCRIBE)

        answer = connection.getresponse()
        assert 413 == answer.status
        assert b"RequestEntityTooLargeException" in answer.read()


def test_bug_is_answered_and_logged(sms_client, monkeypatch, caplog):
    """A bug of ours is answered as AWS's own would be; the log has the traceback under the same request id."""

    def handler(context, **_):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(service.find("DescribeKeywords"), "handler", handler)
    sms_client.meta.events.register("needs-retry", lambda **_: None)

    with caplog.at_level(logging.ERROR), pytest.raises(sms_client.exceptions.InternalServerException) as caught:
        sms_client.describe_keywords(OriginationIdentity="phone-1")

    response = caught.value.response
    assert (500, "InternalServerException") == (
        response["ResponseMetadata"]["HTTPStatusCode"],
        response["Error"]["Code"],
    )
    assert response["RequestId"] == response["ResponseMetadata"]["RequestId"]
    assert "bug" not in str(response)
    assert "Traceback" not in str(response)
    logged = [record for record in caplog.records if response["RequestId"] in record.getMessage()]
    assert [ZeroDivisionError] == [record.exc_info[0] for record in logged]
    assert "PinpointSMSVoiceV2.DescribeKeywords" in logged[0].getMessage()


def test_environment_that_leads_to_the_server(sms_server, monkeypatch, send_text, event_set, topic_with_queue):
    """Started where AWS_ENDPOINT_URL is the server itself, it still delivers to its own topics."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", sms_server.endpoint_url)
    sms_server.emulator.aws._clients.clear()

    send_text("Hi", ConfigurationSetName=event_set)

    assert 2 == len(topic_with_queue[1]())


class TestRunningClock:
    """A clock that goes by itself."""

    def test_delivers_by_itself(self, serve):
        """A text arrives, and its receipts are delivered, without another request."""
        server = serve(clock="running")
        arrived = threading.Event()
        server.emulator.engine.listeners = [lambda kind, body: body.get("final") and arrived.set()]
        client = boto3.client("pinpoint-sms-voice-v2", endpoint_url=server.endpoint_url)

        client.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=lease(client), MessageBody="Hi")

        assert arrived.wait(20)
        assert ["DELIVERED"] == [message.status for message in server.emulator.inbox.messages()]

    def test_bug_does_not_stop_it(self, serve, caplog):
        """A bug in a timer is logged, and the clock continues."""
        server = serve(clock="running")
        look, turns = server.emulator.engine.run_due, iter([1])
        went_on = threading.Event()

        def broken():
            if next(turns, None):
                raise ZeroDivisionError("a bug")
            look()
            went_on.set()

        server.emulator.engine.run_due = broken

        assert went_on.wait(20)
        assert ["The clock failed"] == [record.getMessage() for record in caplog.records if record.exc_info]

    def test_reset_goes_back_to_the_present(self, serve):
        """After a reset the time is the wall clock's again."""
        server = serve(clock="running")
        server.emulator.clock.advance(days=1000)

        server.emulator.reset()

        assert abs((server.emulator.clock.now - datetime.now(timezone.utc)).total_seconds()) < 60


class TestEnd:
    """Server.close()."""

    def test_leaves_no_thread(self, sms_server):
        """All threads of a server end with it, those of Flask and moto too."""
        before = set(threading.enumerate())
        server = Server(Emulator(clock="running")).start()
        client = boto3.client("pinpoint-sms-voice-v2", endpoint_url=server.endpoint_url)
        client.describe_phone_numbers()
        boto3.client("sqs", endpoint_url=server.endpoint_url).list_queues()
        connection = http.client.HTTPConnection(urlsplit(server.endpoint_url).netloc, timeout=20)
        connection.request("GET", "/_emulator/health")
        connection.getresponse().read()
        assert before < set(threading.enumerate())

        server.close()

        assert before >= set(threading.enumerate())
        connection.close()

    def test_ends_what_waits(self):
        """Streams and waiting calls are answered when the server closes, and do not hold it up."""
        server = Server(Emulator()).start()
        stream = http.client.HTTPConnection(urlsplit(server.endpoint_url).netloc, timeout=20)
        stream.request("GET", "/_emulator/stream")
        told = stream.getresponse()
        told.readline()
        waiting = http.client.HTTPConnection(urlsplit(server.endpoint_url).netloc, timeout=20)
        waiting.request("GET", "/_emulator/messages/wait?timeout=300")

        server.close()

        assert told.read().endswith(b"\n\n")
        assert 408 == waiting.getresponse().status
        stream.close()
        waiting.close()

    def test_before_it_has_begun(self):
        """A server may be closed at once, or without having been started."""
        before = set(threading.enumerate())

        Server(Emulator()).start().close()
        Server(Emulator()).close()

        assert before >= set(threading.enumerate())

    def test_port_is_free_again(self):
        """Its port can be taken at once by the next."""
        first = Server(Emulator()).start()
        first.close()

        second = Server(Emulator(), port=first.port).start()
        second.close()

        assert first.port == second.port


class TestStart:
    """How a server begins."""

    def test_taken_port_is_told(self, sms_server):
        """A port that is taken is named in the error, at once."""
        with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1 port {sms_server.port}: Address already in use"):
            Server(Emulator(), port=sms_server.port)

    def test_host_of_another_machine_is_told(self):
        """A host that is not here is named in the error."""
        with pytest.raises(OSError, match=r"cannot listen on 203\.0\.113\.1 port 0"):
            Server(Emulator(), host="203.0.113.1")

    def test_ipv6(self):
        """A server may listen on the loopback of IPv6."""
        if not socket.has_ipv6:
            pytest.skip("this machine has no IPv6")
        try:
            server = Server(Emulator(), host="::1").start()
        except OSError as error:
            pytest.skip(f"this machine has no IPv6 loopback: {error}")
        client = boto3.client("pinpoint-sms-voice-v2", endpoint_url=server.endpoint_url)

        numbers = client.describe_phone_numbers()["PhoneNumbers"]

        server.close()
        assert [] == numbers
        assert f"http://[::1]:{server.port}" == server.endpoint_url
