"""Who may enter an inbound: MeshTrafficPermission, the older TrafficPermission, or nobody.

Source: H-33 to H-37.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.policy import selector, target_ref
from kumasim.domain.policy.identity import PROTOCOL_TAG, SERVICE_TAG, content, shown
from kumasim.domain.policy.matching import matching
from kumasim.domain.policy.target_ref import Subject, TargetRef
from kumasim.domain.proxy.config import PermissionRule
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig

HTTP_PROTOCOLS = ("http", "http2", "grpc")
"""Values of `kuma.io/protocol` that proxies understand as HTTP."""


@attrs.frozen
class Permissions:
    """What stands at an inbound's door: the rules in ascending strength, and whether they act on connections."""

    rules: tuple[PermissionRule, ...] = ()
    network_level: bool = False


def permissions(view: View, mesh: str, tags: FrozenMap) -> Permissions:
    """The permissions of an inbound in a mesh with mTLS.

    A matching MeshTrafficPermission replaces the old kind; without either nobody may enter.

    Args:
        view: the zone control plane's.
        mesh: name of the mesh.
        tags: the inbound's.

    Source: H-34 to H-36.
    """
    speaks_http = dig(tags, PROTOCOL_TAG, default="tcp") in HTTP_PROTOCOLS
    policies = matching(view.find("proxy-permission-by-mesh", mesh), [Subject(tags)])
    if policies:
        rules = tuple(rule for policy in policies for rule in _rules(policy))
        return Permissions(rules, network_level=not speaks_http)
    old = selector.best(view.find("proxy-old-permission-by-mesh", mesh), tags, _destinations)
    return Permissions((), not speaks_http) if old is None else Permissions(_old_rules(old), True)


def _rules(policy: Resource) -> list[PermissionRule]:
    made = []
    for item in dig(content(policy), "from", default=()):
        allow = dig(item, "default", "action", default="Deny") in ("Allow", "ALLOW")
        client = _client_tags(target_ref.read(dig(item, "targetRef")))
        made.append(PermissionRule(client, allow, shown(policy), policy.origin))
    return made


def _client_tags(ref: TargetRef) -> FrozenMap:
    named = {SERVICE_TAG: ref.name} if ref.kind in ("MeshService", "MeshServiceSubset") else {}
    return FrozenMap({**named, **ref.tags})


def _destinations(permission: Resource) -> tuple[Any, ...]:
    return selector.selectors(permission, "destinations")


def _old_rules(permission: Resource) -> tuple[PermissionRule, ...]:
    return tuple(
        PermissionRule(FrozenMap(dict(one)) if one else EMPTY, True, shown(permission), permission.origin)
        for one in selector.selectors(permission, "sources")
    )
