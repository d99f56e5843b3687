"""World: what there is besides messages, and what can be done to it, a section at a time."""

import json

import pytest

from emulator.testing import fill_registration

HANDSET = "+14255550100"
SECTIONS = (
    "wizard", "account", "numbers", "pools", "senders", "sets", "opt-outs", "protect", "registrations", "brands",
    "verified", "whatsapp", "devices", "rules", "faults", "pending", "spend", "costs", "console",
)  # fmt: skip


@pytest.fixture
def section(open_page):
    """Opens a section of World."""

    def opened(name, **more):
        page = open_page(at=f"#/world/{name}", **more)
        page.wait(
            f"document.querySelector('[data-section={name}]') && !document.querySelector('.section > p.hint:only-child')"
        )
        return page

    return opened


def test_every_section_opens(section):
    """Each is one click away, says what it is, and complains of nothing."""
    page = section("wizard")

    for name in SECTIONS:
        page.click(f"#to-{name}")
        page.wait(f"document.querySelector('[data-section={name}] h2')?.innerText.length > 2")

    assert len(SECTIONS) == page.run("document.querySelectorAll('.sections a').length")


def test_first_steps_lead_to_a_text(section, sms, text):
    """Run after run, the wizard leases a number, makes a set and sends; each step shows its code."""
    page = section("wizard")
    assert "client.request_phone_number(" in page.texts("[data-step=lease] pre")[0]

    for step in ("lease", "set", "send"):
        page.click(f"[data-step={step}] button.primary:not(:disabled)")
        page.wait(f"document.querySelector('[data-step={step}] output')")

    (message,) = sms.inbox.messages(to=HANDSET)
    assert text("welcome.body") == message.body
    assert page.run("document.querySelector('[data-step=send] a.button').getAttribute('href')").startswith("#/phones/")


@pytest.mark.usefixtures("language")
def test_code_is_shown_for_each_client(section):
    """The same step as a command line and as JavaScript."""
    page = section("wizard")

    page.click("[data-step=lease] [role=tab]:nth-child(2)")
    page.wait("document.querySelector('[data-step=lease] pre').innerText.includes('request-phone-number')")
    page.click("[data-step=lease] [role=tab]:nth-child(3)")

    assert page.wait("document.querySelector('[data-step=lease] pre').innerText.includes('RequestPhoneNumberCommand')")


@pytest.mark.usefixtures("language")
def test_number_is_shown_and_released(section, number, sms_client):
    """A row opens to all that AWS says of a number, keywords too; Delete releases it."""
    page = section("numbers")

    page.click("#all-numbers .resource button.code")
    page.wait("document.querySelector('#all-numbers .opened')?.innerText.includes('\"Keyword\": \"STOP\"')")
    assert [number] == page.texts("#all-numbers .resource button.code")
    page.click("#all-numbers .resource button.danger")
    page.wait("document.getElementById('no-numbers')")

    assert [] == sms_client.describe_phone_numbers()["PhoneNumbers"]


def test_refusal_of_aws_is_shown(section, request_number, sms_client):
    """What AWS refuses stays, and its reason is said."""
    phone = request_number(DeletionProtectionEnabled=True)
    page = section("numbers", refused=1)

    page.click("#all-numbers .resource button.danger")

    assert page.wait("document.querySelector('.toast.bad')?.innerText.includes('DELETION_PROTECTION_ENABLED')")
    assert [phone["PhoneNumber"]] == page.texts("#all-numbers .resource button.code")


def test_reads_of_the_page_are_not_logged(section, control, number):
    """The request log holds the application's calls alone."""
    before = len(control("GET", "requests")[1]["requests"])

    page = section("numbers")
    page.wait("document.getElementById('all-numbers')")

    assert before == len(control("GET", "requests")[1]["requests"])


def test_opt_outs_are_added_and_taken_off(section, sms_client, text):
    """A number is put on the list, and taken off it."""
    page = section("opt-outs")

    page.click("#opt-out-form [name=number]")
    page.type(HANDSET)
    page.click("#opt-out-form button")
    page.click(f"[data-opt-in='{HANDSET}']")
    page.wait(f"!document.querySelector('[data-opt-in=\"{HANDSET}\"]')")

    assert page.wait(f"document.querySelector('#all-opt-outs').innerText.includes('{text('opt-outs.none')}')")
    assert [] == sms_client.describe_opted_out_numbers(OptOutListName="Default")["OptedOutNumbers"]


