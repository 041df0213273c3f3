"""Roles: each function has its own, and may do what it needs and no more."""

from collections.abc import Iterator

import pytest

from tests.template.document import Node, find_references, find_resources, listed

ROLES = {name: node["Properties"] for name, node in find_resources("AWS::IAM::Role").items()}
FUNCTIONS = {name: node["Properties"] for name, node in find_resources("AWS::Lambda::Function").items()}

# What SAM makes for a schedule: it may call its one function.
SCHEDULES = {
    "AudiencesFunctionNightRole",
    "CompactFunctionNightRole",
    "DaysFunctionDailyRole",
    "PublishFunctionNightRole",
}

LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
# What Firehose and Athena need to write objects to a bucket.
WRITES = (
    "AbortMultipartUpload",
    "GetBucketLocation",
    "GetObject",
    "ListBucket",
    "ListBucketMultipartUploads",
    "PutObject",
)
# What it takes to ask Athena, and to have it find the tables.
QUERIES = ("StartQueryExecution", "GetQueryExecution", "GetQueryResults", "StopQueryExecution")
READS_CATALOG = (
    "GetDatabase",
    "GetTable",
    "GetTables",
    "GetPartition",
    "GetPartitions",
    "BatchGetPartition",
)
READS_SCHEMA = ("GetTable", "GetTableVersion", "GetTableVersions")
# Role → action → what it may be done to.
GRANTS: dict[str, dict[str, set[str]]] = {
    "AudiencesRole": {action: {"AudiencesLogGroup"} for action in LOGS}
    | {f"athena:{verb}": {"WorkGroup"} for verb in QUERIES}
    | {f"glue:{verb}": {"Database"} for verb in READS_CATALOG}
    | {f"s3:{verb}": {"LakeBucket"} for verb in (*WRITES, "ListMultipartUploadParts")}
    | {"dynamodb:Scan": {"PixelTable"}, "events:PutEvents": {"EventBus"}},
    "AudiencesFunctionNightRole": {"lambda:InvokeFunction": {"AudiencesFunction"}},
    "CollectRole": {action: {"CollectLogGroup"} for action in LOGS}
    | {action: {"HitsStream"} for action in ("firehose:PutRecord", "firehose:PutRecordBatch")}
    | {"sqs:SendMessage": {"IdentifyQueue", "SpillQueue"}, "dynamodb:GetItem": {"PixelTable"}},
    "CompactRole": {action: {"CompactLogGroup"} for action in LOGS}
    | {f"s3:{verb}": {"LakeBucket"} for verb in ("DeleteObject", "GetObject", "ListBucket", "PutObject")}
    | {f"glue:{verb}": {"Database"} for verb in ("GetTable", "GetPartitions", "BatchUpdatePartition")},
    "CompactFunctionNightRole": {"lambda:InvokeFunction": {"CompactFunction"}},
    "DaysRole": {action: {"DaysLogGroup"} for action in LOGS}
    | {
        f"glue:{verb}": {"Database"}
        for verb in ("GetTable", "GetPartitions", "BatchCreatePartition", "BatchUpdatePartition")
    },
    "DaysFunctionDailyRole": {"lambda:InvokeFunction": {"DaysFunction"}},
    "EnrichRole": {action: {"EnrichLogGroup"} for action in LOGS},
    "GoalsRole": {action: {"GoalsLogGroup"} for action in LOGS}
    | {f"sqs:{verb}": {"GoalsQueue"} for verb in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}
    | {f"dynamodb:{verb}": {"GoalsTable"} for verb in ("BatchGetItem", "PutItem", "UpdateItem")}
    | {"dynamodb:Query": {"PixelTable"}, "events:PutEvents": {"EventBus"}}
    | {"s3:GetObject": {"LakeBucket"}, "s3:ListBucket": {"LakeBucket"}}
    | {"sqs:SendMessage": {"GoalsDeadLetterQueue"}},
    "PublishRole": {action: {"PublishLogGroup"} for action in LOGS}
    | {f"athena:{verb}": {"PublishWorkGroup"} for verb in QUERIES}
    | {f"glue:{verb}": {"Database"} for verb in READS_CATALOG}
    | {f"s3:{verb}": {"LakeBucket"} for verb in (*WRITES, "ListMultipartUploadParts")}
    | {f"s3:{verb}": {"LakeBucket", "DashboardBucket"} for verb in ("GetObject", "ListBucket", "PutObject")}
    | {f"dynamodb:{verb}": {"PixelTable"} for verb in ("Query", "Scan")},
    "PublishFunctionNightRole": {"lambda:InvokeFunction": {"PublishFunction"}},
    "RedriveRole": {action: {"RedriveLogGroup"} for action in LOGS}
    | {f"sqs:{verb}": {"SpillQueue"} for verb in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}
    | {"sqs:SendMessage": {"IdentifyQueue"}, "firehose:PutRecordBatch": {"HitsStream"}},
    "StitchRole": {action: {"StitchLogGroup"} for action in LOGS}
    | {f"sqs:{verb}": {"IdentifyQueue"} for verb in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}
    | {
        f"dynamodb:{verb}": {"IdentityTable"}
        for verb in ("BatchGetItem", "ConditionCheckItem", "GetItem", "PutItem", "UpdateItem")
    }
    | {"firehose:PutRecordBatch": {"LinksStream"}, "events:PutEvents": {"EventBus"}}
    | {"sqs:SendMessage": {"IdentifyDeadLetterQueue"}},
    "ViewsRole": {action: {"ViewsLogGroup"} for action in LOGS}
    | {
        f"athena:{verb}": {"WorkGroup"}
        for verb in ("StartQueryExecution", "GetQueryExecution", "StopQueryExecution")
    }
    | {
        f"athena:{verb}": {"WorkGroup"}
        for verb in ("ListNamedQueries", "BatchGetNamedQuery", "CreateNamedQuery", "DeleteNamedQuery")
    }
    | {
        f"glue:{verb}": {"Database"}
        for verb in ("GetDatabase", "GetTable", "GetTables", "CreateTable", "UpdateTable")
    }
    | {f"s3:{verb}": {"LakeBucket"} for verb in (*WRITES, "ListMultipartUploadParts")},
    "HitsStreamRole": {f"s3:{verb}": {"LakeBucket"} for verb in WRITES}
    | {f"lambda:{verb}": {"EnrichFunction"} for verb in ("InvokeFunction", "GetFunctionConfiguration")}
    | {f"glue:{verb}": {"Database", "EventsTable"} for verb in READS_SCHEMA}
    | {"logs:PutLogEvents": {"HitsStreamLogGroup"}},
    "LinksStreamRole": {f"s3:{verb}": {"LakeBucket"} for verb in WRITES}
    | {f"glue:{verb}": {"Database", "LinksTable"} for verb in READS_SCHEMA}
    | {"logs:PutLogEvents": {"LinksStreamLogGroup"}},
}


