"""How an API server turns a write into an object or a failure."""
