"""Fixtures: numbers and pools that own keywords, and texts from a handset."""

import pytest

from emulator.testing import HANDSET


@pytest.fixture
def owner(request_number):
    """A US 10DLC number, as DescribePhoneNumbers says."""
    return request_number()


@pytest.fixture
def toll_free(request_number):
    """A US toll-free number."""
    return request_number(NumberType="TOLL_FREE")


@pytest.fixture
def write(sms, owner):
    """Return a function that writes from the handset, by default to `owner`; it returns keyword, action and answer."""

    def write(body, to=None, handset=HANDSET):
        answer = sms.handset(handset).reply(body, to=(to or owner)["PhoneNumber"])
        return answer["keyword"], answer["action"], answer["reply"]

    return write


@pytest.fixture
def put_keyword(sms_client, owner):
    """Return a function that puts a keyword, by default on `owner`."""

    def put(keyword, message="Answer", to=None, **members):
        identity = (to or owner)["PhoneNumberId"]
        sms_client.put_keyword(OriginationIdentity=identity, Keyword=keyword, KeywordMessage=message, **members)

    return put


@pytest.fixture
def opted_out(sms_client):
    """Return a function that lists the numbers of an opt-out list."""

    def read(name="Default"):
        rows = sms_client.describe_opted_out_numbers(OptOutListName=name)["OptedOutNumbers"]
        return [(row["OptedOutNumber"], row["EndUserOptedOut"]) for row in rows]

    return read
