"""
Fixtures of the suite.

A test of a service asks for `sms` and `client` and so can run twice: over the in-process mock with moto's `mock_aws`, and
over the server, where both are behind one endpoint. What differs between the tests of services and examples lies behind
both, so that over the server there run the first test of each module of a service and one in eight of the others, and of a
parametrised test one case. `pytest --every-reach` runs all of them both ways, as `.ci/run` does.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import zlib
from copy import copy
from functools import cache
from inspect import isfunction
from pathlib import Path
from types import SimpleNamespace
from urllib.request import urlopen

import boto3
import botocore.endpoint
import botocore.loaders
import botocore.retries.bucket
import botocore.session
import pytest
from botocore.awsrequest import AWSRequest
from botocore.handlers import BUILTIN_HANDLERS
from botocore.hooks import EventAliaser
from cryptography.hazmat.primitives.asymmetric import rsa
from moto import mock_aws
from moto.cognitoidp import models as moto_cognito
from moto.core import model_instances
from moto.core import models as moto_core
from moto.core import responses as moto_responses
from moto.moto_api._internal import models as moto_api
from moto.sns import models as moto_sns

from emulator import mock_sms, testing
from emulator.aws import EmbeddedAws
from emulator.aws import clients as aws_clients
from emulator.testing import HANDSET, lease_number, raises_aws
from emulator.wire.service import Service
from emulator.wire.validation import Constraints

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import unchanged  # beside the program that fuzzes with it

make_loader = cache(botocore.loaders.create_loader)
MODELS = make_loader(None)
"""Shared by all clients: reading the models takes longer than most tests."""
ONE_OF_TESTS = 8
"""Of so many tests, one compares the world before and after its refusals."""
ONE_OVER_SERVER = 8
"""Of so many tests of a service or an example, one runs over the server too."""
SERVICES, EXAMPLES = "tests/services/", "tests/examples/"
botocore.session.create_loader = make_loader
aws_clients.create_loader = lambda: MODELS


def copy_handlers(session, events):
    """Give a session of botocore the handlers that the first one has registered."""
    handlers = tuple(BUILTIN_HANDLERS)
    if handlers not in emitters:
        register_handlers(session, events)
        emitters[handlers] = events._emitter
    events._emitter = copy(emitters[handlers])


class MethodNames:
    """The names of the methods of a class, as moto lists them."""

    def __init__(self, kind):
        self.kind = kind

    def __contains__(self, name):
        return isfunction(getattr(self.kind, name, None))


def forget_instances():
    """
    Forget the objects that moto lists on its dashboard.

    moto's own function sets an attribute of each of some thousand classes, of which Python then looks up all methods anew.
    """
    for models in model_instances.model_data.values():
        for model in models.values():
            if model.instances_tracked:
                model.instances_tracked = []


# The models of the services are many objects that stay; to look through them again and again takes a third of the time.
gc.set_threshold(100_000, 50, 100)

# With each mock_aws, moto registers all its URLs with the `requests` library too, by which no test calls AWS.
moto_core.RESPONSES_METHODS.clear()
# moto draws a key of 2048 bits for each subscription, to sign what it sends there; one is enough for all.
draw_key = cache(lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048))
moto_sns.Subscription.private_key = lambda _: draw_key()
# Each session of botocore registers some 200 handlers, and looks at what each of them takes: those of the first are copied.
register_handlers, emitters = botocore.session.Session._register_builtin_handlers, {}
botocore.session.Session._register_builtin_handlers = copy_handlers
# What an event is called today depends on its name alone, yet each session and each client works it out.
current_name_of = EventAliaser(None)._alias_event_name
EventAliaser._alias_event_name = lambda _, name: current_name_of(name)
# Clients that try again do so at once, also those that send less after they were throttled.
botocore.endpoint.time = SimpleNamespace(sleep=lambda seconds: None)
botocore.retries.bucket.TokenBucket.acquire = lambda self, amount=1, block=True: True
# With each call, moto lists the methods of the class that answers, to look for one.
moto_responses.method_names_from_class = MethodNames
moto_core.reset_model_data = moto_api.reset_model_data = forget_instances
# For each user pool, moto reads the same key from the same file, which takes longer than most tests.
import_key = moto_cognito.jwk.RSAKey.import_key
key_of_pools = cache(lambda: import_key(moto_cognito.load_resource("cognitoidp/resources/jwks-private.json")))
moto_cognito.jwk = SimpleNamespace(RSAKey=SimpleNamespace(import_key=lambda _: key_of_pools()))


def pytest_addoption(parser):
    """Add the option that leaves no reach out."""
    parser.addoption(
        "--check-refusals", action="store_true", help="compare the world before and after the refusals of every test"
    )
    parser.addoption("--every-reach", action="store_true", help="run every case over the mock and over the server")


def pytest_configure(config):
    """Let the programs that tests start be interrupted."""
    # A shell that runs the suite in the background ignores SIGINT, and so would every program started from here.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput") and not config.getoption("durations") and not config.getoption("xmlpath"):
        send_less(next(each for each in config.pluginmanager.get_plugins() if hasattr(each, "sendevent")))


def send_less(worker):
    """Have a worker of pytest-xdist send no word of what went well before and after a test: most are shorter than that."""
    send = worker.sendevent

    def sendevent(name, **members):
        report = members["data"] if name == "testreport" else {"when": "call"}
        if name != "logstart" and (report["when"] == "call" or report["outcome"] != "passed"):
            send(name, **members)

    worker.sendevent = sendevent


def pytest_collection_finish(session):
    """Let garbage collections pass by what has been imported and collected: it stays until the process ends."""
    gc.freeze()


def pytest_collection_modifyitems(config, items):
    """Keep a sample of the services' and examples' tests over the server, and of a parametrised test one case."""
    if config.getoption("--every-reach"):
        return
    seen, modules, kept = set(), set(), []
    for item in items:
        function = item.nodeid.partition("[")[0]
        cases = getattr(item, "callspec", None)
        if cases is None or cases.params.get("reach") != "server":
            kept.append(item)
            continue
        is_first = item.module not in modules and not function.startswith(EXAMPLES)
        is_sampled = function.startswith((SERVICES, EXAMPLES))
        is_wanted = not is_sampled or is_first or _is_sample(function, ONE_OVER_SERVER)
        if is_wanted and function not in seen:
            seen.add(function)
            modules.add(item.module)
            kept.append(item)
    items[:] = kept


def _is_sample(function, one_of):
    """Return whether a test is in a sample that contains one of so many tests, the same ones in each run."""
    return zlib.crc32(function.encode()) % one_of == 0


@pytest.fixture(scope="session", autouse=True)
def kept_inner_clients():
    """Keep the clients by which the emulator calls moto: making one takes longer than most tests."""
    make, clients = EmbeddedAws._new_client, {}

    def get(self, *key):
        if self.endpoint_url is not None:
            return make(self, *key)
        key += (os.environ.get("AWS_ENDPOINT_URL"),)
        if key not in clients:
            clients[key] = make(self, *key[:3])
        return clients[key]

    EmbeddedAws._new_client = get
    yield
    EmbeddedAws._new_client = make


@pytest.fixture(autouse=True)
def credentials(monkeypatch):
    """No test may reach AWS, even by mistake."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


