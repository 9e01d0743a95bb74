"""KDS: what a global and its zones tell each other, under which name, and what they keep back.

One file per concern, in the order in which a resource meets them: `core` (a resource without its store), `filters`
(whether it travels), `stages` (how it is relabelled and renamed on the way), `ownership` (which of the receiver's own
objects a stream may touch), `stream` (what is said when).
"""