@pytest.mark.parametrize(("decision", "status"), [("COMPLETE", "COMPLETE"), ("REQUIRES_UPDATES", "REQUIRES_UPDATES")])
@pytest.mark.usefixtures("language")
def test_registration_is_decided(section, sms, sms_client, decision, status):
    """The reviewer approves, or denies with a reason."""
    sms.account().reviewer = "manual"
    made = sms_client.create_registration(RegistrationType="US_TEN_DLC_BRAND_REGISTRATION")["RegistrationId"]
    fill_registration(sms_client, made)
    sms_client.submit_registration_version(RegistrationId=made)
    page = section("registrations")
    item = f"[data-id={made}]"
    page.wait(f"document.querySelector('{item}')")

    page.choose(f"document.querySelector('{item} select')", decision)
    if decision == "REQUIRES_UPDATES":
        page.click(f"{item} [name=reason]")
        page.type("NOT_A_COMPANY")
    page.click(f"{item} button.primary")
    page.wait(f"document.querySelector('{item} .state').innerText === '{status}'")

    assert status == sms_client.describe_registrations()["Registrations"][0]["RegistrationStatus"]


@pytest.mark.usefixtures("language")
def test_codes_wait_to_be_entered(section, number, sms_client):
    """The code that was sent to verify a number is listed, and can be copied."""
    verified = sms_client.create_verified_destination_number(DestinationPhoneNumber=HANDSET)["VerifiedDestinationNumberId"]
    sms_client.send_destination_number_verification_code(
        VerifiedDestinationNumberId=verified, VerificationChannel="TEXT", OriginationIdentity=number
    )

    page = section("verified")

    code = page.wait("document.querySelector('#all-codes code')?.innerText")
    sms_client.verify_destination_number(VerifiedDestinationNumberId=verified, VerificationCode=code)


def test_rule_is_added(section, control, text):
    """A rule is made of fields; what is left empty is left out."""
    page = section("rules")

    page.click(".editor-add")
    page.choose("document.querySelector('[name=outcome]')", "BLOCKED")
    page.click("[name='match.country']")
    page.type("US")
    page.click("[name=times]")
    page.type("2")
    page.click(".editor button.primary")
    saved = text("editor.saved", count=1)
    page.wait(f"document.querySelector('.toast')?.innerText.includes('{saved}')")

    (rule,) = control("GET", "carriers/rules")[1]
    assert ("BLOCKED", {"country": "US"}, 2) == (rule["outcome"], rule["match"], rule["times"])


@pytest.mark.usefixtures("language")
def test_error_stands_beside_its_field(section, control):
    """What is refused is said where it was written, and nothing is saved."""
    control("PUT", "faults", [{"error": "503"}])
    page = section("faults", refused=1)
    page.wait("document.querySelectorAll('.editor .tile').length === 1")

    page.click(".editor-add")
    page.click(".editor .tile:nth-child(2) [name=operation]")
    page.type("SendTxt")
    page.click(".editor button.primary")

    assert page.wait(
        "document.querySelector('.tile:nth-child(2) label:has([name=operation]) .refusal')?.innerText.includes('SendTxt')"
    )
    assert ["503"] == [fault["error"] for fault in control("GET", "faults")[1]]


def test_pending_event_is_run_now(section, sms, send_text, text):
    """What is pending is said in words, and can be brought about."""
    sms.clock.freeze()
    message_id = send_text("Soon")
    page = section("pending")
    page.wait(f"document.querySelector('#all-pending a')?.innerText === '{message_id}'")
    assert text("timer.MessageStepDue") in page.texts("#all-pending td")

    page.click("#all-pending button")

    assert page.wait(f"fetch('messages/{message_id}').then((answer) => answer.json()).then((message) => message.status)")


