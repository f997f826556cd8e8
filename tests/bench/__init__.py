"""How the solver stands beside its peers: the same problems, the same time, one judge.

``python -m tests.bench`` (``make bench``) prints the table; docs/benchmarks.md tells how to read
it. Nothing here is part of the product.
"""
