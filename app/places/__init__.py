"""Places: territories, addresses and how they are found, and the travel between them.

Not here: who lives there (customers) and when somebody goes (planning).
"""
