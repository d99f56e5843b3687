"""The request log: what was called and refused, and the hints."""

import pytest

from emulator.testing import HANDSET, OTHER_HANDSET, raises_aws


@pytest.fixture
def log(sms):
    """Return a function that lists the logged requests, newest first."""

    def requests(**filters):
        return sms.control("list_requests", **filters)["requests"]

    return requests


class TestLog:
    """`GET /_emulator/requests`."""

    def test_a_call_that_succeeds(self, log, send_text):
        """A call is listed with its request, its answer and the message that it made."""
        message_id = send_text("Hi")

        entry = log()[0]
        assert ("pinpoint-sms-voice-v2", "SendTextMessage", 200) == (entry["service"], entry["operation"], entry["status"])
        assert (None, None, None) == (entry["error"], entry["reason"], entry["hint"])
        assert (message_id, HANDSET) == (entry["message_id"], entry["to"])
        assert "Hi" == entry["request"]["MessageBody"]
        assert message_id == entry["response"]["MessageId"]

    def test_a_call_that_is_refused(self, log, sms, send_text, raises):
        """A refused call is listed with the error and its reason; `refused` finds it."""
        send_text("Hi")
        sms.handset(HANDSET).reply("STOP")
        with raises("ConflictException"):
            send_text("Again")

        (entry,) = log(refused=True)
        assert (400, "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT") == (
            entry["status"],
            entry["error"],
            entry["reason"],
        )

    def test_filters(self, log, sms_client, client, send_text):
        """Requests are found by operation, region and error."""
        send_text("Hi")
        client("pinpoint-sms-voice-v2", region="eu-west-1").describe_pools()

        assert ["SendTextMessage"] == [entry["operation"] for entry in log(operation="SendTextMessage")]
        assert ["DescribePools"] == [entry["operation"] for entry in log(region="eu-west-1")]
        assert [] == log(error="ConflictException")

    def test_pages(self, sms, sms_client):
        """A page names the cursor of the next one."""
        for _ in range(3):
            sms_client.describe_pools()

        first = sms.control("list_requests", operation="DescribePools", limit=2)
        second = sms.control("list_requests", operation="DescribePools", limit=2, after=first["next"])

        assert (2, 1) == (len(first["requests"]), len(second["requests"]))
        assert second["next"] is None

    def test_it_is_bounded(self, sms, sms_client):
        """Only so many requests are kept, and of a large body only the size."""
        sms.engine.requests.clear(2)
        for _ in range(3):
            sms_client.describe_pools()
        with raises_aws("ValidationException"):
            sms_client.send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="x" * 20_000)

        assert 2 == len(sms.engine.requests)
        assert {"NotKept"} == set(sms.control("list_requests")["requests"][0]["request"])

    def test_reset_empties_it(self, sms, sms_client, log):
        """A reset empties the log."""
        sms_client.describe_pools()
        sms.reset()

        assert [] == log()

    def test_other_services(self, log, client):
        """Calls that moto answers are listed too, refused or not."""
        sqs = client("sqs")
        sqs.create_queue(QueueName="jobs")
        with pytest.raises(sqs.exceptions.QueueDoesNotExist):
            sqs.get_queue_url(QueueName="none")

        refused, accepted = log(service="sqs")
        assert ("GetQueueUrl", 400, "moto") == (refused["operation"], refused["status"], refused["answered_by"])
        assert "QueueDoesNotExist" in refused["error"] or "NonExistentQueue" in refused["error"]
        assert ("CreateQueue", 200, None) == (accepted["operation"], accepted["status"], accepted["error"])

    def test_texts_by_sns(self, log, client):
        """A text that SNS publishes is a request to SNS that the emulator answers."""
        client("sns").publish(PhoneNumber=HANDSET, Message="Hi")

        entry = log()[0]
        assert ("sns", "Publish", "emulator", HANDSET) == (
            entry["service"],
            entry["operation"],
            entry["answered_by"],
            entry["to"],
        )


