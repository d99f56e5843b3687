"""What is kept has an end, and a page of anything costs by the page."""

import sys
from collections import Counter

import pytest

from emulator import Emulator, mock_sms
from emulator.testing import HANDSET, send_text
from emulator.wire import service as wire_service
from emulator.wire.paging import NEIGHBOURS

KEPT = 200
ROWS = 24


@pytest.fixture
def sms():
    """A world that keeps few messages."""
    with mock_sms(config={"limits": {"messages_kept": KEPT}}) as emulator:
        yield emulator


def numbers_of(pages):
    return [row["PhoneNumber"] for page in pages for row in page["PhoneNumbers"]]


class TestMessages:
    """The oldest go first, with all that is kept of them."""

    def test_the_newest_are_kept(self, sms, sms_client, number):
        """Of three times as many as are kept, the newest are there, and the oldest are gone from every list."""
        sent = [send_text(sms_client, f"{place}", OriginationIdentity=number) for place in range(3 * KEPT)]
        sms.settle()
        send_text(sms_client, "last", OriginationIdentity=number)
        sms.settle()

        kept = [message.message_id for message in sms.inbox.messages()]
        assert KEPT <= len(kept) <= KEPT + KEPT // 100 + 1
        assert sent[-50:] == kept[-51:-1]
        assert {row["message_id"] for row in sms.control("list_events", limit=10_000)["events"]} == set(kept)
        store = next(iter(sms.world.messaging_stores))
        assert set(kept) == set(store.messages)
        assert set(kept) >= set(sms.world.outbox.snapshot()["_by_message"])

    def test_what_they_cost_and_count_stays(self, sms, sms_client, number):
        """A dropped message is still in the costs."""
        for place in range(2 * KEPT):
            send_text(sms_client, f"{place}", OriginationIdentity=number)
        sms.settle()

        assert 2 * KEPT == sum(row["messages"] for row in sms.costs())

    def test_those_without_a_final_status_stay(self, sms, sms_client, number):
        """A message whose carrier is not done with it is kept, however old, and gets its status."""
        sms.handset(HANDSET).behave(outcome="NO_RECEIPT")
        waiting = send_text(sms_client, "waits", OriginationIdentity=number)
        for place in range(2 * KEPT):
            send_text(sms_client, f"{place}", "+14255550199", OriginationIdentity=number)

        assert waiting in {message.message_id for message in sms.inbox.messages()}
        sms.settle()
        assert "UNKNOWN" == sms.control("show_message", message_id=waiting)["status"]

    def test_what_comes_after_the_end_is_ignored(self, sms, sms_client, number):
        """A timer of a message that was dropped does nothing."""
        sms.clock.freeze()
        sms_client.create_configuration_set(ConfigurationSetName="set")
        send_text(sms_client, "first", OriginationIdentity=number, MessageFeedbackEnabled=True)
        sms.clock.advance(seconds=5)
        for place in range(2 * KEPT):
            send_text(sms_client, f"{place}", OriginationIdentity=number)
            sms.clock.advance(seconds=1)

        assert 0 == sms.settle()["pending"]


