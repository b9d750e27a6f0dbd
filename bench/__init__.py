"""The benchmarks: what the portal does in a second, next to what the database itself could do.

`python -m bench` measures; docs/benchmarks.md tells how to read it. Nothing here is a test, and
nothing of the portal is changed for it: the same web server, the same settings, durable stores.
"""
