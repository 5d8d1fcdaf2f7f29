"""Memory of a process that does many parts one after the other: kept between them.

By default the allocator of Linux (glibc) gives each large array back to the system when it is
freed, and the next part has its pages filled with zeros anew: that costs about as much time as
reading a part (docs/decisions/044-parts-that-stay-done.md).
"""

import ctypes
import sys
from contextlib import suppress

TRIM, MMAP = -1, -3
"""Numbers of glibc's settings: free memory above which some is given back, size of a block from
which it is asked of the system alone (M_TRIM_THRESHOLD, M_MMAP_THRESHOLD in malloc.h)."""

NEVER = 2**31 - 1
LARGEST = 2**25
"""The largest threshold that glibc takes (32 MB); columns of a part are smaller."""


def keep_memory() -> bool:
    """Let this process keep the memory that it frees; whether it does.

    For a process that ends with the run: a command, a worker. Never for the caller of a library.
    Does nothing where the allocator is not glibc's.

    >>> keep_memory() in (True, False)
    True
    """
    if sys.platform != "linux":
        return False
    with suppress(OSError, AttributeError):  # another C library has no such setting
        allocator = ctypes.CDLL(None)
        return bool(allocator.mallopt(TRIM, NEVER) and allocator.mallopt(MMAP, LARGEST))
    return False
