"""mock_sms(): in-process answers for every boto3 client, with nothing left behind."""

import asyncio
import gc
import inspect
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import boto3
import botocore.session
import pytest
from botocore.credentials import CredentialResolver
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from emulator import mock_sms
from emulator.front.interception import stop
from emulator.services.sms_voice_v2.service import service
from emulator.testing import HANDSET, lease_number, send_text

NOWHERE = "http://127.0.0.1:9"
"""Nothing listens at the discard port."""


def new_client(service_name="pinpoint-sms-voice-v2", **arguments):
    return boto3.client(service_name, region_name="us-east-1", **arguments)


def send(client, body="Hi"):
    return send_text(client, body, OriginationIdentity=lease(client))


def lease(client):
    return lease_number(client)["PhoneNumber"]


def bodies(emulator):
    return [message.body for message in emulator.inbox.messages()]


class TestContextManager:
    """`with mock_sms() as sms:`."""

    def test_answers_without_a_network(self, sockets):
        """A client that points at an address where nobody listens is answered, and no socket is opened."""
        with mock_sms() as sms:
            send(new_client(endpoint_url=NOWHERE))

            assert ["Hi"] == bodies(sms)
        assert [] == sockets

    @pytest.mark.parametrize(
        ("service_name", "operation", "members"),
        [
            ("pinpoint-sms-voice-v2", "describe_keywords", {"OriginationIdentity": "phone-1"}),
            ("pinpoint-sms-voice", "get_configuration_set_event_destinations", {"ConfigurationSetName": "none"}),
        ],
    )
    def test_no_api_of_this_name_is_let_out(self, sockets, service_name, operation, members):
        """A call that cannot be answered is refused, and does not go to AWS instead."""
        with mock_sms(), pytest.raises(ClientError):
            getattr(new_client(service_name), operation)(**members)

        assert [] == sockets

    def test_client_made_before(self):
        """A client from before the mock is answered, by each mock anew."""
        client = new_client(endpoint_url=NOWHERE)

        with mock_sms() as first:
            send(client, "One")
        with mock_sms() as second:
            send(client, "Two")

        assert ["One"] == bodies(first)
        assert ["Two"] == bodies(second)

    def test_client_afterwards_is_as_before(self, sockets):
        """When the mock has ended, a client has its old handlers and asks the network again."""
        client = new_client(endpoint_url=NOWHERE, config=boto3.session.Config(retries={"total_max_attempts": 1}))
        before = handlers(client)

        with mock_sms():
            send(client)
            during = handlers(client)

        assert before == handlers(client) != during
        with pytest.raises(Exception, match="Could not connect"):
            client.describe_account_attributes()
        assert [("127.0.0.1", 9)] == sockets

    def test_client_is_as_before_after_an_error(self):
        """A block that ends in an exception leaves nothing behind either."""
        client = new_client()
        before = handlers(client)

        with pytest.raises(ClientError), mock_sms():
            client.describe_keywords(OriginationIdentity="phone-1")

        assert before == handlers(client)

    def test_inner_mock_answers(self):
        """Of two mocks the inner one answers, and the outer one again when that has ended."""
        client = new_client()

        with mock_sms() as outer:
            send(client, "Before")
            with mock_sms() as inner:
                send(client, "Within")
            send(client, "After")

        assert ["Within"] == bodies(inner)
        assert ["Before", "After"] == bodies(outer)

    def test_one_mock_entered_twice(self):
        """One mock may be entered again within itself: each time it is a world of its own."""
        client, mock = new_client(), mock_sms()

        with mock as outer, mock as inner:
            send(client)

        assert [] == bodies(outer)
        assert ["Hi"] == bodies(inner)

    def test_lasts_though_nobody_holds_it(self, sockets):
        """A mock whose object is gone, as where a setUp enters it, still lets nothing out until it is left."""
        held = mock_sms().__enter__()
        gc.collect()

        try:
            send(new_client(endpoint_url=NOWHERE))
        finally:
            stop(held)

        assert ["Hi"] == bodies(held)
        assert [] == sockets

    def test_arguments_reach_the_emulator(self):
        """Seed, profile and clock are those that were asked for."""
        with mock_sms(seed=7, profile="strict", clock="frozen") as sms:
            assert (7, "strict", "frozen") == (sms.engine.seed, sms.settings.profile, sms.clock.mode)
            assert "SANDBOX" == sms.account().tier

    def test_message_is_sent_once_by_many_threads(self):
        """Threads that make the first calls of one client together each send their text once."""
        with mock_sms() as sms:
            client = new_client()
            number = lease(new_client())
            together = threading.Barrier(8)

            def work(index):
                together.wait()
                client.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=number, MessageBody=str(index))

            with ThreadPoolExecutor(8) as pool:
                list(pool.map(work, range(8)))

            assert [str(index) for index in range(8)] == sorted(bodies(sms))

    def test_bug_of_ours_flies_into_the_test(self, monkeypatch):
        """An exception other than an AWS error propagates unchanged to the caller of the client."""

        def handler(context, **_):
            raise ZeroDivisionError("a bug")

        monkeypatch.setattr(service.find("DescribeKeywords"), "handler", handler)

        with mock_sms(), pytest.raises(ZeroDivisionError, match="a bug"):
            new_client().describe_keywords(OriginationIdentity="phone-1")


