"""Virtual time, order, chance and the network: how messages get from one actor to another.

The kernel knows nothing of Kuma. It keeps an agenda of envelopes, hands out the ones that are due as one superstep,
and takes back what their receivers want done. All it decides is a function of keys and of the seed, never of who ran
first.
"""
