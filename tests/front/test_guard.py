"""Whose requests reach the port: programs, the page itself, and what was allowed by name; nothing else, on any path."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from emulator import Emulator
from emulator.front.guard import host_of, is_loopback
from emulator.front.server import Server

STRANGER = "http://evil.example"
FOREIGN = [
    {"Origin": STRANGER},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site", "Origin": STRANGER},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Accept-Language": "en"}
FUNCTION = {"ConfigurationSetName": "evil", "EventDestinationName": "code", "EventDestination": {}}


def authorization(service):
    return f"AWS4-HMAC-SHA256 Credential=a/b/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"


DOORS = {
    "control": ("POST", "/_emulator/reset", {}, "{}"),
    "control, read": ("GET", "/_emulator/messages", {}, None),
    "health": ("GET", "/_emulator/health", {}, None),
    "state": ("GET", "/_emulator/state", {}, None),
    "stream": ("GET", "/_emulator/stream", {}, None),
    "wait": ("GET", "/_emulator/messages/wait?timeout=0", {}, None),
    "sent texts": ("DELETE", "/_aws/sns/sms-messages", {}, None),
    "JSON by target": (
        "POST",
        "/",
        {"Authorization": authorization("sms-voice"), "X-Amz-Target": "PinpointSMSVoiceV2.RequestPhoneNumber"},
        '{"IsoCountryCode":"US","MessageType":"TRANSACTIONAL","NumberCapabilities":["SMS"],"NumberType":"TEN_DLC"}',
    ),
    "REST by text/plain": (
        "POST",
        "/v1/sms-voice/configuration-sets?X-Amz-Credential=a/b/us-east-1/sms-voice/x",
        {"Content-Type": "text/plain"},
        '{"ConfigurationSetName":"evil"}',
    ),
    "function as a destination": (
        "POST",
        "/v1/sms-voice/configuration-sets/evil/event-destinations?X-Amz-Credential=a/b/us-east-1/sms-voice/x",
        {"Content-Type": "text/plain"},
        json.dumps(FUNCTION),
    ),
    "function as a route": ("PUT", "/_emulator/reply-routes/*", {}, '[{"kind":"lambda","target":"evil"}]'),
    "function": (
        "POST",
        "/2015-03-31/functions?X-Amz-Credential=a/b/us-east-1/lambda/x",
        {"Content-Type": "text/plain"},
        '{"FunctionName":"evil"}',
    ),
    "invocation": ("POST", "/2015-03-31/functions/evil/invocations?X-Amz-Credential=a/b/us-east-1/lambda/x", {}, "{}"),
    "SNS form": (
        "POST",
        "/?X-Amz-Credential=a/b/us-east-1/sns/x",
        {"Content-Type": "application/x-www-form-urlencoded"},
        "Action=Publish&PhoneNumber=%2B14255550100&Message=evil&Version=2010-03-31",
    ),
    "SNS by GET": (
        "GET",
        "/?X-Amz-Credential=a/b/us-east-1/sns/x&Action=Publish&PhoneNumber=%2B14255550100&Message=evil",
        {},
        None,
    ),
    "IAM": (
        "POST",
        "/",
        {"Authorization": authorization("iam"), "Content-Type": "application/x-www-form-urlencoded"},
        "Action=CreateUser&UserName=evil&Version=2010-05-08",
    ),
    "bucket": ("PUT", "/evilbucket", {}, None),
    "moto": ("POST", "/moto-api/reset", {}, None),
    "moto, read": ("GET", "/moto-api/data.json", {}, None),
}


@pytest.fixture(scope="module")
def closed():
    """A server of this module that nothing reaches; its world must stay as it is."""
    server = Server(Emulator(clock="frozen")).start()
    yield server
    server.close()


@pytest.fixture
def serve():
    """Start servers of this test's own, by the `access` section of their configuration."""
    servers = []

    def start(host="127.0.0.1", **access):
        servers.append(Server(Emulator(clock="frozen", config={"access": access}), host).start())
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def visit(server, method, path, body=None, **headers):
    """Ask as a browser or program would; give the status, the headers in lower case, and the text."""
    connection = http.client.HTTPConnection(urlsplit(server.endpoint_url).netloc, timeout=20)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("foreign", FOREIGN, ids=str)
