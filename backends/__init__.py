"""What runs a module: the interpreter and the CPU backend."""
