"""A cluster for tests of controllers: a store with a small honest API in front, and the controllers on top of it.

Given objects, `settle` carries every change to the controllers that it wakes (by their own wake tables, with the old and
the new form), carries out their plans, and goes on until nobody has anything to do. A plan whose write is refused, or
that reports an error, is remembered in `failures` and not tried again until something wakes its key.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain import kinds
from kumasim.domain.profile import profile
from kumasim.domain.reconcilers import reconcilers
from kumasim.domain.reconcilers.base import Diagnostic, Surroundings, View
from kumasim.domain.resource import Key, OwnerReference, Resource, resource
from kumasim.domain.store import Indexes, Store
from kumasim.domain.tree import EMPTY, FrozenMap, merge_patch, thaw
from kumasim.domain.writes import Write

SECOND = 1_000_000_000

GATEWAY_API = "gateway.networking.k8s.io"
GROUPS = {
    "Gateway": GATEWAY_API,
    "GatewayClass": GATEWAY_API,
    "HTTPRoute": GATEWAY_API,
    "ReferenceGrant": GATEWAY_API,
    "Deployment": "apps",
    "ReplicaSet": "apps",
    "EndpointSlice": "discovery.k8s.io",
    "ConfigMap": "",
    "Namespace": "",
    "Node": "",
    "Pod": "",
    "Secret": "",
    "Service": "",
}
"""The group of each kind that is not Kuma's."""

CLUSTER_SCOPED = {
    "MeshGatewayRoute",
    "Namespace",
    "Node",
    "GatewayClass",
    "MeshGateway",
    "MeshGatewayConfig",
    "Mesh",
    "ExternalService",
}


class Refused(Exception):
    """The API server does not do it; the argument is the reason."""


