"""What the page asks of the control API: a search, counts, what is unread, single deletions, and an undo."""

import pytest

from emulator.control.codes_in_texts import code_in
from emulator.control.errors import InvalidArgument, NotFound
from emulator.testing import HANDSET, OTHER_HANDSET
from emulator.wire.http import Request


@pytest.fixture
def found(sms):
    """Return a function that searches, and gives the texts that match, newest first."""

    def search(query, **more):
        answer = sms.control("search_messages", q=query, order="newest", **more)
        return [message["body"] for message in answer["messages"]]

    return search


@pytest.fixture
def told(sms, send_text):
    """A few messages: two that arrive, one that fails, and a reply."""
    send_text("Ripe pears, code 482913")
    sms.handset(OTHER_HANDSET).behave(outcome="UNREACHABLE")
    send_text("Pears: order #10425", to=OTHER_HANDSET)
    sms.handset(HANDSET).reply("See https://example.com")


class TestSearch:
    """`GET /_emulator/messages?q=`."""

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["See https://example.com", "Pears: order #10425", "Ripe pears, code 482913"]),
            ("PEARS", ["Pears: order #10425", "Ripe pears, code 482913"]),
            ("pears -ripe", ["Pears: order #10425"]),
            ('"pears, code"', ["Ripe pears, code 482913"]),
            ('-"pears, code" pears', ["Pears: order #10425"]),
            ("is:failed", ["Pears: order #10425"]),
            ("-is:failed is:outbound", ["Ripe pears, code 482913"]),
            ("is:delivered", ["Ripe pears, code 482913"]),
            ("is:inbound", ["See https://example.com"]),
            ("to:425555", ["Pears: order #10425", "Ripe pears, code 482913"]),
            (f"from:{HANDSET}", ["See https://example.com"]),
            ("status:unreachable", ["Pears: order #10425"]),
            ("code:4829", ["Ripe pears, code 482913"]),
            ("code:10425", []),
            ("has:code", ["Ripe pears, code 482913"]),
            ("has:link", ["See https://example.com"]),
            ("https://example.com", ["See https://example.com"]),
            ("channel:mms", []),
            ("type:transactional pears -ripe", ["Pears: order #10425"]),
            ("country:us region:us-east-1 account:123456789012 ripe", ["Ripe pears, code 482913"]),
            ("since:2999-01-01", []),
            ("- \"\" to:", ["See https://example.com", "Pears: order #10425", "Ripe pears, code 482913"]),
        ],
    )  # fmt: skip
    def test_terms(self, told, found, query, expected):
        """All terms of a search have to match; a minus excludes, quotes keep words together."""
        assert expected == found(query)

    @pytest.mark.parametrize(
        ("query", "reason"),
        [("form:x", "unknown search field"), ("is:lost", "is must be one of"), ("channel:fax", "channel must be one of"),
         ("has:hope", "has must be one of"), ("since:tomorrow", "since must be a time")],
    )  # fmt: skip
    def test_what_cannot_be_searched_is_refused(self, found, query, reason):
        """A term that can never match is refused with what would be right."""
        with pytest.raises(InvalidArgument, match=reason) as refusal:
            found(query)

        assert "q" == refusal.value.field

    def test_pages_and_totals(self, sms, told):
        """A page is cut out of what matches, from either end, and the total says how much that is."""
        newest = sms.control("search_messages", order="newest", offset=1, limit=1)
        oldest = sms.control("search_messages", q="pears", limit=1)

        assert (["Pears: order #10425"], 3) == ([message["body"] for message in newest["messages"]], newest["total"])
        assert (["Ripe pears, code 482913"], 2) == ([message["body"] for message in oldest["messages"]], oldest["total"])
        following = sms.control("search_messages", order="newest", after=newest["next"])
        assert ["Ripe pears, code 482913"] == [message["body"] for message in following["messages"]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Your code is 482913.", "482913"),
        ("Order #10425: use 7731 to open", "7731"),
        ("Order 10425 is ready", None),
        ("ご注文 10425 の確認コードは 7731 です", "7731"),
        ("確認コードは7731です", "7731"),
        ("Pay $4821 by 2026-03-01", None),
        ("Call +14255550100", None),
        ("123 or 123456789", None),
    ],
)
def test_codes_in_texts(text, code):
    """A one-time code is a number of four to eight digits that is not an amount, a date, a phone or an order."""
    assert code == code_in(text)


