"""Names as a caller resolves them: the mesh's own, the cluster's with search domains, ExternalNames.

Source: F-4, F-9, F-14; Kubernetes DNS for Services and Pods.
"""

from __future__ import annotations

import re

import attrs

from kumasim.domain.policy.identity import content
from kumasim.domain.proxy.config import ProxyConfig
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Store
from kumasim.domain.traffic import cluster
from kumasim.domain.tree import dig

SUFFIX = "cluster.local"
NDOTS = 5
MOST_ALIASES = 8


@attrs.frozen
class Resolved:
    """What a name leads to: one of a mesh name, a Service, or addresses; nothing at all is no-dns.

    Args:
        mesh_name: a name of the proxy's own DNS.
        service: a Service with a ClusterIP.
        addresses: of a headless Service, or a literal address.
    """

    mesh_name: str = ""
    service: Resource | None = None
    addresses: tuple[str, ...] = ()


def is_address(text: str) -> bool:
    """Whether this is an IP address and no name."""
    return re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*", text) is not None


def resolve(name: str, namespace: str, store: Store, config: ProxyConfig | None) -> Resolved | None:
    """What a pod gets for a name.

    Args:
        name: as the application asks; a trailing dot skips the search domains.
        namespace: the pod's.
        store: its cluster.
        config: its sidecar's, None without one.

    Returns:
        None if there is no such name.
    """
    if is_address(name):
        return Resolved(addresses=(name,))
    return _follow(name.lower(), namespace, store, config, MOST_ALIASES)


def _follow(name: str, namespace: str, store: Store, config: ProxyConfig | None, aliases: int) -> Resolved | None:
    for full in _candidates(name, namespace):
        if config is not None and config.outbounds_named(full):
            return Resolved(mesh_name=full)
        service, pod = _service(full, store)
        if service is None:
            continue
        alias = dig(content(service), "externalName", default="")
        if dig(content(service), "type") == "ExternalName":
            if not aliases:
                return None
            target = _follow(f"{alias.rstrip('.')}.", namespace, store, config, aliases - 1)
            return Resolved(addresses=(alias,)) if target is None and is_address(alias) else target
        if dig(content(service), "clusterIP") == "None":
            return _headless(service, pod, store)
        return None if pod else Resolved(service=service)
    return None


def _candidates(name: str, namespace: str) -> list[str]:
    """The full names that are asked for, in order."""
    if name.endswith("."):
        return [name.rstrip(".")]
    searched = [f"{name}.{domain}" for domain in (f"{namespace}.svc.{SUFFIX}", f"svc.{SUFFIX}", SUFFIX)]
    return [*searched, name] if name.count(".") < NDOTS else [name, *searched]


def _service(full: str, store: Store) -> tuple[Resource | None, str]:
    """The Service of a full name, and the pod's host name before it, if any."""
    tail = f".svc.{SUFFIX}"
    if not full.endswith(tail):
        return None, ""
    labels = full.removesuffix(tail).split(".")
    if len(labels) not in (2, 3):
        return None, ""
    return store.get(Key("", "Service", labels[-1], labels[-2])), labels[0] if len(labels) == 3 else ""


def _headless(service: Resource, pod: str, store: Store) -> Resolved | None:
    ports = dig(content(service), "ports", default=({},))
    places = cluster.ready_places(store, service, ports[0])
    found = [place.address for place in places if not pod or (place.pod is not None and place.pod.name == pod)]
    return Resolved(addresses=tuple(dict.fromkeys(found))) if found else None
