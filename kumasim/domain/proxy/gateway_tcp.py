"""What MeshTCPRoutes make of a TCP or TLS listener of a built-in gateway.

Source: D-49b, D-57.
"""

from __future__ import annotations

from collections.abc import Mapping

from kumasim.domain.policy.merge import Rule
from kumasim.domain.proxy.backends import destination, weighted
from kumasim.domain.proxy.clusters import ClusterBook
from kumasim.domain.proxy.config import FilterChain
from kumasim.domain.tree import dig


def chain(sni: str, mode: str, rules: Mapping[str, tuple[Rule, ...]], book: ClusterBook) -> FilterChain:
    """The filter chain of one listener: the backends of all its rules in one weighted set.

    Args:
        sni, mode: of the listener, "" without TLS.
        rules: merged; hostnames are not supported and not looked at (D-49b).
        book: where clusters are gathered.
    """
    them = [rule for name in sorted(rules) for rule in rules[name]]
    pairs = []
    for rule in them:
        for ref in dig(rule.default, "backendRefs", default=()):
            tags = destination(ref)
            if tags is not None:
                pairs.append((tags, int(dig(ref, "weight", default=1))))
    source, origin = (them[0].source, them[0].origin) if them else ("", None)
    return FilterChain(sni, mode, tcp=weighted(pairs, book), source=source, origin=origin)
