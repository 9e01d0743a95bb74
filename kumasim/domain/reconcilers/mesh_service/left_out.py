"""Rules about MeshServices that are not carried out, each with the reason."""

from __future__ import annotations

LEFT_OUT: dict[str, str] = {
    "C-1": "about version 2.6, which has no MeshService; there is no profile of 2.6",
    "C-4": "about 2.9 and later: spec.meshServices.mode of a Mesh governs there; the profile is 2.8",
    "C-10": "about 2.14; the rule that 2.8 does not honour kuma.io/ignore holds by nobody asking for it",
    "C-15": "follows from C-14: a selector with nothing but the namespace selects every inbound of it",
    "C-16": "follows from B-24, which keeps labels with kuma.io/ out of tags",
    "C-27": "about 2.9 and later: MeshServices generated on Universal",
    "C-40": "nothing writes status.tls in 2.8; 2.9 does",
    "C-41": "about 2.9 and later: status.dataplaneProxies and spec.state",
    "C-43": "about 2.9 and later: default HostnameGenerators of a global",
    "C-44": "about 2.9 and later: default HostnameGenerators of a zone",
    "C-50": "about 2.9 and later: MeshMultiZoneService",
}
"""The rules by number."""
