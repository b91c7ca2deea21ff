"""The machines as data, and the rules that say which operators they run."""
