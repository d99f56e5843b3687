from __future__ import annotations

import base64
import json
from datetime import datetime, timezone

import pytest

from emulator.wire.conversion import parse_time
from emulator.wire.errors import SerializationException, ServiceError, UnknownOperationException
from emulator.wire.http import Request

MOMENT = datetime(2026, 1, 1, 12, 30, tzinfo=timezone.utc)
BOOK = "/v1/shelves/blue/books/b-1"


@pytest.fixture
def decode(library):
    """The operation and members that the library reads from a request."""

    def decode(method, path, body=b"", query="", **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return library.protocol.decode(Request(method, path, names, body, query))

    return decode


@pytest.fixture
def answer(library):
    """The response to an operation whose handler returned this."""

    def answer(name, result):
        operation = library.find(name)
        return library.protocol.encode(operation.render(result), operation.model, "id-1")

    return answer


# --- Routes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "name"), [("GET", "GetBook"), ("DELETE", "DeleteBook")])
def test_method_and_path_name_the_operation(decode, method, name):
    """Operations of one path differ by the method, and labels are read, also those with dashes."""
    assert (name, {"Shelf": "blue", "BookId": "b-1"}) == decode(method, BOOK)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", BOOK),
        ("GET", "/"),
        ("GET", "/v1/shelves"),
        ("GET", BOOK + "/pages"),
        ("GET", "/v1/shelves//books/b-1"),
        ("GET", "/V1" + BOOK[3:]),
    ],
)
def test_other_methods_and_paths_are_unknown(decode, method, path):
    """A path that no operation has, or another method on it, is an unknown operation."""
    with pytest.raises(UnknownOperationException):
        decode(method, path)


@pytest.mark.parametrize(
    ("method", "path", "matches"), [("GET", BOOK, True), ("POST", BOOK, True), ("GET", "/v2/books", False)]
)
def test_a_path_is_the_librarys_whatever_the_method(library, method, path, matches):
    """The library recognises its paths, so that a wrong method is refused by it and by no other service."""
    assert matches is library.protocol.matches(Request(method, path, {}, b""))


@pytest.mark.parametrize(
    ("encoded", "label"),
    [
        ("a%20b", "a b"),
        ("arn%3Aaws%3Alib%3A%3A1%3Ashelf%2Fblue", "arn:aws:lib::1:shelf/blue"),
        ("%C3%A9t%C3%A9", "été"),
        ("50%25", "50%"),
        ("a+b", "a+b"),
        ("~x_y.z-1", "~x_y.z-1"),
    ],
)
def test_labels_are_decoded_once(decode, encoded, label):
    """A label is one piece of the path, percent-decoded after it was cut out, so that it may hold a slash."""
    assert {"Shelf": label, "BookId": "b-1"} == decode("GET", f"/v1/shelves/{encoded}/books/b-1")[1]


@pytest.mark.parametrize(
    ("path", "label"), [("a.txt", "a.txt"), ("a/b/c.txt", "a/b/c.txt"), ("a%2Fb/c%20d", "a/b/c d"), ("a//b", "a//b")]
)
def test_a_greedy_label_takes_the_rest_of_the_path(decode, path, label):
    """A label with a plus takes all that follows, slashes included."""
    assert ("ReadFile", {"Path": label}) == decode("GET", f"/files/{path}")


# --- Members ----------------------------------------------------------------------------------------------------------


def test_members_come_from_everywhere(decode):
    """Path, headers, prefixed headers and body each give their members, under the model's names."""
    body = json.dumps({"title": "Tea", "Pages": 90, "authors": [{"fullName": "Ann"}], "Title": "wrong"}).encode()

    name, members = decode(
        "PUT",
        BOOK,
        body,
        x_lent="true",
        x_edition="3",
        x_since="Thu, 01 Jan 2026 12:30:00 GMT",
        x_meta_colour="red",
        x_meta_="?",
    )

    assert "PutBook" == name
    assert {
        "Shelf": "blue",
        "BookId": "b-1",
        "Title": "Tea",
        "Pages": 90,
        "Authors": [{"FullName": "Ann"}],
        "Lent": True,
        "Edition": 3,
        "Since": "Thu, 01 Jan 2026 12:30:00 GMT",
        "Meta": {"colour": "red", "": "?"},
    } == members


def test_absent_members_are_absent(decode):
    """Members that were not sent are absent, and an empty body is allowed."""
    assert {"Shelf": "blue", "BookId": "b-1"} == decode("PUT", BOOK)[1]


def test_the_query_is_read_by_type(decode):
    """Query members become the types of their shapes; a list takes every value, a scalar the last."""
    query = "word=a&word=b%20c&limit=1&limit=2&price=0.5&lent=FALSE&since=2026-01-01T12%3A30%3A00Z&other=1"

    assert {
        "Words": ["a", "b c"],
        "Limit": 2,
        "Price": 0.5,
        "Lent": False,
        "Since": "2026-01-01T12:30:00Z",
    } == decode("GET", "/search", query=query)[1]


def test_an_empty_query_value_is_a_value(decode):
    """A query member without a value is an empty text."""
    assert {"Words": [""]} == decode("GET", "/search", query="word=")[1]


def test_a_map_takes_the_whole_query(decode):
    """A map in the query holds every parameter."""
    assert ("SearchAll", {"Query": {"all": "true", "x": "1"}}) == decode("GET", "/search-all", query="all=true&x=1")