class TestPages:
    """A token is a position."""

    @pytest.fixture
    def leased(self, sms_client):
        """Numbers of the account, in order."""
        asked = {
            "IsoCountryCode": "US",
            "MessageType": "TRANSACTIONAL",
            "NumberCapabilities": ["SMS"],
            "NumberType": "TEN_DLC",
        }
        return [sms_client.request_phone_number(**asked) for _ in range(ROWS)]

    @staticmethod
    def pages(client, size, between=lambda page: None):
        """Return all pages; `between` is called with each before the next is fetched."""
        token, pages = {}, []
        while not pages or "NextToken" in pages[-1]:
            pages.append(client.describe_phone_numbers(MaxResults=size, **token))
            token = {"NextToken": pages[-1].get("NextToken", "")}
            between(pages[-1])
        return pages

    @pytest.mark.parametrize("size", [1, 7, 23, 24, 25])
    def test_all_rows_once(self, sms_client, leased, size):
        """Pages of any size hold every row once, in order."""
        assert [row["PhoneNumber"] for row in leased] == numbers_of(self.pages(sms_client, size))

    def test_rows_released_as_they_are_read(self, sms_client, leased):
        """A clean-up that releases what each page shows skips none."""

        def release(page):
            for row in page["PhoneNumbers"]:
                sms_client.release_phone_number(PhoneNumberId=row["PhoneNumberId"])

        assert len(leased) == len(numbers_of(self.pages(sms_client, 7, release)))

    def test_rows_that_come_and_go_elsewhere(self, sms_client, leased):
        """What is released behind and before the position skips and repeats no other row."""
        first = sms_client.describe_phone_numbers(MaxResults=10)
        for row in (*leased[:4], *leased[8:14], *leased[20:]):
            sms_client.release_phone_number(PhoneNumberId=row["PhoneNumberId"])

        rest = sms_client.describe_phone_numbers(NextToken=first["NextToken"])

        assert [row["PhoneNumber"] for row in leased[14:20]] == numbers_of([rest])

    def test_a_token_keeps_no_rows(self, sms, sms_client, leased):
        """Whatever the length of the list, a token keeps some keys."""
        for _ in range(5):
            sms_client.describe_phone_numbers(MaxResults=1)

        (state,) = list(sms.world.request_states["pinpoint-sms-voice-v2"])
        assert 5 == len(state.pages)
        for cursor in state.pages.values():
            assert len(cursor.before) == 1
            assert len(cursor.behind) <= NEIGHBOURS
            assert all(type(key) is str for key in (*cursor.before, *cursor.behind))


def test_answers_to_client_tokens_have_an_end(sms, sms_client, monkeypatch):
    """The oldest is dropped first: its token makes another resource, the newest's the same one."""
    monkeypatch.setattr(wire_service, "ANSWERS_MAX", 3)
    for place in range(5):
        sms_client.create_configuration_set(ConfigurationSetName=f"set-{place}", ClientToken=f"token-{place}")

    (state,) = list(sms.world.request_states["pinpoint-sms-voice-v2"])
    assert ["CreateConfigurationSet/token-2", "CreateConfigurationSet/token-3", "CreateConfigurationSet/token-4"] == list(
        state.answers
    )


def test_handsets_without_messages_are_forgotten(sms, sms_client, number):
    """A phone number that only old messages name takes no place."""
    for place in range(3 * KEPT):
        send_text(sms_client, "Hi", f"+1425556{place:04d}", OriginationIdentity=number)
        sms.settle()

    assert len(sms.world.inbox.by_handset) <= KEPT + KEPT // 100 + 1


def test_what_dropped_messages_took_is_freed(sms, sms_client, number):
    """However many messages there have been, a table is as large as one of those that are kept."""
    for place in range(6 * KEPT):
        send_text(sms_client, "Hi", f"+1425556{place:04d}", OriginationIdentity=number)
        if place % 50 == 0:
            sms.settle()

    (store,) = [store for store in sms.world.messaging_stores if store.messages]
    needed = sys.getsizeof({str(place): None for place in range(2 * KEPT)})
    assert max(map(sys.getsizeof, (sms.world.inbox.messages, store.messages))) <= needed


def test_events_page_by_page(sms, sms_client, number):
    """Each event is on one page, in the order of time, whatever the filter."""
    for place in range(20):
        send_text(sms_client, f"{place}", OriginationIdentity=number)
    sms.settle()

    whole = sms.control("list_events", limit=1000)
    rows, after = [], 0
    while after is not None:
        page = sms.control("list_events", limit=7, after=after)
        assert len(page["events"]) <= 7
        rows += page["events"]
        after = page["next"]

    assert (40, None) == (len(whole["events"]), whole["next"])
    assert whole["events"] == rows
    assert sorted(row["at"] for row in rows) == [row["at"] for row in rows]
    delivered = sms.control("list_events", limit=5, event_type="TEXT_DELIVERED")
    assert {"TEXT_DELIVERED": 5} == Counter(row["event_type"] for row in delivered["events"])
    more = sms.control("list_events", limit=50, event_type="TEXT_DELIVERED", after=delivered["next"])
    assert (15, None) == (len(more["events"]), more["next"])


def test_a_limit_may_not_be_nothing():
    """A negative number is refused."""
    with pytest.raises(ValueError, match="messages_kept"):
        Emulator(config={"limits": {"messages_kept": -1}})
