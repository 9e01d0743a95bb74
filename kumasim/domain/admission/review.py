"""Asks all rules that concern a write: those that change objects first, then those that only refuse.

The table below is the order in which the webhooks of Kuma's chart are called. To add a rule: a module with a function
beside this, and a line in the table.
"""

from __future__ import annotations

from kumasim.domain.admission.computed_labels import computed_labels
from kumasim.domain.admission.dataplane_mesh import dataplane_mesh
from kumasim.domain.admission.gateway_api_in_zones import gateway_api_in_zones
from kumasim.domain.admission.gateway_instance import gateway_instance_tags, gateway_instance_zone_only
from kumasim.domain.admission.hostname_generator_valid import hostname_generator_valid
from kumasim.domain.admission.kuma_secret import kuma_secret_unused, kuma_secret_valid
from kumasim.domain.admission.labels_fit import labels_fit
from kumasim.domain.admission.mesh_gateway_route_valid import mesh_gateway_route_valid
from kumasim.domain.admission.mesh_gateway_valid import mesh_gateway_valid
from kumasim.domain.admission.mesh_http_route_valid import mesh_http_route_valid
from kumasim.domain.admission.mesh_name import mesh_name
from kumasim.domain.admission.mesh_owner import mesh_owner
from kumasim.domain.admission.mesh_valid import (
    mesh_backend_kept,
    mesh_backends_usable,
    mesh_name_short,
    mesh_valid,
    mesh_without_dataplanes,
)
from kumasim.domain.admission.namespace_allowed import namespace_allowed
from kumasim.domain.admission.origin_known import origin_known
from kumasim.domain.admission.origin_required import origin_required
from kumasim.domain.admission.rule import CREATE, DELETE, UPDATE, Review, Rule, Verdict, key_of
from kumasim.domain.admission.selection import CHECKED, DEFAULTED, GATEWAY_API_KINDS, KUMA, OWNED, VALIDATED
from kumasim.domain.admission.service_protocol import service_protocol
from kumasim.domain.admission.sidecar import sidecar
from kumasim.domain.admission.target_service_unsupported import target_service_unsupported
from kumasim.domain.admission.type_allowed import type_allowed
from kumasim.domain.admission.zone_offline import zone_offline
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.writes import Failure

_DEFAULTER = "mesh.defaulter.kuma-admission.kuma.io"
_OWNER = "owner-reference.kuma-admission.kuma.io"
_INJECTOR = "namespace-kuma-injector.kuma.io"
_VALIDATOR = "validator.kuma-admission.kuma.io"
_SERVICES = "service.validator.kuma-admission.kuma.io"
_SECRETS = "secret.validator.kuma-admission.kuma.io"
_GATEWAYS = "gateway.validator.kuma-admission.kuma.io"

_WRITES = (CREATE, UPDATE)
_ALL = (CREATE, UPDATE, DELETE)


def _one(kind: str) -> tuple[tuple[str, str], ...]:
    return ((KUMA, kind),)


MUTATORS: tuple[Rule, ...] = (
    Rule("namespace_allowed", _DEFAULTER, DEFAULTED, _WRITES, namespace_allowed, "KDS-92, KDS-93"),
    Rule("type_allowed", _DEFAULTER, DEFAULTED, _WRITES, type_allowed, "KDS-94"),
    Rule("origin_required", _DEFAULTER, DEFAULTED, _WRITES, origin_required, "KDS-95 to KDS-98"),
    Rule("labels_fit", _DEFAULTER, DEFAULTED, _WRITES, labels_fit, "KDS-99, KDS-100"),
    Rule("computed_labels", _DEFAULTER, DEFAULTED, _WRITES, computed_labels, "KDS-59 to KDS-62"),
    Rule("mesh_owner", _OWNER, OWNED, (CREATE,), mesh_owner, "GW-182, KDS-79"),
    Rule("sidecar", _INJECTOR, (("", "Pod"),), (CREATE,), sidecar, "B-1 to B-8"),
)
"""Rules that may change an object, in the order in which they are asked."""

