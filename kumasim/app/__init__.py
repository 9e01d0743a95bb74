"""The composition root: puts scenario, runtime, journal and projections together into what users call."""
