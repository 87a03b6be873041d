"""DynamoDB tables as template.yaml describes them, for tests of single pieces."""

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


def create_table(client: Any, resource: str, name: str) -> str:
    """Make the table that `resource` (DeskTable, IdentityTable, TokensTable) describes, called `name`."""
    properties = _resources()[resource]["Properties"]
    arguments = {key: properties[key] for key in _KEPT if key in properties}
    if "StreamSpecification" in arguments:
        arguments["StreamSpecification"] = {"StreamEnabled": True} | arguments["StreamSpecification"]
    client.create_table(TableName=name, **arguments)
    return name
