"""Fixtures: pools and their members."""

import pytest


@pytest.fixture
def create(sms_client):
    """Makes a pool of a number of `request_number`; gives its id."""

    def create(number, **members):
        wanted = {"OriginationIdentity": number["PhoneNumberId"], "MessageType": number["MessageType"]} | members
        return sms_client.create_pool(**wanted)["PoolId"]

    return create


@pytest.fixture
def show(sms_client):
    """Return a function that describes a pool."""
    return lambda pool_id: sms_client.describe_pools(PoolIds=[pool_id])["Pools"][0]


@pytest.fixture
def members_of(sms_client):
    """The ids or names of a pool's members, as ListPoolOriginationIdentities pages through them."""

    def read(pool_id, **members):
        pages = sms_client.get_paginator("list_pool_origination_identities").paginate(PoolId=pool_id, **members)
        return [row["OriginationIdentity"] for page in pages for row in page["OriginationIdentities"]]

    return read


@pytest.fixture
def associate(sms_client):
    """Puts a number of `request_number` into a pool."""

    def associate(pool_id, number):
        return sms_client.associate_origination_identity(PoolId=pool_id, OriginationIdentity=number["PhoneNumberId"])

    return associate
