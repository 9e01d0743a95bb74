"""How each verb is carried out: a table from the verb's class to a function."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from kumasim.domain import kinds
from kumasim.domain.kubernetes.scope import groups_of
from kumasim.domain.resource import Key, Resource, group_of
from kumasim.domain.traffic import Request
from kumasim.domain.tree import EMPTY, FrozenMap, freeze
from kumasim.domain.universal import form
from kumasim.domain.universal.refusal import as_rest
from kumasim.domain.writes import Failure, Write
from kumasim.scenario.model import (
    Advance,
    Apply,
    Caller,
    Crash,
    Delete,
    Federate,
    Heal,
    Manifest,
    Named,
    Partition,
    Patch,
    RequestStep,
    Restart,
    Scale,
    Settle,
    Target,
)
from kumasim.scenario.play.world import Stage


async def _submit(stage: Stage, store: str, write: Write) -> None:
    answer = await stage.session.submit(stage.store_actor(store), write)
    if answer.failure is not None:
        stage.refusals.append((store, answer.failure))


async def _apply(stage: Stage, verb: Apply) -> None:
    for store in verb.at:
        for manifest in verb.manifests:
            if manifest.violations:
                key = manifest.resource.key
                failure = kinds.refusal(key.group, key.kind, key.name, manifest.violations)
                stage.refusals.append((store, as_rest(failure) if stage.universal(store) else failure))
                continue
            wanted = _held(stage, store, manifest)
            await _submit(stage, store, Write("apply", wanted.key, wanted, origin=wanted.origin))


async def _delete(stage: Stage, verb: Delete) -> None:
    for store in verb.at:
        if verb.named is not None:
            await _submit(stage, store, Write("delete", key_of(stage, store, verb.named)))
        for manifest in verb.manifests:
            await _submit(stage, store, Write("delete", _held(stage, store, manifest).key))


def _held(stage: Stage, store: str, manifest: Manifest) -> Resource:
    """A manifest's object in the form of a store."""
    return form.taken(manifest.resource) if stage.universal(store) else manifest.resource


async def _patch(stage: Stage, verb: Patch) -> None:
    for store in verb.at:
        key = key_of(stage, store, verb.named)
        if verb.operations is not None:
            await _submit(stage, store, Write("json", key, patch=freeze(verb.operations)))
        else:
            await _submit(stage, store, Write("merge", key, patch=freeze(verb.merge)))


async def _scale(stage: Stage, verb: Scale) -> None:
    for store in verb.at:
        key = key_of(stage, store, verb.named)
        await _submit(stage, store, Write("merge", key, patch=freeze({"spec": {"replicas": verb.replicas}})))


async def _advance(stage: Stage, verb: Advance) -> None:
    await stage.session.advance(verb.by_ns)


async def _settle(stage: Stage, verb: Settle) -> None:
    if not await stage.session.settle(verb.within_ns):
        late = Failure(504, "Timeout", f"the world did not settle within {verb.within_ns // 1_000_000_000} s")
        stage.refusals.append(("", late))


async def _partition(stage: Stage, verb: Partition) -> None:
    stage.session.partition(*verb.between, verb.direction)


async def _heal(stage: Stage, verb: Heal) -> None:
    stage.session.heal(*(verb.between or ()))


async def _crash(stage: Stage, verb: Crash) -> None:
    _known(stage, actor_of(verb.at, verb.component), stage.session.crash)


async def _restart(stage: Stage, verb: Restart) -> None:
    if verb.zone_name is not None:
        stage.session.reconfigure(verb.at, zone=verb.zone_name)
        return
    _known(stage, actor_of(verb.at, verb.component), stage.session.restart)


async def _federate(stage: Stage, verb: Federate) -> None:
    if stage.session.engine.actors[verb.at].state.around.federated:
        stage.refusals.append((verb.at, Failure(409, "Conflict", f"zone {verb.at} has joined the global already")))
    else:
        stage.session.reconfigure(verb.at, federated=True)


def _known(stage: Stage, actor: str, act: Callable[[str], None]) -> None:
    if actor in stage.session.engine.actors:
        act(actor)
    else:
        stage.refusals.append((actor.partition("/")[0], Failure(404, "NotFound", f"there is no {actor}")))


async def _request(stage: Stage, verb: RequestStep) -> None:
    stage.request = request_of(verb)


_TABLE: dict[type, Callable[[Stage, Any], Awaitable[None]]] = {
    Apply: _apply,
    Delete: _delete,
    Patch: _patch,
    Scale: _scale,
    Advance: _advance,
    Settle: _settle,
    Partition: _partition,
    Heal: _heal,
    Crash: _crash,
    Restart: _restart,
    Federate: _federate,
    RequestStep: _request,
}

SETTLING = (Apply, Delete, Patch, Scale, Partition, Heal, Crash, Restart, Federate, RequestStep)
"""After these the world settles before anything is expected of it."""


async def carry_out(stage: Stage, verb: Any) -> None:
    """Carry out a step's verb; refusals are noted on the stage."""
    await _TABLE[type(verb)](stage, verb)
    if isinstance(verb, SETTLING):
        await _settle(stage, Settle())


def key_of(stage: Stage, store: str, named: Named) -> Key:
    """The key of an object as a step names it: that of its group, else of the group that has such an object."""
    if stage.universal(store):
        return form.key_of(named.kind, named.mesh, named.name)
    groups = (group_of(named.api_version),) if named.api_version else groups_of(named.kind)
    keys = [Key(group, named.kind, named.namespace, named.name) for group in groups]
    held = stage.store(store)
    return next((key for key in keys if key in held), keys[0])


def actor_of(place: str, component: str) -> str:
    """The actor that a component is: `zone-1` for control-plane, `zone-1/cluster`, `zone-1/dp/pod.namespace`."""
    if component == "control-plane":
        return place
    if component == "cluster":
        return f"{place}/cluster"
    _, namespace, name = component.split("/")
    return f"{place}/dp/{name}.{namespace}"


def request_of(step: RequestStep) -> Request:
    """A step's request in the form that traffic takes."""
    query = f"?{step.query}" if step.query else ""
    return Request(
        from_=_caller(step.caller),
        to=_target(step.target) if step.target is not None else step.url_host,
        port=step.port,
        host=step.host,
        path=f"{step.path}{query}",
        method=step.method,
        headers=FrozenMap(dict(step.headers)) if step.headers else EMPTY,
        scheme=step.scheme,
        sni=step.sni,
        backend_headers=FrozenMap(dict(step.backend_headers)) if step.backend_headers else EMPTY,
    )


def _caller(caller: Caller) -> str:
    if caller.outside:
        return "outside"
    return "/".join(part for part in (caller.zone, caller.namespace, caller.kind, caller.name) if part)


def _target(target: Target) -> str:
    return target.address or f"{target.zone}/{target.namespace}/Service/{target.service}"
