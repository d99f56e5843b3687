"""Use case 10: opt-in by SIGNUP, opt-out by STOP; afterwards only what is transactional is sent."""

from botocore.exceptions import ClientError
from stage import stage

PERSON = "+15551234567"


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        world.texts.create_opt_out_list(OptOutListName="marketing")
        marketing = world.lease(MessageType="PROMOTIONAL", OptOutListName="marketing")
        members = set()
        (found,) = [row for row in world.texts.describe_phone_numbers()["PhoneNumbers"] if row["PhoneNumber"] == marketing]
        answer = "You are in! Msg & data rates apply. Reply STOP to leave."
        world.texts.put_keyword(
            OriginationIdentity=found["PhoneNumberId"], Keyword="SIGNUP", KeywordMessage=answer, KeywordAction="OPT_IN"
        )

        if world.person(PERSON).reply("SIGNUP", to=marketing)["action"] == "OPT_IN":
            members.add(PERSON)
        world.text(PERSON, "Exclusive deals!", OriginationIdentity=marketing, MessageType="PROMOTIONAL")
        world.person(PERSON).reply("STOP", to=marketing)

        try:
            world.text(PERSON, "More deals!", OriginationIdentity=marketing, MessageType="PROMOTIONAL")
        except ClientError as error:
            assert error.response["Reason"] == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
            members.discard(PERSON)
        world.text(PERSON, "Your order has shipped")

        listed = world.texts.describe_opted_out_numbers(OptOutListName="marketing")["OptedOutNumbers"]
        assert [(PERSON, True)] == [(row["OptedOutNumber"], row["EndUserOptedOut"]) for row in listed]
        assert not members
        assert world.read(PERSON)[-1] == "Your order has shipped"
        print("\n".join(world.read(PERSON)))


if __name__ == "__main__":
    main()
