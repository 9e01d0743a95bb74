"""Names that users invent for tags: VirtualOutbound.

Each selector that matches a destination's tags makes a host and a port from templates over the parameters.

Source: KDS-189; VirtualOutbound of Kuma 2.8 (conf.host, conf.port, conf.parameters).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kumasim.domain.go_template import TemplateError, evaluated
from kumasim.domain.policy import selector
from kumasim.domain.policy.identity import SERVICE_TAG, content
from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap, dig
from kumasim.domain.vips import FQDN, Name, VipOutbound


def matching(candidates: Iterable[Resource], tags: Mapping[str, Any]) -> tuple[Resource, ...]:
    """The VirtualOutbounds that are about a destination, the most specific first, then by name."""
    found = []
    for one in candidates:
        ranks = [selector.rank(each) for each in selector.selectors(one) if selector.matches(each, tags)]
        if ranks:
            found.append((max(ranks), one))
    return tuple(one for _, one in sorted(found, key=lambda pair: (tuple(-part for part in pair[0]), pair[1].name)))


def named(virtual_outbound: Resource, tags: Mapping[str, Any]) -> tuple[Name, VipOutbound] | None:
    """The name and port of a destination; None where the templates cannot be filled from its tags."""
    conf = dig(content(virtual_outbound), "conf", default={})
    keys = {str(dig(one, "name", default="")): _tag(one) for one in dig(conf, "parameters", default=())}
    fields = {name: str(tags[key]) for name, key in keys.items() if key in tags}
    try:
        host = evaluated(str(dig(conf, "host", default="")), fields, {})
        port = evaluated(str(dig(conf, "port", default="")), fields, {})
    except TemplateError:
        return None
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        return None
    kept = FrozenMap({key: tags[key] for key in sorted(keys.values()) if key in tags})
    return Name(FQDN, host), VipOutbound(int(port), kept, f"virtual-outbound:{virtual_outbound.name}")


def _tag(parameter: Any) -> str:
    return str(dig(parameter, "tagKey", default="") or dig(parameter, "name", default="") or SERVICE_TAG)
