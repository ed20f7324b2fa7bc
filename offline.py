"""A process without a network: what it and all that it starts try to reach elsewhere fails, and is counted."""

from __future__ import annotations

import ctypes
import fcntl
import ipaddress
import os
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000  # of unshare(2)
_SET_FLAGS, _UP = 0x8914, 1 | 64  # of an interface, netdevice(7)
#: Addresses that are nobody's (RFC 5737, RFC 3849); connecting a datagram socket to one sends nothing.
_PROBES = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
#: Where the kernel counts what found no way out, and what asked a resolver on this machine that is not there.
_COUNTED = ("Ip.OutNoRoutes", "Udp.NoPorts", "Ip6OutNoRoutes", "Udp6NoPorts")
_ASKING = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_SENDING = ("socket.connect", "socket.sendto", "socket.sendmsg")


class Offline:
    """Takes the network from this process and from all that it starts from now on; before other threads are started."""

    def __init__(self, record: Path) -> None:
        """``record`` is where attempts are written, a line each; it must not exist."""
        self._record = record
        record.touch(exist_ok=False)
        guard(record)
        #: Whether the kernel keeps the network away from everything; else only Python code is watched.
        self.is_complete = _would_leave() and _leave_network()
        self._before = _counted() if self.is_complete else 0

    def attempts(self) -> tuple[int, list[str]]:
        """Return how often the kernel turned something away so far, and what Python code tried."""
        turned_away = _counted() - self._before if self.is_complete else 0
        return turned_away, self._record.read_text(encoding="utf-8").splitlines()


def guard(record: Path) -> None:
    """Let every attempt of Python code to reach another machine fail, and write it down; for this process and its forks."""

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _SENDING:
            target = arguments[1]
        elif event in _ASKING:
            target = (arguments[0],)
        else:
            return
        if not is_local(target):
            with record.open("a", encoding="utf-8") as opened:
                opened.write(f"{event} {target!r}\n")
            raise PermissionError(f"{event} {target!r}: there is no network here")

    sys.addaudithook(watch)


def is_local(target: object) -> bool:
    """Tell whether an address, as Python's sockets have it, is on this machine; a name is unless it has to be looked up."""
    if not isinstance(target, tuple) or not target:
        return True  # a file, or nothing
    host = target[0]
    if isinstance(host, bytes | bytearray):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str) or host in ("", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _would_leave() -> bool:
    """Let a fork try it all, since there is no way back: systems allow it in part."""
    if sys.platform != "linux":
        return False
    child = os.fork()
    if child == 0:
        done = False
        with suppress(Exception):
            done = _leave_network() and _probes_are_counted()
        os._exit(0 if done else 1)
    return os.waitpid(child, 0)[1] == 0


def _leave_network() -> bool:
    """Enter a network of our own in which there is only this machine; False where the system does not allow it."""
    unshare, user, group = ctypes.CDLL(None, use_errno=True).unshare, os.getuid(), os.getgid()
    if unshare(_NEW_NET) != 0:
        if unshare(_NEW_USER | _NEW_NET) != 0:
            return False
        # Files stay whose they are.
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            Path("/proc/self", name).write_text(text, encoding="ascii")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh", b"lo", _UP))
    return True


def _probes_are_counted() -> bool:
    """Tell whether an attempt fails and is counted, which the proof rests on."""
    before, tried = _counted(), 0
    libc = ctypes.CDLL(None, use_errno=True)
    for family, host in _PROBES:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:  # there may be no IPv6
            # Past Python, as other libraries go: what Python code tries is watched already.
            if libc.connect(probe.fileno(), *_socket_address(family, host)) == 0:
                return False
            tried += 1
    return tried > 0 and _counted() == before + tried


def _socket_address(family: socket.AddressFamily, host: str) -> tuple[bytes, int]:
    packed = socket.inet_pton(family, host)
    if family == socket.AF_INET:
        address = struct.pack("=H2s4s8x", family, b"\x00\x09", packed)
    else:
        address = struct.pack("=H2sI16sI", family, b"\x00\x09", 0, packed, 0)
    return address, len(address)


def _counted() -> int:
    """Return the sum of the kernel's counters of this network."""
    found: dict[str, int] = {}
    lines = Path("/proc/net/snmp").read_text(encoding="ascii").splitlines()
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        group, *of = names.split()
        found |= {f"{group[:-1]}.{name}": int(value) for name, value in zip(of, values.split()[1:], strict=True)}
    with suppress(FileNotFoundError):  # no IPv6
        for line in Path("/proc/net/snmp6").read_text(encoding="ascii").splitlines():
            name, value = line.split()
            found[name] = int(value)
    return sum(found.get(name, 0) for name in _COUNTED)
