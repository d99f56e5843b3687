"""Flows from draft to deprecated; datasets and public keys."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FLOW = {
    "version": "6.0",
    "screens": [
        {"id": "FIRST", "title": "Book", "terminal": True, "layout": {"type": "SingleColumnLayout", "children": []}}
    ],
}


@pytest.fixture(scope="module")
def pem():
    """The public half of an RSA key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture
def create_flow(social, linked):
    """Creates a flow, `book` by default; gives the answer."""

    def create(flow=FLOW, name="book", **members):
        return social.create_whatsapp_flow(
            id=linked["id"], flowName=name, categories=["APPOINTMENT_BOOKING"], flowJson=json.dumps(flow).encode(), **members
        )

    return create


@pytest.fixture
def show(social, linked):
    """Gives a flow as GetWhatsAppFlow shows it."""
    return lambda flow_id: social.get_whatsapp_flow(id=linked["id"], flowId=flow_id)


def test_a_flow_is_created_published_and_deprecated(create_flow, show, social, linked):
    """A flow goes from DRAFT over PUBLISHED to DEPRECATED."""
    flow_id = create_flow()["flowId"]
    seen = [show(flow_id)["flowStatus"]]

    for change in (social.publish_whatsapp_flow, social.deprecate_whatsapp_flow):
        change(id=linked["id"], flowId=flow_id)
        seen.append(show(flow_id)["flowStatus"])

    assert ["DRAFT", "PUBLISHED", "DEPRECATED"] == seen


def test_a_flow_is_shown_whole(create_flow, show, linked):
    """GetWhatsAppFlow has the versions, the preview for 30 days, the account and the health."""
    found = show(create_flow(endpointUri="https://example.com/flow")["flowId"])

    assert ("book", ["APPOINTMENT_BOOKING"], "6.0") == (found["flowName"], found["categories"], found["jsonVersion"])
    assert linked["waba_id"] == found["whatsAppBusinessAccount"]["id"]
    assert "AVAILABLE" == found["healthStatus"]["canSendMessage"]
    assert found["flowId"] in found["preview"]["previewUrl"]


def test_an_invalid_flow_is_a_draft_with_errors(create_flow, social, linked, raises):
    """What is wrong with a flow's JSON is listed, and keeps it from being published."""
    made = create_flow({"version": "6.0", "screens": [{"id": "1"}]}, publish=True)

    assert 3 == len(made["validationErrors"])
    with raises("InvalidParametersException") as error:
        social.publish_whatsapp_flow(id=linked["id"], flowId=made["flowId"])
    assert error["message"].startswith("(#139002) ")
    fixed = social.update_whatsapp_flow_assets(id=linked["id"], flowId=made["flowId"], flowJson=json.dumps(FLOW).encode())
    assert [] == fixed["validationErrors"]
    social.publish_whatsapp_flow(id=linked["id"], flowId=made["flowId"])


def test_new_assets_make_a_published_flow_a_draft(create_flow, show, social, linked, send, window, message):
    """After an update of its JSON a flow is a draft again, while its published version can still be sent."""
    flow_id = create_flow(publish=True)["flowId"]

    social.update_whatsapp_flow_assets(id=linked["id"], flowId=flow_id, flowJson=b"{}")

    assert "DRAFT" == show(flow_id)["flowStatus"]
    parameters = {"flow_message_version": "3", "flow_id": flow_id, "flow_cta": "Book"}
    interactive = {"type": "flow", "body": {"text": "Book"}, "action": {"name": "flow", "parameters": parameters}}
    assert "DELIVERED" == message(send("interactive", interactive=interactive)).status


@pytest.mark.parametrize(
    ("published", "operation", "code"),
    [
        (True, "publish_whatsapp_flow", 139002),
        (False, "deprecate_whatsapp_flow", 139003),
        (True, "delete_whatsapp_flow", 139004),
    ],
)
def test_a_wrong_state_is_refused(create_flow, social, linked, raises, published, operation, code):
    """What a flow's status forbids is InvalidParametersException with Meta's code."""
    flow_id = create_flow(publish=published)["flowId"]

    with raises("InvalidParametersException") as error:
        getattr(social, operation)(id=linked["id"], flowId=flow_id)

    assert error["message"].startswith(f"(#{code}) ")


