"""Deployments, ReplicaSets, StatefulSets, DaemonSets: from manifest to running pods, and every change after that."""

import pytest
from kubernetes_cluster import SECOND, Cluster, workload

from kumasim.domain.kubernetes.rollout import Limits, limits, new_size, old_sizes
from kumasim.domain.resource import resource
from kumasim.domain.tree import thaw


def conditions(found):
    return {one["type"]: (one["status"], one["reason"]) for one in found.status["conditions"]}


def sizes(cluster):
    return {one.name: one.spec["replicas"] for one in cluster.list("ReplicaSet")}


# --------------------------------------------------------------------------- Deployment


def test_a_deployment_comes_up():
    cluster = Cluster()
    cluster.apply(workload(replicas=3))
    cluster.settle()
    (replica_set,) = cluster.list("ReplicaSet")
    pods = cluster.list("Pod")
    hashed = replica_set.meta.labels["pod-template-hash"]
    assert replica_set.name == f"web-{hashed}"
    assert len(pods) == 3
    for pod in pods:
        assert pod.name.startswith(f"{replica_set.name}-")
        assert thaw(pod.meta.labels) == {"app": "web", "pod-template-hash": hashed}
        (owner,) = pod.meta.owners
        assert (owner.kind, owner.name, owner.uid, owner.controller) == (
            "ReplicaSet", replica_set.name, replica_set.meta.uid, True,
        )  # fmt: skip
    deployment = cluster.get("Deployment", "web")
    assert {name: item for name, item in deployment.status.items() if name != "conditions"} == {
        "observedGeneration": 1,
        "replicas": 3,
        "updatedReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
    }
    assert conditions(deployment) == {
        "Available": ("True", "MinimumReplicasAvailable"),
        "Progressing": ("True", "NewReplicaSetAvailable"),
    }
    assert deployment.meta.annotations["deployment.kubernetes.io/revision"] == "1"
    assert cluster.refused == []


def test_before_its_pods_run_a_deployment_is_not_available():
    cluster = Cluster()
    cluster.apply(workload(replicas=4))
    while cluster.queue:
        cluster.step()
    deployment = cluster.get("Deployment", "web")
    assert conditions(deployment)["Available"] == ("False", "MinimumReplicasUnavailable")
    assert (deployment.status["replicas"], deployment.status["unavailableReplicas"]) == (4, 4)
    assert "readyReplicas" not in deployment.status


@pytest.mark.parametrize("replicas", [0, 1, 5])
def test_scaling(replicas):
    cluster = Cluster()
    cluster.apply(workload(replicas=2))
    cluster.settle()
    before = {pod.name for pod in cluster.list("Pod")}
    cluster.merge("Deployment", "web", {"spec": {"replicas": replicas}})
    cluster.settle()
    after = {pod.name for pod in cluster.list("Pod")}
    assert len(after) == replicas
    assert before <= after or after <= before
    status = cluster.get("Deployment", "web").status
    assert status.get("readyReplicas", 0) == replicas
    assert status["observedGeneration"] == 2
    assert conditions(cluster.get("Deployment", "web"))["Available"][0] == "True"


def test_a_pod_that_goes_is_replaced_under_another_name():
    cluster = Cluster()
    cluster.apply(workload(replicas=2))
    cluster.settle()
    first, second = (pod.name for pod in cluster.list("Pod"))
    cluster.delete("Pod", first)
    cluster.settle()
    now = {pod.name for pod in cluster.list("Pod")}
    assert len(now) == 2
    assert second in now
    assert first not in now
    cluster.delete("Pod", second)
    cluster.settle()
    assert not {pod.name for pod in cluster.list("Pod")} & {first, second}


def test_a_new_template_replaces_all_pods_within_the_limits():
    cluster = Cluster()
    cluster.apply(workload(replicas=4, strategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}))
    cluster.settle()
    old = {pod.name for pod in cluster.list("Pod")}
    cluster.apply(workload(replicas=4, image="web:2", strategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}))
    fewest, most = 4, 4
    for _ in range(300):
        if not cluster.queue and not cluster.timers:
            break
        if cluster.queue:
            cluster.step()
        else:
            cluster.now_ns = min(cluster.timers)[0]
            cluster.queue = {(name, key) for _, name, key in cluster.timers}
            cluster.timers = set()
        pods = cluster.list("Pod")
        most = max(most, len(pods))
        fewest = min(fewest, sum(pod.status.get("phase") == "Running" for pod in pods))
    assert not {pod.name for pod in cluster.list("Pod")} & old
    assert (fewest, most) == (3, 5)
    assert sorted(sizes(cluster).values()) == [0, 4]
    assert cluster.get("Deployment", "web").meta.annotations["deployment.kubernetes.io/revision"] == "2"