def find_statements(role: str) -> Iterator[Node]:
    for policy in ROLES[role]["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_grants_what_is_written_down_here_and_nothing_else(role: str) -> None:
    granted: dict[str, set[str]] = {}
    for statement in find_statements(role):
        assert statement["Effect"] == "Allow"
        for action in listed(statement["Action"]):
            granted.setdefault(action, set()).update(find_references(statement["Resource"]))
    assert granted == GRANTS[role]


@pytest.mark.parametrize("role", ROLES)
def test_no_action_and_no_resource_is_a_star(role: str) -> None:
    for statement in find_statements(role):
        assert not [action for action in listed(statement["Action"]) if "*" in action]
        for resource in listed(statement["Resource"]):
            # A resource is made of the stack's own ARNs; a bare text could be anything.
            assert isinstance(resource, dict), resource
            assert "*" not in str(resource).removesuffix("*'}")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_no_managed_policy_and_trusts_one_service(role: str) -> None:
    assert "ManagedPolicyArns" not in ROLES[role]
    (statement,) = ROLES[role]["AssumeRolePolicyDocument"]["Statement"]
    (service,) = listed(statement["Principal"]["Service"])
    if role in SCHEDULES:
        assert service == "scheduler.amazonaws.com"
    else:
        assert service == ("firehose" if role.endswith("StreamRole") else "lambda") + ".amazonaws.com"


def test_stitch_may_not_list_what_belongs_to_a_person() -> None:
    # The index is for the tools: a grant on the table does not hold for its indexes (DynamoDB developer guide).
    resources = [
        resource for statement in find_statements("StitchRole") for resource in listed(statement["Resource"])
    ]
    assert {"Fn::GetAtt": ["IdentityTable", "Arn"]} in resources
    assert not [resource for resource in resources if "index" in str(resource)]


def test_each_role_reaches_its_own_prefixes_of_the_lake_only() -> None:
    folders = {
        role: {
            resource["Fn::Sub"].removeprefix("${LakeBucket.Arn}/")
            for statement in find_statements(role)
            for resource in listed(statement["Resource"])
            if "${LakeBucket.Arn}/" in str(resource)
        }
        for role in (
            "AudiencesRole",
            "CompactRole",
            "GoalsRole",
            "HitsStreamRole",
            "LinksStreamRole",
            "PublishRole",
            "ViewsRole",
        )
    }
    assert folders == {
        "AudiencesRole": {
            "events/*",
            "links/*",
            "packed/*",
            "definitions/*",
            "athena-results/*",
            "audiences/*",
        },
        "CompactRole": {"events/*", "links/*", "packed/*"},
        "GoalsRole": {"events/*"},
        "HitsStreamRole": {"events/*", "errors/*"},
        "LinksStreamRole": {"links/*", "links-errors/*"},
        "PublishRole": {"events/*", "links/*", "packed/*", "definitions/*", "athena-results/*"},
        "ViewsRole": {"athena-results/*"},
    }


def test_every_function_has_a_role_of_its_own() -> None:
    roles = {name: find_references(function["Role"]) for name, function in FUNCTIONS.items()}
    assert roles == {name: {name.removesuffix("Function") + "Role"} for name in FUNCTIONS}


@pytest.mark.parametrize("name", find_resources("AWS::S3::Bucket"))
def test_a_bucket_refuses_plain_http_and_the_public(name: str) -> None:
    policy = find_resources("AWS::S3::BucketPolicy")[f"{name}Policy"]["Properties"]
    assert policy["Bucket"] == {"Ref": name}
    statement = policy["PolicyDocument"]["Statement"][0]
    assert statement["Effect"] == "Deny"
    assert (statement["Principal"], statement["Action"]) == ("*", "s3:*")
    assert find_references(statement["Resource"]) == {name}
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    bucket = find_resources("AWS::S3::Bucket")[name]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_only_the_one_route_of_the_api_may_call_collect() -> None:
    permissions = find_resources("AWS::Lambda::Permission")
    assert set(permissions) == {"ApiPermission"}
    source = permissions["ApiPermission"]["Properties"]["SourceArn"]["Fn::Sub"]
    assert source.endswith("${Api}/*/$default")
