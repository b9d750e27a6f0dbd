"""A city that nobody lives in: places, people, papers and what they did, all drawn from a seed.

It writes other apps' models, history that their services rightly refuse: docs/adr/0002.
"""