class TestHints:
    """The hints, which AWS's answers never contain."""

    def refused_hint(self, log):
        """Return the hint of the newest refused request; its response must not have it."""
        entry = log(refused=True)[0]
        assert entry["hint"] not in str(entry["response"])
        return entry["hint"]

    def test_number_in_another_region(self, log, client, number, raises):
        """An account without a number in the region is told where it has some."""
        with raises("ConflictException", Reason="NO_ORIGINATION_IDENTITIES_FOUND"):
            client("pinpoint-sms-voice-v2", region="eu-central-1").send_text_message(
                DestinationPhoneNumber=HANDSET, MessageBody="Hi"
            )

        assert "account 123456789012 has no number in eu-central-1, but 1 in us-east-1" == self.refused_hint(log)

    def test_resource_of_another_region(self, log, client, number, raises):
        """A reference to a number of another region is explained."""
        with raises("ResourceNotFoundException"):
            client("pinpoint-sms-voice-v2", region="us-west-2").send_text_message(
                DestinationPhoneNumber=HANDSET, MessageBody="Hi", OriginationIdentity=number
            )

        assert f"{number} is in account 123456789012, us-east-1; this call went to 123456789012, us-west-2" == (
            self.refused_hint(log)
        )

    def test_no_number_at_all(self, log, sms_client, raises):
        """An account without any number is told how to get one."""
        with raises("ConflictException"):
            sms_client.send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="Hi")

        assert "account 123456789012 has no number yet: lease one with request-phone-number" == self.refused_hint(log)

    def test_us_number_without_plus_one(self, log, sms_client):
        """Ten digits that are read as another country are explained, although AWS accepts them."""
        sms_client.send_text_message(DestinationPhoneNumber="2065550100", MessageBody="Hi")

        assert "2065550100 was read as +2065550100, Egypt; did you mean +12065550100?" == log()[0]["hint"]

    @pytest.mark.parametrize(
        ("written", "hint"),
        [
            ("(425) 555-0100", "(425) 555-0100 is not in E.164; did you mean +14255550100?"),
            ("555", "555 is not in E.164; write it as +14255550100"),
        ],
    )
    def test_not_e164(self, log, send_text, raises, written, hint):
        """A number that is not E.164 is shown as it should be written."""
        with raises("ValidationException"):
            send_text("Hi", to=written)

        assert hint == self.refused_hint(log)

    def test_opted_out(self, log, sms, send_text, raises):
        """A recipient who has opted out is explained by the list, the time and the text."""
        send_text("Hi")
        sms.handset(HANDSET).reply("stop")
        at = f"{sms.consent.records()[0]['at'][:19]}Z"
        with raises("ConflictException"):
            send_text("Again")

        assert (
            f"{HANDSET} has been on the opt-out list Default since {at}, by the text 'stop';"
            " DeleteOptedOutNumber takes it off"
        ) == self.refused_hint(log)

    def test_fault_rule(self, log, sms, sms_client, raises):
        """An injected fault names its rule."""
        sms.faults.add("ThrottlingException", operation="SendVoiceMessage")
        sms.faults.add("AccessDeniedException", operation="DescribePools")
        with raises("AccessDeniedException"):
            sms_client.describe_pools()

        assert "fault rule 2 (AccessDeniedException) caused this; DELETE /_emulator/faults removes all rules" == (
            self.refused_hint(log)
        )

    def test_unknown_region(self, log, client, raises):
        """A mistyped region is hinted at."""
        with raises("InvalidSignatureException"):
            client("pinpoint-sms-voice-v2", region="us-esat-1").describe_pools()

        assert (
            "AWS has no region us-esat-1: there, this call would find no endpoint; did you mean us-east-1?"
            == (log()[0]["hint"])
        )

    def test_old_command_line(self, sms):
        """A command line that ignores AWS_ENDPOINT_URL is reported with the version that reads it."""
        from emulator import hints

        call = hints.Call(sms.world, "123456789012", "us-east-1", {}, None, "aws-cli/2.9.19 Python/3.11")

        assert "AWS CLI 2.9.19 ignores AWS_ENDPOINT_URL, which needs 2.13.0: without --endpoint-url it calls AWS" == (
            hints.hint_for(call)
        )

    def test_sandbox(self, log, sms, send_text, raises):
        """The sandbox is explained."""
        sms.account().tier = "SANDBOX"
        with raises("ConflictException"):
            send_text("Hi", to=OTHER_HANDSET)

        assert self.refused_hint(log).startswith("the account is in the sandbox: verify the number")
