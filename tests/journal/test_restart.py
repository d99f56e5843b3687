"""What is there after a crash is what was there before, byte for byte."""

import json
import shutil
import time

import pytest

from emulator.testing import HANDSET, lease_number, raises_aws


def tell_a_story(client_of, server, emulator):
    """Have something of everything happen: texts, events, topics, queues, objects, codes, replies, time, refusals."""
    sms, sns, sqs, s3, idp = (
        client_of(server.endpoint_url, name) for name in ("pinpoint-sms-voice-v2", "sns", "sqs", "s3", "cognito-idp")
    )
    queue = sqs.create_queue(QueueName="events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="events")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+14255550111")
    sms.create_configuration_set(ConfigurationSetName="set")
    sms.create_event_destination(
        ConfigurationSetName="set",
        EventDestinationName="all",
        MatchingEventTypes=["ALL"],
        SnsDestination={"TopicArn": topic},
    )
    number = lease_number(sms)
    s3.create_bucket(Bucket="pictures")
    s3.put_object(Bucket="pictures", Key="one", Body=b"picture")
    pool = idp.create_user_pool(PoolName="pool", AutoVerifiedAttributes=["phone_number"])["UserPool"]["Id"]
    app = idp.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]
    person = [{"Name": "phone_number", "Value": "+14255550133"}]
    idp.sign_up(ClientId=app, Username="bob", Password="Passw0rd!x", UserAttributes=person)
    for index in range(5):
        sms.send_text_message(
            DestinationPhoneNumber=f"+1425555010{index}",
            MessageBody=f"text {index}",
            OriginationIdentity=number["PhoneNumber"],
            ConfigurationSetName="set",
        )
    emulator.settle()
    emulator.handset("+14255550100").reply("STOP")
    with raises_aws("ConflictException"):
        sms.send_text_message(
            DestinationPhoneNumber="+14255550100", MessageBody="no", OriginationIdentity=number["PhoneNumber"]
        )
    sns.publish(TopicArn=topic, Message="to everybody")
    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=3, WaitTimeSeconds=1)["Messages"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=received[0]["ReceiptHandle"])
    emulator.clock.advance(minutes=90)
    emulator.faults.add(operation="SendTextMessage", error="ThrottlingException", times=2)
    emulator.control("show_account", account="210987654321", region="eu-west-1")


@pytest.mark.parametrize("clock", ["stepping", "running", "frozen"])
def test_a_crash_changes_nothing(emulate, serve, client_of, held, clock):
    """Whatever the clock's mode: the state, the queues and the ids that follow are the same."""
    emulator, keeper = emulate(clock=clock)
    server = serve(emulator)
    tell_a_story(client_of, server, emulator)
    server.close()
    before = held(emulator)
    emulate.crash(keeper)

    restarted, _ = emulate(clock=clock)

    assert before == held(restarted)
    assert "+14255550111" in {message.to for message in restarted.inbox.messages()}


LIST = {"Type": "AWS::SMSVOICE::OptOutList", "Properties": {"OptOutListName": "news"}}
STACK = {
    "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
    "Queue": {"Type": "AWS::SQS::Queue", "Properties": {}},
    "Subscription": {
        "Type": "AWS::SNS::Subscription",
        "Properties": {
            "TopicArn": {"Ref": "Topic"},
            "Protocol": "sqs",
            "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
        },
    },
    "Set": {
        "Type": "AWS::SMSVOICE::ConfigurationSet",
        "Properties": {
            "EventDestinations": [
                {
                    "EventDestinationName": "topic",
                    "Enabled": True,
                    "MatchingEventTypes": ["TEXT_ALL"],
                    "SnsDestination": {"TopicArn": {"Ref": "Topic"}},
                }
            ]
        },
    },
    "Number": {
        "Type": "AWS::SMSVOICE::PhoneNumber",
        "Properties": {
            "IsoCountryCode": "US",
            "NumberType": "TEN_DLC",
            "NumberCapabilities": ["SMS"],
            "MandatoryKeywords": {"HELP": {"Message": "Help"}, "STOP": {"Message": "Stopped"}},
        },
    },
}


def test_stacks_are_there_again(emulate, serve, client_of, held):
    """Stacks that were created, changed, rolled back and deleted, and what they made, are as they were."""
    emulator, keeper = emulate()
    server = serve(emulator)
    stacks = client_of(server.endpoint_url, "cloudformation")
    template = json.dumps({"Resources": STACK, "Outputs": {"Number": {"Value": {"Ref": "Number"}}}})
    for name in ("kept", "changed", "deleted"):
        stacks.create_stack(StackName=name, TemplateBody=template)
    stacks.update_stack(StackName="changed", TemplateBody=json.dumps({"Resources": STACK | {"List": LIST}}))
    stacks.create_stack(StackName="failed", TemplateBody=json.dumps({"Resources": {"Other": LIST}}))
    stacks.delete_stack(StackName="deleted")
    emulator.settle()
    before, seen = held(emulator), stacks_of(stacks)
    server.close()
    emulate.crash(keeper)

    restarted, _ = emulate()
    server = serve(restarted)

    assert before == held(restarted)
    assert seen == stacks_of(client_of(server.endpoint_url, "cloudformation"))
    statuses = {name: status for name, (status, *_) in seen.items()}
    assert statuses == {"kept": "CREATE_COMPLETE", "changed": "UPDATE_COMPLETE", "failed": "ROLLBACK_COMPLETE"}


def stacks_of(client):
    """Return the status, the outputs and the resources of each stack."""
    return {
        stack["StackName"]: (
            stack["StackStatus"],
            stack.get("Outputs"),
            [
                (each["LogicalResourceId"], each.get("PhysicalResourceId"), each["ResourceStatus"])
                for each in client.describe_stack_resources(StackName=stack["StackName"])["StackResources"]
            ],
        )
        for stack in client.describe_stacks()["Stacks"]
    }


