"""Technicians: who works, when, with what, and certified for what.

Here is the one function that says whether a technician may do a job on a date, and if not, why.
Not here: where they go (planning) and what they did there (visits).
"""
