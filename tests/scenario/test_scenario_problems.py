"""Bad scenario files: the whole list of problems, as the user reads it."""

from pathlib import Path

import pytest

from kumasim.errors import InputError
from kumasim.scenario.known import Known
from kumasim.scenario.load import load_text

KNOWN = Known(
    diagnostics=("KS0102", "KS0410"),
    variables=("KUMA_EXPERIMENTAL_GENERATE_MESH_SERVICES", "KUMA_EXPERIMENTAL_SKIP_PERSISTED_VIPS"),
)

HEAD = """\
apiVersion: kumasim/v1
kind: Scenario
topology: {zones: {zone-1: {}, zone-2: {}, uni: {type: universal}}}
"""

TOP = """\
kind: Scenari
metdata: {name: x}
metadata: {name: 7, tags: [a, true], x: 1}
kuma: 2.10
semantics: documentd
seed: -1
topology:
  global: {type: kubernets}
  zones:
    Zone_1: {}
    global: {}
    zone-1: {loadBalancer: never, ingress: yes}
    zone-2: {loadBalancer: {delay: 20}, config: {KUMA_GENERATE: "true", KUMA_EXPERIMENTAL_SKIP_PERSISTED_VIPS: true}}
    uni: {type: universal, ingress: 1, loadBalancer: pending}
  links:
  - {between: [global, zone-9], latency: 40 ms}
  - {between: [global]}
  - {between: [zone-1, zone-1]}
matrix: {kuma: ["3.7"], seed: [], mood: [{}], x: [1, 1]}
"""

TOP_PROBLEMS = """\
s.yaml:1:1: KS1202 the document lacks `apiVersion`
s.yaml:1:1: KS1202 the document lacks `steps`
s.yaml:1:7: KS1204 `kind` cannot be 'Scenari' (did you mean "Scenario"?)
s.yaml:2:1: KS1201 unknown field 'metdata' (did you mean "metadata"?)
s.yaml:3:18: KS1206 `name` is a string, but 7 is a number (write "7")
s.yaml:3:31: KS1206 `tags` is a string, but true is a boolean (write "true")
s.yaml:3:38: KS1201 unknown field 'x' (known: description, name, refs, tags)
s.yaml:4:7: KS1206 `kuma` is a string, but 2.10 is a number (write "2.10")
s.yaml:5:12: KS1204 `semantics` cannot be 'documentd' (did you mean "documented"?)
s.yaml:6:7: KS1205 `seed` is -1, not between 0 and 9223372036854775807
s.yaml:8:18: KS1204 `type` cannot be 'kubernets' (did you mean "kubernetes"?)
s.yaml:10:5: KS1302 'Zone_1' is not a DNS label (write zone-1)
s.yaml:11:5: KS1302 a zone cannot be called global (choose another name)
s.yaml:12:28: KS1204 `loadBalancer` cannot be 'never' (known: pending)
s.yaml:12:44: KS1203 `ingress` wants a number, or a list of {replicas: N}, not the boolean yes
s.yaml:13:36: KS1207 `delay` is a duration, and 20 has no unit (write 20s if seconds are meant)
s.yaml:13:50: KS1304 control plane variable 'KUMA_GENERATE' is not modelled \
(known: KUMA_EXPERIMENTAL_GENERATE_MESH_SERVICES, KUMA_EXPERIMENTAL_SKIP_PERSISTED_VIPS)
s.yaml:13:112: KS1206 `KUMA_EXPERIMENTAL_SKIP_PERSISTED_VIPS` is a string, but true is a boolean (write "true")
s.yaml:14:28: KS1305 a Universal zone has no `ingress` (apply a ZoneIngress instead)
s.yaml:14:40: KS1305 a Universal zone has no `loadBalancer` (leave it out)
s.yaml:16:24: KS1301 there is no store 'zone-9' (did you mean "zone-1"?)
s.yaml:16:42: KS1207 '40 ms' is not a duration (units are ns, us, ms, s, m, h)
s.yaml:17:15: KS1205 `between` needs exactly 2, not 1
s.yaml:18:15: KS1305 zone-1 twice (name two different ends)
s.yaml:19:17: KS1303 there is no behaviour profile '3.7' (known: 2.8)
s.yaml:19:31: KS1205 `seed` needs at least 1, not 0
s.yaml:19:42: KS1203 `mood` wants scalars
s.yaml:19:54: KS1209 1 twice (remove one of them)
"""