class TestUnread:
    """Messages that nobody has looked at."""

    def test_are_counted_until_they_are_read(self, sms, told):
        """Each handset has its count of unread messages, and of failures among them, until they are marked as read."""
        rows = {row["number"]: (row["unread"], row["failed"]) for row in sms.control("list_handsets")["handsets"]}

        sms.control("mark_read", number=OTHER_HANDSET)

        assert {HANDSET: (1, 0), OTHER_HANDSET: (1, 1)} == rows
        assert {"messages": 3, "unread": 1} == {name: sms.control("show_counts")[name] for name in ("messages", "unread")}
        assert {"read": 0} == sms.control("mark_read", number=OTHER_HANDSET)

    def test_are_forgotten_with_their_message(self, sms, told):
        """A deleted message is no longer unread."""
        sms.inbox.clear()

        assert 0 == sms.control("show_counts")["unread"]


class TestDelete:
    """One message, or a list of them."""

    def test_by_id(self, sms, told, found):
        """Ids name what is deleted; those that are gone already are passed over in a list."""
        first, second, _ = sms.inbox.messages()

        sms.control("delete_message", message_id=first.message_id)
        answer = sms.control("delete_selected_messages", message_ids=[first.message_id, second.message_id])

        assert {"deleted": 1} == answer
        assert ["See https://example.com"] == found("")
        with pytest.raises(NotFound):
            sms.control("delete_message", message_id=first.message_id)


class TestUndo:
    """`POST /_emulator/reset/undo`."""

    def test_puts_everything_back(self, sms, told, send_text, found):
        """The messages, the clock, the requests and what is pending are as before the reset."""
        sms.clock.freeze()
        pending = send_text("Pending")
        now, requests = sms.clock.now, sms.control("list_requests")
        sms.reset()
        emptied = (found(""), sms.clock.mode)

        sms.control("undo_reset")
        sms.settle()

        assert ([], "stepping") == emptied
        assert (4, "frozen", now) == (len(found("")), sms.clock.mode, min(now, sms.clock.now))
        assert requests == sms.control("list_requests")
        assert "DELIVERED" == sms.control("show_message", message_id=pending)["status"]

    def test_only_once(self, sms, told):
        """There is one undo for each reset."""
        sms.reset()
        sms.control("undo_reset")

        with pytest.raises(NotFound, match="nothing to undo"):
            sms.control("undo_reset")

    def test_not_after_a_minute(self, sms, told, monkeypatch):
        """What a reset has replaced is kept for a minute."""
        monkeypatch.setattr("emulator.control.reset.UNDO_SECONDS", -1)
        sms.reset()

        with pytest.raises(NotFound, match="nothing to undo"):
            sms.control("undo_reset")


class TestRepeat:
    """`POST /_emulator/requests/{request_id}/repeat`."""

    def test_makes_the_call_again(self, sms, send_text):
        """The same parameters are used for the same account and region; the answer is a new one."""
        send_text("Again")
        request = sms.control("list_requests")["requests"][0]

        repeated = sms.control("repeat_request", request_id=request["request_id"])

        assert ["Again", "Again"] == [message.body for message in sms.inbox.messages()]
        assert request["message_id"] != repeated["message_id"] == sms.inbox.messages()[-1].message_id
        assert (request["request"], request["account"]) == (repeated["request"], repeated["account"])

    def test_makes_a_refused_call_again_as_it_was(self, sms):
        """Parameters that the operation does not have are sent again too, and refused again."""
        target = {"x-amz-target": "PinpointSMSVoiceV2.DescribePools", "content-type": "application/x-amz-json-1.0"}
        sms.handle(Request("POST", "/", target, b'{"MaxResultss": 5, "": null}'))
        request = sms.control("list_requests")["requests"][0]

        repeated = sms.control("repeat_request", request_id=request["request_id"])

        assert {"MaxResultss": 5, "": None} == repeated["request"]
        assert (request["status"], request["error"]) == (repeated["status"], repeated["error"])

    @pytest.mark.parametrize(
        ("path", "body"),
        [("/v1/apps/%20/channels/gcm", b"[]"), ("/v1/apps/a/messages", b'{"Addresses": [1]}')],
        ids=("a part of the path is missing", "a parameter is of another type"),
    )
    def test_what_no_client_can_send_is_not_repeated(self, sms, path, body):
        """What was sent by hand may be more than a client of AWS can send."""
        credential = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/mobiletargeting/aws4_request, Signature=0"
        sms.handle(Request("PUT" if path.endswith("gcm") else "POST", path, {"authorization": credential}, body))
        request = sms.control("list_requests")["requests"][0]

        with pytest.raises(InvalidArgument, match="no client of AWS can send"):
            sms.control("repeat_request", request_id=request["request_id"])

    def test_what_moto_has_answered_cannot_be_repeated(self, sms, client):
        """Only the emulator's own answers can be asked for again, and others say so."""
        client("sqs").create_queue(QueueName="queue")
        requests = [row for row in sms.control("list_requests")["requests"] if row["answered_by"] == "moto"]

        assert all(not row["repeatable"] for row in requests)
        with pytest.raises(NotFound):
            sms.control("repeat_request", request_id="none")
