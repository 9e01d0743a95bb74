"""Every verb: what it makes, and why it is refused."""

import attrs
import pytest
from kubernetes_cluster import Cluster, config_map, service, workload

from kumasim.domain.kubernetes.api.commit import commit, stale
from kumasim.domain.kubernetes.api.context import ApiContext, Deleted
from kumasim.domain.kubernetes.api.propose import propose
from kumasim.domain.kubernetes.api.write import perform
from kumasim.domain.kubernetes.names import uid_of
from kumasim.domain.resource import Key, resource
from kumasim.domain.tree import freeze, thaw
from kumasim.domain.writes import Failure, Write, update, update_status

SETTINGS = Key("", "ConfigMap", "default", "settings")
CONFLICT = (
    'Operation cannot be fulfilled on configmaps "settings": the object has been modified; '
    "please apply your changes to the latest version and try again"
)


@pytest.fixture
def cluster():
    made = Cluster()
    made.create(config_map())
    return made


def stored(cluster):
    return cluster.get("ConfigMap", "settings")


def told(answer):
    assert isinstance(answer, Failure), answer
    return answer.code, answer.reason, answer.message


# --------------------------------------------------------------------------- create


def test_create_stamps_the_frame():
    cluster = Cluster()
    cluster.now_ns = 5
    made = cluster.create(config_map())
    assert made.meta.uid == uid_of("zone-1", SETTINGS, 0)
    assert (made.meta.generation, made.meta.created_ns, made.meta.deleted_ns) == (1, 5, -1)
    assert made.meta.resource_version == cluster.version == len(cluster.store)


def test_what_a_client_says_of_the_frame_does_not_count():
    made = Cluster().create(config_map(uid="mine", resourceVersion="77", generation=9))
    assert (made.meta.uid, made.meta.generation) == (uid_of("zone-1", SETTINGS, 0), 1)
    assert made.meta.resource_version == 5


def test_create_twice_is_refused(cluster):
    assert told(cluster.create(config_map())) == (409, "AlreadyExists", 'configmaps "settings" already exists')


def test_create_without_namespace_goes_to_default():
    assert Cluster().create(config_map(namespace="")).key == SETTINGS


def test_create_in_a_missing_namespace_is_refused():
    assert told(Cluster().create(config_map(namespace="shop"))) == (404, "NotFound", 'namespaces "shop" not found')


def test_create_in_a_terminating_namespace_is_refused(cluster):
    cluster.delete("Namespace", "default")
    answer = cluster.create(config_map("other"))
    assert told(answer) == (
        403,
        "Forbidden",
        'configmaps "other" is forbidden: unable to create new content in namespace default '
        "because it is being terminated",
    )
    assert answer.causes[0]["reason"] == "NamespaceTerminating"


def test_create_drops_the_status_of_kinds_that_have_one():
    made = Cluster().create({**workload(), "status": {"replicas": 7}})
    assert made.status is None


def test_create_keeps_the_status_of_kinds_nobody_knows():
    made = Cluster().create(
        {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "x"}, "status": {"on": True}}
    )
    assert thaw(made.status) == {"on": True}
    assert made.namespace == ""


def test_a_new_gateway_waits_for_its_controller():
    tree = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "edge"},
        "spec": {"gatewayClassName": "kuma", "listeners": [{"name": "a", "port": 80, "protocol": "HTTP"}]},
    }
    made = Cluster().create(tree)
    assert {one["type"]: one["status"] for one in made.status["conditions"]} == {
        "Accepted": "Unknown",
        "Programmed": "Unknown",
    }


def test_a_generated_name_is_derived_and_free(cluster):
    tree = config_map(name="", generateName="job-")
    names = [cluster.create(tree).name for _ in range(3)]
    again = [Cluster().create(tree).name for _ in range(1)]
    assert len(set(names)) == 3
    assert names[0] == again[0]
    assert all(name.startswith("job-") and len(name) == 9 for name in names)


def test_a_recreated_object_is_another_one(cluster):
    first = stored(cluster)
    cluster.delete("ConfigMap", "settings")
    second = cluster.create(config_map())
    assert second.meta.uid != first.meta.uid


