"""SNS in a mock without moto's own: nothing about phones leaves the process. Evidence: aws-sdk-ruby 1876."""

from __future__ import annotations

import socket

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import HANDSET


@pytest.fixture
def sns(monkeypatch):
    """Return a client of SNS in a process that cannot open a connection."""

    def refuse(*_, **__):
        raise AssertionError("a call has left the process")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return boto3.client("sns", region_name="us-east-1")


def test_preferences_stay_in_the_process(sns):
    """Preferences, opt-outs, the sandbox and texts are answered by the mock."""
    with mock_sms() as sms:
        sns.set_sms_attributes(attributes={"DefaultSMSType": "Transactional"})
        sns.publish(PhoneNumber=HANDSET, Message="hello")

        assert {"DefaultSMSType": "Transactional"} == sns.get_sms_attributes(attributes=["DefaultSMSType"])["attributes"]
        assert sns.check_if_phone_number_is_opted_out(phoneNumber=HANDSET)["isOptedOut"] is False
        assert sns.get_sms_sandbox_account_status()["IsInSandbox"] is False
        assert ["hello"] == [message.body for message in sms.inbox.messages()]


def test_topics_stay_in_the_process(sns):
    """A topic with a phone is made, subscribed to and published to without a network."""
    with mock_sms() as sms:
        topic = sns.create_topic(Name="race")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=HANDSET)
        sns.publish(TopicArn=topic, Message="Start")

        sms.settle()
        assert ["Start"] == [text.body for text in sms.handset(HANDSET).inbox]


def test_an_account_of_its_own(sns):
    """An access key of twelve digits is an account, for topics too."""
    client = boto3.client("sns", region_name="us-east-1", aws_access_key_id="210987654321", aws_secret_access_key="x")
    with mock_sms() as sms:
        topic = client.create_topic(Name="race")["TopicArn"]
        client.subscribe(TopicArn=topic, Protocol="sms", Endpoint=HANDSET)
        client.publish(TopicArn=topic, Message="Start")

        assert "arn:aws:sns:us-east-1:210987654321:race" == topic
        assert ["210987654321"] == [message.account for message in sms.inbox.messages()]


def test_after_the_mock_nothing_is_received(sns):
    """The mock that was active receives the texts of topics; with another one it is the other that does."""
    with mock_sms() as first:
        topic = sns.create_topic(Name="race")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=HANDSET)
        with mock_sms() as second:
            sns.publish(TopicArn=topic, Message="Inner")
        sns.publish(TopicArn=topic, Message="Outer")

        assert (["Outer"], ["Inner"]) == tuple([m.body for m in sms.inbox.messages()] for sms in (first, second))


def test_phones_stay_where_others_pass(sns):
    """With `aws="pass"` what concerns phones is answered all the same."""
    with mock_sms(aws="pass") as sms:
        sns.set_sms_attributes(attributes={"DefaultSMSType": "Transactional"})
        sns.publish(PhoneNumber=HANDSET, Message="hello")

        assert ["hello"] == [message.body for message in sms.inbox.messages()]
