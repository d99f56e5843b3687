"""Two tiny APIs, made for these tests: a tea shop over AWS JSON 1.0, and a library over REST-JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import pytest
from botocore.model import ServiceModel

from emulator.kernel.bus import Bus
from emulator.kernel.clock import Clock
from emulator.kernel.seeds import Seeds
from emulator.wire.context import Context, RequestState
from emulator.wire.errors import ServiceError
from emulator.wire.service import Service, operation

START = datetime(2026, 1, 1, tzinfo=timezone.utc)

SCALARS = {
    "Text": {"type": "string"},
    "Number": {"type": "integer"},
    "Real": {"type": "double"},
    "Flag": {"type": "boolean"},
    "Time": {"type": "timestamp"},
    "Data": {"type": "blob"},
    "Texts": {"type": "list", "member": {"shape": "Text"}},
    "TextMap": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
}

SHOP = {
    "metadata": {"protocol": "json", "jsonVersion": "1.0", "targetPrefix": "Shop", "serviceId": "Shop"},
    "operations": {
        "OrderTea": {
            "name": "OrderTea",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "OrderTeaRequest"},
            "output": {"shape": "Order"},
            "errors": [{"shape": "OutOfTea"}, {"shape": "PotBroken"}, {"shape": "Refused"}],
        },
        "ListOrders": {
            "name": "ListOrders",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "ListOrdersRequest"},
            "output": {"shape": "OrderList"},
        },
        "ListTeas": {
            "name": "ListTeas",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "ListOrdersRequest"},
            "output": {"shape": "OrderList"},
        },
        "CloseShop": {"name": "CloseShop", "http": {"method": "POST", "requestUri": "/"}},
    },
    "shapes": SCALARS
    | {
        "OrderTeaRequest": {
            "type": "structure",
            "required": ["Tea"],
            "members": {
                "Tea": {"shape": "Tea"},
                "Kind": {"shape": "Kind"},
                "Cups": {"shape": "Cups"},
                "Before": {"shape": "Time"},
                "Recipe": {"shape": "Data"},
                "Extras": {"shape": "Extras"},
                "Labels": {"shape": "Labels"},
                "Iced": {"shape": "Flag"},
                "Gift": {"shape": "Gift"},
                "ClientToken": {"shape": "Text", "idempotencyToken": True},
            },
        },
        "Tea": {"type": "string", "min": 2, "max": 8, "pattern": "[a-z]+"},
        "Kind": {"type": "string", "enum": ["BLACK", "GREEN"]},
        "Cups": {"type": "integer", "min": 1, "max": 5},
        "Extras": {"type": "list", "member": {"shape": "Extra"}, "min": 1, "max": 3},
        "Extra": {
            "type": "structure",
            "required": ["Name"],
            "members": {"Name": {"shape": "Tea"}, "Grams": {"shape": "Grams"}, "Picked": {"shape": "Time"}},
        },
        "Grams": {"type": "double", "min": 0, "max": 99.5},
        "Labels": {"type": "map", "key": {"shape": "Tea"}, "value": {"shape": "Tea"}, "min": 1, "max": 2},
        "Gift": {"type": "structure", "members": {"To": {"shape": "Text"}, "Within": {"shape": "Gift"}}},
        "Order": {
            "type": "structure",
            "members": {
                "OrderId": {"shape": "Text"},
                "Tea": {"shape": "Text"},
                "Cups": {"shape": "Number"},
                "OrderedAt": {"shape": "Time"},
                "Recipe": {"shape": "Data"},
                "Extras": {"shape": "Extras"},
                "Gift": {"shape": "Gift"},
            },
        },
        "ListOrdersRequest": {
            "type": "structure",
            "members": {
                "Tea": {"shape": "Text"},
                "NextToken": {"shape": "Text"},
                "MaxResults": {"shape": "MaxResults"},
            },
        },
        "MaxResults": {"type": "integer", "min": 1, "max": 100},
        "OrderList": {
            "type": "structure",
            "members": {"Shop": {"shape": "Text"}, "Orders": {"shape": "Orders"}, "NextToken": {"shape": "Text"}},
        },
        "Orders": {"type": "list", "member": {"shape": "Order"}},
        "OutOfTea": {"type": "structure", "members": {}, "error": {"httpStatusCode": 409}, "exception": True},
        "PotBroken": {"type": "structure", "members": {}, "exception": True, "fault": True},
        "Refused": {"type": "structure", "members": {}, "exception": True},
    },
}
PAGINATORS = {
    name: {"input_token": "NextToken", "output_token": "NextToken", "limit_key": "MaxResults", "result_key": "Orders"}
    for name in ("ListOrders", "ListTeas")
}


def _rest(method, uri, shape, **more):
    return {"http": {"method": method, "requestUri": uri, **more}, "input": {"shape": shape}, "output": {"shape": "Answer"}}


LIBRARY_OPERATIONS = {
    "PutBook": _rest("PUT", "/v1/shelves/{shelf-name}/books/{BookId}", "PutBookRequest", responseCode=201),
    "GetBook": _rest("GET", "/v1/shelves/{shelf-name}/books/{BookId}", "GetBookRequest"),
    "DeleteBook": _rest("DELETE", "/v1/shelves/{shelf-name}/books/{BookId}", "GetBookRequest", responseCode=204),
    "ReadFile": _rest("GET", "/files/{Path+}", "ReadFileRequest"),
    "PutNote": _rest("PUT", "/notes/{BookId}", "PutNoteRequest"),
    "PutCover": {**_rest("PUT", "/covers/{BookId}", "PutCoverRequest"), "output": {"shape": "CoverAnswer"}},
    "PutText": _rest("PUT", "/texts/{BookId}", "PutTextRequest"),
    "Search": _rest("GET", "/search", "SearchRequest"),
    "SearchAll": _rest("GET", "/search-all?all=true", "SearchAllRequest"),
}
LABELS = {
    "Shelf": {"shape": "Text", "location": "uri", "locationName": "shelf-name"},
    "BookId": {"shape": "Text", "location": "uri", "locationName": "BookId"},
}
LIBRARY = {
    "metadata": {"protocol": "rest-json", "jsonVersion": "1.1", "serviceId": "Library"},
    "operations": {name: {"name": name, **operation} for name, operation in LIBRARY_OPERATIONS.items()},
    "shapes": SCALARS
    | {
        "PutBookRequest": {
            "type": "structure",
            "required": ["Shelf", "BookId", "Title"],
            "members": LABELS
            | {
                "Title": {"shape": "Text", "locationName": "title"},
                "Pages": {"shape": "Number"},
                "Authors": {"shape": "Authors", "locationName": "authors"},
                "Lent": {"shape": "Flag", "location": "header", "locationName": "X-Lent"},
                "Edition": {"shape": "Number", "location": "header", "locationName": "X-Edition"},
                "Since": {"shape": "Time", "location": "header", "locationName": "X-Since"},
                "Meta": {"shape": "TextMap", "location": "headers", "locationName": "X-Meta-"},
            },
        },
        "Authors": {"type": "list", "member": {"shape": "Author"}},
        "Author": {"type": "structure", "members": {"FullName": {"shape": "Text", "locationName": "fullName"}}},
        "GetBookRequest": {"type": "structure", "required": ["Shelf", "BookId"], "members": LABELS},
        "ReadFileRequest": {
            "type": "structure",
            "members": {"Path": {"shape": "Text", "location": "uri", "locationName": "Path"}},
        },
        "PutNoteRequest": {
            "type": "structure",
            "payload": "Note",
            "members": {"BookId": LABELS["BookId"], "Note": {"shape": "Note"}},
        },
        "Note": {"type": "structure", "members": {"Words": {"shape": "Text", "locationName": "words"}}},
        "PutCoverRequest": {
            "type": "structure",
            "payload": "Cover",
            "members": {"BookId": LABELS["BookId"], "Cover": {"shape": "Data"}},
        },
        "PutTextRequest": {
            "type": "structure",
            "payload": "Body",
            "members": {"BookId": LABELS["BookId"], "Body": {"shape": "Text"}},
        },
        "SearchRequest": {
            "type": "structure",
            "members": {
                "Words": {"shape": "Texts", "location": "querystring", "locationName": "word"},
                "Limit": {"shape": "Number", "location": "querystring", "locationName": "limit"},
                "Price": {"shape": "Real", "location": "querystring", "locationName": "price"},
                "Lent": {"shape": "Flag", "location": "querystring", "locationName": "lent"},
                "Since": {"shape": "Time", "location": "querystring", "locationName": "since"},
            },
        },
        "SearchAllRequest": {
            "type": "structure",
            "members": {"Query": {"shape": "TextMap", "location": "querystring"}},
        },
        "Answer": {
            "type": "structure",
            "members": {
                "Title": {"shape": "Text", "locationName": "title"},
                "Since": {"shape": "Time"},
                "Printed": {"shape": "IsoTime", "locationName": "printed"},
                "Lent": {"shape": "Flag", "location": "header", "locationName": "X-Lent"},
                "Changed": {"shape": "Time", "location": "header", "locationName": "X-Changed"},
                "Status": {"shape": "Number", "location": "statusCode"},
            },
        },
        "IsoTime": {"type": "timestamp", "timestampFormat": "iso8601"},
        "CoverAnswer": {"type": "structure", "payload": "Cover", "members": {"Cover": {"shape": "Data"}}},
    },
}


class OutOfTea(ServiceError):
    """No tea: the model says HTTP 409."""


class PotBroken(ServiceError):
    """A fault of the shop's own: the model names no status."""


