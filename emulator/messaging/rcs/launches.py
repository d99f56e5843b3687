"""
The launches of RCS agents by country, and the invitations to test an agent before its launch.

Which carriers there are, and what a refused or a deleted registration does to a launch or a testing agent, is # unverified.
"""

from __future__ import annotations

from datetime import timedelta

from emulator.messaging.context import Context
from emulator.messaging.facts import RegistrationStatusChanged
from emulator.messaging.state.rcs import LAUNCHED, CountryLaunch, RcsAgent
from emulator.messaging.timers import RcsAgentReady, RcsInvitationAnswered
from emulator.telecom.numbering import countries
from emulator.wire.service import reaction

INVITATION_ANSWERED_AFTER = timedelta(minutes=2)
"""Source: the RCS quick start, which names 2 to 20 minutes."""
CARRIERS = {
    "US": ("AT&T", "T-Mobile", "Verizon"),
    "CA": ("Bell", "Rogers", "Telus"),
}
"""The carriers of a country; any other country has one named after it."""
LAUNCH_REGISTRATION = "_RCS_LAUNCH_REGISTRATION"
TEST = "TEST"
"""The word in place of the country in the registration type of a testing agent."""
LAUNCH_STATUS = {"COMPLETE": "ACTIVE", "REQUIRES_UPDATES": "REJECTED", "CLOSED": "REJECTED"}
"""The status of a launch by the status of its registration; PENDING for all others."""


@reaction(RcsAgentReady)
def launch_everywhere(ctx: Context, event: RcsAgentReady) -> None:
    """Launch an agent in every country with RCS, for accounts whose registrations are assumed to be granted."""
    agent = ctx.store.rcs_agents.find(event.rcs_agent_id)
    if agent is None or agent.status != "CREATED":
        return
    for iso, country in countries().items():
        if country.rcs:
            launch(ctx, agent, iso, "ACTIVE")


def launch(ctx: Context, agent: RcsAgent, iso: str, status: str, registration_id: str | None = None) -> CountryLaunch:
    """
    Set the status of an agent's launch in a country, and the status of the agent that follows from it.

    An agent is ACTIVE if all its launches are, and PARTIAL if only some are.
    """
    known = agent.launches.get(iso)
    registration = registration_id or (known.registration_id if known else None)
    registration = registration or f"registration-{ctx.world.seeds.hex_id('registration')}"
    of_carriers = {"ACTIVE": "ACTIVE", "REJECTED": "REJECTED"}.get(status, "PENDING")
    names = CARRIERS.get(iso, (f"{iso} Mobile",))
    row = CountryLaunch(iso, status, registration, agent.business_id, dict.fromkeys(names, of_carriers))
    if status == "PARTIAL":
        row.carriers[names[0]] = "ACTIVE"
    agent.launches[iso] = row
    statuses = {launched.status for launched in agent.launches.values()}
    if statuses & LAUNCHED:
        agent.status = "ACTIVE" if statuses == {"ACTIVE"} else "PARTIAL"
    return row


@reaction(RegistrationStatusChanged)
def follow_registration(ctx: Context, event: RegistrationStatusChanged) -> None:
    """Update an agent's launch in a country, or its testing agent, to the status of the registration."""
    registration = ctx.store.registrations.find(event.registration_id)
    if registration is None or not event.registration_type.endswith(LAUNCH_REGISTRATION):
        return
    iso = event.registration_type.removesuffix(LAUNCH_REGISTRATION)
    for association in registration.associated("rcs-agent"):
        agent = ctx.store.rcs_agents.find(association.resource_arn)
        if agent is None:
            continue
        if iso == TEST:
            _update_testing_agent(agent, event)
        elif event.status in LAUNCH_STATUS or not agent.launched_in(iso):
            # A launch stays active while an update of its form is under review.
            launch(ctx, agent, iso, LAUNCH_STATUS.get(event.status, "PENDING"), event.registration_id)
        _update_status(agent)


def withdraw(ctx: Context, rcs_agent_arn: str, registration_id: str) -> None:
    """Delete the launches and the testing agent that an agent has by a registration that is deleted."""
    agent = ctx.store.rcs_agents.find(rcs_agent_arn)
    if agent is None:
        return
    for iso in [iso for iso, row in agent.launches.items() if row.registration_id == registration_id]:
        del agent.launches[iso]
    if agent.testing_agent is not None and agent.testing_agent["RegistrationId"] == registration_id:
        agent.testing_agent = None
    _update_status(agent)


def _update_testing_agent(agent: RcsAgent, event: RegistrationStatusChanged) -> None:
    if event.status in ("REQUIRES_UPDATES", "CLOSED"):
        status = "CREATED"
    else:
        status = "ACTIVE" if event.status == "COMPLETE" else "PENDING"
    agent.testing_agent = {
        "Status": status,
        "TestingAgentId": agent.business_id,
        "RegistrationId": event.registration_id,
    }


def _update_status(agent: RcsAgent) -> None:
    """Set the status of an agent that is not launched anywhere: TESTING, PENDING or CREATED."""
    statuses = {launched.status for launched in agent.launches.values()}
    if statuses & LAUNCHED:
        return
    if agent.testing_agent is not None and agent.testing_agent["Status"] == "ACTIVE":
        agent.status = "TESTING"
    else:
        agent.status = "PENDING" if "PENDING" in statuses or agent.testing_agent is not None else "CREATED"


@reaction(RcsInvitationAnswered)
def answer_invitation(ctx: Context, event: RcsInvitationAnswered) -> None:
    """Accept the invitation if the handset has RCS."""
    row = ctx.store.verified_numbers.find(event.verified_destination_number_id)
    if row is not None and row.status == "PENDING":
        handset = ctx.world.handsets.get(row.destination_phone_number)
        row.status = "VERIFIED" if handset is None or handset.rcs else "UNSUPPORTED"
