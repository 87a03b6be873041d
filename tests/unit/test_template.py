"""Rules that the transformed template must keep: least privilege, nothing lost, nothing kept for ever."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import decode
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
FUNCTIONS = (
    "webhook",
    "conversation",
    "dispatch",
    "media",
    "classification",
    "notification",
    "schedule",
    "lookup",
    "staff",
)


@cache
def resources() -> dict[str, dict[str, Any]]:
    """The template after the SAM transform."""
    template, problems = decode(str(TEMPLATE))
    assert not problems
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource.setdefault("Properties", {})["CodeUri"] = "s3://bucket/key"
    template["Globals"]["Function"].pop("CodeUri")
    done = Translator({}, Parser()).translate(template, {}, feature_toggle=None)
    found: dict[str, dict[str, Any]] = done["Resources"]
    return found


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {n: r["Properties"] for n, r in resources().items() if r["Type"] == kind}


def functions() -> dict[str, dict[str, Any]]:
    return {p["Handler"].split(".")[0]: p for p in of_type("AWS::Lambda::Function").values()}


def ref(value: Any) -> str:
    """Logical name behind a Ref or GetAtt."""
    if isinstance(value, dict):
        target = value.get("Ref") or value.get("Fn::GetAtt")
        return "" if target is None else target.split(".")[0] if isinstance(target, str) else target[0]
    return str(value)


def statements() -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, s)
        for name, role in of_type("AWS::IAM::Role").items()
        for policy in role.get("Policies", [])
        for s in policy["PolicyDocument"]["Statement"]
    ] + [
        (name, s)
        for name, policy in of_type("AWS::IAM::Policy").items()
        for s in policy["PolicyDocument"]["Statement"]
    ]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_there_are_the_nine_functions_on_one_runtime() -> None:
    assert sorted(functions()) == sorted(FUNCTIONS)
    assert {p["Runtime"] for p in functions().values()} == {"python3.13"}


def test_every_function_has_a_role_of_its_own_without_managed_policies() -> None:
    roles = [ref(p["Role"]) for p in functions().values()]
    assert len(set(roles)) == len(FUNCTIONS)
    for role in roles:
        assert not of_type("AWS::IAM::Role")[role].get("ManagedPolicyArns")


def test_no_action_is_a_wildcard() -> None:
    for name, statement in statements():
        for action in listed(statement["Action"]):
            assert "*" not in action, f"{name}: {action}"


def test_every_resource_is_named() -> None:
    unnamed = [(n, s["Action"]) for n, s in statements() if "*" in listed(s["Resource"])]
    # Listing streams, finding text in a picture and starting a transcription take no resource (service authorization
    # reference of DynamoDB, Rekognition and Transcribe).
    assert unnamed == [
        ("DispatchRole", "dynamodb:ListStreams"),
        ("ClassificationReads", ["rekognition:DetectText", "transcribe:StartTranscriptionJob"]),
    ]


def test_only_who_must_know_people_reads_identities() -> None:
    readers = {
        n
        for n, s in statements()
        if any(ref(r) == "IdentityTable" for r in listed(s["Resource"]))
        and any(a in {"dynamodb:GetItem", "dynamodb:Query"} for a in listed(s["Action"]))
    }
    assert readers == {"NotificationRole", "LookupRole", "StaffRole"}
    # The lookup function sees proofs and links, not whose Zalo account it is.
    (own,) = [
        s for n, s in statements() if n == "LookupRole" and "IdentityTable" in map(ref, listed(s["Resource"]))
    ]
    assert "CITIZEN#*" not in own["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]


def test_the_photo_of_a_card_goes_nowhere() -> None:
    """The lookup function fetches it from where media may come from, alone with it, and reaches no bucket."""
    function = resources()["LookupFunction"]["Properties"]
    assert ref(function["Environment"]["Variables"]["MEDIA_HOSTS"]) == "MediaHosts"
    source = resources()["LookupFunctionTask"]["Properties"]
    assert (ref(source["EventSourceArn"]), source["BatchSize"]) == ("Lookups", 1)
    actions = {a for n, s in statements() if n == "LookupRole" for a in listed(s["Action"])}
    assert not [a for a in actions if a.startswith("s3:")]


def test_nobody_can_shorten_or_delete_evidence() -> None:
    forbidden = {
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:PutObjectRetention",
        "s3:BypassGovernanceRetention",
    }
    used = {a for _, s in statements() for a in listed(s["Action"])}
    assert not used & forbidden


def test_every_working_queue_has_a_dead_letter_queue_of_its_kind() -> None:
    queues = of_type("AWS::SQS::Queue")
    working = {n: p for n, p in queues.items() if not n.endswith("Dead")}
    assert len(working) == 7
    for name, properties in working.items():
        dead = queues[ref(properties["RedrivePolicy"]["deadLetterTargetArn"])]
        assert properties["RedrivePolicy"]["maxReceiveCount"] >= 5, name
        assert dead.get("FifoQueue") == properties.get("FifoQueue"), name
        assert dead["MessageRetentionPeriod"] == 1_209_600, name


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run() -> None:
    timeouts = {n: p["Timeout"] for n, p in of_type("AWS::Lambda::Function").items()}
    queues = of_type("AWS::SQS::Queue")
    for mapping in of_type("AWS::Lambda::EventSourceMapping").values():
        source = ref(mapping["EventSourceArn"])
        if source in queues:
            assert queues[source]["VisibilityTimeout"] >= 6 * timeouts[ref(mapping["FunctionName"])], source


def test_every_mapping_reports_partial_failures_and_queues_are_bounded() -> None:
    mappings = of_type("AWS::Lambda::EventSourceMapping").values()
    assert len(mappings) == 8
    for mapping in mappings:
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        if "ScalingConfig" not in mapping:
            assert ref(mapping["EventSourceArn"]) == "DeskTable"
            assert mapping["DestinationConfig"]["OnFailure"]["Destination"]


def test_every_function_logs_to_its_own_group_that_forgets() -> None:
    groups = of_type("AWS::Logs::LogGroup")
    used = [ref(p["LoggingConfig"]["LogGroup"]) for p in functions().values()]
    assert len(set(used)) == len(FUNCTIONS)
    for name, group in groups.items():
        assert group["RetentionInDays"], name


def test_tables_can_be_restored_and_are_encrypted() -> None:
    tables = of_type("AWS::DynamoDB::Table")
    assert len(tables) == 4
    for table in tables.values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        assert table["SSESpecification"]["SSEEnabled"]
    assert tables["IdentityTable"]["SSESpecification"]["SSEType"] == "KMS"
    assert tables["DeskTable"]["TimeToLiveSpecification"]["Enabled"]
    assert tables["DeskTable"]["StreamSpecification"]


def test_evidence_is_versioned_locked_private_and_encrypted() -> None:
    buckets, policies = of_type("AWS::S3::Bucket"), of_type("AWS::S3::BucketPolicy")
    bucket = buckets["EvidenceBucket"]
    assert bucket["VersioningConfiguration"]["Status"] == "Enabled"
    assert bucket["ObjectLockEnabled"]
    assert bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]["Mode"] == {
        "Ref": "EvidenceRetentionMode"
    }
    assert {ref(p["Bucket"]) for p in policies.values()} == set(buckets)
    for name, any_bucket in buckets.items():
        assert all(any_bucket["PublicAccessBlockConfiguration"].values()), name
        assert any_bucket["BucketEncryption"], name
    for policy in policies.values():
        (deny,) = policy["PolicyDocument"]["Statement"]
        assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_copies_made_for_staff_are_gone_after_a_day() -> None:
    rules = of_type("AWS::S3::Bucket")["ExportsBucket"]["LifecycleConfiguration"]["Rules"]
    assert [r["ExpirationInDays"] for r in rules if "ExpirationInDays" in r] == [1]


def test_staff_routes_need_a_token() -> None:
    routes = of_type("AWS::ApiGatewayV2::Route").values()
    protected = {r["RouteKey"] for r in routes if r.get("AuthorizationType") == "JWT"}
    assert protected == {"ANY /staff/{proxy+}", "GET /oauth/zalo/start"}
    opened = {
        r["RouteKey"]
        for r in routes
        if r.get("AuthorizationType") != "JWT" and isinstance(r["RouteKey"], str)
    }
    assert opened == {"POST /webhooks/zalo", "GET /staff/openapi.json", "GET /", "GET /{proxy+}"}


def test_what_cannot_be_made_again_survives_the_stack() -> None:
    for name in ("DeskTable", "IdentityTable", "EvidenceBucket", "StaffPool"):
        assert resources()[name]["DeletionPolicy"] == "Retain", name


@pytest.mark.parametrize(
    "queue", ["Inbox", "Timers", "Dispatch", "Media", "Classification", "Lookups", "Looks", "Outgoing"]
)
def test_every_dead_letter_queue_has_an_alarm(queue: str) -> None:
    alarm = of_type("AWS::CloudWatch::Alarm")[f"{queue}DeadAlarm"]
    assert ref(alarm["Dimensions"][0]["Value"]) == f"{queue}Dead"


def test_staff_can_use_a_second_factor_and_the_console_keeps_no_secret() -> None:
    (pool,) = of_type("AWS::Cognito::UserPool").values()
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])
    (client,) = of_type("AWS::Cognito::UserPoolClient").values()
    assert (client["GenerateSecret"], client["AllowedOAuthFlows"]) == (False, ["code"])
