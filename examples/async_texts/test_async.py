import app
import pytest

from emulator.testing import lease_number

PHONES = [f"+142555501{number:02}" for number in range(20)]


@pytest.fixture
def number(sms_client, monkeypatch):
    """The number that the application sends from."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    leased = lease_number(sms_client)["PhoneNumber"]
    monkeypatch.setenv("ORIGINATION_IDENTITY", leased)
    return leased


@pytest.mark.asyncio
async def test_everybody_is_texted(sms, number):
    """Twenty texts arrive, whichever thread has sent them."""
    sent = await app.text_all(PHONES, "Hi")

    assert set(sent) == set(PHONES)
    assert sorted(message.to for message in sms.inbox.messages(from_=number)) == PHONES


@pytest.mark.asyncio
async def test_one_refusal_stops_nobody_else(sms, number):
    """Who has opted out is refused; the others are texted."""
    await app.text_all(PHONES[:1], "Hi")
    sms.handset(PHONES[0]).reply("STOP")

    sent = await app.text_all(PHONES[:3], "Hi again")

    assert sent[PHONES[0]].response["Reason"] == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
    assert [isinstance(sent[phone], str) for phone in PHONES[:3]] == [False, True, True]
