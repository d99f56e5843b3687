from __future__ import annotations

from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.services.sms_voice_v2.service import service
from emulator.wire.errors import SerializationException
from emulator.wire.validation import Constraints

EXAMPLES = 5


@cache
def constraints_of(name):
    """The constraints of an operation's input, compiled once."""
    return service.find(name).constraints


def explained(constraints: Constraints, value: object) -> bool:
    """Return whether the explanation finds no broken constraint."""
    try:
        return not constraints.errors(value)
    except SerializationException:
        return False


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_the_check_and_the_explanation_agree(operation_name, cases, shapes, data):
    """A value is valid for the compiled check exactly if the explanation finds no broken constraint."""
    constraints = constraints_of(operation_name)

    value = data.draw(cases.values_of(shapes[operation_name]))

    assert explained(constraints, value) is constraints.is_valid(value)
