"""What a dataplane receives: listeners, routes, clusters, endpoints, permissions; and which changes touch whom."""

from kumasim.domain.proxy.config import GenerationFailure, MeshOutbounds, ProxyConfig
from kumasim.domain.proxy.generation import generate, generator
from kumasim.domain.proxy.mesh import settings
from kumasim.domain.proxy.outbounds import mesh_outbounds
from kumasim.domain.proxy.wakes import INDEXES, ITSELF, WATCHED, Scope, affected, members, touched

__all__ = [
    "INDEXES",
    "ITSELF",
    "WATCHED",
    "GenerationFailure",
    "MeshOutbounds",
    "ProxyConfig",
    "Scope",
    "affected",
    "generate",
    "generator",
    "members",
    "mesh_outbounds",
    "settings",
    "touched",
]