def handlers(client):
    """Everything that is called before a request of this client is sent."""
    return list(client.meta.events._emitter._handlers.prefix_search("before-send.pinpoint-sms-voice-v2.SendTextMessage"))


class TestDecorator:
    """`@mock_sms()`."""

    def test_each_call_has_an_empty_world(self):
        """A decorated function finds nothing of its last call."""

        @mock_sms()
        def story(body, *, sms):
            send(new_client(), body)
            return bodies(sms)

        assert [["One"], ["Two"]] == [story("One"), story("Two")]

    def test_without_parentheses(self):
        """`@mock_sms` decorates as `@mock_sms()` does, as moto's users are used to."""

        @mock_sms
        def story(sms):
            """Called once."""
            send(new_client())
            return bodies(sms)

        assert ["Hi"] == story()
        assert ("story", "Called once.") == (story.__name__, story.__doc__)

    def test_parameter_is_hidden_from_pytest(self):
        """The decorator fills a parameter `sms`, which pytest then does not take for a fixture; the others stay."""

        @mock_sms()
        def story(self, tmp_path, sms): ...

        assert ["self", "tmp_path"] == list(inspect.signature(story).parameters)

    @mock_sms()
    @pytest.mark.parametrize("body", ["Hi"])
    def test_method_with_a_fixture(self, body, sms, tmp_path):
        """A method that pytest collects is given its fixtures and the emulator."""
        send(new_client(), body)

        assert [body] == bodies(sms)
        assert tmp_path.is_dir()

    def test_coroutine(self, sockets):
        """A decorated coroutine function has its world until it has ended."""

        @mock_sms()
        async def story(sms):
            await asyncio.sleep(0)
            await asyncio.to_thread(send, new_client(endpoint_url=NOWHERE))
            return bodies(sms)

        # Its own event loop's wake-up pipe may not connect either, and need not.
        loop = asyncio.new_event_loop()
        try:
            assert ["Hi"] == loop.run_until_complete(story())
        finally:
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()
        assert [] == sockets

    def test_generator(self):
        """A decorated generator, such as a fixture, has its world until it has ended."""

        @mock_sms()
        def story(sms):
            yield new_client(endpoint_url=NOWHERE)
            yield bodies(sms)

        told = story()
        send(next(told))

        assert ["Hi"] == next(told)


