"""Inbound messages: find the owner of the dialled number, and deliver the message there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from emulator.kernel.stores import Stores
from emulator.messaging.context import Context, World, messaging
from emulator.messaging.receiving import rcs, texts
from emulator.messaging.receiving.texts import Received
from emulator.messaging.state.rcs import RcsAgent
from emulator.messaging.store import MessagingStore


class Network(Protocol):
    """The stores of every account: the numbers that can be dialled."""

    messaging_stores: Stores[MessagingStore]


def stores_of(world: Network, account: str | None, region: str | None) -> Iterator[MessagingStore]:
    """Yield the stores of an account or region, or all of them."""
    for store in world.messaging_stores:
        if account in (None, store.account) and region in (None, store.region):
            yield store


def find_agent(
    world: Network, reference: str, account: str | None = None, region: str | None = None
) -> tuple[MessagingStore, RcsAgent] | None:
    """Return an RCS agent by its id or ARN, and the store that holds it; None if there is none."""
    for store in stores_of(world, account, region):
        agent = store.rcs_agents.find(reference)
        if agent is not None:
            return store, agent
    return None


def open_store(world: World, store: MessagingStore) -> Context:
    """Return a unit of work for the account and region of a store."""
    ctx: Context = world.transaction(messaging, store.account, store.region)
    return ctx


def deliver_inbound(
    world: World, sender: str, to: str, body: str, *, account: str | None = None, region: str | None = None
) -> Received | None:
    """
    Deliver a text from a handset to a number, short code or RCS agent.

    Args:
        world: the world.
        sender: the number of the handset.
        to: the number, short code or agent that the text is addressed to.
        body: the text.
        account: the account to search for `to`; all by default.
        region: the region to search for `to`; all by default.

    Returns:
        How the text was handled; None if no account owns `to`.
    """
    for store in stores_of(world, account, region):
        number = store.phone_numbers.find(to)
        if number is not None:
            with open_store(world, store) as ctx:
                return texts.receive(ctx, number, sender, body)
    found = find_agent(world, to, account, region)
    if found is None:
        return None
    store, agent = found
    with open_store(world, store) as ctx:
        return rcs.receive(ctx, agent, sender, body)