@cache
def constraints_of(shape):
    """Return the constraints of a shape, which take longer to compile than an answer to check."""
    return Constraints(shape)


@pytest.fixture(autouse=True)
def answers_fit_their_shapes(monkeypatch):
    """Every answer of every test is held to its output shape: no broken constraint, no unknown member."""
    call = Service.call

    def checked(self, context, operation, members):
        answer = call(self, context, operation, members)
        shape = operation.model.output_shape
        sent = json.loads(json.dumps(answer))
        if shape is not None and not constraints_of(shape).is_valid(sent):
            broken = constraints_of(shape).errors(sent)
            # Some lists of answers are modelled with at least one row; an account without any still gets an empty list.
            broken = [constraint for constraint in broken if constraint.keyword != "minItems"]
            assert not broken, f"{operation.name} answered {answer}: {broken}"
        if shape is not None:
            assert set(answer) <= set(shape.members) or self.name != "pinpoint-sms-voice-v2"
        return answer

    monkeypatch.setattr(Service, "call", checked)


@pytest.fixture(autouse=True)
def refusals_change_nothing(request, monkeypatch):
    """
    The world after a refusal is the world before it: in some of the tests, with `--check-refusals` in all.

    `.ci/run` has them all compared.
    """
    name = request.node.nodeid
    is_sampled = "test_refusals" in name or _is_sample(name, ONE_OF_TESTS)
    if is_sampled or request.config.getoption("--check-refusals"):
        unchanged.Unchanged(monkeypatch.setattr)


