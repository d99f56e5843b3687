"""Use case 10: opt-in by SIGNUP, opt-out by STOP; afterwards only transactional texts are sent."""

from botocore.exceptions import ClientError
from stage import open_stage

RECIPIENT = "+15551234567"


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        stage.texts.create_opt_out_list(OptOutListName="marketing")
        marketing = stage.lease(MessageType="PROMOTIONAL", OptOutListName="marketing")
        members = set()
        (found,) = [row for row in stage.texts.describe_phone_numbers()["PhoneNumbers"] if row["PhoneNumber"] == marketing]
        answer = "You are in! Msg & data rates apply. Reply STOP to leave."
        stage.texts.put_keyword(
            OriginationIdentity=found["PhoneNumberId"], Keyword="SIGNUP", KeywordMessage=answer, KeywordAction="OPT_IN"
        )

        if stage.recipient(RECIPIENT).reply("SIGNUP", to=marketing)["action"] == "OPT_IN":
            members.add(RECIPIENT)
        stage.text(RECIPIENT, "Exclusive deals!", OriginationIdentity=marketing, MessageType="PROMOTIONAL")
        stage.recipient(RECIPIENT).reply("STOP", to=marketing)

        try:
            stage.text(RECIPIENT, "More deals!", OriginationIdentity=marketing, MessageType="PROMOTIONAL")
        except ClientError as error:
            assert error.response["Reason"] == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
            members.discard(RECIPIENT)
        stage.text(RECIPIENT, "Your order has shipped")

        listed = stage.texts.describe_opted_out_numbers(OptOutListName="marketing")["OptedOutNumbers"]
        assert [(RECIPIENT, True)] == [(row["OptedOutNumber"], row["EndUserOptedOut"]) for row in listed]
        assert not members
        assert stage.read(RECIPIENT)[-1] == "Your order has shipped"
        print("\n".join(stage.read(RECIPIENT)))


if __name__ == "__main__":
    main()
