"""Tables and the evidence bucket as template.yaml describes them, for tests of single pieces."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_TEMPLATE = Path(__file__).parent.parent / "template.yaml"
_KEPT = (
    "AttributeDefinitions",
    "KeySchema",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "StreamSpecification",
)


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (!Ref, !Sub …) as their plain value."""


def _plain(loader: _Loader, _tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _plain)


@cache
def _resources() -> dict[str, Any]:
    resources: dict[str, Any] = yaml.load(_TEMPLATE.read_text("utf-8"), _Loader)["Resources"]
    return resources


def template() -> Any:
    """template.yaml as plain data; a reference is the name it refers to."""
    return yaml.load(_TEMPLATE.read_text("utf-8"), _Loader)


def create_evidence_bucket(client: Any, name: str) -> None:
    """Make the evidence bucket, its parameters at their defaults."""
    described = template()
    properties = described["Resources"]["EvidenceBucket"]["Properties"]
    lock = properties["ObjectLockConfiguration"]
    default = lock["Rule"]["DefaultRetention"]
    retention = {key: described["Parameters"][value]["Default"] for key, value in default.items()}
    client.create_bucket(
        Bucket=name,
        ObjectLockEnabledForBucket=properties["ObjectLockEnabled"],
        CreateBucketConfiguration={"LocationConstraint": client.meta.region_name},
    )
    client.put_object_lock_configuration(
        Bucket=name,
        ObjectLockConfiguration={
            "ObjectLockEnabled": lock["ObjectLockEnabled"],
            "Rule": {"DefaultRetention": retention},
        },
    )


def create_table(client: Any, resource: str, name: str) -> str:
    """Make the table that `resource` (DeskTable, IdentityTable, TokensTable) describes, called `name`."""
    properties = _resources()[resource]["Properties"]
    arguments = {key: properties[key] for key in _KEPT if key in properties}
    if "StreamSpecification" in arguments:
        arguments["StreamSpecification"] = {"StreamEnabled": True} | arguments["StreamSpecification"]
    client.create_table(TableName=name, **arguments)
    return name