class Refused(ServiceError):
    """Anything that the customer did wrong: the model names no status."""


class TestService(Service[Any, Any]):
    """A service whose handlers are added one by one."""

    __test__ = False
    handlers: Any = None

    def find_handler(self, method):
        """Return the handler of an operation, by the name of its function."""
        return self.handlers.get(method)

    def operation(self, handler):
        """Have the function answer the operation of its name."""
        self.handlers[handler.__name__] = operation(handler)
        return handler


def make_service(name: str, definition: dict[str, Any], paginators: dict[str, Any] | None = None) -> TestService:
    """A service over a model that is only in memory."""
    service = TestService(
        name,
        lambda world, account, region: {},
        "tests",
        namespace=f"com.example.{name}",
        signing_name="gifts",
        refusal=lambda broken: Refused("Refused", Broken=[(entry.name, entry.keyword) for entry in broken]),
        token_refusal=lambda token: Refused("Bad token", Token=token),
        reuse_refusal=lambda token: Refused("Token used before", Token=token),
    )
    service.model = ServiceModel(definition, service_name=name)
    service.handlers = {}
    service.paginators = paginators or {}
    return service


@dataclass
class World:
    """The part of a world that the wire layer uses."""

    clock: Clock
    bus: Bus = field(default_factory=Bus)
    seeds: Seeds = field(default_factory=lambda: Seeds(0))


@pytest.fixture
def world():
    """A world at START in which nothing happens."""
    return World(Clock(START, lambda event: None))


@pytest.fixture
def shop():
    """The tea shop, without handlers."""
    return make_service("shop", SHOP, PAGINATORS)


@pytest.fixture
def library():
    """The library, without handlers."""
    return make_service("library", LIBRARY)


@pytest.fixture
def call(world):
    """`call(service, operation, members, account=, region=)`: what the service answers, checks first."""
    request_states = {}

    def call(service, name, members, account="111111111111", region="us-east-1"):
        request_state = request_states.setdefault((account, region), RequestState())
        context = Context(world, account, region, {}, request_state)
        operation = service.find(name)
        service.check(operation, members)
        return service.call(context, operation, members)

    return call
