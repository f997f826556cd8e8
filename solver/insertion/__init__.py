"""Where a job fits into standing routes, and what it costs there.

``model`` is the problem by numbers, ``timing`` times one route exactly, ``table``
estimates every position at once, ``draft`` is a plan being made, ``placing`` puts
jobs into it.
"""
