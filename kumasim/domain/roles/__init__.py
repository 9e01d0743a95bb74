"""One decider for each kind of actor: the user, the cluster, the control plane, the dataplane.

A role is put together from parts (`parts.py`): each part is the behaviour of one concern (watching, controllers, KDS,
xDS) as three tables from message or event to function. Several parts may listen to one event.
"""