def test_a_clean_end_leaves_nothing_to_repeat(emulate, held):
    """The end of a server writes a snapshot; the next start repeats no entry."""
    emulator, keeper = emulate()
    emulator.handset(HANDSET).behave(outcome="BLOCKED")
    before = held(emulator)
    keeper.close()
    emulate.crash(keeper)

    restarted, again = emulate()

    assert before == held(restarted)
    assert again.store.last()[0] == again.store.snapshots()[0].position


def test_a_snapshot_is_written_now_and_then(emulate):
    """After the configured number of entries there is a new one, and what is before the older one is dropped."""
    emulator, keeper = emulate(snapshot_every=5)
    for round_ in range(3):
        for index in range(6):
            emulator.handset(HANDSET).behave(delay=index + 10 * round_)
        wait_until(lambda expected=round_ + 2: len(keeper.store.snapshots()) == min(2, expected))
        keeper.save()

    positions = [info.position for info in keeper.store.snapshots()]
    kept = [row.position for row in keeper.store.read(0)]
    assert positions == sorted(positions, reverse=True)
    assert len(positions) == 2
    assert all(position > positions[-1] for position in kept)


def test_a_snapshot_is_not_written_twice(emulate, monkeypatch):
    """While nothing changes, the one that is there stays there, and is not taken away to be written again."""
    emulator, keeper = emulate()
    emulator.handset(HANDSET).behave(outcome="BLOCKED")
    keeper.save()
    before = keeper.store.snapshots()
    monkeypatch.setattr(keeper.store, "write_snapshot", lambda position, parts: pytest.fail("it is written again"))

    keeper.save()

    assert before == keeper.store.snapshots()


def test_a_start_that_has_much_to_repeat_writes_a_snapshot(emulate):
    """Otherwise a process that is killed again and again would have more to repeat each time."""
    emulator, keeper = emulate()
    for index in range(20):
        emulator.handset(HANDSET).behave(delay=index)
    emulate.crash(keeper)

    _, again = emulate(snapshot_every=10)

    assert again.store.snapshots()[0].position == again.store.last()[0] >= 20


def wait_until(condition):
    """Wait for another thread, for ten seconds at most."""
    gives_up_at = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < gives_up_at
        time.sleep(0.01)


def test_a_damaged_snapshot_is_left_out(emulate, held, caplog):
    """The next older one is loaded, and more entries repeated; the log says so."""
    emulator, keeper = emulate()
    emulator.handset(HANDSET).behave(outcome="BLOCKED")
    keeper.save()
    before = held(emulator)
    newest = keeper.store.snapshots()[0].position
    with keeper.store._writing():
        keeper.store._execute("UPDATE snapshot_part SET content = zeroblob(10) WHERE position = ?", (newest,))
    emulate.crash(keeper)

    restarted, _ = emulate()

    assert before == held(restarted)
    assert f"the snapshot after entry {newest} is left out" in caplog.text


def test_limits_of_the_configuration_apply_at_the_next_start(emulate):
    """What was created stays; a changed limit holds at once, and after a crash too."""
    emulator, keeper = emulate(config={"limits": {"requests_kept": 10}})
    emulator.handset(HANDSET).behave(outcome="BLOCKED")
    emulate.crash(keeper)

    for _ in range(2):
        restarted, keeper = emulate(config={"limits": {"spend_limit": 7}})
        emulate.crash(keeper)

    assert restarted.world.settings.spend_limit == 7
    assert restarted.world.settings.requests_kept == 1000
    assert restarted.world.handsets[HANDSET].outcome == "BLOCKED"


def test_a_reset_is_repeated_with_its_own_configuration(emulate, held):
    """The resources of the configuration file are created again, as they were then."""
    config = {"opt_out_lists": [{"name": "list"}]}
    emulator, keeper = emulate(config=config)
    emulator.reset(aws=True)
    before = held(emulator)
    emulate.crash(keeper)

    restarted, _ = emulate(config=config)

    assert before == held(restarted)


def test_a_restored_state_is_kept(emulate, held):
    """PUT /state is an entry too; one that is refused is not."""
    emulator, keeper = emulate()
    saved = emulator.state()
    emulator.handset(HANDSET).behave(outcome="BLOCKED")
    emulator.restore(saved)
    before, position = held(emulator), keeper.journal.position
    with pytest.raises(Exception, match="digest"):
        emulator.restore({**saved, "digest": "0"})
    assert keeper.journal.position == position
    emulate.crash(keeper)

    restarted, _ = emulate()

    assert before == held(restarted)


def test_what_is_in_flight_is_delivered_again_and_nothing_else(emulate, serve, client_of, tmp_path, monkeypatch):
    """A webhook that had not answered before the crash is called again, one that had is not."""
    called = []
    emulator, keeper = emulate()
    aws = type(emulator.aws)
    number = lease_number(client_of(serve(emulator).endpoint_url))
    emulator.control("change_reply_routes", number="*", routes=[{"kind": "webhook", "target": "http://127.0.0.1:9/"}])

    def post(self, url, bodies):
        called.extend(bodies)
        shutil.copytree(tmp_path / "data", tmp_path / f"during {len(called)}")
        return [None] * len(bodies)

    monkeypatch.setattr(aws, "post", post)
    emulator.handset(HANDSET).reply("hello", to=number["PhoneNumber"])
    emulator.deliver()
    assert len(called) == 1
    emulate.crash(keeper)
    restarted, _ = emulate()
    restarted.deliver()
    assert len(called) == 1

    during, _ = emulate("during 1")
    during.deliver()

    assert called[1:] == called[:1]
    assert during.world.outbox.undelivered == 0
