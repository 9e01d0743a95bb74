"""A scenario as values: what a run needs to know, and nothing of how the file was written but where.

Durations are whole nanoseconds, shares exact fractions, stores are named, manifests are resources.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import attrs

from kumasim.domain.resource import Origin, Resource
from kumasim.scenario.document import Document, Path

MINUTE_NS = 60_000_000_000
SETTLE_WITHIN_NS = 10 * MINUTE_NS
NOWHERE = Origin("", 0)


@attrs.frozen
class Manifest:
    """One object of a user's file.

    Args:
        resource: the object; fields that the file leaves out or garbles are empty.
        document: where it was read, with the place of every field.
        path: where in the document it begins (not at the root for inline resources and items of a List).
        universal: whether it is written as Kuma's REST API takes it (`type:`), not as Kubernetes does.
        violations: how it breaks its kind's schema; only kept where the step expects an error, for the simulated API
            server to answer. Each has `path`, `message` and `fix`.
    """

    resource: Resource
    document: Document = attrs.field(repr=False)
    path: Path = ()
    universal: bool = False
    violations: tuple[Any, ...] = ()

    def at(self, *field: str | int, key: bool = False) -> Origin:
        """Where a field of the object stands in its file."""
        return self.document.at((*self.path, *field), key=key)


@attrs.frozen
class Tree:
    """A partial tree as the user wrote it, to be matched, with the places of what is in it."""

    value: Any
    document: Document = attrs.field(repr=False)
    path: Path = ()

    def at(self, *field: str | int) -> Origin:
        """Where a part of the tree stands."""
        return self.document.at((*self.path, *field))


# Verbs


@attrs.frozen
class Apply:
    """Create or update objects in stores, in this order; goes on after a refused one."""

    at: tuple[str, ...]
    manifests: tuple[Manifest, ...]

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The objects alone."""
        return tuple(manifest.resource for manifest in self.manifests)


@attrs.frozen
class Named:
    """An object of a store by its identity; `api_version` and `mesh` are "" where the user left them out."""

    kind: str
    name: str
    namespace: str = ""
    api_version: str = ""
    mesh: str = ""


@attrs.frozen
class Delete:
    """Delete one named object, or all objects of files."""

    at: tuple[str, ...]
    named: Named | None = None
    manifests: tuple[Manifest, ...] = ()


@attrs.frozen
class Patch:
    """Change one object: `merge` is an RFC 7386 patch, `operations` an RFC 6902 one; the other is None."""

    at: tuple[str, ...]
    named: Named
    merge: Any = None
    operations: tuple[Any, ...] | None = None


@attrs.frozen
class Scale:
    """Set the replicas of a Deployment."""

    at: tuple[str, ...]
    named: Named
    replicas: int


@attrs.frozen
class Advance:
    """Let virtual time pass."""

    by_ns: int


@attrs.frozen
class Settle:
    """Run until the world is quiet."""

    within_ns: int = SETTLE_WITHIN_NS


@attrs.frozen
class Partition:
    """Cut the link between two actors; `direction` is "both", "a-to-b" (what the first sends is lost) or "b-to-a"."""

    between: tuple[str, str]
    direction: str = "both"


@attrs.frozen
class Heal:
    """Mend one link, or all (None)."""

    between: tuple[str, str] | None = None


@attrs.frozen
class Crash:
    """Stop a component: "control-plane", "cluster" or "Pod/namespace/name"."""

    at: str
    component: str


@attrs.frozen
class Restart:
    """Start a component again; `zone_name` gives the zone a new name, None keeps it."""

    at: str
    component: str
    zone_name: str | None = None


@attrs.frozen
class Federate:
    """Join a non-federated zone to the global."""

    at: str


@attrs.frozen
class Caller:
    """Who sends a request: `outside`, or a workload of a zone (namespace "" for a Universal Dataplane)."""

    zone: str = ""
    namespace: str = ""
    kind: str = ""
    name: str = ""

    @property
    def outside(self) -> bool:
        """Whether it comes from outside of every zone."""
        return not self.zone


@attrs.frozen
class Target:
    """Where a request is sent to: a Service of a zone, or an address; neither where the URL's host is resolved."""

    zone: str = ""
    namespace: str = ""
    service: str = ""
    address: str = ""


@attrs.frozen
class RequestStep:
    """One request.

    Args:
        caller: who sends it.
        target: where to; None where `url_host` is resolved.
        url_host: the host that the URL names, "" without URL.
        port: to connect to.
        scheme: "http", "https", ...
        host: the authority that is sent; "" sends the one of the URL or target.
        path: without query.
        query: as sent, without "?"; "" for none.
        headers: names in lower case.
        sni: "" sends the host's name where the scheme asks for TLS.
        backend_headers: response headers that the workload itself sets, names in lower case.
    """

    caller: Caller
    target: Target | None = None
    url_host: str = ""
    port: int = 80
    scheme: str = "http"
    host: str = ""
    path: str = "/"
    query: str = ""
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    sni: str = ""
    backend_headers: tuple[tuple[str, str], ...] = ()