def test_a_flow_is_changed_cloned_listed_and_deleted(create_flow, show, social, linked, raises):
    """A name is taken once; a clone has the JSON; a deleted draft is gone."""
    flow_id = create_flow()["flowId"]
    with raises("InvalidParametersException"):
        create_flow()
    clone = social.create_whatsapp_flow(id=linked["id"], flowName="copy", categories=["OTHER"], cloneFlowId=flow_id)[
        "flowId"
    ]
    social.update_whatsapp_flow(id=linked["id"], flowId=clone, flowName="second", endpointUri="https://example.com")
    (asset,) = social.list_whatsapp_flow_assets(id=linked["id"], flowId=clone)["flowAssets"]

    social.delete_whatsapp_flow(id=linked["id"], flowId=flow_id)

    assert ("flow.json", "FLOW_JSON") == (asset["name"], asset["assetType"])
    assert ["second"] == [row["flowName"] for row in social.list_whatsapp_flows(id=linked["id"])["flows"]]
    assert "6.0" == show(clone)["jsonVersion"]
    with raises("ResourceNotFoundException"):
        show(flow_id)


def test_a_preview_is_kept_until_it_is_invalidated(create_flow, social, linked):
    """The preview stays the same, and is another one after `invalidate`."""
    flow_id = create_flow()["flowId"]

    first, same, other = (
        social.get_whatsapp_flow_preview(id=linked["id"], flowId=flow_id, invalidate=anew)["preview"]["previewUrl"]
        for anew in (False, False, True)
    )

    assert first == same != other


def test_the_json_of_a_flow_is_downloaded(create_flow, social, linked, download):
    """The address of a flow's asset answers its JSON."""
    flow_id = create_flow()["flowId"]

    (asset,) = social.list_whatsapp_flow_assets(id=linked["id"], flowId=flow_id)["flowAssets"]

    content, content_type = download(asset["downloadUrl"])
    assert ("flow.json", "application/json", FLOW) == (asset["name"], content_type, json.loads(content))


def test_a_flow_is_filled_on_the_phone(create_flow, send, window, handset, sms, message):
    """A submitted flow comes back as the answer to its message, with the token that it was sent with."""
    flow_id = create_flow(publish=True)["flowId"]
    payload = {"screen": "FIRST", "data": {"name": "Ada"}}
    parameters = {"flow_message_version": "3", "flow_id": flow_id, "flow_cta": "Book", "flow_token": "tok-1"}
    action = {"name": "flow", "parameters": parameters | {"flow_action_payload": payload}}
    message(send("interactive", interactive={"type": "flow", "body": {"text": "Book"}, "action": action}))

    opened = handset.open_flow()
    handset.submit_flow({"day": "Friday"})

    assert ("FIRST", {"name": "Ada"}, FLOW["screens"][0]) == (opened["screen"], opened["data"], opened["form"])
    reply = sms.inbox.messages(direction="inbound")[-1].whatsapp.payload["interactive"]["nfm_reply"]
    assert {"flow_token": "tok-1", "day": "Friday"} == json.loads(reply["response_json"])


