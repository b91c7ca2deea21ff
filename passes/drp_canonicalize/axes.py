"""Permutations of axes, and what a reshape does to axes.

A permutation p takes a shape s to (s[p[0]], s[p[1]], ...), as `drp.transpose` does.
"""

from collections.abc import Sequence

Axes = tuple[int, ...]


def inverse(permutation: Sequence[int]) -> Axes:
    """The permutation that undoes another."""
    result = [0] * len(permutation)
    for new, old in enumerate(permutation):
        result[old] = new
    return tuple(result)


def compose(first: Sequence[int], second: Sequence[int]) -> Axes:
    """The permutation that does `first`, then `second`."""
    return tuple(first[axis] for axis in second)


def permuted(values: Sequence[int], permutation: Sequence[int]) -> Axes:
    """One value per axis, in the order of the permuted axes."""
    return tuple(values[axis] for axis in permutation)


def is_trivial_move(permutation: Sequence[int], shape: Sequence[int]) -> bool:
    """Whether a permutation leaves all elements where they are: only axes of size 1 move."""
    moved = [axis for axis in permutation if shape[axis] != 1]
    return moved == sorted(moved) or 0 in shape


def common_factors(a: Sequence[int], b: Sequence[int]) -> list[int] | None:
    """The coarsest shape that a and b are both merges of; None if their axes cut across.

    `a` and `b` have the same number of elements, none of them 0; sizes of 1 are left out.
    """
    factors: list[int] = []
    left, right = list(reversed(a)), list(reversed(b))
    rest_a = rest_b = 1
    while left or right or rest_a != 1 or rest_b != 1:
        if rest_a == 1:
            rest_a = left.pop() if left else 1
        if rest_b == 1:
            rest_b = right.pop() if right else 1
        if rest_a == 1 or rest_b == 1:
            continue
        factor = min(rest_a, rest_b)
        if rest_a % factor or rest_b % factor:
            return None
        factors.append(factor)
        rest_a, rest_b = rest_a // factor, rest_b // factor
    return factors


def factors_of_axes(shape: Sequence[int], factors: Sequence[int]) -> list[list[int]]:
    """For each axis of a shape the positions of the factors that it is the product of."""
    groups: list[list[int]] = []
    position = 0
    for size in shape:
        group: list[int] = []
        while size != 1:
            group.append(position)
            size //= factors[position]
            position += 1
        groups.append(group)
    return groups
