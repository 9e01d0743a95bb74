"""Owner references: who is taken along when an object is deleted, and who is in charge of it."""

from __future__ import annotations

from kumasim.domain.resource import OwnerReference, Resource


class AlreadyOwned(Exception):
    """The object has another controller; an object can only have one."""


def owner_reference(owner: Resource, controller: bool = True) -> OwnerReference:
    """A reference to an owner; a controller reference blocks the owner's foreground deletion, as in Kubernetes."""
    return OwnerReference(owner.api_version, owner.kind, owner.name, owner.meta.uid, controller, controller)


def controlled_by(owner: Resource, subject: Resource) -> Resource:
    """An object with a controller reference to an owner put in or brought up to date.

    Raises:
        AlreadyOwned: another object controls it.
    """
    for reference in subject.meta.owners:
        if reference.controller and not _refers_to(reference, owner):
            raise AlreadyOwned(
                f"Object {subject.namespace}/{subject.name} is already owned by another "
                f"{reference.kind} controller {reference.name}"
            )
    others = tuple(reference for reference in subject.meta.owners if not _refers_to(reference, owner))
    wanted = (*others, owner_reference(owner))
    if set(wanted) == set(subject.meta.owners):
        return subject
    return subject.with_meta(owners=wanted)


def _refers_to(reference: OwnerReference, owner: Resource) -> bool:
    group = reference.api_version.rpartition("/")[0]
    return (group, reference.kind, reference.name) == (owner.key.group, owner.kind, owner.name)
