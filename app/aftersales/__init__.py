"""After-sales: cases with a step, an owner and a clock, and what is done again for them.

Not here: claims and money; a case is the record that they will grow on.
"""
