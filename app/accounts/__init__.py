"""Accounts: who may enter, as what: users, partners, roles, sessions, tokens and keys.

Not here: what a technician can do (technicians) or a customer owns (customers).
"""
