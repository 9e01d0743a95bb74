"""A cluster for tests: the real API functions and controllers, joined by the smallest honest loop.

Writes are carried out one after the other; every change wakes the controllers that watch it; woken keys are looked at
once each, in order; a refused write ends a plan and its key is tried again. It stops when nothing is left to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.kubernetes.addresses import Allocations
from kumasim.domain.kubernetes.api.context import ApiContext, Deleted
from kumasim.domain.kubernetes.api.frame import applied_tree
from kumasim.domain.kubernetes.api.write import perform
from kumasim.domain.kubernetes.bootstrap import initial_objects
from kumasim.domain.kubernetes.controllers import account, controllers
from kumasim.domain.persistent import Map
from kumasim.domain.profile import Profile
from kumasim.domain.reconcilers.base import Surroundings, View
from kumasim.domain.resource import Key, Resource, resource
from kumasim.domain.store import Indexes, Store
from kumasim.domain.writes import Failure, Write

SECOND = 1_000_000_000


class Cluster:
    """One API server with the built-in controllers."""

    def __init__(
        self, name: str = "zone-1", ordinal: int = 1, load_balancer_delay_ns: int | None = 0, nodes: int = 1
    ) -> None:
        self.name, self.ordinal = name, ordinal
        self.reconcilers = {one.name: one for one in controllers(load_balancer_delay_ns)}
        self.store = Store(Indexes.of(index for one in self.reconcilers.values() for index in one.indexes))
        self.version, self.now_ns, self.writes = 0, 0, 0
        self.born: Map[Key, int] = Map()
        self.applied: Map[Key, Any] = Map()
        self.allocations = Allocations()
        self.queue: set[tuple[str, Key]] = set()
        self.timers: set[tuple[int, str, Key]] = set()
        self.refused: list[Failure] = []
        for initial in initial_objects(name, ordinal):
            self.ask(Write("create", initial.key, initial))
        for number in range(2, nodes + 1):
            self.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": f"{name}-node-{number}"}})

    def context(self, user: str = "kubernetes-admin") -> ApiContext:
        return ApiContext(
            self.name, self.now_ns, self.version + 1, self.ordinal, user,
            born=self.born, applied=self.applied, allocations=self.allocations,
        )  # fmt: skip

    def ask(self, write: Write, user: str = "kubernetes-admin") -> Resource | Deleted | Failure:
        """Carries one write out, and wakes whom its change concerns."""
        self.writes += 1
        result = perform(self.store, write, self.context(user))
        if isinstance(result, Failure):
            return result
        now = None if isinstance(result, Deleted) else result
        last = result.resource if isinstance(result, Deleted) else result
        before = self.store.get(last.key)
        if write.verb == "apply" and write.resource is not None:
            self.applied = self.applied.set(last.key, applied_tree(write.resource))
        if now is before:
            return result
        if before is None:
            self.born = self.born.set(last.key, self.born.get(last.key, 0) + 1)
        self.version = last.meta.resource_version
        self.store = self.store.drop(last.key) if now is None else self.store.put(now)
        if now is None:
            self.applied = self.applied.drop(last.key)
        self.allocations = self.allocations.after(before, now)
        self._wake(before, now)
        return result

    def _wake(self, before: Resource | None, now: Resource | None) -> None:
        view = self.view()
        for form in (before, now):
            if form is None:
                continue
            for name, reconciler in self.reconcilers.items():
                wakes = reconciler.wakes.get((form.key.group, form.key.kind))
                self.queue |= {(name, key) for key in wakes(form, view)} if wakes else set()

    def view(self) -> View:
        return View(self.store, Surroundings(Profile(), zone=self.name), self.now_ns)

    def step(self) -> int:
        """Looks at every woken key once; answers how many writes that brought."""
        writes = 0
        work, self.queue = sorted(self.queue), set()
        for name, key in work:
            plan = self.reconcilers[name].reconcile(self.view(), key)
            assert not plan.error, plan.error
            if plan.again_in_ns is not None:
                self.timers.add((self.now_ns + plan.again_in_ns, name, key))
            for write in plan.writes:
                writes += 1
                answer = self.ask(write, account(name))
                if isinstance(answer, Failure):
                    self.refused.append(answer)
                    if answer.reason == "Conflict":
                        self.queue.add((name, key))
                    break
        return writes

    def settle(self, rounds: int = 200) -> Cluster:
        """Runs until nothing is woken and nothing is due."""
        for _ in range(rounds):
            if self.queue:
                self.step()
            elif self.timers:
                self.now_ns = max(self.now_ns, min(self.timers)[0])
                due = {timer for timer in self.timers if timer[0] <= self.now_ns}
                self.timers -= due
                self.queue |= {(name, key) for _, name, key in due}
            else:
                return self
        raise AssertionError(f"the cluster does not come to rest: {sorted(self.queue)[:5]}")

    def wake_everything(self) -> Cluster:
        """As if all controllers had just started."""
        for one in self.store.everything():
            self._wake(None, one)
        return self

    def apply(self, *trees: Mapping[str, Any]) -> Any:
        return self._last("apply", trees)

    def create(self, *trees: Mapping[str, Any]) -> Any:
        return self._last("create", trees)

    def _last(self, verb: str, trees: tuple[Mapping[str, Any], ...]) -> Any:
        answer: Any = None
        for tree in trees:
            wanted = resource(tree)
            answer = self.ask(Write(verb, wanted.key, wanted))
        return answer

    def merge(self, kind: str, name: str, patch: Any, namespace: str = "default", subresource: str = "") -> Any:
        key = self.key(kind, name, namespace)
        return self.ask(Write("merge", key, patch=patch, subresource=subresource))

    def delete(self, kind: str, name: str, namespace: str = "default") -> Any:
        return self.ask(Write("delete", self.key(kind, name, namespace)))

    def key(self, kind: str, name: str, namespace: str = "default") -> Key:
        place = "" if kind in ("Namespace", "Node") else namespace
        return Key(GROUPS.get(kind, ""), kind, place, name)

    def get(self, kind: str, name: str, namespace: str = "default") -> Any:
        return self.store.get(self.key(kind, name, namespace))

    def list(self, kind: str, namespace: str | None = "default") -> list[Resource]:
        return list(self.store.list(GROUPS.get(kind, ""), kind, namespace))

    def set_ready(self, pod: Resource, container: str, ready: bool = True) -> None:
        """What a dataplane does: says of its own container whether it is ready."""
        assert pod.status is not None
        statuses = [
            one.with_(ready=ready) if one["name"] == container else one for one in pod.status["containerStatuses"]
        ]
        self.merge("Pod", pod.name, {"status": {"containerStatuses": statuses}}, pod.namespace, "status")


GROUPS = {
    "DaemonSet": "apps",
    "Deployment": "apps",
    "ReplicaSet": "apps",
    "StatefulSet": "apps",
    "EndpointSlice": "discovery.k8s.io",
    "Gateway": "gateway.networking.k8s.io",
    "GatewayClass": "gateway.networking.k8s.io",
}


def workload(
    kind: str = "Deployment", name: str = "web", replicas: int | None = 2, image: str = "web:1", **spec: Any
) -> dict[str, Any]:
    """A workload whose pods offer a port called http, 8080."""
    labels = {"app": name}
    container = {"name": "app", "image": image, "ports": [{"name": "http", "containerPort": 8080}]}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            **({} if replicas is None else {"replicas": replicas}),
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            **spec,
        },
    }


def service(name: str = "web", **spec: Any) -> dict[str, Any]:
    """A Service for the pods of the workload of the same name."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"app": name}, "ports": [{"port": 80, "targetPort": "http"}], **spec},
    }


def config_map(name: str = "settings", namespace: str = "default", **meta: Any) -> dict[str, Any]:
    """An object without any behaviour."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace, **meta},
        "data": {"color": "red"},
    }
