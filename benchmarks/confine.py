"""Hold this process and its children to an edge box: two cores, 8 GB, no network. Says how each was done."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import socket
import struct
import sys

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1
GIB = 1024**3


def to_cores(count: int) -> str:
    """Run on the first `count` cores that this process may use."""
    cores = sorted(os.sched_getaffinity(0))[:count]
    os.sched_setaffinity(0, cores)
    return f"{len(cores)} cores ({', '.join(map(str, cores))}) by sched_setaffinity"


def to_memory(gib: int) -> str:
    """Address space of each process; the sum of what the processes really use is measured besides."""
    resource.setrlimit(resource.RLIMIT_AS, (gib * GIB, gib * GIB))
    return f"{gib} GB by RLIMIT_AS on each process"


def to_no_network() -> str:
    """A network namespace of its own with nothing but the loopback; where that is not permitted, a guard in this process.

    Must come before any thread is started.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            _loopback_up()
            return "no network by unshare(CLONE_NEWNET)"
    sys.addaudithook(_loopback_only)
    return "no network by an audit hook on connect() in this process (unshare was not permitted)"


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        fcntl.ioctl(plain, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def _loopback_only(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise PermissionError("the benchmark runs without a network")
