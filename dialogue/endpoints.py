"""Reads endpoints.yml: where the action server is. Other endpoints of Rasa's are passed over."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dialogue.yaml_file import Node, YamlError, fill, read

_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")
"""${NAME} and $NAME, which Rasa replaces by the environment's values."""


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """Name and password for the server."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class ActionEndpoint:
    """An action server of rasa-sdk, and how patient a call may be with it."""

    url: str
    token: str = ""
    """Sent as Rasa does, as a query parameter of the name `token_name`."""
    token_name: str = "token"
    params: Mapping[str, str] = field(default_factory=dict)
    """Further query parameters."""
    cafile: Path | None = None
    """Certificates that the server's own is held against, where they are not the system's."""
    basic_auth: BasicAuth | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    selective_domain: bool = field(default=False, metadata={"aliases": ("enable_selective_domain",)})
    """The domain is only sent to actions that ask for it (`- name: {send_domain: true}`) and to those that validate a form."""
    timeout_s: float = 10.0
    """Of one attempt. Longer than a caller waits; a chat may."""
    retries: int = 1
    """Further attempts when the server cannot be reached or takes nothing at the moment (429, 503): it has done nothing then."""
    retry_sent: bool = False
    """Also after a time-out, a broken connection, 500, 502 and 504. The action may have been done by then: only for actions that
    may be done twice."""
    failures: int = 5
    """Actions in a row that got no answer, after which the server is left alone: nobody waits for it then."""
    rest_s: float = 5.0
    """How long."""

    def __post_init__(self) -> None:
        if self.url and urlsplit(self.url).scheme not in ("http", "https"):
            raise ValueError(f"'url' must begin with http:// or https://, got '{self.url}'")
        if self.cafile is not None and not self.cafile.is_file():
            raise ValueError(f"'cafile' must be a file of certificates, but {self.cafile} is none")
        if self.timeout_s <= 0:
            raise ValueError(f"'timeout_s' must be above 0 seconds, got {self.timeout_s}")
        if self.failures < 1 or self.rest_s <= 0:
            raise ValueError(f"'failures' must be 1 or more and 'rest_s' above 0, got {self.failures} and {self.rest_s}")
        if not 0 <= self.retries <= 5:
            raise ValueError(f"'retries' must be between 0 and 5, got {self.retries}")


def read_action_endpoint(folder: Path, environment: Mapping[str, str] | None = None) -> ActionEndpoint | None:
    """The bot's action server; None where endpoints.yml names none. Raises YamlError."""
    file = folder / "endpoints.yml"
    if not file.is_file():
        return None
    node = read(file).mapping("endpoints.yml").get("action_endpoint")
    if node is None or node.value is None:
        return None
    known = os.environ if environment is None else environment
    return fill(ActionEndpoint, _filled_in(node, known), "action_endpoint")


def _filled_in(node: Node, environment: Mapping[str, str]) -> Node:
    """The node with the environment's variables in its texts. Raises YamlError for one that is not set."""
    if isinstance(node.value, dict):
        return Node({key: _filled_in(child, environment) for key, child in node.value.items()}, node.place, node.keys)
    if not isinstance(node.value, str):
        return node

    def value(found: re.Match[str]) -> str:
        name = found.group(1) or found.group(2)
        try:
            return environment[name]
        except KeyError:
            raise YamlError(node.place, f"the environment variable '{name}' is not set") from None

    return Node(_VARIABLE.sub(value, node.value), node.place)
