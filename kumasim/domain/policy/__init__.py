"""Target references, matching and order of policies; selectors of the older source/destination kinds."""
