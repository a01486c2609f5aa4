from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from codexlog.catalog.discover import DiscoverError, discover
from codexlog.catalog.mounts import pseudo_devices

TABLE = """\
21 26 0:19 / /sys rw,nosuid shared:7 - sysfs sysfs rw
22 26 0:20 / /proc rw,nosuid shared:13 - proc proc rw
26 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
41 26 0:36 / /tmp rw,nosuid - tmpfs tmpfs rw,size=1g
45 26 0:40 / /mnt/a\\040share rw - nfs4 host:/proc rw
a line that is none
"""


def test_the_table_names_the_devices_of_pseudo_file_systems() -> None:
    assert pseudo_devices(TABLE) == {os.makedev(0, 19), os.makedev(0, 20)}


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
@pytest.mark.parametrize("named", ["/proc", "/proc/self/fd", "/sys"])
def test_a_pseudo_file_system_is_refused_in_one_line(named: str) -> None:
    with pytest.raises(DiscoverError, match=f"^{named}: .*no session"):
        discover([Path(named)])


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_link_into_one_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "processes").symlink_to("/proc")
    (tmp_path / "x.jsonl").write_text("{}\n")
    assert [one.path.name for one in discover([tmp_path])] == ["x.jsonl"]


def test_a_link_that_leads_up_is_not_followed(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    asked.mkdir()
    (tmp_path / "elsewhere.jsonl").write_text("{}\n")
    (asked / "up").symlink_to(tmp_path)
    assert discover([asked]) == []


def test_files_that_are_no_sessions_are_not_asked_for_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2000):
        (tmp_path / f"{number}.txt").touch()
    (tmp_path / "x.jsonl").write_text("{}\n")
    asked: list[Path] = []
    stat = Path.stat

    def counted(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        asked.append(path)
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", counted)
    assert len(discover([tmp_path])) == 1
    assert len(asked) < 20


def test_a_walk_ends_where_folders_never_do(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(80):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "x.jsonl").write_text("{}\n")
    (tmp_path / "d/d/y.jsonl").write_text("{}\n")
    assert [one.path.name for one in discover([tmp_path])] == ["y.jsonl"]