def test_recreate_lets_the_old_pods_go_first():
    cluster = Cluster()
    cluster.apply(workload(strategy={"type": "Recreate"}))
    cluster.settle()
    cluster.apply(workload(image="web:2", strategy={"type": "Recreate"}))
    images = set()
    while cluster.queue:
        cluster.step()
        images.add(frozenset(pod.spec["containers"][0]["image"] for pod in cluster.list("Pod")))
    cluster.settle()
    assert frozenset({"web:1", "web:2"}) not in images
    assert frozenset() in images
    assert {pod.spec["containers"][0]["image"] for pod in cluster.list("Pod")} == {"web:2"}


def test_going_back_takes_the_old_replica_set_up_again():
    cluster = Cluster()
    for image in ("web:1", "web:2", "web:1"):
        cluster.apply(workload(image=image))
        cluster.settle()
    found = {one.spec["template"]["spec"]["containers"][0]["image"]: one for one in cluster.list("ReplicaSet")}
    assert {image: one.spec["replicas"] for image, one in found.items()} == {"web:1": 2, "web:2": 0}
    assert found["web:1"].meta.annotations["deployment.kubernetes.io/revision"] == "3"


def test_old_replica_sets_are_forgotten_beyond_the_limit():
    cluster = Cluster()
    for number in range(5):
        cluster.apply(workload(image=f"web:{number}", revisionHistoryLimit=2))
        cluster.settle()
    images = [one.spec["template"]["spec"]["containers"][0]["image"] for one in cluster.list("ReplicaSet")]
    assert sorted(images) == ["web:2", "web:3", "web:4"]


def test_a_paused_deployment_scales_but_does_not_change_over():
    cluster = Cluster()
    cluster.apply(workload())
    cluster.settle()
    cluster.apply(workload(image="web:2", replicas=3, paused=True))
    cluster.settle()
    assert list(sizes(cluster).values()) == [3]
    cluster.apply(workload(image="web:2", replicas=3))
    cluster.settle()
    assert sorted(sizes(cluster).values()) == [0, 3]


def test_pods_that_never_get_ready_stop_the_change_over():
    cluster = Cluster()
    cluster.apply(workload(replicas=4))
    cluster.settle()
    stuck = workload(replicas=4)
    stuck["spec"]["template"]["spec"]["containers"].append({"name": "kuma-sidecar", "image": "kuma:1"})
    cluster.apply(stuck)
    cluster.settle()
    ready = [pod for pod in cluster.list("Pod") if len(pod.spec["containers"]) == 1]
    assert len(ready) == 3
    assert conditions(cluster.get("Deployment", "web")) == {
        "Available": ("True", "MinimumReplicasAvailable"),
        "Progressing": ("True", "ReplicaSetUpdated"),
    }


def test_a_replica_set_of_somebody_else_is_left_alone():
    cluster = Cluster()
    cluster.apply(workload())
    cluster.settle()
    (mine,) = cluster.list("ReplicaSet")
    cluster.merge("ReplicaSet", mine.name, {"metadata": {"ownerReferences": None}})
    plan = cluster.reconcilers["deployment"].reconcile(cluster.view(), cluster.key("Deployment", "web"))
    assert plan.writes == ()
    assert "is not controlled by deployment web" in plan.error


ARITHMETIC = {
    # name: (maxSurge, maxUnavailable, desired) -> limits
    "defaults": ("25%", "25%", 4, Limits(1, 1)),
    "rounding": ("25%", "25%", 5, Limits(2, 1)),
    "one pod": ("25%", "25%", 1, Limits(1, 0)),
    "both zero": (0, 0, 3, Limits(0, 1)),
    "percent that rounds to nothing": (0, "10%", 3, Limits(0, 1)),
    "more than there are": (1, 9, 3, Limits(1, 3)),
}


