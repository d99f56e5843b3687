"""Fixtures: numbers that are leased, listed and changed."""

import pytest

from emulator.testing import US_TEN_DLC


@pytest.fixture
def ids(sms_client):
    """The ids that DescribePhoneNumbers pages through."""

    def read(**members):
        pages = sms_client.get_paginator("describe_phone_numbers").paginate(**members)
        return [row["PhoneNumberId"] for page in pages for row in page["PhoneNumbers"]]

    return read


@pytest.fixture
def update(sms_client):
    """Changes a number of `request_number`."""

    def update(number, **members):
        return sms_client.update_phone_number(PhoneNumberId=number["PhoneNumberId"], **members)

    return update


@pytest.fixture
def prefer(sms_client):
    """Requests a US 10DLC number by a preference; gives the number."""

    def prefer(kind, *patterns):
        preference = [{"PreferenceType": [kind], "Filter": list(patterns)}]
        return sms_client.request_phone_number(**US_TEN_DLC, NumberPreference=preference)["PhoneNumber"]

    return prefer
