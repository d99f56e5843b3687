from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from emulator.wire.errors import NotImplementedYet, SerializationException, ServiceError, UnknownOperationException
from emulator.wire.http import Request

JSON = "application/x-amz-json-1.0"
CODES = {"OutOfTea": 409, "PotBroken": 500, "Refused": 400, "Unlisted": 400}


def post(body=b"{}", target="Shop.OrderTea", content_type=JSON, method="POST"):
    """A request as a client of AWS JSON sends it; None leaves a header out."""
    headers = {"x-amz-target": target, "content-type": content_type}
    return Request(method, "/", {name: value for name, value in headers.items() if value is not None}, body)


@pytest.fixture
def protocol(shop):
    """The shop's protocol."""
    return shop.protocol


# --- Requests ---------------------------------------------------------------------------------------------------------


def test_the_target_names_the_operation(protocol):
    """The operation is what follows the prefix in X-Amz-Target, and the members are the body as it came."""
    assert ("OrderTea", {"Tea": "mint"}) == protocol.decode(post(b'{"Tea": "mint"}'))


def test_an_empty_body_is_an_empty_object(protocol):
    """A request without a body has no members."""
    assert ("CloseShop", {}) == protocol.decode(post(b"", "Shop.CloseShop"))


@pytest.mark.parametrize(
    "target", [None, "", "Shop", "Shop.", "OrderTea", "Shop.orderTea", "Shop.BuyTea", "Other.OrderTea", "ShopX.OrderTea"]
)
def test_an_unknown_target_is_an_unknown_operation(protocol, target):
    """Without the prefix and the exact name of an operation a request is for no operation."""
    with pytest.raises(UnknownOperationException):
        protocol.decode(post(target=target))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_only_post_is_answered(protocol, method):
    """Any method but POST is refused, whatever the target says."""
    with pytest.raises(UnknownOperationException, match=method):
        protocol.decode(post(method=method))


@pytest.mark.parametrize("content_type", [JSON, f"{JSON}; charset=utf-8", f"{JSON} ;charset=UTF-8", JSON.upper()])
def test_content_types_that_are_read(protocol, content_type):
    """The content type of AWS JSON is taken in any case and with parameters."""
    assert "OrderTea" == protocol.decode(post(content_type=content_type))[0]


@pytest.mark.parametrize("content_type", [None, "", "application/json", "application/x-amz-json-1.1", "text/plain"])
def test_other_content_types_are_refused(protocol, content_type):
    """A body that is not declared as this version of AWS JSON is not read."""
    with pytest.raises(SerializationException, match="Content-Type"):
        protocol.decode(post(content_type=content_type))


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b"{'Tea': 'mint'}",
        b'{"Tea": mint}',
        b'{"Tea": "mint"} x',
        b'{"Tea": "\xff"}',
        b'{"Tea": "\x01"}',
        b'{"Cups": NaN}',
        b'{"Cups": Infinity}',
        b'{"Cups": -Infinity}',
        b'{"Tea": "\\ud800"}',
        b'{"Tea": ["\\uDFFF"]}',
        b"[" * 100_000,
        b'{"Cups": ' + b"9" * 5000 + b"}",
    ],
)
def test_bodies_that_are_not_json(protocol, body):
    """A body that is not JSON or not UTF-8, or has text that UTF-8 cannot encode, is refused."""
    with pytest.raises(SerializationException, match="not valid JSON"):
        protocol.decode(post(body))


@pytest.mark.parametrize("body", [b"[]", b'"Tea"', b"1", b"null", b"true", b'[{"Tea": "mint"}]'])
def test_bodies_that_are_no_object(protocol, body):
    """JSON other than an object is refused."""
    with pytest.raises(SerializationException, match="must be a JSON object"):
        protocol.decode(post(body))


def test_a_whole_surrogate_pair_is_one_character(protocol):
    """An emoji written as two escapes is read as the one character that it is."""
    assert {"Tea": "\U0001f375"} == protocol.decode(post(b'{"Tea": "\\ud83c\\udf75"}'))[1]


# --- Answers ----------------------------------------------------------------------------------------------------------


def test_an_answer_is_compact_json_with_the_request_id(shop, protocol):
    """An answer is HTTP 200 with AWS's content type, the request's id and the members."""
    response = protocol.encode({"Tea": "mint", "Cups": 2}, shop.model.operation_model("OrderTea"), "id-1")

    assert 200 == response.status
    assert {"Content-Type": JSON, "x-amzn-RequestId": "id-1"} == response.headers
    assert b'{"Tea":"mint","Cups":2}' == response.body


