"""Fixtures of the registrations: a world with other limits, and registrations from their beginning to their end."""

from __future__ import annotations

import pytest

from emulator.settings import Settings
from emulator.testing import fill_registration

BRAND = "US_TEN_DLC_BRAND_REGISTRATION"
CAMPAIGN = "US_TEN_DLC_CAMPAIGN_REGISTRATION"


@pytest.fixture
def limits(sms):
    """Begins the world anew with these limits of the friendly profile: `limits(registrations_required=True)`."""
    before = sms.settings

    def begin(**changes):
        sms.engine.settings = Settings.load("friendly", changes)
        sms.reset()

    yield begin
    sms.engine.settings = before


@pytest.fixture
def register(sms_client):
    """Creates, fills, associates and submits a registration; gives its id."""

    def make(registration_type, values=None, associate=(), submit=True, client=sms_client):
        created = client.create_registration(RegistrationType=registration_type)
        registration_id = created["RegistrationId"]
        fill_registration(client, registration_id, values)
        for resource_id in associate:
            client.create_registration_association(RegistrationId=registration_id, ResourceId=resource_id)
        if submit:
            client.submit_registration_version(RegistrationId=registration_id)
        return registration_id

    return make


@pytest.fixture
def brand(register):
    """A 10DLC brand, submitted; the next request finds it COMPLETE."""
    return register(BRAND)


@pytest.fixture
def campaign(register, brand):
    """A 10DLC campaign of the brand, submitted; the next request finds it COMPLETE."""
    return register(CAMPAIGN, associate=[brand])


@pytest.fixture
def standing(sms_client):
    """Return a function that describes a registration."""

    def find(registration_id):
        return sms_client.describe_registrations(RegistrationIds=[registration_id])["Registrations"][0]

    return find


@pytest.fixture
def newest_version(sms_client):
    """Return a function that describes the newest version of a registration."""

    def find(registration_id):
        return sms_client.describe_registration_versions(RegistrationId=registration_id)["RegistrationVersions"][-1]

    return find


@pytest.fixture
def fill(sms_client):
    """Fills the draft of a registration."""

    def fill_draft(registration_id, values=None):
        fill_registration(sms_client, registration_id, values)

    return fill_draft