BAD_METADATA = {
    "name": (
        config_map("Upper"),
        'ConfigMap "Upper" is invalid: metadata.name: Invalid value: "Upper": a lowercase RFC 1123 subdomain',
    ),
    "no name": (config_map(""), "metadata.name: Required value: name or generateName is required"),
    "long name": (config_map("a" * 254), "must be no more than 253 characters"),
    "namespace name": (
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a.b"}},
        'metadata.name: Invalid value: "a.b": a lowercase RFC 1123 label',
    ),
    "service name": (service("1st"), 'metadata.name: Invalid value: "1st": a DNS-1035 label'),
    "label value": (config_map(labels={"a": "x" * 64}), "must be no more than 63 characters"),
    "label value's characters": (config_map(labels={"a": "-"}), 'metadata.labels: Invalid value: "-": a valid label'),
    "label key": (config_map(labels={"a b": "x"}), 'metadata.labels: Invalid value: "a b": name part must consist'),
    "label prefix": (config_map(labels={"A_/b": "x"}), "a lowercase RFC 1123 subdomain"),
    "label that is no string": (
        config_map(labels={"a": 1}),
        'Invalid value: "integer": metadata.labels.a in body must be of type string: "integer"',
    ),
    "annotation key": (config_map(annotations={"a b": "x"}), 'metadata.annotations: Invalid value: "a b"'),
}


@pytest.mark.parametrize("name", BAD_METADATA)
def test_bad_metadata_is_invalid(name):
    tree, message = BAD_METADATA[name]
    code, reason, said = told(Cluster().create(tree))
    assert (code, reason) == (422, "Invalid")
    assert message in said


def test_several_faults_are_told_at_once():
    answer = Cluster().create(config_map("Upper", labels={"a": "-"}))
    assert answer.message.startswith('ConfigMap "Upper" is invalid: [metadata.name: ')
    assert [cause["field"] for cause in answer.causes] == ["metadata.name", "metadata.labels"]


def test_what_breaks_the_schema_is_refused():
    unknown = told(Cluster().create(service(colour="red")))
    assert unknown[:2] == (400, "BadRequest")
    assert "colour" in unknown[2]
    wrong = told(Cluster().create(workload(replicas="two")))
    assert wrong[:2] == (422, "Invalid")


SHAPELESS = {
    "a text as spec": {"spec": "x"},
    "a text as labels": {"metadata": {"labels": "x"}},
    "a number as finalizers": {"metadata": {"finalizers": 7}},
    "a text as ports": {"spec": {"ports": "x"}},
    "a text as port": {"spec": {"ports": ["x"]}},
    "no number in a port": {"spec": {"ports": [{}]}},
    "a type that is none": {"spec": {"type": "Public"}},
    "an unknown field": {"spec": {"colour": "red"}},
}


@pytest.mark.parametrize("name", SHAPELESS)
def test_a_patch_that_leaves_no_readable_object_is_refused(name):
    cluster = Cluster()
    before = cluster.create(service())
    assert told(cluster.merge("Service", "web", SHAPELESS[name]))[0] in (400, 422)
    assert cluster.get("Service", "web") is before


@pytest.mark.parametrize("verb", ["create", "apply"])
def test_an_unreadable_object_is_refused(verb):
    for tree in (service(ports="x"), workload(selector={"matchExpressions": [{"key": "a", "operator": "Near"}]})):
        assert told(getattr(Cluster(), verb)(tree))[0] == 422


# --------------------------------------------------------------------------- update


def changed(found, **data):
    return attrs.evolve(found, body=found.body.with_(data=freeze(data)))


def test_update_replaces_and_counts_generations(cluster):
    now = cluster.ask(update(changed(stored(cluster), color="blue")))
    assert (thaw(now.body), now.meta.generation) == ({"data": {"color": "blue"}}, 2)
    assert now.meta.resource_version == cluster.version


def test_a_change_of_metadata_alone_is_no_new_generation(cluster):
    now = cluster.ask(update(stored(cluster).with_meta(labels=freeze({"a": "b"}))))
    assert (now.meta.generation, now.meta.resource_version) == (1, cluster.version)


def test_an_update_that_changes_nothing_answers_the_stored_object(cluster):
    before, version = stored(cluster), cluster.version
    assert cluster.ask(update(before)) is before
    assert cluster.version == version