class TestShortWay:
    """A call is answered before it is signed and sent, unless the wire matters."""

    @pytest.fixture
    def signed(self):
        """A client, and the requests that it has signed."""
        client, seen = new_client(), []
        client.meta.events.register("request-created", lambda request, **_: seen.append(request))
        return client, seen

    def test_nothing_is_signed(self, signed):
        """A plain call is answered without a request, with what botocore would have parsed."""
        client, seen = signed
        with mock_sms():
            answer = client.describe_account_attributes()

        assert [] == seen
        assert (200, 0) == tuple(answer["ResponseMetadata"][key] for key in ("HTTPStatusCode", "RetryAttempts"))
        assert answer["ResponseMetadata"]["RequestId"] == answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]

    @pytest.mark.parametrize("service_name", ["pinpoint-sms-voice-v2", "pinpoint", "sns"])
    def test_answer_is_the_same_both_ways(self, service_name):
        """The two ways give the same answers and errors, for each protocol."""
        calls = {
            "pinpoint-sms-voice-v2": [
                ("request_phone_number", dict(LEASE)),
                ("describe_phone_numbers", {}),
                ("describe_keywords", {"OriginationIdentity": "phone-1"}),
                ("describe_pools", {"MaxResults": 100, "Filters": []}),
            ],
            "pinpoint": [
                ("create_app", {"CreateApplicationRequest": {"Name": "app"}}),
                ("get_app", {"ApplicationId": "0" * 32}),
                ("phone_number_validate", {"NumberValidateRequest": {"PhoneNumber": HANDSET}}),
            ],
            "sns": [
                ("publish", {"PhoneNumber": HANDSET, "Message": "Hi"}),
                ("publish", {"PhoneNumber": "1", "Message": "Hi"}),
            ],
        }[service_name]

        def story(client):
            with mock_sms(seed=7, start=datetime(2026, 1, 1, tzinfo=timezone.utc)):
                return [call(client, name, members) for name, members in calls]

        long_way = new_client(service_name)
        long_way.meta.events.register("before-send", lambda **_: None)

        assert story(long_way) == story(new_client(service_name))

    def test_users_hooks_see_the_wire(self, signed):
        """A client with a before-send hook of the user's goes the long way."""
        client, seen = signed
        bodies_sent = []
        client.meta.events.register("before-send", lambda request, **_: bodies_sent.append(request.body))

        with mock_sms():
            client.describe_pools()

        assert 1 == len(seen)
        assert [b"{}"] == bodies_sent

    def test_faults_are_retried(self, signed, monkeypatch):
        """An injected fault goes by the wire, where botocore tries again."""
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        client, seen = signed

        with mock_sms() as sms:
            sms.faults.add("ThrottlingException", times=2)
            answer = client.describe_pools()

        assert (3, 2) == (len(seen), answer["ResponseMetadata"]["RetryAttempts"])

    def test_stubber_comes_first(self):
        """A client under botocore's Stubber is answered by that."""
        client = new_client()
        with mock_sms(), Stubber(client) as stubber:
            stubber.add_response("describe_pools", {"Pools": [], "NextToken": "stubbed"})

            assert "stubbed" == client.describe_pools()["NextToken"]

    def test_client_without_credentials(self, monkeypatch):
        """A client that was made where there were no credentials works, and needs none."""
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
        session = botocore.session.Session()
        session.register_component("credential_provider", CredentialResolver([]))
        client = session.create_client("pinpoint-sms-voice-v2", region_name="us-east-1")

        with mock_sms() as sms:
            send(client)

            assert ["Hi"] == bodies(sms)

    def test_http_response_of_after_call(self):
        """What after-call handlers are shown has the status and the headers of the answer."""
        client, seen = new_client(), []
        client.meta.events.register("after-call", lambda http_response, **_: seen.append(http_response))

        with mock_sms():
            answer = client.describe_pools()

        assert [answer["ResponseMetadata"]["RequestId"]] == [response.headers["x-amzn-requestid"] for response in seen]
        assert [b'{"Pools":[]}'] == [response.content for response in seen]

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
    @pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
    def test_forked_process(self):
        """A process that is forked within a mock has a copy of its own."""
        with mock_sms() as sms:
            client = new_client()
            number = lease(client)
            child = os.fork()
            if not child:
                send_text(client, "Hi", OriginationIdentity=number)
                os._exit(len(bodies(sms)))

            assert 1 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            assert [] == bodies(sms)


LEASE = {
    "IsoCountryCode": "US",
    "MessageType": "TRANSACTIONAL",
    "NumberCapabilities": ["SMS"],
    "NumberType": "TEN_DLC",
}


def call(client, name, members):
    """Return the answer of a call, or the answer that its error carries."""
    try:
        return getattr(client, name)(**members)
    except ClientError as error:
        return error.response
