"""What reads bytes (SSML, TOML, media, RCS, bodies on the wire) refuses what it cannot read, and breaks by nothing."""

import json
import os
from base64 import b64decode
from pathlib import Path

import fuzz_bytes
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "15"))
CORPUS = json.loads(Path(__file__).with_name("corpus").joinpath("bytes.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case["name"])
def test_the_corpus(case):
    """What broke a target once, or is likely to, breaks it no longer."""
    content = (
        b64decode(case["base64"]) if "base64" in case else "".join(part * times for part, times in case["text"]).encode()
    )

    fuzz_bytes.TARGETS[case["target"]](content)


@pytest.mark.parametrize("target", fuzz_bytes.TARGETS)
def test_made_up_bytes(target):
    """Pieces of good inputs in any order, and bytes of any kind."""
    seeds = fuzz_bytes.SEEDS[target]
    pieces = st.sampled_from([seed[start : start + 9] for seed in seeds for start in range(0, len(seed), 9)])
    inputs = st.one_of(
        st.binary(max_size=200), st.lists(st.one_of(pieces, st.binary(max_size=9)), max_size=30).map(b"".join)
    )

    settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))(
        given(inputs)(fuzz_bytes.TARGETS[target])
    )()


@pytest.mark.parametrize("target", fuzz_bytes.TARGETS)
def test_good_inputs_are_read(target):
    """What the runs begin with is good: it comes far."""
    for seed in fuzz_bytes.SEEDS[target]:
        fuzz_bytes.TARGETS[target](seed)
