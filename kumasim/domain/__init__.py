"""The rules of Kuma's control plane and of Kubernetes, as pure functions over frozen values.

Nothing here knows of tasks, clocks, files or dice: time arrives inside the delivery, names and addresses are derived
from names. The domain imports the standard library, attrs, and (in `persistent.py` alone) a persistent map.
"""
