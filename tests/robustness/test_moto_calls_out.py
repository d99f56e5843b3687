"""What moto itself calls goes where webhooks may go, in a stated time; what runs, runs where functions may run."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
from docker.errors import DockerException
from moto.utilities.docker_utilities import DockerModel

from emulator.aws import calls_out
from emulator.emulator import Emulator

ELSEWHERE = "http://hooks.example/notify"
WAITS_AT_MOST = 5.0


@pytest.fixture
def heard():
    """The address of an HTTP endpoint, and the bodies that it has received; it redirects whoever asks for that."""
    bodies, arrived = [], threading.Semaphore(0)

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(307 if self.path == "/moved" else 200)
            self.send_header("Location", "http://169.254.169.254/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            arrived.release()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield f"http://127.0.0.1:{server.server_port}", bodies, lambda: arrived.acquire(timeout=WAITS_AT_MOST)
    server.shutdown()
    server.server_close()


@pytest.fixture
def publish(client):
    """Subscribe an address to a topic that also has a queue, and publish; gives what the queue has received."""
    sns, sqs = client("sns"), client("sqs")
    topic = sns.create_topic(Name="notes")["TopicArn"]
    url = sqs.create_queue(QueueName="notes")["QueueUrl"]

    def to(address):
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=address)
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:notes")
        sns.publish(TopicArn=topic, Message="Hi", Subject="A subject", MessageAttributes={})
        return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])

    return to


@pytest.fixture
def sent(monkeypatch):
    """The URLs that are called, by whomever; none is really."""
    urls = []
    # Endpoints of earlier tests that are gone by now may have notifications that wait.
    while calls_out._endpoints._queues:
        threading.Event().wait(0.01)

    def send(session, request, **options):
        urls.append((request.url, options["timeout"], options["allow_redirects"]))
        raise requests.ConnectionError("no network")

    monkeypatch.setattr(requests.Session, "send", send)
    return urls


def test_a_subscription_on_this_machine_is_called(publish, heard):
    """An HTTP endpoint of a topic receives the notification, and is not followed elsewhere."""
    address, bodies, wait = heard

    assert 1 == len(publish(f"{address}/moved"))
    assert wait()
    assert ["Hi"] == [json.loads(body)["Message"] for body in bodies]


def test_a_subscription_elsewhere_is_not(publish, sent):
    """The publish succeeds, as on AWS, and the other subscribers have their messages."""
    assert 1 == len(publish(ELSEWHERE))
    assert [] == sent


def test_unless_it_is_allowed(sms, publish, sent):
    """A host that was named is called, with a timeout and without redirections; that it fails is nobody's error."""
    sms.aws.webhook_hosts = ("hooks.example",)
    try:
        assert 1 == len(publish(ELSEWHERE))
    finally:
        sms.aws.webhook_hosts = ()

    assert [(ELSEWHERE, calls_out.CALL_SECONDS_MAX, False)] == sent


def test_a_silent_subscription_delays_nobody(publish, silent, monkeypatch):
    """While an endpoint does not answer, topics go on, and what is for it waits for its turn."""
    monkeypatch.setattr(calls_out, "CALL_SECONDS_MAX", 0.3)
    monkeypatch.setattr(calls_out, "LOOK_SECONDS", 0.01)

    assert [1] * 5 == [len(publish(silent)) for _ in range(5)]


def test_too_many_notifications(monkeypatch):
    """What waits for one endpoint, and how many endpoints are called at a time, have an end."""
    monkeypatch.setattr(calls_out, "WAITING_MAX", 2)
    monkeypatch.setattr(calls_out, "ENDPOINTS_MAX", 1)
    monkeypatch.setattr(calls_out, "LOOK_SECONDS", 0.0)
    released, urls = threading.Event(), []

    def send(method, url, **_):
        released.wait(WAITS_AT_MOST)
        urls.append(url)

    endpoints = calls_out.Endpoints()
    for _ in range(10):
        endpoints.notify(send, "http://127.0.0.1/a", {})
    endpoints.notify(send, "http://127.0.0.1/b", {})
    released.set()
    while endpoints._queues:
        threading.Event().wait(0.01)

    # One that is being sent, and two that wait; the thread may have taken the first before the third came.
    assert {"http://127.0.0.1/a"} == set(urls)
    assert 2 <= len(urls) <= 3


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "http://169.254.169.254/latest/",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
    ],
)
def test_a_delivery_stream_with_an_http_destination(client, sent, target):
    """A relative: Firehose calls no other host either, and the record is taken."""
    firehose = client("firehose")
    destination = {
        "EndpointConfiguration": {"Url": target},
        "S3Configuration": {"RoleARN": "arn:aws:iam::123456789012:role/x", "BucketARN": "arn:aws:s3:::b"},
    }
    firehose.create_delivery_stream(DeliveryStreamName="out", HttpEndpointDestinationConfiguration=destination)

    firehose.put_record(DeliveryStreamName="out", Record={"Data": b"x"})

    assert [] == sent


def test_what_is_not_moto_is_left_alone(sms, sent):
    """An application that calls somebody by `requests` itself does so as before."""
    with pytest.raises(requests.ConnectionError):
        requests.post(ELSEWHERE, json={})

    assert [ELSEWHERE] == [url for url, _, _ in sent]


def test_containers_run_where_functions_may():
    """Where functions do not run, moto does not start Docker for them either."""
    aws = Emulator().aws
    aws.lambda_execution = False
    calls_out.apply()
    with aws.calling_moto(), pytest.raises(DockerException, match="--lambda-execution"):
        _ = DockerModel().docker_client


def test_threads_of_moto_are_guarded(sent):
    """Also those that moto starts, and those that they start, though they go on when the call has been answered."""
    calls_out.apply()
    source = """
import requests, threading
def begin(released, answers):
    def call():
        released.wait(5)
        answers.append(requests.post("http://evil.example/"))
    outer = threading.Thread(target=lambda: (inner.start(), inner.join()))
    inner = threading.Thread(target=call)
    outer.start()
    return outer
"""
    space = {"__name__": "moto.made_up.models"}
    exec(compile(source, "moto", "exec"), space)
    released, answers = threading.Event(), []

    with Emulator().aws.calling_moto():
        thread = space["begin"](released, answers)
    released.set()
    thread.join()

    assert ([403], []) == ([answer.status_code for answer in answers], sent)