@pytest.mark.parametrize("door", DOORS)
def test_foreign_pages_are_refused_at_every_door(closed, door, foreign):
    """403 in JSON that says how to allow it, no CORS header, and a world that is as it was."""
    method, path, headers, body = DOORS[door]
    before = closed.emulator.state()["digest"]

    status, answer, text = visit(closed, method, path, body, **headers, **foreign)

    assert 403 == status
    assert "--allow-origin" in json.loads(text)["error"]
    assert not [name for name in answer if name.startswith("access-control")]
    assert before == closed.emulator.state()["digest"]


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:7767", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example"],
)
@pytest.mark.parametrize("door", DOORS)
def test_foreign_host_names_are_refused_at_every_door(closed, door, host):
    """A name that was rebound to this machine is refused, though the page says that it is of the same origin."""
    method, path, headers, body = DOORS[door]
    before = closed.emulator.state()["digest"]
    as_its_own = {"Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}

    status, _, text = visit(closed, method, path, body, Host=host, **headers, **as_its_own)

    assert 403 == status
    assert "--allow-host" in json.loads(text)["error"]
    assert before == closed.emulator.state()["digest"]


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:1", "127.0.0.1", "127.0.0.53:80", "[::1]", "[::1]:7767", "LOCALHOST.", "media.localhost:7767"],
)
def test_names_of_this_machine_are_served(closed, host):
    """Loopback names and addresses, with any port, and virtual-hosted buckets of them."""
    assert 200 == visit(closed, "GET", "/_emulator/health", Host=host)[0]


def test_two_host_headers_are_both_looked_at(closed):
    """A request that names this machine and another one is refused."""
    connection = http.client.HTTPConnection(urlsplit(closed.endpoint_url).netloc, timeout=20)
    connection.putrequest("GET", "/_emulator/health")
    connection.putheader("Host", "evil.example")
    connection.endheaders()

    assert connection.getresponse().status in (400, 403)
    connection.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/_emulator/reset", "/evilbucket", "/moto-api/reset"])
def test_preflight_of_a_stranger_allows_nothing(closed, method, path):
    """The browser is not allowed to send the request that it asks about."""
    asks = {
        "Origin": STRANGER,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type,x-amz-target",
    }
    status, headers, _ = visit(closed, "OPTIONS", path, **asks)

    assert 403 == status
    assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize("headers", [{}, {"Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "none"}])
def test_programs_and_the_page_itself_pass(closed, headers):
    """Programs, which name no origin, and the page of this server are obeyed."""
    assert 200 == visit(closed, "POST", "/_emulator/settle", "{}", **headers)[0]


def test_own_origin_passes(closed):
    """A browser without fetch metadata names the origin of the page, which is this server."""
    assert 200 == visit(closed, "POST", "/_emulator/settle", "{}", Origin=closed.endpoint_url)[0]


def test_a_link_leads_to_the_page_and_to_nothing_else(closed):
    """Another page may link to the inbox, which holds no data by itself; a link that does something is refused."""
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

    assert 200 == visit(closed, "GET", "/_emulator/", **followed)[0]
    assert 403 == visit(closed, "GET", DOORS["SNS by GET"][1], **followed)[0]
    assert 403 == visit(closed, "GET", "/_emulator/messages", **followed)[0]
    assert 403 == visit(closed, "POST", "/_emulator/", "a=b", **followed)[0]
    assert 403 == visit(closed, "GET", "/_emulator/", **followed | {"Sec-Fetch-Dest": "iframe"})[0]


def test_the_page_may_not_be_framed(closed):
    """A page that shows the inbox in a frame could have its buttons clicked."""
    headers = visit(closed, "GET", "/_emulator/")[1]

    assert ("DENY", "frame-ancestors 'none'") == (headers["x-frame-options"], headers["content-security-policy"])


# --- What is allowed by name ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["control", "moto", "IAM", "JSON by target"])
def test_an_allowed_origin_passes_and_reads(serve, door):
    """The preflight is answered, the request is carried out, and the browser lets its page read the answer."""
    server = serve(origins=["http://app.example:3000"])
    method, path, headers, body = DOORS[door]
    asks = {"Origin": "http://app.example:3000", "Sec-Fetch-Site": "cross-site"}

    preflight = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "x-amz-target"}
    status, answer, _ = visit(server, "OPTIONS", path, **asks, **preflight)
    assert 204 == status
    assert ("http://app.example:3000", "x-amz-target") == (
        answer["access-control-allow-origin"],
        answer["access-control-allow-headers"],
    )
    assert method in answer["access-control-allow-methods"]

    status, answer, _ = visit(server, method, path, body, **headers, **asks)
    assert status != 403
    assert "http://app.example:3000" == answer["access-control-allow-origin"]
    assert "Origin" == answer["vary"]


def test_allowing_one_origin_allows_no_other(serve):
    """Another port, scheme or subdomain is another origin."""
    server = serve(origins=["http://app.example:3000"])

    for origin in ("http://app.example", "https://app.example:3000", "http://a.app.example:3000", STRANGER):
        assert 403 == visit(server, "POST", "/_emulator/settle", "{}", Origin=origin)[0]


def test_an_allowed_host_name_is_served(serve):
    """A name that was given leads here, with virtual-hosted buckets of it, as another container needs."""
    server = serve(hosts=["emulator"])

    assert 200 == visit(server, "GET", "/_emulator/health", Host="emulator:7767")[0]
    assert 200 == visit(server, "GET", "/_emulator/health", Host="media.emulator")[0]
    assert 403 == visit(server, "GET", "/_emulator/health", Host="myemulator")[0]


def test_every_interface_serves_addresses_and_no_names(serve):
    """An address cannot be rebound; what to paste names one that a client can use."""
    server = serve("0.0.0.0")

    assert server.endpoint_url.startswith("http://127.0.0.1:")
    assert 200 == visit(server, "GET", "/_emulator/health", Host="192.0.2.7:7767")[0]
    assert 403 == visit(server, "GET", "/_emulator/health", Host="evil.example")[0]
    assert not server.emulator.aws.lambda_execution


class TestToken:
    """With --token, the control API, the page and moto's own controls ask for it."""

    @pytest.fixture
    def server(self, serve):
        """A server with a token."""
        return serve(token="s3cret")

    @pytest.mark.parametrize("path", ["/_emulator/messages", "/_emulator/", "/_emulator/stream", "/moto-api/data.json"])
    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Cookie": "sms_voice_emulator_token=x"}])
    def test_without_it(self, server, path, headers):
        """401, whatever is asked."""
        assert 401 == visit(server, "GET", path, **headers)[0]

    @pytest.mark.parametrize(
        "headers", [{"Authorization": "Bearer s3cret"}, {"Cookie": "a=b; sms_voice_emulator_token=s3cret"}]
    )
    def test_with_it(self, server, headers):
        """A program sends a header, the page a cookie."""
        assert 200 == visit(server, "GET", "/_emulator/messages", **headers)[0]

    def test_page(self, server):
        """The page is opened by an address with the token, which becomes a cookie that no script can read."""
        status, headers, _ = visit(server, "GET", "/_emulator/?token=s3cret")

        assert (303, "/_emulator/") == (status, headers["location"])
        cookie = headers["set-cookie"]
        assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
        assert 200 == visit(server, "GET", "/_emulator/", Cookie=cookie.partition(";")[0])[0]

    def test_what_needs_none(self, server):
        """A readiness probe, and AWS clients."""
        assert 200 == visit(server, "GET", "/_emulator/health")[0]
        assert visit(server, *DOORS["JSON by target"][:2], "{}", **DOORS["JSON by target"][2])[0] != 401


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"hosts": "emulator"}, "hosts must be a list"),
        ({"origins": ["app.example"]}, "write it as http://localhost:3000"),
        ({"origins": ["*"]}, "invalid entry '*'"),
        ({"wat": 1}, "unknown name 'wat'"),
        ({"require_signature": True}, "needs at least one"),
        ({"keys": [{"access_key_id": "a"}]}, "the first two are required"),
    ],
)
def test_mistakes_in_the_configuration(section, words):
    """An entry that means nothing is refused at the start."""
    with pytest.raises(ValueError, match=words.replace("*", "[*]")):
        Emulator(config={"access": section})


