"""Everything that a run may tell its user, each with a stable code and a page of its own.

Numbers: KS01xx installation, KS02xx resources and stores, KS03xx routes and backends, KS04xx sync between zones,
KS05xx policies, KS06xx where Kuma's documentation and its code disagree, KS07xx workloads and gateways.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Page:
    """What a code means.

    Args:
        title: in one line.
        severity: "error" (it does not work), "warning" (it may not do what was meant), "info".
        meaning: what is the case, and what follows from it.
        remedy: what would change it.
        source: rules and documents.
    """

    title: str
    severity: str
    meaning: str
    remedy: str
    source: str = ""


PAGES: dict[str, Page] = {
    "KS0201": Page(
        "not modelled",
        "info",
        "This kind or field is stored and listed, but the simulator does not act on it: what it would do in a cluster "
        "is not part of the result.",
        "Nothing, if what it does is of no interest here; otherwise do not rely on the simulation for it.",
        "what each kind's schema marks",
    ),
    "KS0202": Page(
        "a resource in the wrong store",
        "error",
        "The object was refused because its kind is written on the other side: policies for all zones on the global, "
        "workloads and Gateway API objects in zones.",
        "Apply it to the store that it belongs to.",
        "KDS-22, KDS-23; GW-188 to GW-190 (documented)",
    ),
    "KS0203": Page(
        "a refused resource",
        "error",
        "The API server, or a webhook of Kuma's behind it, did not take the object.",
        "Correct what the message names.",
        "section A of the rules of admission",
    ),
    "KS0204": Page(
        "a name that two want",
        "warning",
        "Two objects want the same name in one store: it is written twice, or a controller has to make an object under "
        "a name that a user has taken.",
        "Rename one of the two.",
        "A-14, A-34; GW-58 to GW-61",
    ),
    "KS0205": Page(
        "a field that Kuma ignores",
        "info",
        "Kuma itself does not act on this field, so the simulator does not either.",
        "Remove the field, or say what is meant with a policy of Kuma's.",
        "the rule that the message names",
    ),
    "KS0206": Page(
        "a kind of the Gateway API that Kuma ignores",
        "warning",
        "Kuma watches GatewayClass, Gateway, HTTPRoute and ReferenceGrant alone: other kinds get no status and have no "
        "effect.",
        "Use an HTTPRoute, or a policy of Kuma's.",
        "GW-9",
    ),
    "KS0207": Page(
        "a GatewayClass that is not Kuma's",
        "info",
        "The class, or the class that a Gateway names, belongs to another controller or does not exist; Kuma leaves it "
        "alone.",
        "Name a class whose controllerName is gateways.kuma.io/controller, if Kuma is meant.",
        "GW-11, GW-21, GW-22",
    ),
    "KS0208": Page(
        "a namespace that nobody creates",
        "warning",
        "Objects live in a namespace that none of the files creates. It was made without labels to go on, so nothing "
        "in it is in the mesh.",
        "Add the Namespace, with the label `kuma.io/sidecar-injection: enabled` if its workloads belong to the mesh.",
        "B-1 to B-4",
    ),
    "KS0301": Page(
        "an unresolved backend",
        "error",
        "A backendRef stands for nothing: the Service does not exist in the route's own cluster, is in another "
        "namespace without a ReferenceGrant, or is of a kind that Kuma does not know. A gateway answers its share of "
        "requests with 500, a sidecar drops the whole rule.",
        "Create the Service in this cluster, grant the reference, or correct the name.",
        "GW-119 to GW-133, GW-160, GW-169",
    ),
    "KS0302": Page(
        "a route that attaches to nothing",
        "error",
        "A parent of the route does not exist here, is not Kuma's, or does not take the route in; no request reaches "
        "it by this parent.",
        "Correct the parentRef, the hostnames or the listener's allowedRoutes.",
        "GW-84 to GW-104",
    ),
    "KS0303": Page(
        "listeners in conflict",
        "error",
        "Two listeners of a Gateway want the same port with the same hostname, or with different protocols; none of "
        "them is served.",
        "Give one of them another port or hostname.",
        "GW-32 to GW-36",
    ),
    "KS0304": Page(
        "a shadowed route",
        "warning",
        "A stronger rule of the same gateway has the same match for the same hostname, so that this one never decides.",
        "Tell the matches apart, or remove one of the two.",
        "D-32f [U], D-37, D-38, GW-177",
    ),
    "KS0305": Page(
        "a Service without an http protocol behind an HTTPRoute",
        "warning",
        "Sidecars take the port as TCP and pass the route over: requests go to the Service as if the route were not "
        "there.",
        "Set `appProtocol: http` on the port.",
        "B-28, GW-144 to GW-147, GW-169",
    ),
    "KS0306": Page(
        "a backend port that the Service does not have",
        "error",
        "Kuma does not look at the port of a backendRef: the reference counts as resolved, and requests end in 503.",
        "Name a port of the Service.",
        "GW-123 to GW-127, GW-166 [U]",
    ),
    "KS0307": Page(
        "a listener that cannot be used",
        "error",
        "A listener asks for a protocol, a kind of route or a certificate that Kuma cannot give it.",
        "Correct what the message names.",
        "GW-31, GW-38 to GW-45",
    ),
    "KS0601": Page(
        "the Service of a gateway instance without MeshGateway",
        "info",
        "The MeshGateway of a running MeshGatewayInstance has gone. Kuma's documentation says that the managed Service "
        "is deleted then; its code keeps the Service and goes on reconciling the Deployment.",
        "Create a MeshGateway whose selector matches the instance, or delete the instance.",
        "A-30 to A-33",
    ),
    "KS0602": Page(
        "the name budget of a route on a Service",
        "info",
        "Name and namespace of an HTTPRoute and of its parent Service make up one generated name. Kuma's documentation "
        "allows 249 characters for the four, its code 250.",
        "Use shorter names.",
        "GW-142",
    ),
    "KS0603": Page(
        "which Services become MeshServices",
        "info",
        "A Service without the label kuma.io/mesh is in a namespace with sidecar injection. Kuma's documentation says "
        "that a Service needs the label to get a MeshService; for its code of 2.8 the injected namespace is enough.",
        "Label the Service with kuma.io/mesh.",
        "C-5, S-6",
    ),
    "KS0720": Page(
        "a MeshService of somebody else has the name",
        "warning",
        "A MeshService should be generated from a Service, but one of that name exists and is not owned by the Service. "
        "Kuma reports the event FailedToGenerateMeshService and tries again later.",
        "Rename or delete the MeshService made by hand.",
        "C-20",
    ),
    "KS0611": Page(
        "Gateway API objects on the global",
        "warning",
        "Kuma's documentation says that Gateway API objects must be created in non-global zones; with documented "
        "semantics they are refused on the global. The code of 2.8 accepts them and runs its controllers: routes are "
        "Accepted, but the MeshGatewayInstance is refused, so that the Gateway stays Unknown and nothing is deployed.",
        "Create the objects in the zone in which the gateway is to run.",
        "GW-188 to GW-190",
    ),
    "KS0612": Page(
        "an edited resource of a Gateway or HTTPRoute",
        "info",
        "Somebody changed or deleted what Kuma had generated. Its documentation says that such edits are overwritten; "
        "its code does so only when the owner is reconciled for another reason.",
        "Change the Gateway or the HTTPRoute instead.",
        "GW-215",
    ),
    "KS0701": Page(
        "a gateway pod without usable tags",
        "error",
        "No Dataplane can be made for a built-in gateway pod whose annotation kuma.io/tags is missing or no JSON.",
        "Let a MeshGatewayInstance deploy the pods, or correct the annotation.",
        "B-36",
    ),
    "KS0702": Page(
        "a gateway instance without MeshGateway",
        "error",
        "No MeshGateway selects the tags of this MeshGatewayInstance, so that no Service and no Deployment is made.",
        "Create a MeshGateway whose selector names the instance's kuma.io/service tag.",
        "A-5 to A-10, A-29",
    ),
}
"""The pages by code."""
