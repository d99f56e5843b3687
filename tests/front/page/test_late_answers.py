"""Answers that come late: of another conversation, or from before messages were deleted."""

import json

import pytest

from emulator.testing import HANDSET

OTHER_HANDSET = "+14255550101"
BUBBLES = "#messages .bubble"
HOLD = """(() => {
    const [part, skipped] = %s;
    const released = Promise.withResolvers();
    const real = fetch;
    let count = 0;
    window.isHeld = false;
    window.release = async () => {
        released.resolve();
        await new Promise((resolve) => setTimeout(resolve));
        await new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame));
    };
    window.fetch = async (path, options) => {
        const answer = await real(path, options);
        if (!path.includes(part) || (count += 1) !== skipped + 1) return answer;
        window.isHeld = true;
        await released.promise;
        return answer;
    };
})()"""


@pytest.fixture
def two(open_page, send_text):
    """The page at the conversation of one handset of two."""
    send_text("Here")
    send_text("Elsewhere", to=OTHER_HANDSET)
    page = open_page(HANDSET)
    page.wait("document.querySelectorAll('#messages li').length === 1")
    return page


def hold(page, part, skipped=0):
    """Hold the answer to a request whose path contains `part` until `release()`: the first one, or a later one."""
    page.run(HOLD % json.dumps([part, skipped]))


def test_another_conversation_stays_out(two):
    """The answer about a conversation that has been left is not mixed into the one that is shown."""
    hold(two, "0101/messages")
    two.run(f"location.hash = '#/phones/{OTHER_HANDSET}'")
    two.wait("window.isHeld")
    two.run(f"location.hash = '#/phones/{HANDSET}'")
    two.wait(f"document.querySelector('{BUBBLES}')?.innerText === 'Here'")

    two.run("release()")

    assert ["Here"] == two.texts(BUBBLES)


def test_deleted_messages_do_not_come_back(two, control):
    """An answer from before messages were deleted, arriving after that, does not bring them back."""
    # The second request of a conversation looks for what has arrived since the first.
    hold(two, "0101/messages", skipped=1)
    two.run(f"location.hash = '#/phones/{OTHER_HANDSET}'")
    two.wait("window.isHeld")
    control("DELETE", "messages?direction=outbound")
    two.wait("document.getElementById('no-messages')")

    two.run("release()")

    assert [] == two.texts("#messages .bubble, #handsets .who")


def test_deleted_handsets_do_not_come_back(two, control, send_text):
    """Nor does it bring handsets back into the list."""
    hold(two, "handsets?")
    send_text("Third", to="+14255550102")
    two.wait("window.isHeld")
    control("DELETE", "messages?direction=outbound")
    two.wait("document.getElementById('no-handsets')")

    two.run("release()")

    assert [] == two.texts("#handsets .who")


def test_opt_outs_of_another_conversation_stay_out(two, control):
    """The opt-outs of a conversation that has been left are not shown in another."""
    control("PUT", f"opt-outs/Default/{OTHER_HANDSET}")
    hold(two, "opt-outs?number=%2B14255550101")
    two.run(f"location.hash = '#/phones/{OTHER_HANDSET}'")
    two.wait("window.isHeld")
    two.run(f"location.hash = '#/phones/{HANDSET}'")
    two.wait(f"document.querySelector('{BUBBLES}')?.innerText === 'Here'")

    two.run("release()")

    assert [] == two.texts(".banner")
