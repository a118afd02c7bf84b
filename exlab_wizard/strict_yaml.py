"""Owns reading YAML written by people: no duplicate keys, no odd key types, every complaint with its line."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml


class YamlError(ValueError):
    """What is wrong with the text; `line` counts from 1, 0 when it concerns the whole text."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class _Loader(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys without a word; a config that says two things must not load."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = key_node.value
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag not in (
                "tag:yaml.org,2002:str",
                "tag:yaml.org,2002:merge",
            ):
                raise YamlError(f"the key {key!r} is not a plain word", line)
            if key in seen:
                raise YamlError(f"the key {key!r} stands here a second time", line)
            seen.add(key)
        return super().construct_mapping(node, deep)


def parse_mapping(text: str) -> dict[str, Any]:
    """The mapping in a YAML text (empty text: empty mapping). Raises `YamlError`."""
    try:
        loaded = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(error.problem or "not YAML", mark.line + 1 if mark else 0) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlError(f"not YAML: {error}") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise YamlError("the file must be a list of 'key: value' lines, starting with 'orchestrator:'", 1)
    return loaded
