"""Customers: who asks, how they are reached, and the items they own.

Not here: what they asked for (jobs) and what they think of it (ratings).
"""
