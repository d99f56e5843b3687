"""
Every reason of the model, and the test that raises it.

A reason that nothing raises is listed with why. A reason that is raised without a test, or a table that has drifted from
the model, fails here.
"""

import ast
import re
from pathlib import Path

import pytest

from emulator.wire.models import load_model

TESTS = Path(__file__).parents[2]
SOURCES = sorted((Path(__file__).parents[3] / "emulator").rglob("*.py"))

RAISED = {
    "ConflictExceptionReason": {
        "DELETION_PROTECTION_ENABLED": "test_protected_pool_is_deleted_once_it_is_not",
        "DESTINATION_PHONE_NUMBER_NOT_VERIFIED": "test_sandbox_opens_to_a_number_by_its_code",
        "DESTINATION_PHONE_NUMBER_OPTED_OUT": "test_stop_to_a_member_opts_out_of_the_whole_pool",
        "EVENT_DESTINATION_MISMATCH": "test_kind_of_sink_cannot_change",
        "KEYWORD_MISMATCH": "test_number_that_differs_is_refused",
        "LAST_PHONE_NUMBER": "test_last_number_stays",
        "NUMBER_CAPABILITIES_MISMATCH": "test_number_that_differs_is_refused",
        "MESSAGE_TYPE_MISMATCH": "test_number_that_differs_is_refused",
        "NO_ORIGINATION_IDENTITIES_FOUND": "test_shared_route_does_not_serve_the_united_states",
        "OPT_OUT_LIST_MISMATCH": "test_number_that_differs_is_refused",
        "PHONE_NUMBER_ASSOCIATED_TO_POOL": "test_member_is_changed_and_released_by_its_pool_only",
        "PHONE_NUMBER_NOT_ASSOCIATED_TO_POOL": "test_what_is_no_member_cannot_leave",
        "RESOURCE_ALREADY_ASSOCIATED": "test_a_number_is_in_one_pool_and_a_sender_id_in_many",
        "SENDER_ID_ASSOCIATED_TO_POOL": "test_member_of_a_pool_cannot_be_released",
        "RESOURCE_ALREADY_EXISTS": "test_a_name_is_one_for_each_country",
        "RESOURCE_DELETION_NOT_ALLOWED": "test_number_is_kept_for_a_day",
        "RESOURCE_MODIFICATION_NOT_ALLOWED": "test_action_of_a_mandatory_keyword_cannot_be_changed",
        "RESOURCE_NOT_ACTIVE": "test_pool_that_is_not_active_is_left_alone",
        "SELF_MANAGED_OPT_OUTS_MISMATCH": "test_number_that_differs_is_refused",
        "TWO_WAY_CONFIG_MISMATCH": "test_number_that_differs_is_refused",
        "VERIFICATION_CODE_EXPIRED": "test_code_expires",
        "VERIFICATION_ALREADY_COMPLETE": "test_verified_number_needs_no_more",
        "PROTECT_CONFIGURATION_IS_ACCOUNT_DEFAULT": "test_what_is_used_cannot_be_deleted",
        "PROTECT_CONFIGURATION_ASSOCIATED_WITH_CONFIGURATION_SET": "test_what_is_used_cannot_be_deleted",
        "PROTECT_CONFIGURATION_NOT_ASSOCIATED_WITH_CONFIGURATION_SET": "test_a_set_has_one_configuration",
        "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": "test_blocked_country_is_refused",
        "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": "test_override_beats_the_country",
        "CREATE_REGISTRATION_VERSION_NOT_ALLOWED": "test_version_has_its_time",
        "DISASSOCIATE_REGISTRATION_NOT_ALLOWED": "test_sender_id_under_review_is_held",
        "DISCARD_REGISTRATION_VERSION_NOT_ALLOWED": "test_version_has_its_time",
        "EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED": "test_version_has_its_time",
        "PHONE_NUMBER_ASSOCIATED_TO_REGISTRATION": "test_number_has_one_registration",
        "PHONE_NUMBER_NOT_IN_REGISTRATION_REGION": "test_association_that_makes_no_sense",
        "REGISTRATION_ALREADY_SUBMITTED": "test_version_has_its_time",
        "REGISTRATION_NOT_COMPLETE": "test_campaign_needs_a_complete_brand",
        "SUBMIT_REGISTRATION_VERSION_NOT_ALLOWED": "test_campaign_needs_a_complete_brand",
        "POOL_ASSOCIATED_TO_NOTIFY_CONFIGURATION": "test_a_pool_in_use_is_not_deleted",
        "NOTIFY_CONFIGURATION_NOT_ACTIVE": "test_what_a_send_is_refused_for",
        "RCS_AGENT_ASSOCIATED_TO_POOL": "test_an_agent_in_a_pool_stays",
        "RCS_AGENT_ALREADY_ASSOCIATED_TO_REGISTRATION_TYPE": "test_agent_has_one_registration_of_a_type",
        "RESOURCE_NOT_EMPTY": "test_testing_agent_sends_to_its_testers_only",
    },
    "ValidationExceptionReason": {
        "CANNOT_PARSE": "test_what_is_no_policy_is_refused",
        "COUNTRY_CODE_MISMATCH": "test_country_is_needed_for_sender_ids_and_arns",
        "DESTINATION_COUNTRY_BLOCKED": "test_china_is_closed",
        "FIELD_VALIDATION_FAILED": "test_what_no_country_takes_is_refused",
        "INTERNATIONAL_SENDING_NOT_SUPPORTED": "test_international_sending_is_for_toll_free_numbers",
        "INVALID_ARN": "test_country_is_needed_for_sender_ids_and_arns",
        "INVALID_FILTER_VALUES": "test_filter_value_must_be_one_that_the_filter_knows",
        "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY": "test_sender_id_sends_to_its_country_only",
        "INVALID_NEXT_TOKEN": "test_foreign_next_token_is_refused",
        "INVALID_PARAMETER": "test_what_no_country_takes_is_refused",
        "INVALID_REQUEST": "test_feedback_comes_too_late_after_an_hour",
        "MISSING_PARAMETER": "test_body_is_required",
        "PARAMETERS_CANNOT_BE_USED_TOGETHER": "test_names_cannot_be_asked_for_together_with_shared",
        "PHONE_NUMBER_CANNOT_BE_OPTED_IN": "test_number_can_be_taken_off_once_in_30_days",
        "PRICE_OVER_THRESHOLD": "test_max_price_is_for_one_part",
        "RESOURCE_NOT_ACCESSIBLE": "test_target_must_be_there_where_destinations_are_checked",
        "REQUESTED_SPEND_LIMIT_HIGHER_THAN_SERVICE_LIMIT": "test_override_of_each_spend_limit",
        "SENDER_ID_NOT_SUPPORTED": "test_what_no_country_takes_is_refused",
        "SENDER_ID_REQUIRES_REGISTRATION": "test_what_no_country_takes_is_refused",
        "TWO_WAY_NOT_ENABLED": "test_two_way_settings_must_agree",
        "TWO_WAY_NOT_SUPPORTED_IN_COUNTRY": "test_two_way_needs_a_country_that_has_it",
        "TWO_WAY_CHANNEL_NOT_PRESENT": "test_two_way_settings_must_agree",
        "VERIFICATION_CODE_MISMATCH": "test_wrong_code_is_a_mismatch",
        "VOICE_CAPABILITY_NOT_AVAILABLE": "test_voice_where_there_is_none_is_refused",
        "ATTACHMENT_TYPE_NOT_SUPPORTED": "test_form_says_which_file_it_takes",
        "INVALID_REGISTRATION_ASSOCIATION": "test_association_that_makes_no_sense",
        "UNKNOWN_REGISTRATION_FIELD": "test_value_does_not_fit_its_field",
        "UNKNOWN_REGISTRATION_SECTION": "test_malformed_request",
        "UNKNOWN_REGISTRATION_TYPE": "test_malformed_request",
        "UNKNOWN_REGISTRATION_VERSION": "test_unknown_version",
        "REGISTRATION_FIELD_CANNOT_BE_DELETED": "test_required_value_cannot_be_deleted",
        "SENDER_ID_NOT_REGISTERED": "test_india_wants_entity_and_template",
        "CHANNEL_NOT_ENABLED": "test_what_a_send_is_refused_for",
        "COUNTRY_NOT_ENABLED": "test_what_a_send_is_refused_for",
        "MAXIMUM_SIZE_EXCEEDED": "test_what_s3_says_of_a_file_can_refuse_it",
        "MEDIA_TYPE_NOT_SUPPORTED": "test_what_s3_says_of_a_file_can_refuse_it",
    },
    "ServiceQuotaExceededExceptionReason": {
        "CONFIGURATION_SETS_PER_ACCOUNT": "test_an_account_has_25_sets",
        "EVENT_DESTINATIONS_PER_CONFIGURATION_SET": "test_a_set_has_five_destinations",
        "KEYWORDS_PER_PHONE_NUMBER": "test_a_number_has_thirty_keywords",
        "KEYWORDS_PER_POOL": "test_a_pool_has_thirty_keywords",
        "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": "test_money_of_a_month_runs_out_and_the_next_month_brings_more",
        "OPT_OUT_LISTS_PER_ACCOUNT": "test_an_account_has_25_lists",
        "ORIGINATION_IDENTITIES_PER_POOL": "test_a_pool_has_as_many_members_as_its_quota",
        "PHONE_NUMBERS_PER_ACCOUNT": "test_an_account_has_25_numbers",
        "POOLS_PER_ACCOUNT": "test_an_account_has_25_pools",
        "SENDER_IDS_PER_ACCOUNT": "test_an_account_has_200_sender_ids",
        "TAGS_PER_RESOURCE": "test_a_resource_has_fifty_tags",
        "VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT": "test_an_account_has_ten",
        "VERIFICATION_ATTEMPTS_PER_DAY": "test_codes_of_a_day_are_limited",
        "PROTECT_CONFIGURATIONS_PER_ACCOUNT": "test_an_account_has_25_configurations",
        "ASSOCIATIONS_PER_REGISTRATION": "test_quota_of_a_registration",
        "PHONE_NUMBERS_PER_REGISTRATION": "test_quota_of_a_registration",
        "REGISTRATION_ATTACHMENTS_CREATED_PER_DAY": "test_quota_of_the_account",
        "REGISTRATION_ATTACHMENTS_PER_ACCOUNT": "test_quota_of_the_account",
        "REGISTRATION_VERSIONS_CREATED_PER_DAY": "test_quota_of_the_account",
        "REGISTRATIONS_PER_ACCOUNT": "test_quota_of_the_account",
        "DAILY_NOTIFY_TIER_MESSAGE_LIMIT": "test_the_basic_tier_sends_two_hundred_a_day",
        "MONTHLY_SPEND_LIMIT_REACHED_FOR_NOTIFY": "test_what_stops_a_text_stops_notify",
        "NOTIFY_CONFIGURATIONS_PER_ACCOUNT": "test_what_a_configuration_is_refused_for",
        "MONTHLY_SPEND_LIMIT_REACHED_FOR_RCS": "test_what_stops_a_text_stops_rcs",
        "RCS_AGENTS_PER_ACCOUNT": "test_what_an_agent_is_refused_for",
        "MONTHLY_SPEND_LIMIT_REACHED_FOR_MEDIA": "test_protect_opt_out_price_and_spend_hold",
        "MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE": "test_what_stops_a_text_stops_a_call",
        "DAILY_DESTINATION_CALL_LIMIT": "test_a_recipient_is_called_five_times_a_day",
    },
    "AccessDeniedExceptionReason": {
        "INSUFFICIENT_ACCOUNT_REPUTATION": "test_account_of_insufficient_reputation_is_refused_what_is_reserved",
        "ACCOUNT_DISABLED": "test_disabled_account_sends_nothing_until_it_is_enabled",
    },
}
NOT_RAISED = {
    "ConflictExceptionReason": {},
    "ValidationExceptionReason": {
        "CANNOT_ADD_OPTED_OUT_NUMBER": "no number is known that may not be added",
        "PHONE_NUMBER_CANNOT_BE_RELEASED": "AWS says of no number that can be requested that it cannot be released",
        "TWO_WAY_TOPIC_NOT_PRESENT": "the older name of TWO_WAY_CHANNEL_NOT_PRESENT",
        "TWO_WAY_NOT_SUPPORTED_IN_REGION": "no region without two-way is documented",
        "UNKNOWN_OPERATION": "an unknown operation is refused by the protocol's UnknownOperationException",
        "UNSPECIFIED_PARAMETER_NOT_SUPPORTED": "no request is known that is refused by it",
        "OTHER": "no request is known that is refused by it",
    },
    "ServiceQuotaExceededExceptionReason": {},
    "AccessDeniedExceptionReason": {},
}
ALL_RAISED = [(reason, test) for reasons in RAISED.values() for reason, test in reasons.items()]