Verb = (
    Apply | Delete | Patch | Scale | Advance | Settle | Partition | Heal | Crash | Restart | Federate | RequestStep
)  # fmt: skip


# Expectations


@attrs.frozen
class When:
    """A guard: a JMESPath expression over `matrix`."""

    expression: str
    origin: Origin


@attrs.frozen(kw_only=True)
class Expectation:
    """What every kind of expectation has.

    Args:
        at: the stores it is about; empty where it is about none.
        within_ns: must become true in this time; None for at once.
        throughout_ns: must stay true for this time.
        because: printed on failure.
        when: its guard.
        skipped: whether the guard was false for this cell of the matrix.
        origin: its line in the scenario.
    """

    at: tuple[str, ...] = ()
    within_ns: int | None = None
    throughout_ns: int | None = None
    because: str = ""
    when: When | None = None
    skipped: bool = False
    origin: Origin = NOWHERE


@attrs.frozen(kw_only=True)
class ResourceExpected(Expectation):
    """Each store of `at` holds an object that matches."""

    tree: Tree


@attrs.frozen(kw_only=True)
class Absent(Expectation):
    """No store of `at` holds an object that matches."""

    tree: Tree


@attrs.frozen(kw_only=True)
class ErrorExpected(Expectation):
    """The step's verb was refused, and one refusal matches."""

    tree: Tree


@attrs.frozen
class ExpectedOutcome:
    """One outcome of a request: its exact share and what it looks like (without `share`)."""

    share: Fraction
    tree: Tree


@attrs.frozen(kw_only=True)
class Outcomes(Expectation):
    """The exact distribution of the step's request."""

    outcomes: tuple[ExpectedOutcome, ...]


@attrs.frozen(kw_only=True)
class Response(Expectation):
    """Every outcome of the step's request matches."""

    tree: Tree


@attrs.frozen(kw_only=True)
class Diagnostics(Expectation):
    """The run reported the codes of `present`, each with matching details, and none of `absent`."""

    present: tuple[tuple[str, Tree], ...] = ()
    absent: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Events(Expectation):
    """Since the step began the journal has a record that matches `present`, and none that matches `absent`."""

    present: Tree | None = None
    absent: Tree | None = None


@attrs.frozen
class Step:
    """One step.

    Args:
        verb: what is done; None for a step that only expects.
        verb_name: "apply", "" without a verb.
        name: given by the user, "" otherwise.
        expects: what must hold afterwards, in order.
        origin: its line.
        when: its guard.
        skipped: whether the guard was false for this cell of the matrix.
    """

    verb: Verb | None
    verb_name: str
    name: str
    expects: tuple[Expectation, ...]
    origin: Origin
    when: When | None = None
    skipped: bool = False


# Topology and scenario


@attrs.frozen
class LoadBalancer:
    """How a zone gives addresses to its LoadBalancer Services: after a delay, or never."""

    delay_ns: int = 0
    pending: bool = False


@attrs.frozen
class ZoneSpec:
    """One zone.

    Args:
        name: a DNS label.
        type: "kubernetes" or "universal".
        ingress: replicas of each separately addressed zone ingress; () for none.
        egress: the same for zone egresses.
        load_balancer: of every LoadBalancer Service.
        kuma: its version, "" for the scenario's.
        config: control plane variables.
        federated: whether it has a global from the start.
        origin: its line.
    """

    name: str
    type: str = "kubernetes"
    ingress: tuple[int, ...] = ()
    egress: tuple[int, ...] = ()
    load_balancer: LoadBalancer = LoadBalancer()
    kuma: str = ""
    config: tuple[tuple[str, str], ...] = ()
    federated: bool = True
    origin: Origin | None = attrs.field(default=None, eq=False)


@attrs.frozen
class GlobalSpec:
    """The global control plane."""

    type: str = "kubernetes"
    kuma: str = ""
    config: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class LinkSpec:
    """The link between two of the global and the zones; None leaves a default."""

    between: tuple[str, str]
    latency_ns: int | None = None
    jitter_ns: int | None = None


@attrs.frozen
class Topology:
    """Who is there at the start; `global_` is None for one non-federated zone alone."""

    global_: GlobalSpec | None = GlobalSpec()
    zones: tuple[ZoneSpec, ...] = ()
    links: tuple[LinkSpec, ...] = ()

    @property
    def stores(self) -> dict[str, str]:
        """The type of each store by name, the global first, then zones as written."""
        first = {"global": self.global_.type} if self.global_ is not None else {}
        return {**first, **{zone.name: zone.type for zone in self.zones}}


@attrs.frozen
class Scenario:
    """A whole scenario.

    Args:
        matrix: keys with their values; empty after `matrix.expand`.
        cell: the matrix's values that this variant runs with.
        file: as the user would open it.
    """

    name: str
    description: str = ""
    tags: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    kuma: str = ""
    semantics: str = "documented"
    seed: int = 0
    topology: Topology = Topology()
    steps: tuple[Step, ...] = ()
    matrix: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    cell: tuple[tuple[str, Any], ...] = ()
    file: str = ""
