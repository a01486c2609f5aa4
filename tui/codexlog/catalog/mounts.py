"""Which file systems hold what the system makes up, such as /proc: endless and free of transcripts."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
"""Linux's table of mounts, see proc(5)."""
# fmt: off
PSEUDO = frozenset((
    "autofs", "binder", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "cpuset", "debugfs",
    "devpts", "devtmpfs", "efivarfs", "fusectl", "hugetlbfs", "mqueue", "nsfs", "pipefs", "proc",
    "pstore", "rpc_pipefs", "securityfs", "selinuxfs", "sockfs", "sysfs", "tracefs",
))
# fmt: on


def pseudo_devices(table: str) -> frozenset[int]:
    """Device numbers, as in `st_dev`, of the pseudo file systems in a table of mounts."""
    found = set()
    for line in table.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if dash and len(fields) > 2 and after.partition(" ")[0] in PSEUDO:
            major, _, minor = fields[2].partition(":")
            found.add(os.makedev(int(major), int(minor)))
    return frozenset(found)


@cache
def is_pseudo(device: int) -> bool:
    """Whether files with this `st_dev` are made up by the system; never where there is no such table."""
    try:
        table = MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return device in pseudo_devices(table)
