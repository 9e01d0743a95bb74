"""Worlds by number: a topology and a story of manifests, faults and time, drawn from a seed.

`story(7)` is always the same. Nothing here needs Hypothesis, so that what holds with it can be shown without it too.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import attrs

from kumasim.domain.resource import Key, group_of, resource
from kumasim.domain.tree import freeze
from kumasim.domain.writes import Write
from kumasim.journal import Record
from kumasim.runtime.engine import Dispatcher, Engine, finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.session import Session
from kumasim.runtime.world import LinkConfig, WorldConfig, ZoneConfig, populated

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
NAMESPACES = ("demo", "shop")
APPS = ("backend", "db", "web")


@attrs.frozen
class Story:
    """A world and what happens in it.

    Args:
        config: the world.
        steps: verb and arguments; `play` says what each means.
    """

    config: WorldConfig
    steps: tuple[tuple[Any, ...], ...]


@attrs.frozen
class Played:
    """A story that was played: the journal's records and the world at its end."""

    records: list[Record]
    engine: Engine
    session: Session


def story(number: int, length: int = 14, faults: bool = True) -> Story:
    """The story with this number."""
    dice = Random(number)
    zones = tuple(f"zone-{one}" for one in range(1, dice.randint(1, 3) + 1))
    config = WorldConfig(
        seed=number,
        semantics=dice.choice(["documented", "source"]),
        zones=tuple(_zone(dice, name) for name in zones),
        links=tuple(_link(dice, name) for name in zones if dice.random() < 0.5),
    )
    steps: list[tuple[Any, ...]] = []
    for zone in zones:
        steps += [("apply", zone, _namespace(name)) for name in NAMESPACES if dice.random() < 0.9]
    for _ in range(length):
        steps += _step(dice, zones, faults)
    return Story(config, tuple(steps))


def _zone(dice: Random, name: str) -> ZoneConfig:
    settings = {"KUMA_EXPERIMENTAL_GENERATE_MESH_SERVICES": "true"} if dice.random() < 0.3 else {}
    return ZoneConfig(
        name,
        load_balancer_delay_ns=dice.choice([0, 20 * SECOND, -1]),
        ingress=(dice.randint(1, 2),),
        config=freeze(settings),
    )


def _link(dice: Random, zone: str) -> LinkConfig:
    return LinkConfig(("global", zone), dice.choice([1, 40_000_000, 2 * SECOND]), dice.choice([0, 10_000_000, SECOND]))


# --------------------------------------------------------------------------- steps