def test_a_stale_update_conflicts(cluster):
    old = stored(cluster)
    cluster.ask(update(changed(old, color="blue")))
    assert told(cluster.ask(update(changed(old, color="green")))) == (409, "Conflict", CONFLICT)


def test_an_update_without_version_wins(cluster):
    wanted = changed(stored(cluster), color="blue").with_meta(resource_version=0)
    assert cluster.ask(update(wanted)).meta.generation == 2


def test_an_update_of_another_incarnation_conflicts(cluster):
    wanted = stored(cluster).with_meta(uid="another", resource_version=0)
    assert told(cluster.ask(update(wanted)))[2].endswith(
        f"Precondition failed: UID in precondition: another, UID in object meta: {stored(cluster).meta.uid}"
    )


def test_an_update_of_nothing_is_not_found(cluster):
    wanted = resource(config_map("missing"))
    assert told(cluster.ask(update(wanted))) == (404, "NotFound", 'configmaps "missing" not found')


# --------------------------------------------------------------------------- status


@pytest.fixture
def deployed():
    made = Cluster()
    made.create(workload())
    return made


WEB = Key("apps", "Deployment", "default", "web")


def test_main_and_status_do_not_touch_each_other(deployed):
    main = deployed.ask(Write("merge", WEB, patch=freeze({"spec": {"replicas": 5}, "status": {"replicas": 9}})))
    assert (main.spec["replicas"], main.status, main.meta.generation) == (5, None, 2)
    patch = freeze({"spec": {"replicas": 7}, "status": {"replicas": 9}, "metadata": {"labels": {"a": "b"}}})
    status = deployed.ask(Write("merge", WEB, patch=patch, subresource="status"))
    assert (status.spec["replicas"], thaw(status.status), status.meta.generation) == (5, {"replicas": 9}, 2)
    assert status.meta.labels == {}
    assert status.meta.resource_version == main.meta.resource_version + 1


def test_a_status_is_replaced_by_update_and_merged_by_merge(deployed):
    deployed.ask(update_status(WEB, {"replicas": 1, "readyReplicas": 1}))
    merged = deployed.ask(update_status(WEB, {"replicas": 2}))
    assert thaw(merged.status) == {"replicas": 2, "readyReplicas": 1}
    wanted = attrs.evolve(merged, status=freeze({"replicas": 3}))
    replaced = deployed.ask(Write("update", WEB, wanted, subresource="status"))
    assert thaw(replaced.status) == {"replicas": 3}


def test_a_status_update_without_news_is_none(deployed):
    first = deployed.ask(update_status(WEB, {"replicas": 1}))
    assert deployed.ask(update_status(WEB, {"replicas": 1})) is first


NO_PATH = (404, "NotFound", "the server could not find the requested resource")


@pytest.mark.parametrize("subresource", ["status", "finalize", "binding", "scale"])
def test_subresources_that_a_kind_does_not_have(cluster, subresource):
    assert told(cluster.ask(Write("merge", SETTINGS, patch=freeze({}), subresource=subresource))) == NO_PATH


def test_the_status_of_an_unknown_kind_is_part_of_it():
    cluster = Cluster()
    tree = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "x"}, "status": {"on": True}}
    cluster.create(tree)
    made = cluster.apply({**tree, "status": {"on": False}})
    assert (thaw(made.status), made.meta.generation) == ({"on": False}, 1)


# --------------------------------------------------------------------------- patches


def test_merge_patch(cluster):
    now = cluster.merge("ConfigMap", "settings", {"data": {"color": None, "size": "xl"}})
    assert thaw(now.body) == {"data": {"size": "xl"}}


def test_merge_patch_of_metadata(cluster):
    now = cluster.merge("ConfigMap", "settings", {"metadata": {"labels": {"a": "b"}, "finalizers": ["x/y"]}})
    assert (thaw(now.meta.labels), now.meta.finalizers) == ({"a": "b"}, ("x/y",))


def test_merge_patch_with_a_version_is_checked(cluster):
    now = cluster.merge("ConfigMap", "settings", {"metadata": {"resourceVersion": "1"}})
    assert told(now) == (409, "Conflict", CONFLICT)


