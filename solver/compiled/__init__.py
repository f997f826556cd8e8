"""The search compiled to machine code: the problem as arrays, and kernels that plan on them.

Importing anything below compiles, or loads what was compiled before; whoever does not
search does not import it. The kernels release the interpreter's lock.
"""
