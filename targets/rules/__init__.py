"""The support rules: what decides whether an operator runs on the accelerator, and says why.

A rule is a function whose docstring is the rule's text. `support` asks all rules of an operator;
the same rules make the reference page of supported operators.
"""