@pytest.mark.parametrize(
    ("netloc", "host"),
    [("a:1", "a"), ("[::1]:2", "::1"), ("A.", "a"), ("a:b", ""), ("a@b", ""), ("a/b", ""), ("", ""), ("[::1", "")],
)
def test_host_of_a_header(netloc, host):
    """What is no host is none."""
    assert host == host_of(netloc)


def test_loopback():
    """Names and addresses that no other machine can take."""
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1", "localhost", "a.localhost"]))
    assert not any(map(is_loopback, ["", "0.0.0.0", "192.168.1.1", "localhost.evil.example", "1127.0.0.1", "evil.example"]))


@pytest.mark.parametrize("referer", [{}, {"Referer": f"{STRANGER}/"}, {"Referer": "http://emulator.example/"}], ids=str)
@pytest.mark.parametrize("door", ["SNS by GET", "control, read", "moto, read"])
def test_a_browser_must_say_whose_request_it_sends(serve, door, referer):
    """Under a name of the network browsers send no Sec-Fetch-Site; then a Referer must show that the page itself asks."""
    method, path, headers, body = DOORS[door]
    host = {"Host": "emulator.example:7767"}

    server = serve(hosts=["emulator.example"])

    assert 403 == visit(server, method, path, body, **headers, **BROWSER, **host, **referer)[0]
    assert 403 != visit(server, method, path, body, **headers, **host, **referer)[0]
    own = {"Referer": "http://emulator.example:7767/_emulator/"}
    assert 403 != visit(server, method, path, body, **headers, **BROWSER, **host, **own)[0]
    assert 403 != visit(server, "GET", "/_emulator/", None, **BROWSER, **host)[0]