VERBS = """\
steps:
- aply: {at: zone-1}
- apply: {at: zone-l, files: [nope.yaml, "m/*.yaml"]}
- apply: {at: zone-1}
- apply: {files: [nope.yaml]}
- delete: {at: zone-1}
- delete: {at: zone-1, kind: A}
- delete: {at: zone-1, kind: A, name: b, files: [nope.yaml]}
- patch: {at: zone-1, kind: A, name: b}
- patch: {at: zone-1, kind: A, name: b, json: [{op: ad, path: a.b}, {op: add, path: /a}]}
- scale: {at: zone-1, kind: Pod, name: b, replicas: "2"}
- advance: 5 minutes
- advance: -5s
- settle: {witin: 5m}
  advance: 3m
- partition: {between: [global, mars]}
- heal: everything
- crash: {at: zone-1, component: kubelet}
- restart: {at: zone-1, component: cluster, zoneName: x}
- federate: {at: global}
- request: {to: nowhere}
- request: {from: zone-1/a/Service/b, to: zone-7/a/Service/b, headers: {a: true}, path: db}
- request: {from: outside}
- request: {from: outside, url: "foo/bar", port: 70000}
- request: {from: outside, url: "http://a:80/", port: 81}
- settle
- {}
- name: nothing
"""

VERB_PROBLEMS = """\
s.yaml:5:3: KS1401 unknown verb 'aply' (did you mean "apply"?)
s.yaml:6:15: KS1301 there is no store 'zone-l' (did you mean "zone-1"?)
s.yaml:6:31: KS1001 there is no file nope.yaml
s.yaml:6:42: KS1002 no file matches m/*.yaml
s.yaml:7:3: KS1209 nothing to apply (add `files` or `resources`)
s.yaml:8:3: KS1202 `apply` lacks `at`
s.yaml:8:19: KS1001 there is no file nope.yaml
s.yaml:9:3: KS1209 nothing to delete (name either `kind` and `name`, or `files`)
s.yaml:10:3: KS1202 `delete` lacks `name`
s.yaml:11:50: KS1001 there is no file nope.yaml
s.yaml:12:3: KS1209 a patch is either `merge` or `json`
s.yaml:13:53: KS1204 `op` cannot be 'ad' (did you mean "add"?)
s.yaml:13:63: KS1204 'a.b' is not a JSON pointer (write /a/b)
s.yaml:13:69: KS1202 operation add lacks `value`
s.yaml:14:29: KS1204 `kind` cannot be 'Pod' (known: Deployment)
s.yaml:14:53: KS1203 `replicas` wants a whole number, not the string 2 (write 2 without quotes)
s.yaml:15:12: KS1207 '5 minutes' is not a duration (units are ns, us, ms, s, m, h)
s.yaml:16:12: KS1207 '-5s' is negative
s.yaml:17:12: KS1201 unknown field 'witin' (did you mean "within"?)
s.yaml:18:3: KS1402 settle and advance in one step (make a step of each)
s.yaml:19:33: KS1301 there is no actor 'mars' (known: global, uni, user, zone-1, zone-2)
s.yaml:20:9: KS1204 `heal` cannot be 'everything' (known: all)
s.yaml:21:34: KS1204 there is no component 'kubelet' (known: Pod/namespace/name, cluster, control-plane)
s.yaml:22:45: KS1209 only a zone's control plane can be renamed
s.yaml:23:18: KS1301 there is no zone 'global' (known: uni, zone-1, zone-2)
s.yaml:24:3: KS1202 `request` lacks `from`
s.yaml:24:17: KS1306 'nowhere' names no target (write zone/namespace/Service/name or an IP address; a host name goes \
into `url`)
s.yaml:25:19: KS1306 'zone-1/a/Service/b' names no caller (write outside, zone/namespace/Deployment/name, \
zone/namespace/Pod/name or zone/Dataplane/name)
s.yaml:25:43: KS1301 there is no zone 'zone-7' (did you mean "zone-1"?)
s.yaml:25:76: KS1206 `a` is a string, but true is a boolean (write "true")
s.yaml:25:89: KS1306 path 'db' does not begin with / (write /db)
s.yaml:26:3: KS1209 a request needs `to` or `url`
s.yaml:27:33: KS1306 'foo/bar' is not a URL with a host (write http://host:port/path)
s.yaml:27:50: KS1205 `port` is 70000, not between 1 and 65535
s.yaml:28:55: KS1209 `port` is 81, but the URL says 80
s.yaml:29:3: KS1203 `steps` wants steps, which are mappings, not the string settle (write `- settle: {}`)
s.yaml:30:3: KS1402 the step has neither a verb nor `expect` (verbs: apply, delete, patch, scale, advance, settle, \
partition, heal, crash, restart, federate, request)
s.yaml:31:3: KS1402 the step has neither a verb nor `expect` (verbs: apply, delete, patch, scale, advance, settle, \
partition, heal, crash, restart, federate, request)
"""