class Endpoint(BaseHTTPRequestHandler):
    """A flow's endpoint: it decrypts what comes, and ends the flow at the second exchange."""

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    seen: ClassVar[list] = []

    def do_POST(self):
        """Decrypt a flow's request and answer it as a business endpoint does."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        parts = {name: base64.b64decode(value) for name, value in body.items()}
        padding = OAEP(MGF1(SHA256()), SHA256(), None)
        cipher, vector = AESGCM(self.key.decrypt(parts["encrypted_aes_key"], padding)), parts["initial_vector"]
        request = json.loads(cipher.decrypt(vector, parts["encrypted_flow_data"], None))
        self.seen.append(request)
        answer = {"screen": "FIRST", "data": {"days": ["Friday"]}}
        if request["action"] == "data_exchange":
            answer = {"screen": "SUCCESS", "data": {"extension_message_response": {"params": request["data"]}}}
        sealed = cipher.encrypt(bytes(byte ^ 0xFF for byte in vector), json.dumps(answer).encode(), None)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(base64.b64encode(sealed))

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def endpoint():
    """Serves a flow's endpoint; gives its address."""
    Endpoint.seen.clear()
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/flow"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_flow_calls_its_endpoint(create_flow, send, window, handset, social, linked, endpoint, sms, message):
    """A flow with an endpoint is opened and submitted there, encrypted by the number's public key."""
    pem = Endpoint.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    social.put_whatsapp_business_public_key(originationPhoneNumberId=linked["phone_number_id"], businessPublicKey=pem)
    flow = FLOW | {"data_api_version": "3.0", "routing_model": {}}
    flow_id = create_flow(flow, publish=True, endpointUri=endpoint)["flowId"]
    parameters = {"flow_message_version": "3", "flow_id": flow_id, "flow_cta": "Book", "flow_action": "data_exchange"}
    action = {"name": "flow", "parameters": parameters}
    message(send("interactive", interactive={"type": "flow", "body": {"text": "Book"}, "action": action}))

    opened = handset.open_flow()
    handset.submit_flow({"day": "Friday"}, screen="FIRST")

    assert ("FIRST", {"days": ["Friday"]}) == (opened["screen"], opened["data"])
    assert ["INIT", "data_exchange"] == [request["action"] for request in Endpoint.seen]
    reply = sms.inbox.messages(direction="inbound")[-1].whatsapp.payload["interactive"]["nfm_reply"]
    assert {"flow_token": "unused", "day": "Friday"} == json.loads(reply["response_json"])


# --- Datasets and keys ------------------------------------------------------------------------------------------------


def test_a_dataset_is_made_once(social, linked):
    """A second call returns the same dataset, which the account then names."""
    first, second = (social.create_whatsapp_dataset(id=linked["id"])["datasetId"] for _ in range(2))

    assert first == second
    assert first == social.get_linked_whatsapp_business_account(id=linked["id"])["account"]["datasetId"]


def test_conversions_go_to_the_accounts_dataset(social, linked, raises):
    """Conversion events are taken for the account's own dataset only, and need their members."""
    dataset = social.create_whatsapp_dataset(id=linked["id"])["datasetId"]
    user = {"whatsapp_business_account_id": linked["waba_id"], "ctwa_clid": "clid"}
    event = {"event_name": "Purchase", "event_time": 1795168801, "action_source": "business_messaging"}
    event |= {"messaging_channel": "whatsapp", "user_data": user}

    def send(dataset_id, data):
        blob = json.dumps({"data": data}).encode()
        return social.send_whatsapp_conversion_event(id=linked["id"], datasetId=dataset_id, eventData=blob)["requestId"]

    assert send(dataset, [event])
    with raises("ResourceNotFoundException"):
        send("1" * 16, [event])
    with raises("InvalidParametersException"):
        send(dataset, [event | {"event_name": None}])


def test_a_public_key_comes_back(social, linked, raises, pem):
    """The PEM of a number comes back with its signature's status; anything else is refused."""
    number = linked["phone_number_id"]
    with raises("ResourceNotFoundException"):
        social.get_whatsapp_business_public_key(originationPhoneNumberId=number)

    social.put_whatsapp_business_public_key(originationPhoneNumberId=number, businessPublicKey=pem)

    found = social.get_whatsapp_business_public_key(originationPhoneNumberId=number)
    assert (pem, "VALID") == (found["businessPublicKey"], found["businessPublicKeySignatureStatus"])
    for members in ({}, {"businessPublicKey": "key"}):
        with raises("InvalidParametersException"):
            social.put_whatsapp_business_public_key(originationPhoneNumberId=number, **members)


def test_a_key_of_kms_is_read(social, linked, client, raises):
    """The public half of an asymmetric key in KMS is the number's; a key that is not there is refused."""
    key = client("kms").create_key(KeyUsage="ENCRYPT_DECRYPT", KeySpec="RSA_2048")["KeyMetadata"]["Arn"]

    social.put_whatsapp_business_public_key(originationPhoneNumberId=linked["phone_number_id"], kmsKeyArn=key)

    found = social.get_whatsapp_business_public_key(originationPhoneNumberId=linked["phone_number_id"])
    assert found["businessPublicKey"].startswith("-----BEGIN PUBLIC KEY-----\n")
    with raises("InvalidParametersException"):
        social.put_whatsapp_business_public_key(
            originationPhoneNumberId=linked["phone_number_id"], kmsKeyArn=key[:-4] + "0000"
        )