@pytest.mark.parametrize("query", ["limit=many", "limit=1.5", "limit=", "price=cheap"])
def test_text_that_is_no_number_is_refused(decode, query):
    """An invalid number in the query is refused as badly written."""
    with pytest.raises(SerializationException):
        decode("GET", "/search", query=query)


def test_text_that_is_no_boolean_is_refused(decode, library):
    """A boolean in the query that is neither true nor false is refused as badly written."""
    _, members = decode("GET", "/search", query="lent=maybe")

    with pytest.raises(SerializationException, match="lent"):
        library.check(library.find("Search"), members)


def test_not_a_number_is_refused(decode, library):
    """NaN in the query is refused."""
    _, members = decode("GET", "/search", query="price=nan")

    with pytest.raises(SerializationException, match="price"):
        library.check(library.find("Search"), members)


def test_a_structure_payload_is_the_body(decode):
    """A payload that is a structure is the whole JSON body."""
    assert {"BookId": "b-1", "Note": {"Words": "good"}} == decode("PUT", "/notes/b-1", b'{"words": "good", "x": 1}')[1]


def test_a_blob_payload_is_the_body_as_it_is(decode):
    """A payload that is a blob is the raw body."""
    _, members = decode("PUT", "/covers/b-1", b"\x00\xff{")

    assert b"\x00\xff{" == base64.b64decode(members["Cover"])


def test_a_text_payload_is_the_body_as_it_is(decode):
    """A payload that is text is the raw body."""
    assert {"BookId": "b-1", "Body": "[not json"} == decode("PUT", "/texts/b-1", b"[not json")[1]


@pytest.mark.parametrize("path", ["/notes/b-1", "/covers/b-1", "/texts/b-1"])
def test_an_empty_body_is_no_payload(decode, path):
    """Without a body the payload is absent, so that a required one is missed."""
    assert {"BookId": "b-1"} == decode("PUT", path)[1]


@pytest.mark.parametrize("body", [b"{", b"[]", b"nonsense", b'"x"'])
def test_a_body_that_is_no_json_object_is_refused(decode, body):
    """Where members come from the body it must be a JSON object."""
    with pytest.raises(SerializationException):
        decode("PUT", BOOK, body)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T12:30:00Z",
        "2026-01-01T12:30:00",
        "2026-01-01T13:30:00+01:00",
        "Thu, 01 Jan 2026 12:30:00 GMT",
        "1767270600",
        "1767270600.0",
    ],
)
def test_times_of_every_format_are_read(text):
    """ISO 8601, the format of headers and seconds as text all are the same time."""
    assert MOMENT == parse_time(text)


@pytest.mark.parametrize("text", ["Someday, 01 Jan 2026", "never", "12:30", ".", "1e9999"])
def test_texts_that_are_no_time(text):
    """Any other text is refused as badly written."""
    with pytest.raises(SerializationException, match="is not a valid timestamp"):
        parse_time(text)


# --- Answers ----------------------------------------------------------------------------------------------------------


def test_an_answer_has_the_status_of_its_operation(answer):
    """The status is the model's own for the operation, 200 where it names none; a 204 has no body."""
    assert 201 == answer("PutBook", {}).status
    assert 200 == answer("GetBook", {}).status
    assert (204, b"") == (answer("DeleteBook", {}).status, answer("DeleteBook", {}).body)


def test_an_answer_puts_each_member_in_its_place(answer):
    """Members go to the body under their location names, to headers, or become the status."""
    response = answer("GetBook", {"Title": "Tea", "Lent": True, "Status": 206})

    assert 206 == response.status
    assert {"Content-Type": "application/json", "x-amzn-RequestId": "id-1", "X-Lent": "true"} == response.headers
    assert {"title": "Tea"} == json.loads(response.body)


def test_times_are_written_in_the_format_of_their_shape(answer):
    """A time is seconds since 1970 in a body, ISO 8601 where the shape says so, RFC 822 in a header."""
    response = answer("GetBook", {"Since": MOMENT, "Printed": MOMENT, "Changed": MOMENT})

    assert {"Since": 1767270600.0, "printed": "2026-01-01T12:30:00.000Z"} == json.loads(response.body)
    assert "Thu, 01 Jan 2026 12:30:00 GMT" == response.headers["X-Changed"]


def test_a_blob_payload_is_answered_as_it_is(answer):
    """A payload that is a blob is the raw body of the answer."""
    assert b"\x00\xff{" == answer("PutCover", {"Cover": b"\x00\xff{"}).body


def test_an_error_is_named_in_a_header(library):
    """A refusal names itself in x-amzn-ErrorType, and its sentence and members are the body."""

    class NotFoundException(ServiceError):
        pass

    response = library.protocol.encode_error(NotFoundException("No such book", Shelf="blue"), "id-1")

    assert 400 == response.status
    assert "NotFoundException" == response.headers["x-amzn-ErrorType"]
    assert "id-1" == response.headers["x-amzn-RequestId"]
    assert {"message": "No such book", "Shelf": "blue"} == json.loads(response.body)


def test_an_unknown_operation_is_not_found(library):
    """A path that no operation has is answered by HTTP 404."""
    response = library.protocol.encode_error(UnknownOperationException("what?"), "id-1")

    assert 404 == response.status
    assert "UnknownOperationException" == response.headers["x-amzn-ErrorType"]
