"""Jobs: what has been asked for; orders, parcels, kits and the moment a job may be planned.

Not here: who goes and when (planning) and what happened on site (visits).
"""