class Cluster:
    """One Kubernetes cluster with a Kuma control plane.

    Args:
        semantics: "documented" or "source".
        **around: fields of the control plane's Surroundings.
    """

    def __init__(self, semantics: str = "documented", **around: Any) -> None:
        self.around = Surroundings(profile(semantics=semantics), **{"zone": "zone-1", **around})
        self.controllers = reconcilers(self.around)
        indexes = {index for controller in self.controllers for index in controller.indexes}
        self.store = Store(Indexes.of(sorted(indexes, key=lambda index: index.name)))
        self.now_ns = 0
        self.queue: set[tuple[str, Key]] = set()
        self.failures: dict[tuple[str, Key], str] = {}
        self.due_ns: dict[tuple[str, Key], int] = {}
        self.diagnostics: list[Diagnostic] = []
        self.written: list[Write] = []
        self.forbidden: set[str] = set()
        self._versions = 0

    # what a user does

    def apply(self, *trees: dict[str, Any]) -> Cluster:
        """Create or replace objects as a user does, then let the controllers come to rest."""
        for tree in trees:
            wanted = resource(_complete(tree))
            held = self.store.get(wanted.key)
            if held is None:
                self._create(wanted)
            else:
                meta = {"labels": wanted.meta.labels, "annotations": wanted.meta.annotations}
                self._put(held, self._respecified(held, held.with_meta(**meta), wanted.body))
                if wanted.status is not None:
                    self.set_status(wanted.kind, wanted.namespace, wanted.name, thaw(wanted.status))
        return self.settle()

    def remove(self, kind: str, namespace: str, name: str) -> Cluster:
        """Delete an object as a user does."""
        self._delete(Write("delete", self.key(kind, namespace, name)))
        return self.settle()

    def set_status(self, kind: str, namespace: str, name: str, status: dict[str, Any]) -> Cluster:
        """Play another controller that writes a status."""
        key = self.key(kind, namespace, name)
        self._merge(Write("merge", key, patch=FrozenMap({"status": status}), subresource="status"))
        return self.settle()

    def advance(self, seconds: float) -> Cluster:
        """Let time pass; what is due by then is looked at again."""
        until_ns = self.now_ns + int(seconds * SECOND)
        while True:
            due = sorted((at_ns, work) for work, at_ns in self.due_ns.items() if at_ns <= until_ns)
            if not due:
                break
            self.now_ns, work = due[0]
            del self.due_ns[work]
            self.queue.add(work)
            self.settle()
        self.now_ns = until_ns
        return self

    # what a test asks

    def get(self, kind: str, namespace: str, name: str) -> dict[str, Any] | None:
        """An object as kubectl prints it, or None."""
        found = self.store.get(self.key(kind, namespace, name))
        return None if found is None else found.to_tree()

    def names(self, kind: str, namespace: str | None = None) -> list[str]:
        """The names of all objects of a kind."""
        return [found.name for found in self.store.list(GROUPS.get(kind, "kuma.io"), kind, namespace)]

    def status(self, kind: str, namespace: str, name: str) -> dict[str, Any]:
        """The status of an object, empty while nobody has written one."""
        found = self.store.get(self.key(kind, namespace, name))
        assert found is not None, f"no {kind} {namespace}/{name}"
        return {} if found.status is None else thaw(found.status)  # type: ignore[no-any-return]

    def error(self, controller: str) -> str:
        """Why a controller's last plan failed, "" if none did."""
        return next((why for (name, _), why in sorted(self.failures.items()) if name == controller), "")

    def settle(self) -> Cluster:
        """Let the controllers work until none has anything to do."""
        by_name = {controller.name: controller for controller in self.controllers}
        for _ in range(2_000):
            if not self.queue:
                return self
            work = min(self.queue)
            self.queue.remove(work)
            self._carry_out(work, by_name[work[0]].reconcile(self.view, work[1]))
        raise AssertionError(f"the controllers never come to rest: {sorted(self.queue)}")

    def looked_at_again(self) -> list[Write]:
        """What the controllers would write if every object that there is woke them once more."""
        work = {each for held in self.store.everything() for each in self._woken(held)}
        by_name = {controller.name: controller for controller in self.controllers}
        work -= set(self.failures)
        return [write for name, key in sorted(work) for write in by_name[name].reconcile(self.view, key).writes]

    @property
    def view(self) -> View:
        return View(self.store, self.around, self.now_ns)

    def key(self, kind: str, namespace: str, name: str) -> Key:
        return Key(GROUPS.get(kind, "kuma.io"), kind, "" if kind in CLUSTER_SCOPED else namespace, name)

    # the API server

    def _carry_out(self, work: tuple[str, Key], plan: Any) -> None:
        self.failures.pop(work, None)
        self.diagnostics.extend(plan.diagnostics)
        verbs = {"create": self._create_as_asked, "update": self._update, "merge": self._merge, "delete": self._delete}
        try:
            for write in plan.writes:
                self.written.append(write)
                verbs[write.verb](write)
        except Refused as refused:
            self.failures[work] = str(refused)
        else:
            if plan.error:
                self.failures[work] = plan.error
        if plan.again_in_ns is not None:
            self.due_ns[work] = self.now_ns + plan.again_in_ns

    def _create_as_asked(self, write: Write) -> None:
        assert write.resource is not None
        if write.key.kind in self.forbidden:
            raise Refused("Forbidden")
        if write.key in self.store:
            raise Refused("AlreadyExists")
        if len(write.key.name) > 253:
            raise Refused("Invalid")
        self._create(write.resource)

    def _create(self, wanted: Resource) -> None:
        made = kinds.defaulted(wanted)
        assert kinds.violations(made.to_tree()) == ()
        self._versions += 1
        uid = f"uid-{self._versions}"
        self._put(None, made.with_meta(uid=uid, generation=1, created_ns=self.now_ns))

    def _update(self, write: Write) -> None:
        held, wanted = self._held(write), write.resource
        assert wanted is not None
        if wanted.meta.resource_version != held.meta.resource_version:
            raise Refused("Conflict")
        changed = self._respecified(held, held, wanted.body)
        frame = ("labels", "annotations", "finalizers", "owners")
        changed = changed.with_meta(**{field: getattr(wanted.meta, field) for field in frame})
        if changed.meta.deleted_ns >= 0 and not changed.meta.finalizers:
            self._drop(changed)
        else:
            self._put(held, changed)

    def _merge(self, write: Write) -> None:
        held = self._held(write)
        if write.subresource == "status":
            status = merge_patch(held.status or EMPTY, write.patch["status"])
            self._put(held, Resource(held.api_version, held.kind, held.meta, held.body, status, held.origin))
            return
        meta = write.patch.get("metadata", EMPTY)
        labels = merge_patch(held.meta.labels, meta.get("labels", EMPTY))
        annotations = merge_patch(held.meta.annotations, meta.get("annotations", EMPTY))
        patch = FrozenMap({field: item for field, item in write.patch.items() if field != "metadata"})
        changed = self._respecified(held, held, merge_patch(held.body, patch))
        self._put(held, changed.with_meta(labels=labels, annotations=annotations))

    def _delete(self, write: Write) -> None:
        held = self._held(write)
        if write.uid and write.uid != held.meta.uid:
            raise Refused("Conflict")
        if held.meta.finalizers:
            self._put(held, held.with_meta(deleted_ns=self.now_ns))
        else:
            self._drop(held)

    def _held(self, write: Write) -> Resource:
        held = self.store.get(write.key)
        if held is None:
            raise Refused("NotFound")
        return held

    def _respecified(self, held: Resource, framed: Resource, body: FrozenMap) -> Resource:
        made = kinds.defaulted(Resource(held.api_version, held.kind, framed.meta, body, held.status, held.origin))
        assert kinds.violations(made.to_tree()) == ()
        respecified = made.body != held.body
        return made.with_meta(generation=held.meta.generation + 1) if respecified else made

    def _put(self, held: Resource | None, changed: Resource) -> None:
        if held is not None and held == changed:
            return  # nothing changed: no new version, and nobody hears of it
        self._versions += 1
        changed = changed.with_meta(resource_version=self._versions)
        self.store = self.store.put(changed)
        self.queue.update(self._woken(*(form for form in (held, changed) if form is not None)))

    def _drop(self, held: Resource) -> None:
        self.store = self.store.drop(held.key)
        self.queue.update(self._woken(held))
        for dependant in self.store.owned(held.meta.uid):
            self._drop(dependant)

    def _woken(self, *forms: Resource) -> set[tuple[str, Key]]:
        return {
            (controller.name, key)
            for form in forms
            for controller in self.controllers
            if (form.key.group, form.kind) in controller.wakes
            for key in controller.wakes[form.key.group, form.kind](form, self.view)
        }