EXPECTATIONS = """\
matrix: {mood: [good]}
steps:
- delete: {at: zone-1, kind: A, name: b}
  expect:
  - resourc: {kind: A}
  - resource: {metadata: {name: a}}
  - resource: {kind: HTTPRoute, metadata: {labels: {v: 1}}, status: {conditions: {Ready: {status: True}}, "(length(a": 1}}
    within: 30
  - resource: {kind: A, status: {conditions: [{type: Ready, status: no}]}, "(length(a)) > 1": true, "~some.(a)": 1, "(a b)": 2}
  - {resource: {kind: A}, at: zone-3, wihtin: 3s}
  - error: {cod: 403}
  - {resource: {kind: A}, absent: {kind: B}}
  - {}
  - response: {status: 200}
- expect:
  - resource: {kind: Pod}
  - error: {code: 403}
- settle: {}
  expect: {resource: {kind: A}}
- settle: {}
  expect:
  - error: {code: 403}
- request: {from: outside, to: 10.0.0.1}
  expect:
  - outcomes: [{share: 50%, status: 200}, {share: 40%, status: 500}]
  - outcomes: [{share: 50%, status: "200"}, {status: gone}]
  - outcomes: [{share: 0.5, statsu: 200}]
  - response: {share: 50%, headers: {X-Foo: a}, seen: {headers: {Y-Foo: b}}}
  - diagnostics: {KS41: {}}
  - diagnostics: {KS0401: {}, absent: [KS0102, KS9999], KS0102: {at: mars, mesage: x}}
  - events: {presnt: {}, absent: {knd: x}}
- when: (matrix.mod == 'x')
  settle: {}
- when: (mood == 'x'
  settle: {}
- when: mood == 'x'
  settle: {}
- when: true
  expect: [{resource: {kind: A}, at: zone-1, when: (matrix.mood.x)}]
"""

EXPECTATION_PROBLEMS = """\
s.yaml:8:5: KS1403 unknown expectation 'resourc' (did you mean "resource"?)
s.yaml:9:5: KS1202 `resource` lacks `kind`
s.yaml:10:56: KS1206 `v` is a string in Kubernetes, but 1 is a number (write "1")
s.yaml:10:99: KS1206 `status` is a string in Kubernetes, but True is a boolean (write "True")
s.yaml:10:107: KS1405 '(length(a' is no expression (write ~any.(expression), ~all.(expression) or (expression))
s.yaml:11:13: KS1207 `within` is a duration, and 30 has no unit (write 30s if seconds are meant)
s.yaml:12:69: KS1206 `status` is a string in Kubernetes, but no is a boolean (write "False")
s.yaml:12:76: KS1405 '(length(a)) > 1' is no expression (write ~any.(expression), ~all.(expression) or (expression))
s.yaml:12:101: KS1405 '~some.(a)' is no expression (write ~any.(expression), ~all.(expression) or (expression))
s.yaml:12:117: KS1405 'a b' is not JMESPath: Unexpected token: b: Parse error at column 2, token "b" \
(UNQUOTED_IDENTIFIER)
s.yaml:13:31: KS1301 there is no store 'zone-3' (did you mean "zone-1"?)
s.yaml:13:39: KS1403 unknown expectation 'wihtin' (did you mean "within"?)
s.yaml:14:13: KS1201 unknown field 'cod' (did you mean "code"?)
s.yaml:15:5: KS1403 resource and absent in one item (make an item of each)
s.yaml:16:5: KS1403 nothing is expected (known: resource, absent, error, outcomes, response, diagnostics, events)
s.yaml:17:5: KS1404 `response` needs a `request` in its step
s.yaml:19:5: KS1202 the step has no store, so the expectation needs `at`
s.yaml:20:5: KS1404 a step without a verb cannot be refused
s.yaml:22:11: KS1203 `expect` wants a list, not a mapping (begin with `- `)
s.yaml:25:5: KS1404 `settle` cannot be refused
s.yaml:28:15: KS1208 the shares add up to 90%, not 100% (list every outcome)
s.yaml:29:37: KS1204 there is no status '200' (write 200 without quotes)
s.yaml:29:45: KS1202 an outcome lacks `share`
s.yaml:29:54: KS1204 there is no status 'gone' (known: an HTTP status, refused, reset, no-dns, timeout)
s.yaml:30:24: KS1208 `share` is 0.5, not a share (write 50%, 37.5% or 1/3)
s.yaml:30:29: KS1201 unknown field 'statsu' (did you mean "status"?)
s.yaml:31:16: KS1201 unknown field 'share' (known: headers, location, mirrors, namespace, pod, rule, seen, service, \
status, via, workload, zone)
s.yaml:31:38: KS1204 header names are lower-case in outcomes (write x-foo)
s.yaml:31:66: KS1204 header names are lower-case in outcomes (write y-foo)
s.yaml:32:19: KS1407 unknown diagnostic 'KS41' (did you mean "KS0410"?)
s.yaml:33:19: KS1407 unknown diagnostic 'KS0401' (did you mean "KS0410"?)
s.yaml:33:48: KS1407 unknown diagnostic 'KS9999' (known: KS0102, KS0410)
s.yaml:33:70: KS1301 there is no store 'mars' (known: global, uni, zone-1, zone-2)
s.yaml:33:76: KS1201 unknown field 'mesage' (did you mean "message"?)
s.yaml:34:14: KS1201 unknown field 'presnt' (did you mean "present"?)
s.yaml:34:35: KS1201 unknown field 'knd' (did you mean "kind"?)
s.yaml:35:9: KS1406 unknown name 'matrix.mod' (did you mean "mood"?)
s.yaml:37:9: KS1405 "(mood == 'x'" is not JMESPath: Invalid jmespath expression: Incomplete expression
s.yaml:39:9: KS1406 unknown name 'mood' (did you mean "matrix.mood"?)
s.yaml:41:9: KS1206 `when` is a string, but true is a boolean (write "true")
s.yaml:42:52: KS1406 unknown name 'matrix.mood.x' (did you mean "mood"?)
"""