@pytest.fixture(scope="module")
def tests():
    """Every test of the suite by its name: its source, with the constants and helpers of its module that it names."""
    found = {}
    for path in TESTS.rglob("test_*.py"):
        text = path.read_text("utf-8")
        sources = dict(_top_level(text)) if path != Path(__file__) else {}
        for name, source in sources.items():
            words = set(re.findall(r"\w+", source))
            found[name] = found.get(name, "") + source + "".join(sources[word] for word in sources if word in words)
    return found


def _top_level(text):
    """The functions and constants of a module, each with its source."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])
        source = "\n".join(lines[first - 1 : node.end_lineno])
        for name in (
            [node.name] if hasattr(node, "name") else [t.id for t in getattr(node, "targets", ()) if hasattr(t, "id")]
        ):
            yield name, source


@pytest.mark.parametrize("shape", RAISED)
def test_table_has_every_reason_of_the_model_once(shape):
    """A reason is raised by a test or listed as one that nothing raises, and no other reason is in the table."""
    raised, not_raised = set(RAISED[shape]), set(NOT_RAISED[shape])

    assert set(load_model("pinpoint-sms-voice-v2").shape_for(shape).enum) == raised | not_raised
    assert set() == raised & not_raised


@pytest.mark.parametrize(("reason", "test"), ALL_RAISED)
def test_reason_is_expected_by_the_test_that_is_named(tests, reason, test):
    """The test exists, and names the reason: in itself, or in a constant or helper of its module."""
    assert test in tests
    assert re.search(rf"\b{reason}\b", tests[test])


def test_nothing_raises_what_is_listed_as_not_raised():
    """A reason that some module comes to raise must leave the list, and be given a test."""
    raising = re.compile(r'Exception\(\s*"([A-Z_]+)"')
    raised = {reason for path in SOURCES for reason in raising.findall(path.read_text("utf-8"))}
    idle = {reason for reasons in NOT_RAISED.values() for reason in reasons}

    assert set() == raised & idle
