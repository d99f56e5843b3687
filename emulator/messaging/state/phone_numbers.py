"""Phone numbers."""

from __future__ import annotations

from datetime import datetime

from emulator.kernel.dataclass import dataclass
from emulator.messaging.state.replies import ReplySettings


@dataclass(slots=True)
class PhoneNumber(ReplySettings):
    """
    A number of the account; the settings of a pool member are those of the pool.

    `phone_number` is in E.164, or a short code as it is; `monthly_leasing_price` is in US dollars as AWS writes them.
    """

    phone_number_arn: str
    phone_number_id: str
    phone_number: str
    status: str
    iso_country_code: str
    message_type: str
    number_capabilities: list[str]
    number_type: str
    monthly_leasing_price: str
    created_timestamp: datetime
    international_sending_enabled: bool = False
    deletion_protection_enabled: bool = False
    pool_id: str | None = None
    registration_id: str | None = None

    resource_type = "phone-number"

    @property
    def origination_identity(self) -> str:
        """The id, under the name that the keyword operations use for the owner."""
        return self.phone_number_id

    @property
    def origination_identity_arn(self) -> str:
        """The ARN, under the name that the keyword operations use for the owner."""
        return self.phone_number_arn
