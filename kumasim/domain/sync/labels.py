"""The labels that say where a resource comes from."""

ORIGIN = "kuma.io/origin"
"""Which kind of control plane it was made on: "global" or "zone"."""
ZONE = "kuma.io/zone"
MESH = "kuma.io/mesh"
DISPLAY_NAME = "kuma.io/display-name"
"""Its name where it was made; an annotation on Kubernetes (KDS-45)."""
NAMESPACE = "k8s.kuma.io/namespace"

FROM_GLOBAL = "global"
FROM_ZONE = "zone"
