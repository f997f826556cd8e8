"""Persons: what we hold of somebody, who saw it, and how it is forgotten.

Works on every table that declares itself ``Personal``, whatever the person is to us. Not here:
what is personal and how it is sealed (core), and the pages that show it.
"""