def _step(dice: Random, zones: tuple[str, ...], faults: bool) -> list[tuple[Any, ...]]:
    zone = dice.choice(zones)
    kinds: list[tuple[int, Callable[[], list[tuple[Any, ...]]]]] = [
        (8, lambda: [("apply", zone, manifest) for manifest in _app(dice)]),
        (4, lambda: [("apply", zone, _gateway(dice))]),
        (5, lambda: [("apply", zone, _route(dice))]),
        (2, lambda: [("apply", dice.choice([zone, "global"]), _policy(dice))]),
        (1, lambda: [("apply", "global", _mesh(dice))]),
        (1, lambda: [("apply", "global", _zone_object(dice, zone))]),
        (4, lambda: [("delete", zone, *_victim(dice))]),
        (3, lambda: [("scale", zone, dice.choice(NAMESPACES), dice.choice(APPS), dice.randint(0, 3))]),
        (3, lambda: [("advance", dice.choice([SECOND // 7, SECOND, 31 * SECOND, 3 * MINUTE]))]),
        (2, lambda: [("settle",)]),
    ]
    if faults:
        kinds += [
            (
                3,
                lambda: [("partition", *dice.sample(["global", *zones], 2), dice.choice(["both", "a-to-b", "b-to-a"]))],
            ),
            (2, lambda: [("heal",)]),
            (
                3,
                lambda: [("crash", _actor(dice, zones)), ("advance", dice.choice([SECOND // 50, SECOND, 40 * SECOND]))],
            ),
            (3, lambda: [("restart", _actor(dice, zones))]),
            (2, lambda: [("proxy", dice.choice(["crash", "restart"]), dice.randint(0, 20))]),
        ]
    weights = [weight for weight, _ in kinds]
    return dice.choices([make for _, make in kinds], weights)[0]()


def _actor(dice: Random, zones: tuple[str, ...]) -> str:
    return dice.choice(["global", "global/cluster", *zones, *(f"{zone}/cluster" for zone in zones)])


def _object(kind: str, api_version: str, namespace: str, name: str, **rest: Any) -> dict[str, Any]:
    meta = {"name": name, **({"namespace": namespace} if namespace else {}), **rest.pop("meta", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **rest}


def _namespace(name: str) -> dict[str, Any]:
    return _object("Namespace", "v1", "", name, meta={"labels": {"kuma.io/sidecar-injection": "enabled"}})


def _app(dice: Random) -> list[dict[str, Any]]:
    namespace, name = dice.choice(NAMESPACES), dice.choice(APPS)
    labels = {"app": name}
    template = {
        "metadata": {"labels": labels},
        "spec": {
            "containers": [{"name": name, "image": f"{name}:{dice.randint(1, 2)}", "ports": [{"containerPort": 8080}]}]
        },
    }
    spec = {"replicas": dice.randint(0, 2), "selector": {"matchLabels": labels}, "template": template}
    port = {"name": "http", "port": 80, "targetPort": 8080, "appProtocol": dice.choice(["http", "tcp"])}
    kind = dice.choice(["ClusterIP", "ClusterIP", "LoadBalancer"])
    service = _object("Service", "v1", namespace, name, spec={"type": kind, "selector": labels, "ports": [port]})
    both = [service, _object("Deployment", "apps/v1", namespace, name, spec=spec)]
    return both if dice.random() < 0.8 else [dice.choice(both)]


GATEWAY_API = "gateway.networking.k8s.io/v1"


def _gateway(dice: Random) -> dict[str, Any]:
    listener: dict[str, Any] = {"name": "http", "port": 8080, "protocol": "HTTP"}
    if dice.random() < 0.3:
        listener = {
            "name": "https",
            "port": 8443,
            "protocol": "HTTPS",
            "tls": {"mode": "Terminate", "certificateRefs": [{"name": "missing"}]},
        }
    name_of_class = dice.choice(["kuma", "kuma", "kuma", "nobody"])
    spec = {"gatewayClassName": name_of_class, "listeners": [listener]}
    return _object("Gateway", GATEWAY_API, dice.choice(NAMESPACES), "edge", spec=spec)


def _route(dice: Random) -> dict[str, Any]:
    backend: dict[str, Any] = {"name": dice.choice([*APPS, "missing"]), "port": dice.choice([80, 80, 81])}
    if dice.random() < 0.2:
        backend["namespace"] = dice.choice(NAMESPACES)
    parent: dict[str, Any] = {"name": dice.choice(["edge", "edge", "nowhere"])}
    if dice.random() < 0.2:
        parent["namespace"] = dice.choice(NAMESPACES)
    rule = {
        "matches": [{"path": {"type": "PathPrefix", "value": dice.choice(["/", "/db"])}}],
        "backendRefs": [backend],
    }
    name = dice.choice(["one", "two"])
    return _object(
        "HTTPRoute", GATEWAY_API, dice.choice(NAMESPACES), name, spec={"parentRefs": [parent], "rules": [rule]}
    )


def _policy(dice: Random) -> dict[str, Any]:
    seconds = f"{dice.randint(1, 5)}s"
    to = [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": seconds}}]
    spec = {"targetRef": {"kind": "Mesh"}, "to": to}
    labels = {"kuma.io/mesh": "default"}
    if dice.random() < 0.5:
        labels["kuma.io/origin"] = dice.choice(["zone", "global"])
    name = dice.choice(["slow", "fast"])
    return _object("MeshTimeout", "kuma.io/v1alpha1", "kuma-system", name, meta={"labels": labels}, spec=spec)


def _mesh(dice: Random) -> dict[str, Any]:
    return _object("Mesh", "kuma.io/v1alpha1", "", dice.choice(["default", "other"]), spec={})


def _zone_object(dice: Random, zone: str) -> dict[str, Any]:
    return _object("Zone", "kuma.io/v1alpha1", "", zone, spec={"enabled": dice.random() < 0.6})


def _victim(dice: Random) -> tuple[str, str, str, str]:
    namespace = dice.choice(NAMESPACES)
    return dice.choice(
        [
            ("apps/v1", "Deployment", namespace, dice.choice(APPS)),
            ("v1", "Service", namespace, dice.choice(APPS)),
            (GATEWAY_API, "Gateway", namespace, "edge"),
            (GATEWAY_API, "HTTPRoute", namespace, dice.choice(["one", "two"])),
            ("kuma.io/v1alpha1", "MeshTimeout", "kuma-system", dice.choice(["slow", "fast"])),
            ("v1", "Namespace", "", namespace),
        ]
    )


# --------------------------------------------------------------------------- playing

Look = Callable[[Engine, list[Record]], None]


async def tell(told: Story, dispatcher: Dispatcher, look: Look = lambda _engine, _records: None) -> Played:
    """Play a story; `look` is called after every step."""
    records: list[Record] = []
    engine = populated(told.config, dispatcher, lambda row: records.append(Record(*row)))
    session = Session(engine)
    await session.settle()
    look(engine, records)
    for verb, *arguments in told.steps:
        await _VERBS[verb](session, *arguments)
        look(engine, records)
    return Played(records, engine, session)


def played(told: Story, look: Look = lambda _engine, _records: None) -> Played:
    """Play a story without tasks."""
    return finish(tell(told, Inline(), look))


async def mend(session: Session, patience_ns: int = 45 * MINUTE) -> None:
    """Heal every link, restart whoever is down, and wait longer than any back-off."""
    session.heal()
    for name in sorted(set(session.engine.actors) - session.engine.kernel.alive):
        session.restart(name)
    await session.advance(patience_ns)
    assert await session.settle()


async def _apply(session: Session, store: str, tree: dict[str, Any]) -> None:
    wanted = resource(tree)
    await session.submit(f"{store}/cluster", Write("apply", wanted.key, wanted))


async def _delete(session: Session, store: str, api_version: str, kind: str, namespace: str, name: str) -> None:
    await session.submit(f"{store}/cluster", Write("delete", Key(group_of(api_version), kind, namespace, name)))


async def _scale(session: Session, store: str, namespace: str, name: str, replicas: int) -> None:
    patch = freeze({"spec": {"replicas": replicas}})
    await session.submit(f"{store}/cluster", Write("merge", Key("apps", "Deployment", namespace, name), patch=patch))


async def _settle(session: Session) -> None:
    await session.settle()


async def _advance(session: Session, by_ns: int) -> None:
    await session.advance(by_ns)


async def _partition(session: Session, one: str, other: str, direction: str) -> None:
    session.partition(one, other, direction)


async def _heal(session: Session) -> None:
    session.heal()


async def _crash(session: Session, actor: str) -> None:
    session.crash(actor)


async def _restart(session: Session, actor: str) -> None:
    session.restart(actor)


async def _proxy(session: Session, verb: str, number: int) -> None:
    proxies = sorted(name for name in session.engine.actors if "/dp/" in name)
    if proxies:
        getattr(session, verb)(proxies[number % len(proxies)])


_VERBS: dict[str, Any] = {
    "apply": _apply,
    "delete": _delete,
    "scale": _scale,
    "settle": _settle,
    "advance": _advance,
    "partition": _partition,
    "heal": _heal,
    "crash": _crash,
    "restart": _restart,
    "proxy": _proxy,
}
