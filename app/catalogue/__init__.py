"""Catalogue: brands, categories, models, what each job takes, prices and pay.

Not here: who may do the work (technicians) and who pays for it (coverage).
"""
