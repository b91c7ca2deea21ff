"""Work on all cores: pieces of one job, each computed by one thread.

NumPy leaves the interpreter lock while it computes, so plain threads will do. Each piece is
gathered, multiplied and finished while it lies in one core's cache, which BLAS's own threads
cannot do; while pieces run, BLAS itself is therefore held to one thread. On a busy machine no
core waits for another: who is free takes the next piece.
"""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import cache
from itertools import pairwise
from typing import TypeVar

from threadpoolctl import ThreadpoolController

Item = TypeVar("Item")


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")


@cache
def thread_count() -> int:
    """As many threads as BLAS was set up to use (OMP_NUM_THREADS and the like, else all cores)."""
    return max((int(library["num_threads"]) for library in _controller().info()), default=1)


@contextmanager
def blas_on_one_thread() -> Generator[None]:
    """Hold BLAS to one thread, so that pieces can run beside each other."""
    thread_count()  # before the limit hides it
    with _controller().limit(limits=1):
        yield


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, thread_count() - 1), "drpc")


def for_each(items: Iterable[Item], work: Callable[[Item], object]) -> None:
    """Call `work` with each item, on all threads; returns when all are done.

    The items must be independent of each other. The first exception of a call is raised.
    """
    listed = list(items)
    helpers = min(thread_count(), len(listed)) - 1
    remaining = iter(listed)

    def drain() -> None:
        for item in remaining:
            work(item)

    futures = [_pool().submit(copy_context().run, drain) for _ in range(helpers)]
    try:
        drain()
    finally:
        for future in futures:
            if not future.cancel():
                future.result()


def split(size: int, pieces: int) -> list[slice]:
    """`size` elements in as many nearly equal slices, none of them empty."""
    pieces = max(1, min(size, pieces))
    bounds = [size * index // pieces for index in range(pieces + 1)]
    return [slice(low, high) for low, high in pairwise(bounds)]
