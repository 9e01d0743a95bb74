"""What holds for every cluster: it comes to rest, stays at rest, and one object never renumbers another."""

from itertools import permutations

import pytest
from kubernetes_cluster import Cluster, config_map, service, workload

from kumasim.domain.kubernetes.addresses import Allocations, addresses_of

MANIFESTS = {
    "web": workload(),
    "web's service": service(),
    "public": service("edge", type="LoadBalancer", selector={"app": "web"}),
    "daemon": workload("DaemonSet", "agent", replicas=None),
    "stateful": workload("StatefulSet", "db", replicas=2),
    "settings": config_map(),
}


def applied(*names, **options):
    cluster = Cluster(**options)
    for name in names:
        cluster.apply(MANIFESTS[name])
    return cluster.settle()


def content(cluster):
    """All objects without what counts writes: versions, and what names them."""
    return {one.key: (one.meta.labels, one.meta.uid, one.body, one.status) for one in cluster.store.everything()}


@pytest.mark.parametrize("name", MANIFESTS)
def test_at_rest_nobody_wants_to_write(name):
    cluster = applied(name)
    view = cluster.view()
    woken = {
        (reconciler.name, key)
        for reconciler in cluster.reconcilers.values()
        for one in cluster.store.everything()
        for key in (reconciler.wakes.get((one.key.group, one.kind)) or (lambda *_: ()))(one, view)
    }
    assert woken
    for reconciler, key in sorted(woken):
        plan = cluster.reconcilers[reconciler].reconcile(view, key)
        assert (plan.writes, plan.error, plan.again_in_ns) == ((), "", None), (reconciler, key)


@pytest.mark.parametrize("name", MANIFESTS)
def test_applying_everything_again_changes_nothing(name):
    cluster = applied(name)
    version = cluster.version
    cluster.apply(MANIFESTS[name])
    cluster.settle()
    assert cluster.version == version


@pytest.mark.parametrize("order", list(permutations(["web", "web's service", "public"])))
def test_the_order_of_manifests_does_not_matter(order):
    assert content(applied(*order)) == content(applied("web", "web's service", "public"))


@pytest.mark.parametrize("name", MANIFESTS)
def test_an_unrelated_object_moves_nobodys_address_uid_or_name(name):
    # The pods of web are the endpoints of its services, so they are there in both worlds.
    others = [other for other in MANIFESTS if other not in (name, "web")]
    alone = content(applied("web", name))
    together = content(applied(*others, "web", name))
    assert {key: together[key] for key in alone} == alone


def test_addresses_are_unique_and_the_allocations_are_their_fold():
    cluster = Cluster()
    for number in range(12):
        cluster.apply(workload(name=f"w{number}"), service(f"w{number}", type="LoadBalancer"))
    cluster.settle()
    objects = cluster.store.everything()
    held = [address for one in objects for address in addresses_of(one)]
    assert len(held) == len(set(held)) > 50
    assert {cluster.allocations.holder(address) for address in held} == {
        one.key for one in objects if addresses_of(one)
    }
    fold = Allocations()
    for one in objects:
        fold = fold.after(None, one)
    assert fold == cluster.allocations


def test_two_clusters_share_nothing():
    one, two = applied(*MANIFESTS), applied(*MANIFESTS, name="zone-2", ordinal=2)
    addresses = [
        {
            address
            for found in cluster.store.everything()
            for address in addresses_of(found)
            if "node-port" not in address
        }
        for cluster in (one, two)
    ]
    uids = [{found.meta.uid for found in cluster.store.everything()} for cluster in (one, two)]
    assert addresses[0].isdisjoint(addresses[1])
    assert uids[0].isdisjoint(uids[1])


def test_the_same_manifests_make_the_same_cluster():
    assert applied(*MANIFESTS).store.everything() == applied(*MANIFESTS).store.everything()


def test_deleting_all_that_was_applied_leaves_what_was_there_at_first():
    cluster = applied(*MANIFESTS)
    for tree in MANIFESTS.values():
        cluster.delete(tree["kind"], tree["metadata"]["name"])
    cluster.settle()
    assert [one.key for one in cluster.store.everything()] == [one.key for one in Cluster().store.everything()]
    assert cluster.allocations == Cluster().allocations


def test_the_cost_of_a_pod_does_not_grow_with_their_number():
    """Writes per pod stay what they are: create, bind, start, and their workload's share."""
    costs = []
    for count in (5, 20):
        cluster = Cluster()
        before = cluster.writes
        for number in range(count):
            cluster.apply(workload(name=f"w{number}", replicas=2))
        cluster.settle()
        costs.append((cluster.writes - before) / count)
    assert costs[0] == costs[1]


def test_conflicts_and_doubles_do_not_happen_in_peace():
    assert applied(*MANIFESTS).refused == []