def test_spend_limit_is_changed(section, sms_client, text):
    """A gauge for each channel; the limit is set by AWS's own operation."""
    page = section("spend")
    page.wait("document.querySelectorAll('#all-limits [role=meter]').length >= 3")

    page.run(
        """(() => {
            const input = document.querySelector('[data-limit=sms] input');
            input.value = 5;
            input.dispatchEvent(new Event('change', { bubbles: true }));
        })()"""
    )
    spent = text("spend.of", spent="$0.00", limit="$5.00")
    page.wait(f"document.querySelector('[data-limit=sms]').innerText.includes('{spent}')")

    limits = {row["Name"]: row["EnforcedLimit"] for row in sms_client.describe_spend_limits()["SpendLimits"]}
    assert 5 == limits["TEXT_MESSAGE_MONTHLY_SPEND_LIMIT"]


@pytest.mark.usefixtures("language")
def test_account_and_profile_are_changed(section, sms):
    """The account's settings, and how lenient the emulator is."""
    page = section("account")
    page.wait("document.getElementById('account-form')")

    page.choose("document.querySelector('#account-form [name=tier]')", "SANDBOX")
    page.click("#profile label:has([value=strict])")
    page.wait("fetch('profile').then((answer) => answer.json()).then(({ profile }) => profile === 'strict')")
    page.wait("fetch('account').then((answer) => answer.json()).then(({ tier }) => tier === 'SANDBOX')")

    assert "SANDBOX" == sms.account().tier
    assert "strict" == sms.settings.profile


def test_costs_are_drawn(section, sms, send_text):
    """Bars by channel, country and sender, and columns over time."""
    send_text("One")
    sms.settle()

    page = section("costs")

    page.wait("document.querySelector('#by-sender th')")
    assert ["SMS"] == page.texts("#by-channel th")
    assert ["US"] == page.texts("#by-country th")
    assert page.run("document.querySelectorAll('#over-time [data-part=delivered]').length") == 1


@pytest.mark.usefixtures("language")
def test_whatsapp_is_linked(section, client):
    """An account is linked, and Meta's reviewer decides on its template."""
    page = section("whatsapp")
    page.click("#link-form [name=number]")
    page.type("+12065550123")
    page.click("#link-form [name=name]")
    page.type("Shop")
    page.click("#link-form button")
    page.wait("document.querySelector('#all-whatsapp td')?.innerText === '+12065550123'")
    social = client("socialmessaging")
    account = social.list_linked_whatsapp_business_accounts()["linkedAccounts"][0]["id"]
    body = {"type": "BODY", "text": "Your order is ready."}
    definition = {"name": "ready", "language": "en_US", "category": "UTILITY", "components": [body]}
    social.create_whatsapp_message_template(id=account, templateDefinition=json.dumps(definition).encode())

    page.click("#to-devices")
    page.click("#to-whatsapp")
    page.wait("document.querySelector('[data-template=ready]')")
    page.choose("document.querySelector('[data-template=ready]')", "APPROVED")

    assert page.wait("[...document.querySelectorAll('#all-templates td')].some((cell) => cell.innerText === 'APPROVED')")


@pytest.mark.usefixtures("language")
def test_device_loses_its_app(section, control):
    """A device's state is chosen in its row."""
    control("PUT", "devices/token-1", {"platform": "GCM"})
    page = section("devices")
    page.wait("document.querySelector('#all-devices select')")

    page.choose("document.querySelector('#all-devices select')", "unregistered")
    page.wait("fetch('devices').then((answer) => answer.json()).then(({ devices }) => devices[0].state === 'unregistered')")

    assert "unregistered" == control("GET", "devices")[1]["devices"][0]["state"]


def test_current_section_is_in_view(section):
    """In a narrow window the list of sections is a row, and the current one is always seen in it."""
    page = section("console", width=390)

    page.wait("document.querySelector('.sections [aria-current]').getBoundingClientRect().right <= innerWidth")
    assert page.run("document.querySelector('.sections').scrollLeft") > 0


def test_sections_fit_a_narrow_window(open_page, number):
    """At 390 pixels nothing makes the page itself wider than the window."""
    page = open_page(at="#/world/wizard", width=390, height=800)

    for name in SECTIONS:
        page.run(f"location.hash = '#/world/{name}'")
        page.wait(f"document.querySelector('[data-section={name}]')")
        assert page.run("document.documentElement.scrollWidth") <= 390, name
