"""The state of the API in one account and region."""

from __future__ import annotations

from operator import attrgetter

from emulator.kernel.snapshots import Snapshotable
from emulator.kernel.stores import Table
from emulator.messaging import regions
from emulator.messaging.state.brand_profiles import BrandProfile, Job
from emulator.messaging.state.codes import IssuedCode, NotifyCodeConfiguration


class EndUserMessagingStore(Snapshotable):
    """Code configurations, unused codes, brand profiles, jobs, and the tags by ARN."""

    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region
        self.code_configurations: Table[NotifyCodeConfiguration] = Table(
            attrgetter("notify_code_configuration_id", "notify_code_configuration_arn"), KeyError
        )
        self.codes: dict[tuple[str, str], IssuedCode] = {}
        """By destination and reference, which is empty for a code that was sent without one."""
        self.brand_profiles: Table[BrandProfile] = Table(attrgetter("brand_profile_id", "brand_profile_arn"), KeyError)
        self.jobs: dict[str, Job] = {}
        self.tags: dict[str, dict[str, str]] = {}

    def arn(self, resource_type: str, resource_id: str) -> str:
        """Return the ARN of a resource of this account and region."""
        return regions.arn("end-user-messaging", self.region, self.account, f"{resource_type}/{resource_id}")