VALIDATORS: tuple[Rule, ...] = (
    Rule("namespace_allowed", _VALIDATOR, CHECKED, _ALL, namespace_allowed, "KDS-92, KDS-93"),
    Rule("type_allowed", _VALIDATOR, CHECKED, _ALL, type_allowed, "KDS-94"),
    Rule("origin_required", _VALIDATOR, CHECKED, _ALL, origin_required, "KDS-95 to KDS-98"),
    Rule("labels_fit", _VALIDATOR, CHECKED, _ALL, labels_fit, "KDS-99, KDS-100"),
    Rule("mesh_name", _VALIDATOR, CHECKED, _WRITES, mesh_name, "Kuma's ValidateMesh"),
    Rule("origin_known", _VALIDATOR, CHECKED, _WRITES, origin_known, "KDS-103"),
    Rule("target_service_unsupported", _VALIDATOR, VALIDATED, _WRITES, target_service_unsupported, "KDS-101"),
    Rule("mesh_gateway_valid", _VALIDATOR, _one("MeshGateway"), _WRITES, mesh_gateway_valid, "D-1 to D-11, GW-83"),
    Rule(
        "mesh_gateway_route_valid",
        _VALIDATOR,
        _one("MeshGatewayRoute"),
        _WRITES,
        mesh_gateway_route_valid,
        "D-19, D-21, D-22",
    ),
    Rule(
        "mesh_http_route_valid", _VALIDATOR, _one("MeshHTTPRoute"), _WRITES, mesh_http_route_valid, "GW-155 to GW-158"
    ),
    Rule("hostname_generator_valid", _VALIDATOR, _one("HostnameGenerator"), _WRITES, hostname_generator_valid, "C-45"),
    Rule(
        "gateway_instance_zone_only",
        _VALIDATOR,
        _one("MeshGatewayInstance"),
        (CREATE,),
        gateway_instance_zone_only,
        "A-43, KDS-109",
    ),
    Rule("gateway_instance_tags", _VALIDATOR, _one("MeshGatewayInstance"), _WRITES, gateway_instance_tags, "A-42"),
    Rule("dataplane_mesh", _VALIDATOR, _one("Dataplane"), _WRITES, dataplane_mesh, "KDS-110"),
    Rule("mesh_name_short", _VALIDATOR, _one("Mesh"), (CREATE,), mesh_name_short, "KDS-111"),
    Rule("mesh_valid", _VALIDATOR, _one("Mesh"), _WRITES, mesh_valid, "KDS-111"),
    Rule("mesh_backend_kept", _VALIDATOR, _one("Mesh"), (UPDATE,), mesh_backend_kept, "KDS-111"),
    Rule("mesh_backends_usable", _VALIDATOR, _one("Mesh"), _WRITES, mesh_backends_usable, "KDS-111"),
    Rule("mesh_without_dataplanes", _VALIDATOR, _one("Mesh"), (DELETE,), mesh_without_dataplanes, "KDS-112"),
    Rule("zone_offline", _VALIDATOR, _one("Zone"), (DELETE,), zone_offline, "KDS-113"),
    Rule("service_protocol", _SERVICES, (("", "Service"),), _WRITES, service_protocol, "B-28"),
    Rule("kuma_secret_valid", _SECRETS, (("", "Secret"),), _WRITES, kuma_secret_valid, "KDS-107"),
    Rule("kuma_secret_unused", _SECRETS, (("", "Secret"),), (DELETE,), kuma_secret_unused, "KDS-108"),
    Rule("gateway_api_in_zones", _GATEWAYS, GATEWAY_API_KINDS, (CREATE,), gateway_api_in_zones, "GW-188 to GW-190"),
)
"""Rules that only refuse, in the order in which they are asked."""


def _by_concern() -> dict[tuple[tuple[str, str], str], tuple[Rule, ...]]:
    table: dict[tuple[tuple[str, str], str], tuple[Rule, ...]] = {}
    for rule in (*MUTATORS, *VALIDATORS):
        for kind in rule.kinds:
            for operation in rule.operations:
                table[kind, operation] = (*table.get((kind, operation), ()), rule)
    return table


RULES: dict[tuple[tuple[str, str], str], tuple[Rule, ...]] = _by_concern()
"""The rules for each ((group, kind), operation), in order."""


def review(view: View, request: Review) -> Verdict:
    """What a control plane answers to a write: the object as it is to be stored, or why it is not.

    Args:
        view: what the control plane has observed.
        request: the write.
    """
    resource = request.new if request.new is not None else request.old
    if resource is None:
        raise ValueError("a review is about an object")
    for rule in RULES.get((key_of(resource), request.operation), ()):
        outcome = rule.check(view, request, resource)
        if isinstance(outcome, Resource):
            resource = outcome
        elif outcome is not None:
            return Verdict(failure=_told(outcome, rule))
    return Verdict(resource=None if request.operation == DELETE else resource)


def _told(failure: Failure, rule: Rule) -> Failure:
    """A failure as the API server hands it on: it names the webhook, and for us the rule."""
    message = f'admission webhook "{rule.webhook}" denied the request: {failure.message}'
    return Failure(
        failure.code, failure.reason, message, failure.causes, failure.rule or f"{rule.name} ({rule.source})"
    )