def test_merge_patch_that_changes_nothing(cluster):
    assert cluster.merge("ConfigMap", "settings", {"data": {"color": "red"}}) is stored(cluster)


def test_a_patch_cannot_rename(cluster):
    assert told(cluster.merge("ConfigMap", "settings", {"metadata": {"name": "other"}})) == (
        400,
        "BadRequest",
        "the name of the object (other) does not match the name on the URL (settings)",
    )


def test_a_patch_of_nothing_is_not_found(cluster):
    assert told(cluster.merge("ConfigMap", "missing", {}))[1] == "NotFound"


def test_json_patch(cluster):
    patch = freeze(
        [
            {"op": "test", "path": "/data/color", "value": "red"},
            {"op": "replace", "path": "/data/color", "value": "blue"},
            {"op": "add", "path": "/metadata/labels", "value": {"a": "b"}},
        ]
    )
    now = cluster.ask(Write("json", SETTINGS, patch=patch))
    assert (thaw(now.body), thaw(now.meta.labels)) == ({"data": {"color": "blue"}}, {"a": "b"})


def test_a_json_patch_that_cannot_be_done_is_unprocessable(cluster):
    patch = freeze([{"op": "test", "path": "/data/color", "value": "green"}])
    answer = cluster.ask(Write("json", SETTINGS, patch=patch))
    assert told(answer) == (422, "Invalid", "the server rejected our request due to an error in our request")
    assert answer.causes[0]["message"] == "testing value /data/color failed: test failed"


# --------------------------------------------------------------------------- apply


def test_apply_creates_and_then_merges_with_what_was_applied():
    cluster = Cluster()
    cluster.apply(config_map(labels={"mine": "1", "old": "1"}))
    cluster.merge("ConfigMap", "settings", {"metadata": {"labels": {"theirs": "1"}}, "data": {"size": "xl"}})
    now = cluster.apply(config_map(labels={"mine": "2"}))
    assert thaw(now.meta.labels) == {"mine": "2", "theirs": "1"}
    assert thaw(now.body) == {"data": {"color": "red", "size": "xl"}}


def test_apply_over_an_object_that_was_created_otherwise(cluster):
    now = cluster.apply(config_map(labels={"a": "b"}))
    assert (thaw(now.meta.labels), now.meta.generation) == ({"a": "b"}, 1)


def test_apply_again_changes_nothing():
    cluster = Cluster()
    for tree in (workload(), service(type="NodePort"), config_map(finalizers=["a/b"])):
        first = cluster.apply(tree)
        assert cluster.apply(tree) is first


def test_a_dropped_field_falls_back_to_its_default():
    cluster = Cluster()
    cluster.apply(workload(replicas=5))
    assert cluster.apply(workload(replicas=None)).spec["replicas"] == 1


def test_apply_leaves_the_replicas_that_it_never_named():
    cluster = Cluster()
    cluster.apply(workload(replicas=None))
    cluster.merge("Deployment", "web", {"spec": {"replicas": 4}})
    assert cluster.apply(workload(replicas=None, image="web:2")).spec["replicas"] == 4


def test_apply_drops_its_own_finalizers_and_owners_only():
    cluster = Cluster()
    cluster.apply(config_map(annotations={"a": "1"}))
    cluster.merge("ConfigMap", "settings", {"metadata": {"annotations": {"b": "2"}}})
    assert thaw(cluster.apply(config_map()).meta.annotations) == {"b": "2"}


def test_apply_in_a_missing_namespace_is_refused():
    assert told(Cluster().apply(config_map(namespace="shop")))[2] == 'namespaces "shop" not found'


def test_apply_does_not_touch_the_status(deployed):
    deployed.ask(update_status(WEB, {"replicas": 1}))
    assert thaw(deployed.apply({**workload(), "status": {"replicas": 9}}).status) == {"replicas": 1}


# --------------------------------------------------------------------------- delete


def test_delete_removes(cluster):
    answer = cluster.delete("ConfigMap", "settings")
    assert isinstance(answer, Deleted)
    assert answer.resource.meta.resource_version == cluster.version
    assert stored(cluster) is None


