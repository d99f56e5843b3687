"""
Who has opted out: one list for SNS and `pinpoint-sms-voice-v2`.

Evidence: localstack's tests, recorded on AWS; GSA/notifications-admin 235.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from emulator.testing import HANDSET

DAYS_29, DAYS_2 = timedelta(days=29), timedelta(days=2)


@pytest.fixture
def opt_out(sms_client):
    """Puts a number on the Default list by the other API."""
    return lambda number=HANDSET: sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=number)


def is_opted_out(sns, number=HANDSET):
    """Return whether SNS holds the number to be opted out."""
    return sns.check_if_phone_number_is_opted_out(phoneNumber=number)["isOptedOut"]


def test_numbers_of_the_default_list_are_opted_out(sns, opt_out):
    """A number on the Default list is opted out for SNS, another one is not."""
    opt_out()

    assert [True, False] == [is_opted_out(sns), is_opted_out(sns, "+14255550101")]
    assert [HANDSET] == sns.list_phone_numbers_opted_out()["phoneNumbers"]


def test_a_stop_counts(sms, sns, publish, number):
    """A recipient who writes STOP is opted out for SNS."""
    publish(OriginationNumber=number)
    sms.handset(HANDSET).reply("STOP", to=number)

    assert is_opted_out(sns)


def test_the_default_list_counts_for_every_number(sms_client, request_number, opt_out, publish, arrived):
    """A recipient on the Default list gets nothing from a number that has another list either."""
    sms_client.create_opt_out_list(OptOutListName="mine")
    number = request_number(OptOutListName="mine")["PhoneNumber"]
    publish("Before", OriginationNumber=number)
    assert ["Before"] == arrived()
    opt_out()
    publish("After", OriginationNumber=number)

    assert ["Before"] == arrived()


def test_an_opted_in_number_is_off_the_list(sms, sns, sms_client, opt_out, publish, arrived, raises):
    """A number that is opted in by SNS is off the list of the other API, and can be sent to."""
    opt_out()
    sns.opt_in_phone_number(phoneNumber=HANDSET)
    publish("Welcome back")

    assert not is_opted_out(sns)
    with raises("ResourceNotFoundException"):
        sms_client.describe_opted_out_numbers(OptOutListName="Default", OptedOutNumbers=[HANDSET])
    assert ["Welcome back"] == arrived()


def test_once_in_thirty_days(sms, sns, opt_out, raises):
    """A number can be opted in once in 30 days."""
    opt_out()
    sns.opt_in_phone_number(phoneNumber=HANDSET)
    opt_out()
    sms.clock.advance(days=29)

    with raises("InvalidParameter"):
        sns.opt_in_phone_number(phoneNumber=HANDSET)
    assert is_opted_out(sns)
    sms.clock.advance(days=2)
    sns.opt_in_phone_number(phoneNumber=HANDSET)
    assert not is_opted_out(sns)


def test_opting_in_who_is_not_opted_out(sns):
    """A number that is not on the list is opted in without an error."""
    sns.opt_in_phone_number(phoneNumber=HANDSET)

    assert not is_opted_out(sns)


@pytest.mark.parametrize("number", ["14255550100", "call me", "+0123", ""])
@pytest.mark.parametrize("operation", ["check_if_phone_number_is_opted_out", "opt_in_phone_number"])
def test_what_is_not_e164_is_refused(sns, operation, number):
    """A number that is not written in E.164 is an invalid parameter."""
    with pytest.raises(ClientError) as raised:
        getattr(sns, operation)(phoneNumber=number)

    error = raised.value.response["Error"]
    assert ("InvalidParameter", "Invalid parameter: PhoneNumber Reason: input incorrectly formatted") == (
        error["Code"],
        error["Message"],
    )


def test_the_list_comes_in_pages_of_a_hundred(sns, opt_out):
    """A page has a hundred numbers, and the token of the next one; a token that is none is refused."""
    numbers = [f"+1425555{turn:04d}" for turn in range(101)]
    for number in numbers:
        opt_out(number)

    first = sns.list_phone_numbers_opted_out()
    second = sns.list_phone_numbers_opted_out(nextToken=first["nextToken"])
    assert (numbers[:100], numbers[100:]) == (first["phoneNumbers"], second["phoneNumbers"])
    assert "nextToken" not in second
    with pytest.raises(sns.exceptions.InvalidParameterException):
        sns.list_phone_numbers_opted_out(nextToken="none")
