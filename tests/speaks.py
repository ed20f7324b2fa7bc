"""Children that do what no program of ours does; each is run by its name."""

from __future__ import annotations

import os
import signal
import sys
import time


def main() -> None:
    {"much": much, "silent": silent, "endless": endless, "one line": one_line, "steady": steady, "crash": crash}[sys.argv[1]]()


def much() -> None:
    for _ in range(40):
        sys.stdout.write("x" * (1 << 20) + "\n")


def silent() -> None:
    time.sleep(60)


def endless() -> None:
    while True:
        print("x")


def one_line() -> None:
    while True:
        sys.stdout.write("x" * 4096)


def steady() -> None:
    while True:
        print("x", flush=True)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)
