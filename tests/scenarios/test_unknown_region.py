"""A region that botocore's endpoint data does not know is refused, and leaves no state."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

CALLS = {
    "pinpoint-sms-voice-v2": ("describe_opt_out_lists", {}, "InvalidSignatureException"),
    "pinpoint": ("get_apps", {}, "InvalidSignatureException"),
    "sns": ("get_sms_attributes", {}, "SignatureDoesNotMatch"),
}


@pytest.mark.parametrize("service", CALLS)
def test_an_unknown_region_is_refused(sms, client, service):
    """A request that is signed for such a region is refused as AWS does it, and no store is made."""
    operation, members, code = CALLS[service]

    with pytest.raises(ClientError, match="Credential should be scoped to a valid region, not 'us-esat-1'") as raised:
        getattr(client(service, region="us-esat-1"), operation)(**members)

    answer = raised.value.response
    assert (403, code) == (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"])
    assert all(stores.find(("123456789012", "us-esat-1")) is None for stores in sms.world.stores.values())


def test_a_command_about_an_unknown_region_is_refused(sms):
    """The control API refuses such a region too."""
    with pytest.raises(ValueError, match="region"):
        sms.control("show_account", region="us-esat-1")
    assert all(stores.find(("123456789012", "us-esat-1")) is None for stores in sms.world.stores.values())
