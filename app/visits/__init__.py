"""Visits: what happened on site, as evidence, and the technician's day.

The visit's state belongs to planning; this area moves it through planning's one function.
"""