@pytest.mark.parametrize("name", ARITHMETIC)
def test_limits(name):
    surge, unavailable, desired, wanted = ARITHMETIC[name]
    tree = workload(strategy={"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}})
    assert limits(resource(tree), desired) == wanted


@pytest.mark.parametrize(
    ("new", "total", "desired", "surge", "size"),
    [
        (0, 0, 3, 1, 3),
        (0, 3, 3, 1, 1),
        (0, 4, 3, 1, 0),
        (1, 3, 3, 1, 2),
        (3, 3, 3, 1, 3),
        (5, 5, 3, 1, 3),
        (0, 9, 3, 1, 0),
    ],
)
def test_how_far_the_new_one_grows(new, total, desired, surge, size):
    assert new_size(new, total, desired, Limits(surge, 0)) == size


def replica_set(name, replicas, available):
    return resource(
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {"name": name},
            "spec": {"replicas": replicas},
            "status": {"availableReplicas": available},
        }
    )


SHRINKING = {
    # name: (old [(size, available)], new (size, available), desired, unavailable) -> sizes that change
    "nothing may go": ([(3, 3)], (1, 0), 3, 0, {}),
    "one new is there, one old may go": ([(3, 3)], (1, 1), 3, 0, {"old-0": 2}),
    "one may be lacking": ([(3, 3)], (0, 0), 3, 1, {"old-0": 2}),
    "broken ones go first": ([(2, 2), (2, 0)], (1, 1), 3, 0, {"old-1": 0}),
    "the oldest goes first": ([(2, 2), (2, 2)], (2, 2), 4, 0, {"old-0": 0}),
    "new ones that are not there yet count as lacking": ([(4, 4)], (2, 1), 4, 0, {"old-0": 3}),
    "to nothing": ([(3, 3)], (0, 0), 0, 0, {"old-0": 0}),
}


@pytest.mark.parametrize("name", SHRINKING)
def test_how_far_the_old_ones_shrink(name):
    old, new, desired, unavailable, result = SHRINKING[name]
    sets = [replica_set(f"old-{place}", *found) for place, found in enumerate(old)]
    assert old_sizes(sets, replica_set("new", *new), desired, Limits(1, unavailable)) == result


# --------------------------------------------------------------------------- ReplicaSet


def test_a_bare_replica_set():
    cluster = Cluster()
    cluster.apply(workload("ReplicaSet", replicas=3))
    cluster.settle()
    assert len(cluster.list("Pod")) == 3
    status = thaw(cluster.get("ReplicaSet", "web").status)
    assert status == {
        "replicas": 3,
        "fullyLabeledReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "observedGeneration": 1,
        "createdPods": 3,
    }


def test_what_is_not_ready_is_given_up_first():
    cluster = Cluster()
    tree = workload("ReplicaSet", replicas=3)
    tree["spec"]["template"]["spec"]["containers"].append({"name": "kuma-sidecar", "image": "kuma"})
    cluster.apply(tree)
    cluster.settle()
    ready = cluster.list("Pod")[1]
    cluster.set_ready(ready, "kuma-sidecar")
    cluster.settle()
    cluster.merge("ReplicaSet", "web", {"spec": {"replicas": 1}})
    cluster.settle()
    assert [pod.name for pod in cluster.list("Pod")] == [ready.name]


def test_the_newest_is_given_up_before_older_ones():
    cluster = Cluster()
    cluster.apply(workload("ReplicaSet", replicas=2))
    cluster.settle()
    old = {pod.name for pod in cluster.list("Pod")}
    cluster.now_ns += SECOND
    cluster.merge("ReplicaSet", "web", {"spec": {"replicas": 4}})
    cluster.settle()
    cluster.merge("ReplicaSet", "web", {"spec": {"replicas": 2}})
    cluster.settle()
    assert {pod.name for pod in cluster.list("Pod")} == old


def test_a_create_on_its_way_is_asked_for_under_the_same_name():
    """Two looks at the same state want the same pods, so that the second request is refused and does no harm."""
    cluster = Cluster()
    cluster.apply(workload("ReplicaSet", replicas=3))
    key = cluster.key("ReplicaSet", "web")
    first, second = (cluster.reconcilers["replicaset"].reconcile(cluster.view(), key) for _ in range(2))
    assert first == second
    creates = [write for write in first.writes if write.verb == "create"]
    assert len(creates) == 3
    cluster.ask(creates[1])
    late = cluster.reconcilers["replicaset"].reconcile(cluster.view(), key)
    wanted = [write.key for write in late.writes if write.verb == "create"]
    assert wanted == [creates[0].key, creates[2].key]
    assert cluster.ask(creates[1]).reason == "AlreadyExists"
    cluster.settle()
    assert {pod.key for pod in cluster.list("Pod")} == {write.key for write in creates}


def test_finished_pods_are_replaced_and_not_counted():
    cluster = Cluster()
    cluster.apply(workload("ReplicaSet", replicas=1))
    cluster.settle()
    (pod,) = cluster.list("Pod")
    cluster.merge("Pod", pod.name, {"status": {"phase": "Failed"}}, subresource="status")
    cluster.settle()
    assert len(cluster.list("Pod")) == 2
    assert cluster.get("ReplicaSet", "web").status["replicas"] == 1


# --------------------------------------------------------------------------- StatefulSet, DaemonSet


def test_a_stateful_sets_pods_come_one_after_the_other():
    cluster = Cluster()
    cluster.apply(workload("StatefulSet", replicas=3))
    born = {}
    for _ in range(60):
        if cluster.queue:
            cluster.step()
        elif cluster.timers:
            cluster.now_ns = min(cluster.timers)[0]
            cluster.queue = {(name, key) for _, name, key in cluster.timers}
            cluster.timers = set()
        for pod in cluster.list("Pod"):
            born.setdefault(pod.name, cluster.now_ns // SECOND)
    assert born == {"web-0": 0, "web-1": 2, "web-2": 4}
    status = cluster.get("StatefulSet", "web").status
    assert (status["replicas"], status["readyReplicas"], status["updatedReplicas"]) == (3, 3, 3)


def test_parallel_stateful_sets_do_not_wait():
    cluster = Cluster()
    cluster.apply(workload("StatefulSet", replicas=3, podManagementPolicy="Parallel"))
    cluster.settle()
    assert [pod.name for pod in cluster.list("Pod")] == ["web-0", "web-1", "web-2"]
    assert cluster.now_ns == 2 * SECOND


def test_a_stateful_set_shrinks_from_the_end_and_replaces_under_the_same_name():
    cluster = Cluster()
    cluster.apply(workload("StatefulSet", replicas=3))
    cluster.settle()
    uid = cluster.get("Pod", "web-0").meta.uid
    cluster.merge("StatefulSet", "web", {"spec": {"replicas": 2}})
    cluster.delete("Pod", "web-0")
    cluster.settle()
    assert [pod.name for pod in cluster.list("Pod")] == ["web-0", "web-1"]
    assert cluster.get("Pod", "web-0").meta.uid != uid


def test_a_stateful_sets_new_template_reaches_every_pod():
    cluster = Cluster()
    cluster.apply(workload("StatefulSet", replicas=3))
    cluster.settle()
    cluster.apply(workload("StatefulSet", replicas=3, image="web:2"))
    cluster.settle()
    assert {pod.spec["containers"][0]["image"] for pod in cluster.list("Pod")} == {"web:2"}
    status = cluster.get("StatefulSet", "web").status
    assert status["currentRevision"] == status["updateRevision"]


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
def test_on_delete_waits_for_somebody_to_delete(kind):
    cluster = Cluster()
    replicas = {"StatefulSet": 1, "DaemonSet": None}[kind]
    strategy = {"type": "OnDelete"}
    cluster.apply(workload(kind, replicas=replicas, updateStrategy=strategy))
    cluster.settle()
    (pod,) = cluster.list("Pod")
    cluster.apply(workload(kind, replicas=replicas, image="web:2", updateStrategy=strategy))
    cluster.settle()
    assert cluster.list("Pod")[0].meta.uid == pod.meta.uid
    cluster.delete("Pod", pod.name)
    cluster.settle()
    assert cluster.list("Pod")[0].spec["containers"][0]["image"] == "web:2"


def test_a_daemon_set_has_a_pod_on_each_node():
    cluster = Cluster(nodes=3)
    cluster.apply(workload("DaemonSet", replicas=None))
    cluster.settle()
    nodes = sorted(pod.spec["nodeName"] for pod in cluster.list("Pod"))
    assert nodes == ["zone-1-node-1", "zone-1-node-2", "zone-1-node-3"]
    status = cluster.get("DaemonSet", "web").status
    assert (status["desiredNumberScheduled"], status["numberReady"], status["numberMisscheduled"]) == (3, 3, 0)
    cluster.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "late"}})
    cluster.settle()
    assert len(cluster.list("Pod")) == 4


def test_a_daemon_sets_new_template_reaches_every_pod():
    cluster = Cluster(nodes=2)
    cluster.apply(workload("DaemonSet", replicas=None))
    cluster.settle()
    cluster.apply(workload("DaemonSet", replicas=None, image="web:2"))
    cluster.settle()
    assert [pod.spec["containers"][0]["image"] for pod in cluster.list("Pod")] == ["web:2", "web:2"]


def test_jobs_are_stored_and_left_alone():
    cluster = Cluster()
    template = {"spec": {"containers": [{"name": "a"}]}}
    job = {**workload("Job"), "apiVersion": "batch/v1", "spec": {"template": template}}
    cluster.apply(job)
    cluster.settle()
    assert cluster.list("Pod") == []
