"""The part of the Python control API that decides in place of AWS, of carriers and of Meta."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


class WhatsAppClient:
    """WhatsApp Business accounts, and what Meta decides about them."""

    def __init__(self, control: Callable[..., Any]) -> None:
        self._control = control

    def link(self, phone_number: str, display_name: str = "Example", **members: Any) -> dict[str, Any]:
        """
        Link an account with one number, as if its sign-up had been completed; return its ids, such as `phone_number_id`.

        `members` are `name`, `event_destination` (the ARN of a topic), `account` and `region`.
        """
        return dict(self._control("link_whatsapp_account", phone_number=phone_number, display_name=display_name, **members))

    def change(self, number: str, **state: Any) -> dict[str, Any]:
        """
        Change what Meta makes of a number: quality_rating, messaging_limit, refuses_with (a code), is_registered; or of its
        account: direct_send, direct_send_enforcement.
        """
        return dict(self._control("change_whatsapp_number", number=number, **state))

    def force(self, message_id: str, status: str, error_code: int | None = None) -> dict[str, Any]:
        """Bring a message to sent, delivered, read, played, or failed by one of Meta's codes."""
        return dict(self._control("force_whatsapp_status", message_id=message_id, status=status, error_code=error_code))

    def decide(self, meta_template_id: str, status: str | None = None, **members: Any) -> dict[str, Any]:
        """Decide on a template: APPROVED, REJECTED (with a `reason`), PAUSED, DISABLED; or `quality_score`, `category`."""
        return dict(self._control("decide_whatsapp_template", meta_template_id=meta_template_id, status=status, **members))

    def decide_flow(self, flow_id: str, status: str) -> dict[str, Any]:
        """Block or throttle a published flow: BLOCKED, THROTTLED, or PUBLISHED again."""
        return dict(self._control("decide_whatsapp_flow", flow_id=flow_id, status=status))


class BrandProfilesClient:
    """Brand profiles of all accounts."""

    def __init__(self, control: Callable[..., Any]) -> None:
        self._control = control

    def records(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the profiles with their attributes, registrations and jobs; filters: account, region."""
        found: list[dict[str, Any]] = self._control("list_brand_profiles", **filters)["brand_profiles"]
        return found

    def decide(self, brand_profile_id: str, status: str) -> dict[str, Any]:
        """Set the status of a profile: ACTIVE, BLOCKED, PAUSED, CANCELLED or FAILED."""
        return dict(self._control("decide_brand_profile", brand_profile_id=brand_profile_id, status=status))


class RcsClient:
    """RCS agents of all accounts."""

    def __init__(self, control: Callable[..., Any]) -> None:
        self._control = control

    def decide(self, agent_id: str, status: str | None = None, **launches: str) -> dict[str, Any]:
        """Set an agent's status (TESTING: only its testers can receive), or launch it: `decide(id, US="ACTIVE")`."""
        fields = {"status": status, "launches": launches or None}
        shown: dict[str, Any] = self._control("change_rcs_agent", agent_id=agent_id, **fields)
        return shown


class RegistrationsClient:
    """The reviewer of registrations."""

    def __init__(self, control: Callable[..., Any]) -> None:
        self._control = control

    def decide(self, registration_id: str, status: str, reasons: Iterable[dict[str, str]] = ()) -> dict[str, Any]:
        """
        Set the status of a registration.

        Args:
            registration_id: the registration.
            status: COMPLETE, REQUIRES_UPDATES, REVIEWING, PROVISIONING, REQUIRES_AUTHENTICATION or CLOSED.
            reasons: why it was denied: dicts with `reason`, and optionally `short_description` and `field_path`.
        """
        answer: dict[str, Any] = self._control(
            "decide_registration", registration_id=registration_id, status=status, reasons=list(reasons)
        )
        return answer

    def records(self, **filters: Any) -> list[dict[str, Any]]:
        """Return all registrations; filters: account, region, status, registration_type."""
        found: list[dict[str, Any]] = self._control("list_registrations", **filters)["registrations"]
        return found


class AccountClient:
    """The settings of one account in one region."""

    def __init__(self, control: Callable[..., Any], account: str | None, region: str | None) -> None:
        self._control = control
        self._scope = {"account": account, "region": region}

    @property
    def tier(self) -> str:
        """`SANDBOX` or `PRODUCTION`."""
        return str(self._control("show_account", **self._scope)["tier"])

    @tier.setter
    def tier(self, tier: str) -> None:
        self._control("change_account", **self._scope, tier=tier)

    @property
    def enabled(self) -> bool:
        """True if the account may send."""
        return bool(self._control("show_account", **self._scope)["enabled"])

    @enabled.setter
    def enabled(self, enabled: bool) -> None:
        self._control("change_account", **self._scope, enabled=enabled)

    @property
    def reputation(self) -> str:
        """`good`, or `insufficient` for a new or suspect account, to which AWS refuses what it reserves for others."""
        return str(self._control("show_account", **self._scope)["reputation"])

    @reputation.setter
    def reputation(self, reputation: str) -> None:
        self._control("change_account", **self._scope, reputation=reputation)

    @property
    def spend_limits(self) -> dict[str, int]:
        """The MaxLimits that AWS has set for this account, in whole dollars a month, by AWS's name for the channel."""
        return dict(self._control("show_account", **self._scope)["spend_limits"])

    @spend_limits.setter
    def spend_limits(self, limits: dict[str, int]) -> None:
        self._control("change_account", **self._scope, spend_limits=limits)

    @property
    def reviewer(self) -> str:
        """How the account's registrations are reviewed: `approve`, `manual` or `deny`."""
        return str(self._control("show_account", **self._scope)["reviewer"])

    @reviewer.setter
    def reviewer(self, reviewer: str) -> None:
        self._control("change_account", **self._scope, reviewer=reviewer)