def _complete(tree: dict[str, Any]) -> dict[str, Any]:
    """A short tree with its apiVersion: `{"kind": "Service", "name": "db", "namespace": "demo", "spec": {...}}`."""
    kind = tree["kind"]
    group = GROUPS.get(kind, "kuma.io")
    version = "v1alpha1" if group == "kuma.io" else "v1beta1" if kind == "ReferenceGrant" else "v1"
    frame = ("name", "namespace", "labels", "annotations", "ownerReferences")
    rest = {key: item for key, item in tree.items() if key not in frame}
    meta = {key: tree[key] for key in frame if key in tree}
    return {**rest, "apiVersion": f"{group}/{version}" if group else version, "metadata": meta}


def owned_by(owner: dict[str, Any]) -> list[dict[str, Any]]:
    """`ownerReferences` with one controller."""
    meta = owner["metadata"]
    reference = OwnerReference(owner["apiVersion"], owner["kind"], meta["name"], meta["uid"], True)
    return [
        {
            "apiVersion": reference.api_version, "kind": reference.kind, "name": reference.name,
            "uid": reference.uid, "controller": True,
        }
    ]  # fmt: skip


def by(items: Any, field: str) -> dict[str, Any]:
    """A list of mappings as a mapping by one of their fields."""
    return {item[field]: item for item in items or ()}


def said(conditions: Any) -> dict[str, tuple[str, str]]:
    """Status and reason of each condition, by type."""
    return {item["type"]: (item["status"], item["reason"]) for item in conditions or ()}


def namespace(name: str, labels: dict[str, str] | None = None, **annotations: str) -> dict[str, Any]:
    return {"kind": "Namespace", "name": name, "labels": labels or {}, "annotations": annotations}


def service(name: str, ns: str, *ports: int, **spec: Any) -> dict[str, Any]:
    entries = [{"name": f"p{port}", "port": port} for port in ports]
    return {"kind": "Service", "name": name, "namespace": ns, "spec": {"ports": entries, **spec}}


def mesh(name: str = "default") -> dict[str, Any]:
    return {"kind": "Mesh", "name": name, "spec": {}}


def gateway_class(name: str = "kuma", controller: str = "gateways.kuma.io/controller", **spec: Any) -> dict[str, Any]:
    return {"kind": "GatewayClass", "name": name, "spec": {"controllerName": controller, **spec}}


def gateway(*listeners: dict[str, Any], name: str = "kuma", ns: str = "kuma-demo", cls: str = "kuma") -> dict[str, Any]:
    spec = {"gatewayClassName": cls, "listeners": list(listeners) or [listener()]}
    return {"kind": "Gateway", "name": name, "namespace": ns, "spec": spec}


def listener(name: str = "proxy", port: int = 8080, protocol: str = "HTTP", **fields: Any) -> dict[str, Any]:
    return {"name": name, "port": port, "protocol": protocol, **fields}


def route(
    *parents: dict[str, Any], name: str = "echo", ns: str = "kuma-demo", rules: Any = None, **spec: Any
) -> dict[str, Any]:
    rules = [{"backendRefs": [{"name": "backend", "port": 80}]}] if rules is None else rules
    spec = {"parentRefs": list(parents) or [{"name": "kuma"}], "rules": rules, **spec}
    return {"kind": "HTTPRoute", "name": name, "namespace": ns, "spec": spec}


def grant(ns: str, from_kind: str, from_ns: str, to_kind: str, **to: str) -> dict[str, Any]:
    from_ = {"group": GATEWAY_API, "kind": from_kind, "namespace": from_ns}
    spec = {"from": [from_], "to": [{"group": "", "kind": to_kind, **to}]}
    return {"kind": "ReferenceGrant", "name": f"{from_kind.lower()}-from-{from_ns}", "namespace": ns, "spec": spec}


def zone(semantics: str = "documented", **around: Any) -> Cluster:
    """A zone with its namespaces, Mesh `default`, class `kuma`, and Service `backend` in kuma-demo."""
    return Cluster(semantics, **around).apply(
        namespace("kuma-system"),
        namespace("kuma-demo"),
        namespace("client"),
        mesh(),
        gateway_class(),
        service("backend", "kuma-demo", 80),
    )
