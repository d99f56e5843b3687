"""A state is checked whole before it is put in place: a broken one is refused, and the world is as it was."""

import json

import pytest

from emulator import Emulator
from emulator.control.errors import InvalidArgument
from emulator.control.state import digest_of
from emulator.testing import send_text


@pytest.fixture
def saved(sms, sms_client, number):
    """The state of a world with a message and a timer."""
    sms.clock.freeze()
    send_text(sms_client, "Hi", OriginationIdentity=number)
    return sms.state()


def entry(node, *path):
    """Return the pairs that hold what a path of names leads to."""
    for name in path[:-1]:
        pairs = node["dict"] if "dict" in node else list(node["members"].items())
        node = next(value for key, value in pairs if key == name)
    return node


def put(state, value, *path):
    """Replace what a path leads to, and make the digest anew, as whoever edits a state would."""
    changed = json.loads(json.dumps(state))
    node = entry(changed["state"], *path)
    if "dict" in node:
        pair = next(pair for pair in node["dict"] if pair[0] == path[-1])
        pair[1] = value
    else:
        node["members"][path[-1]] = value
    return changed | {"digest": digest_of(changed["state"])}


MISTAKES = {
    "a time that is none": (["world", "clock", "now"], "abc"),
    "a time that is nothing": (["world", "clock", "now"], None),
    "timers that are none": (["world", "clock", "_timers"], {"list": [1]}),
    "a mode that is none": (["mode"], "sideways"),
    "a speed that is none": (["speed"], "x"),
    "a speed of nothing": (["speed"], 0),
    "a seed that is none": (["seed"], "seven"),
    "settings that are none": (["settings"], {"dict": []}),
    "a setting that is none": (["settings", "messages_kept"], "many"),
    "messages that are none": (["world", "inbox"], 5),
    "a list of deliveries that is none": (["world", "outbox", "_by_message"], {"dict": [["a", {"tuple": [1]}]]}),
    "a number that is none": (["world", "outbox", "waiting"], "x"),
    "events that are none": (["world", "event_log", "_messages"], {"list": [1]}),
    "faults that are none": (["world", "faults"], {"dict": [["faults", {"list": ["x"]}]]}),
    "a world without a part": (["world"], {"dict": []}),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_broken_state_changes_nothing(sms, saved, mistake):
    """It is refused though its digest is right, and the world answers and is as it was."""
    path, value = MISTAKES[mistake]
    broken = put(saved, value, *path)

    with pytest.raises(InvalidArgument):
        sms.restore(broken)

    assert saved["digest"] == sms.state()["digest"]
    sms.settle()
    sms.reset()


def test_over_http(serve, call):
    """400, and the server goes on."""
    server = serve()
    saved = json.loads(call(server, "GET", "/_emulator/state")[1])

    for mistake in ("a time that is none", "a mode that is none", "a speed that is none"):
        path, value = MISTAKES[mistake]
        assert 400 == call(server, "PUT", "/_emulator/state", put(saved, value, *path))[0]

    assert 200 == call(server, "GET", "/_emulator/health")[0]
    assert 200 == call(server, "PUT", "/_emulator/state", saved)[0]
    assert 200 == call(server, "POST", "/_emulator/reset")[0]


def test_the_state_of_the_server_is_that_of_the_process(serve, call, sms, saved):
    """What a copy of the process writes is what the process itself would say."""
    server = serve()
    assert 200 == call(server, "PUT", "/_emulator/state", saved)[0]

    found = json.loads(call(server, "GET", "/_emulator/state")[1])

    assert server.emulator.state() == found
    assert saved["digest"] == found["digest"]
    other = Emulator()
    other.restore(found)
    assert saved["digest"] == other.state()["digest"]


def test_a_state_of_an_unknown_query_is_refused(serve, call):
    """A parameter that means nothing is named."""
    assert 400 == call(serve(), "GET", "/_emulator/state?wat=1")[0]
