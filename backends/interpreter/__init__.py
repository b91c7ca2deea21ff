"""The interpreter: every operation of every level, in NumPy."""
