"""Planning: who goes where, when; plans in versions, visits with their assignments and states.

The only door to the solver. Not here: what has been asked for (jobs) and the evidence of what
happened on site (visits).
"""
