"""Ratings: what consumers say of a verified visit on two axes, and what it is worth.

Not here: what follows a complaint (aftersales) and how messages are delivered (notifications).
"""
