"""Folders of manifests in a world without timeline: apply, let it come to rest, and tell what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kumasim.app.world import World
from kumasim.domain import kinds
from kumasim.domain.resource import Key, Origin, Resource, resource
from kumasim.domain.writes import Write
from kumasim.errors import InputError, Problem, UsageError
from kumasim.projections.findings import Converged, Finding, Written, findings
from kumasim.projections.findings.base import Path
from kumasim.scenario.manifests import load_manifests
from kumasim.scenario.model import Manifest

ALONE = "default"
"""The store of manifests that are given without one: a zone that is not federated."""

_FIRST = {("", "Namespace"): 0, ("apiextensions.k8s.io", "CustomResourceDefinition"): 1, ("kuma.io", "Mesh"): 2}
"""What others need is applied before them, as Helm and Argo CD do it; otherwise the order of the files holds."""

PRESENT = frozenset(("default", "kube-system", "kuma-system", "kube-public", "kube-node-lease"))
"""Namespaces that a cluster with Kuma has."""


def check(sources: Mapping[str, Sequence[str]], kuma: str = "2.8", semantics: str = "documented") -> list[Finding]:
    """Every problem of the manifests of some stores, by file and line.

    Args:
        sources: paths, folders and globs by store, "global" or a zone's name.
        kuma: the behaviour profile.
        semantics: "documented" or "source".

    Raises:
        UsageError: a store or path that cannot be.
        InputError: with everything that is wrong with the files themselves.
    """
    written = _read(sources)
    world = World(kuma=kuma, semantics=semantics, topology=_topology(sources))
    missing = _namespaces(written)
    for store, name in sorted(missing):
        _apply(world, store, resource({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}))
    for one in sorted(written, key=lambda one: _FIRST.get((one.key.group, one.key.kind), len(_FIRST))):
        _apply(world, one.store, one.resource)
    world.settle("1h")
    return sorted([*findings(_converged(world, sources, written)), *missing.values()], key=_place)


def _read(sources: Mapping[str, Sequence[str]]) -> list[Written]:
    """The manifests of all stores; the problems of all of them at once."""
    written: list[Written] = []
    problems: list[Problem] = []
    for store, paths in sources.items():
        for path in paths:
            try:
                written += [_written(store, manifest) for manifest in load_manifests(path)]
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(dict.fromkeys(problems))
    return written


def _written(store: str, manifest: Manifest) -> Written:
    return Written(store, kinds.placed(manifest.resource), _places(manifest))


def _places(manifest: Manifest) -> Callable[[Path], Origin]:
    def place(path: Path) -> Origin:
        return manifest.document.at((*manifest.path, *path))

    return place


def _topology(sources: Mapping[str, Sequence[str]]) -> dict[str, object]:
    zones: dict[str, object] = {store: {} for store in sources if store != "global"}
    if list(sources) == [ALONE]:
        return {"global": None, "zones": zones}
    if not zones:
        return {"zones": {"zone-1": {}}}
    return {"zones": zones}


def _namespaces(written: Sequence[Written]) -> dict[tuple[str, str], Finding]:
    """The namespaces that objects live in and nobody creates, each with what to say about it."""
    made = {(one.store, one.key.name) for one in written if one.key[:2] == ("", "Namespace")}
    missing: dict[tuple[str, str], Finding] = {}
    for one in written:
        place = (one.store, one.key.namespace)
        if one.key.namespace and one.key.namespace not in PRESENT and place not in made and place not in missing:
            cause = f"namespace {one.key.namespace} is in none of the files for {one.store}; it was made without labels"
            subject = str(Key("", "Namespace", "", one.key.namespace))
            missing[place] = Finding("KS0208", one.store, subject, cause, "", one.place(("metadata", "namespace")))
    return missing


def _apply(world: World, store: str, wanted: Resource) -> None:
    """Refusals are facts of the journal, from where the rules take them."""
    world.submit(store, Write("apply", wanted.key, wanted, origin=wanted.origin))


def _converged(world: World, sources: Mapping[str, Sequence[str]], written: Sequence[Written]) -> Converged:
    names = world.stores
    return Converged(
        stores={name: world.store(name) for name in names},
        around={name: world.around(name) for name in names},
        written=written,
        records=world.run.journal.records,
    )


def _place(finding: Finding) -> tuple[str, int, int, str]:
    origin = finding.origin
    return ("", 0, 0, finding.code) if origin is None else (origin.file, origin.line, origin.column, finding.code)


def stores_of(given: Sequence[str], loose: Sequence[str]) -> dict[str, list[str]]:
    """The sources by store, from `STORE=DIR` and from paths without a store, which are for every zone that is named.

    Raises:
        UsageError: something that is not `STORE=DIR`, or nothing at all.
    """
    sources: dict[str, list[str]] = {}
    for item in given:
        store, equals, path = item.partition("=")
        if not (store and equals and path):
            raise UsageError(f"--at takes STORE=DIR, not {item!r}")
        sources.setdefault(store, []).append(path)
    if loose:
        for store in [name for name in sources if name != "global"] or [ALONE]:
            sources.setdefault(store, []).extend(loose)
    if not sources:
        raise UsageError("nothing to check: give --at STORE=DIR, or paths")
    return sources