@pytest.fixture(params=["mock", "server"])
def reach(request):
    """How the world is reached."""
    return request.param


@pytest.fixture
def sms(reach, request):
    """An empty world, reached both ways."""
    if reach == "server":
        yield request.getfixturevalue("sms_server").emulator
        return
    with mock_aws(), mock_sms() as emulator:
        yield emulator
        # mock_aws empties moto when it starts, not when it ends: a rule of this test would hear the events of others.
        emulator.aws.reset()


@pytest.fixture(scope="session")
def kept_clients():
    """Keep the boto3 clients of the whole run: a client has no state, and making one takes longer than most tests."""
    clients = {}
    yield clients
    for made in clients.values():
        made.close()


@pytest.fixture
def client(reach, sms, request, kept_clients):
    """Return a function that gives a boto3 client, such as `client("sns")`; an account has twelve digits."""

    def get(service, account="testing", region="us-east-1", models=MODELS):
        endpoint_url = request.getfixturevalue("sms_server").endpoint_url if reach == "server" else None
        key = (service, account, region, endpoint_url, models)
        if key not in kept_clients:
            core = botocore.session.get_session()
            core.register_component("data_loader", models)
            session = boto3.session.Session(account, "secret", region_name=region, botocore_session=core)
            kept_clients[key] = session.client(service, endpoint_url=endpoint_url)
        return kept_clients[key]

    return get


@pytest.fixture
def download(reach, sms):
    """Fetches a presigned URL, as a program does that knows nothing of AWS; gives the content and its type."""

    def fetch(url):
        if reach == "server":
            with urlopen(url, timeout=10) as answer:
                return answer.read(), answer.headers["Content-Type"]
        status, headers, content = sms.engine.aws.answer(AWSRequest("GET", url).prepare())
        assert 200 == status
        return content, {name.lower(): value for name, value in headers.items()}["content-type"]

    return fetch


@pytest.fixture
def sms_client(client):
    """A client of the service under test."""
    return client("pinpoint-sms-voice-v2")


@pytest.fixture
def raises():
    """`raises("ConflictException", Reason=...)`."""
    return raises_aws


@pytest.fixture
def request_number(sms_client):
    """Return a function that leases a number, by default a US 10DLC one for texts, and returns its description."""

    def request(**members):
        number_id = lease_number(sms_client, **members)["PhoneNumberId"]
        return sms_client.describe_phone_numbers(PhoneNumberIds=[number_id])["PhoneNumbers"][0]

    return request


@pytest.fixture
def number(request_number):
    """A US 10DLC number of the account."""
    return request_number()["PhoneNumber"]


@pytest.fixture
def send_text(sms_client, number):
    """Sends a text from `number`; gives its id."""

    def send(body="Hi", to=HANDSET, **members):
        return testing.send_text(sms_client, body, to, **{"OriginationIdentity": number} | members)

    return send


@pytest.fixture
def topic_with_queue(client):
    """Return an SNS topic that an SQS queue is subscribed to, and a function that reads the records that arrived."""
    return testing.topic_with_queue(client("sns"), client("sqs"))


@pytest.fixture
def event_set(sms_client, topic_with_queue):
    """A configuration set `events` all of whose events go to `topic_with_queue`; gives its name."""
    sms_client.create_configuration_set(ConfigurationSetName="events")
    sms_client.create_event_destination(
        ConfigurationSetName="events",
        EventDestinationName="to-sns",
        MatchingEventTypes=["ALL"],
        SnsDestination={"TopicArn": topic_with_queue[0]},
    )
    return "events"