def test_delete_of_nothing_is_not_found(cluster):
    assert told(cluster.delete("ConfigMap", "missing")) == (404, "NotFound", 'configmaps "missing" not found')


def test_delete_of_another_incarnation_conflicts(cluster):
    uid = stored(cluster).meta.uid
    assert told(cluster.ask(Write("delete", SETTINGS, uid="another"))) == (
        409,
        "Conflict",
        'Operation cannot be fulfilled on configmaps "settings": Precondition failed: UID in precondition: another, '
        f"UID in object meta: {uid}",
    )
    assert isinstance(cluster.ask(Write("delete", SETTINGS, uid=uid)), Deleted)


def test_finalizers_hold_an_object_until_the_last_is_gone():
    cluster = Cluster()
    cluster.create(config_map(finalizers=["a/b", "c/d"]))
    cluster.now_ns = 7
    going = cluster.delete("ConfigMap", "settings")
    assert (going.meta.deleted_ns, going.meta.generation) == (7, 2)
    assert cluster.delete("ConfigMap", "settings") is going
    one_left = cluster.merge("ConfigMap", "settings", {"metadata": {"finalizers": ["c/d"]}})
    assert one_left.meta.deleted_ns == 7
    assert isinstance(cluster.merge("ConfigMap", "settings", {"metadata": {"finalizers": None}}), Deleted)
    assert stored(cluster) is None


def test_no_new_finalizers_once_deletion_was_asked_for():
    cluster = Cluster()
    cluster.create(config_map(finalizers=["a/b"]))
    cluster.delete("ConfigMap", "settings")
    answer = cluster.merge("ConfigMap", "settings", {"metadata": {"finalizers": ["a/b", "c/d"]}})
    assert told(answer) == (
        422,
        "Invalid",
        'ConfigMap "settings" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object '
        'is being deleted, found new finalizers []string{"c/d"}',
    )


def test_an_unknown_verb_is_not_allowed(cluster):
    assert told(cluster.ask(Write("steal", SETTINGS)))[:2] == (405, "MethodNotAllowed")


# --------------------------------------------------------------------------- webhooks in between


def context(cluster):
    return ApiContext("zone-1", 0, cluster.version + 1)


def test_webhooks_may_change_a_proposal(cluster):
    proposal = propose(cluster.store, Write("merge", SETTINGS, patch=freeze({"data": {"a": "b"}})), context(cluster))
    assert (proposal.operation, proposal.old) == ("UPDATE", stored(cluster))
    mutated = attrs.evolve(proposal, new=proposal.new.with_meta(labels=freeze({"hook": "was-here"}), uid="nonsense"))
    made = commit(cluster.store, mutated, context(cluster))
    assert (thaw(made.meta.labels), made.meta.uid) == ({"hook": "was-here"}, stored(cluster).meta.uid)


def test_a_proposal_that_was_overtaken_is_stale(cluster):
    proposal = propose(cluster.store, Write("merge", SETTINGS, patch=freeze({"data": {"a": "b"}})), context(cluster))
    assert not stale(cluster.store, proposal)
    cluster.merge("ConfigMap", "settings", {"data": {"c": "d"}})
    assert stale(cluster.store, proposal)
    assert told(commit(cluster.store, proposal, context(cluster))) == (409, "Conflict", CONFLICT)


def test_a_creation_that_was_overtaken_already_exists(cluster):
    wanted = resource(config_map("twin"))
    proposal = propose(cluster.store, Write("create", wanted.key, wanted), context(cluster))
    cluster.create(config_map("twin"))
    assert told(commit(cluster.store, proposal, context(cluster)))[1] == "AlreadyExists"


def test_a_deletion_that_was_overtaken_is_not_found(cluster):
    proposal = propose(cluster.store, Write("delete", SETTINGS), context(cluster))
    cluster.delete("ConfigMap", "settings")
    assert told(commit(cluster.store, proposal, context(cluster)))[1] == "NotFound"


def test_a_write_is_a_function_of_its_arguments(cluster):
    write = Write("merge", SETTINGS, patch=freeze({"data": {"a": "b"}}))
    assert perform(cluster.store, write, context(cluster)) == perform(cluster.store, write, context(cluster))
