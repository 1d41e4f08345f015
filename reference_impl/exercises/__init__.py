"""The trials of the coding exercises, one module an exercise, each with an `EXERCISE`."""