OBJECTS = """\
steps:
- apply:
    at: zone-1
    resources:
    - {apiVersion: v1, kind: Service, metadata: {labels: {a: b}}}
    - {metadata: {name: a}}
    - {type: Mesh, name: default}
    - hello
    - {apiVersion: kumasim/v1, kind: Scenario, metadata: {name: a}}
    - {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: A}]}
    - {apiVersion: v1, kind: A, metadata: {generateName: a-}}
- apply:
    at: [uni, zone-1]
    resources:
    - {apiVersion: v1, kind: A, metadata: {name: a}}
- apply: {at: uni, resources: [{type: Mesh}, {type: 3, name: a}]}
- apply: {at: zone-1, resources: {a: 1}}
"""

OBJECT_PROBLEMS = """\
s.yaml:8:39: KS1501 metadata.name: Required value (add "name")
s.yaml:9:7: KS1501 apiVersion: Required value (add "apiVersion")
s.yaml:9:7: KS1501 kind: Required value (add "kind")
s.yaml:10:7: KS1503 zone-1 is Kubernetes and takes objects with apiVersion and kind, not `type:`
s.yaml:11:7: KS1203 `resources` wants a manifest, which is a mapping, not the string hello
s.yaml:12:20: KS1502 apiVersion: this is a scenario, not a manifest
s.yaml:13:44: KS1501 metadata.name: Required value (add "name")
s.yaml:14:33: KS1501 metadata.name: Required value (apply needs a name; "generateName" is not enough)
s.yaml:18:7: KS1503 uni is Universal and takes objects with `type:`, not apiVersion and kind
s.yaml:19:32: KS1501 name: Required value (add "name")
s.yaml:19:53: KS1502 type: a string is wanted (write "3")
s.yaml:20:34: KS1203 `resources` wants a list of objects, not a mapping (begin with `- `)
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(TOP, TOP_PROBLEMS, id="top"),
        pytest.param(HEAD + VERBS, VERB_PROBLEMS, id="verbs"),
        pytest.param(HEAD + EXPECTATIONS, EXPECTATION_PROBLEMS, id="expectations"),
        pytest.param(HEAD + OBJECTS, OBJECT_PROBLEMS, id="objects"),
    ],
)
def test_every_problem_of_a_file_is_told_at_once(text: str, expected: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_text(text, "s.yaml", tmp_path, known=KNOWN)
    assert str(caught.value).splitlines() == expected.splitlines()


@pytest.mark.parametrize(
    ("topology", "problem"),
    [
        ("{global: null}", "s.yaml:3:12: KS1305 without a global there is one zone, not 0"),
        ("{global: null, zones: {a: {}, b: {}}}", "s.yaml:3:12: KS1305 without a global there is one zone, not 2"),
        ("{global: none, zones: {a: {}}}", "s.yaml:3:20: KS1203 `global` wants a mapping or null, not the string none"),
        (
            "{zones: {a: {}}, links: [{between: [a, global]}, {between: [global, a]}]}",
            "s.yaml:3:60: KS1305 a second link between a and global",
        ),
        ("[a]", "s.yaml:3:11: KS1203 `topology` wants a mapping, not a list"),
    ],
)
def test_a_topology_that_cannot_be(topology: str, problem: str) -> None:
    text = f"apiVersion: kumasim/v1\nkind: Scenario\ntopology: {topology}\nsteps: []\n"
    with pytest.raises(InputError) as caught:
        load_text(text, "s.yaml", known=KNOWN)
    assert str(caught.value) == problem
