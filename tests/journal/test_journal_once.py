"""What is large and recorded again and again is written once by content."""

from __future__ import annotations

from journal_samples import record

from kumasim.domain.proxy.config import MeshOutbounds, ProxyCluster, ProxyConfig
from kumasim.domain.resource import Key, Resource
from kumasim.domain.roles.dataplane import ConfigReceived, ProxyUpdate
from kumasim.domain.vocabulary import ONCE
from kumasim.journal import Journal, read

CLUSTERS = 200


def shared() -> MeshOutbounds:
    return MeshOutbounds(clusters=tuple(ProxyCluster(f"service-{i}", f"service-{i}") for i in range(CLUSTERS)))


def test_a_proxys_configuration_and_its_parts_are_among_what_is_written_once():
    assert {Resource, ProxyConfig, MeshOutbounds, ProxyCluster} <= ONCE


def size(tmp_path, bodies) -> int:
    path = tmp_path / "size.journal"
    Journal([record(position, body, cause=-1) for position, body in enumerate(bodies)]).save(path)
    return path.stat().st_size


def test_what_all_sidecars_of_a_mesh_share_costs_a_journal_once(tmp_path):
    common = shared()
    one = size(tmp_path, [ConfigReceived(1, ProxyConfig(shared=common))])
    hundred = size(tmp_path, [ConfigReceived(i, ProxyConfig(gateway=f"{i}", shared=common)) for i in range(100)])
    assert hundred < one + 100 * 80


def test_equal_configurations_made_apart_are_written_once(tmp_path):
    one = size(tmp_path, [ConfigReceived(1, ProxyConfig(shared=shared()))])
    ten = size(tmp_path, [ConfigReceived(1, ProxyConfig(shared=shared())) for _ in range(10)])
    assert ten < one + 10 * 80


def test_a_message_and_the_event_it_causes_refer_to_the_same_configuration(tmp_path):
    config = ProxyConfig(shared=shared())
    message = ProxyUpdate(Key("kuma.io", "Dataplane", "app", "one"), 1, config)
    path = tmp_path / "both.journal"
    Journal([record(0, message, cause=-1), record(1, ConfigReceived(1, config), cause=0)]).save(path)

    told, taken = (one.body for one in read(path).records)

    assert told.config == taken.config == config
    assert told.config is taken.config


def test_a_change_of_one_cluster_does_not_write_the_others_again(tmp_path):
    before = shared()
    after = MeshOutbounds(clusters=(ProxyCluster("service-0", "service-0", mtls=True), *before.clusters[1:]))
    one = size(tmp_path, [ConfigReceived(1, ProxyConfig(shared=before))])
    two = size(tmp_path, [ConfigReceived(1, ProxyConfig(shared=each)) for each in (before, after)])
    assert two < one + CLUSTERS * 8 + 200
