"""Universal stores: what a control plane keeps outside Kubernetes, and what its REST API takes and refuses.

`form` says how an object is held and shown, `rest` which requests are refused, `managers` what Kuma itself makes of a
request that is not, `writes` puts these together into one write. Nothing here knows of KDS or of actors.
"""
