"""Records that the tests of the journal share.

Run as a script it writes the golden journal of the present format. Do that for a new format only: a golden journal that
has been committed stands for the journals that users have.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from kumasim.domain.decider import PeerGone, Restarted, Start
from kumasim.domain.resource import Key, Metadata, Origin, OwnerReference, Resource, resource
from kumasim.domain.tree import FrozenMap, freeze
from kumasim.domain.writes import (
    ApiRequest,
    ApiResponse,
    Failure,
    WatchRequest,
    WatchUpdate,
    Write,
    create,
    delete,
    merge,
)
from kumasim.journal import FORMAT, Journal, JournalWriter, Record

GOLDEN = Path(__file__).parent / "golden"


def record(position: int, body: Any, *, time_ns: int | None = None, cause: int | None = None, **fields: Any) -> Record:
    """A record whose other fields follow from its position."""
    return Record(
        position=position,
        time_ns=position * 1_000 if time_ns is None else time_ns,
        delta=fields.get("delta", 0),
        actor=fields.get("actor", f"zone-{position % 3}"),
        cause=position - 1 if cause is None else cause,
        kind=fields.get("kind", type(body).__name__),
        subject=fields.get("subject", ""),
        body=body,
    )


def records(*bodies: Any) -> list[Record]:
    """A journal's worth of records with these bodies."""
    return [record(position, body) for position, body in enumerate(bodies)]


def deployment(name: str = "demo", replicas: int = 1) -> Resource:
    """A resource with a bit of everything in its tree."""
    return resource(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": "kuma-demo", "labels": {"app": name, "kuma.io/mesh": "default"}},
            "spec": {"replicas": replicas, "paused": False, "template": {"containers": [{"name": "a"}, {"name": "b"}]}},
            "status": {"ratio": 0.5, "conditions": [], "note": None},
        },
        Origin("demo.yaml", 3),
    )


def written(items: list[Record]) -> bytes:
    """The journal file of these records."""
    sink = io.BytesIO()
    writer = JournalWriter(sink)
    for item in items:
        writer.append(item)
    writer.close()
    return sink.getvalue()


def small_journal() -> tuple[bytes, list[Record], list[tuple[int, int]]]:
    """A journal of two chunks, its records, and (offset, records before it) of every place where a chunk may end."""
    shared = deployment()
    items = records(
        Start(),
        ApiRequest("r1", create(shared), "kubernetes-admin"),
        ApiResponse("r1", shared),
        PeerGone("global"),
        ApiResponse("r2", failure=Failure(409, "Conflict", "no")),
        WatchUpdate((("MODIFIED", shared),)),
    )
    sink = io.BytesIO()
    writer = JournalWriter(sink)
    ends = [(sink.tell(), 0)]
    for count, item in enumerate(items, 1):
        writer.append(item)
        if count in (3, 6):
            writer.flush()
            ends.append((sink.tell(), count))
    writer.close()
    return sink.getvalue(), items, ends


def golden_records() -> list[Record]:
    """What the golden journal of format 1 holds: classes of the foundation, and trees."""
    owner = OwnerReference("apps/v1", "Deployment", "demo", "u-1", controller=True, block=True)
    meta = Metadata("demo-1", "kuma-demo", FrozenMap({"app": "demo"}), uid="u-2", resource_version=7, owners=(owner,))
    pod = Resource("v1", "Pod", meta, freeze({"spec": {"containers": [{"name": "demo", "ports": [80, 443]}]}}))
    demo = deployment()
    bodies = [
        Start(),
        ApiRequest("r1", create(demo), "kubernetes-admin"),
        ApiResponse("r1", demo),
        WatchRequest((("apps", "Deployment"), ("", "Pod"))),
        WatchUpdate((("ADDED", demo), ("ADDED", pod)), initial=True),
        ApiRequest("r2", merge(pod.key, {"metadata": {"labels": {"ümlaut": "ß", "gone": None}}}), "controller"),
        ApiResponse("r2", failure=Failure(422, "Invalid", "no", (FrozenMap({"field": "metadata.labels"}),), "a rule")),
        ApiRequest("r3", delete(Key("", "Pod", "kuma-demo", "demo-1"), "u-2"), "controller"),
        Restarted(),
        PeerGone("global"),
        freeze({"numbers": [0, -1, 2**63 - 1, -(2**63), 2**64 - 1, 1.5], "flags": [True, False, None], "empty": {}}),
        Write("create", demo.key, deployment(replicas=2), origin=Origin("demo.yaml", 9, 5)),
    ]
    return records(*bodies)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    print(Journal(golden_records()).save(GOLDEN / f"format-{FORMAT}.journal"))
