"""Codes and brand profiles are part of the state that is saved and restored."""

from __future__ import annotations

from emulator.testing import HANDSET, picture


def test_codes_and_profiles_survive_a_snapshot(sms, codes, send_code, validate):
    """After a restored state the code is still good, and the profile still has its file."""
    send_code()
    code = sms.codes.last(to=HANDSET)
    profile = codes.create_brand_profile(brandProfileName="Shop")["brandProfileId"]
    logo = {"attributeName": "Logo", "attributeType": "IMAGE", "attachmentBody": picture(8, 8)}
    codes.create_brand_profile_attributes(brandProfileId=profile, attributes=[logo])
    codes.create_registrations_from_brand_profile(
        brandProfileId=profile, registrationTypes=["US_TEN_DLC_BRAND_REGISTRATION"]
    )
    state = sms.state()

    sms.reset()
    sms.restore(state)

    assert "VALID" == validate(code)
    stored = codes.get_brand_profile_attribute(brandProfileId=profile, attributeName="Logo")
    assert len(picture(8, 8)) == stored["mediaSizeBytes"]
    assert ["SUCCESS"] == [job["status"] for job in codes.list_jobs()["jobs"]]