@pytest.mark.parametrize(("code", "status"), CODES.items())
def test_an_error_has_the_status_of_the_model(protocol, code, status):
    """A refusal carries the model's status (500 for a fault, 400 without one), its type and its members."""
    error = type(code, (ServiceError,), {})("No tea", Reason="EMPTY")

    response = protocol.encode_error(error, "id-1")

    assert status == response.status
    assert {"Content-Type": JSON, "x-amzn-RequestId": "id-1"} == response.headers
    assert {"__type": f"com.example.shop#{code}", "Message": "No tea", "Reason": "EMPTY"} == json.loads(response.body)


def test_an_error_may_have_a_status_of_its_own(protocol):
    """An error that names a status keeps it, and its code is not that of its class if it says so."""
    response = protocol.encode_error(NotImplementedYet("later"), "id-1")

    assert 501 == response.status
    assert "com.example.shop#NotImplemented" == json.loads(response.body)["__type"]


def test_errors_of_the_protocol_have_their_own_namespace(protocol):
    """An error that no model lists is named as AWS's framework names it."""
    response = protocol.encode_error(UnknownOperationException("what?"), "id-1")

    assert 400 == response.status
    assert "com.amazon.coral.service#UnknownOperationException" == json.loads(response.body)["__type"]


# --- A handler's view -------------------------------------------------------------------------------------------------


@pytest.fixture
def order(shop, call):
    """Orders with these members, and gives what the handler was given."""
    given = {}

    @shop.operation
    def order_tea(context, **members):
        given.update(members)
        return {}

    def order(**members):
        given.clear()
        call(shop, "OrderTea", {"Tea": "mint"} | members)
        return SimpleNamespace(**given)

    return order


@pytest.mark.parametrize("moment", [1767225600, 1767225600.0, "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00"])
def test_times_reach_the_handler_as_utc(order, world, moment):
    """Seconds since 1970 and ISO 8601 are the same time to a handler."""
    assert world.clock.now == order(Before=moment).before


def test_a_time_without_a_zone_is_utc(order, world):
    """A time that names no zone does not depend on the zone of the machine."""
    assert world.clock.now == order(Before="2026-01-01T00:00:00").before


@pytest.mark.parametrize("moment", ["soon", "", 1e20, -1e20, "2026-13-01T00:00:00Z"])
def test_what_is_no_time_is_refused(order, moment):
    """Text other than a time, and times outside the calendar, are refused as badly written."""
    with pytest.raises(SerializationException, match="is not a valid timestamp"):
        order(Before=moment)


def test_blobs_reach_the_handler_as_bytes(order):
    """A blob is base64 on the wire and bytes to a handler."""
    assert b"\x00\xffmint" == order(Recipe="AP9taW50").recipe


@pytest.mark.parametrize("blob", ["AP9taW5", "not base64!", "AP9t aW50", 7, ["AP9t"]])
def test_a_blob_that_is_not_base64_is_refused(order, blob):
    """A blob that is not base64 text is refused as badly written."""
    with pytest.raises(SerializationException, match="recipe"):
        order(Recipe=blob)


def test_nulls_count_as_absent(order):
    """A member that is null does not reach the handler, at the top or within structures."""
    given = order(Cups=None, Extras=[{"Name": "milk", "Picked": None}], Gift={"To": None, "Within": {"To": None}})

    assert not hasattr(given, "cups")
    assert [{"Name": "milk"}] == given.extras
    assert {"Within": {}} == given.gift


def test_unknown_members_are_dropped(order):
    """Members that the model does not know are ignored, at the top and within structures."""
    given = order(Sugar=1, Extras=[{"Name": "milk", "Fat": 3}], Gift={"Within": {"Paper": "red", "To": "Ann"}})

    assert not hasattr(given, "sugar")
    assert [{"Name": "milk"}] == given.extras
    assert {"Within": {"To": "Ann"}} == given.gift


def test_times_within_lists_are_converted(order, world):
    """A time in a structure in a list is converted too."""
    assert [{"Name": "milk", "Picked": world.clock.now}] == order(Extras=[{"Name": "milk", "Picked": 1767225600}]).extras


def test_maps_keep_their_keys(order):
    """The keys of a map reach the handler as they were sent."""
    assert {"mint": "hot", "aa": "cold"} == order(Labels={"mint": "hot", "aa": "cold"}).labels
