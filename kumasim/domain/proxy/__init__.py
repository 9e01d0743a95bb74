"""What a dataplane receives: listeners, routes, clusters, endpoints, permissions; and which changes touch whom."""

from kumasim.domain.proxy.config import GenerationFailure, MeshOutbounds, ProxyConfig
from kumasim.domain.proxy.generation import generate, generator
from kumasim.domain.proxy.mesh import settings
from kumasim.domain.proxy.outbounds import mesh_outbounds
from kumasim.domain.proxy.wakes import INDEXES, WATCHED, affected

__all__ = [
    "INDEXES",
    "WATCHED",
    "GenerationFailure",
    "MeshOutbounds",
    "ProxyConfig",
    "affected",
    "generate",
    "generator",
    "mesh_outbounds",
    "settings",
]
