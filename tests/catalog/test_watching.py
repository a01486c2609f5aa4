"""What changes in folders is noticed, by whichever way the file system allows."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from codexlog.catalog import watching
from codexlog.catalog.watching import Looking, Told, Watch, remote_type, watch

MOUNTS = """\
/dev/vda1 / ext4 rw 0 0
proc /proc proc rw 0 0
server:/home /home nfs4 rw 0 0
tmpfs /home/me/tmp tmpfs rw 0 0
me@host: /mnt/far\\040away fuse.sshfs rw 0 0
"""


@pytest.fixture(params=["told", "looking"])
def watched(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    monkeypatch.setattr(watching, "LOOK_AGAIN", 0.05)
    (tmp_path / "old.jsonl").write_text("1\n")
    return Told([tmp_path]) if request.param == "told" else Looking([tmp_path], "")


def change(path: Path, kind: str) -> Path:
    old, new = path / "old.jsonl", path / "new.jsonl"
    if kind == "made":
        new.write_text("1\n")
    elif kind == "grown":
        with old.open("a") as file:
            file.write("2\n")
    elif kind == "deleted":
        old.unlink()
    elif kind == "folder":
        (path / "inner").mkdir()
    else:
        old.rename(new)
    return {"made": new, "grown": old, "deleted": old, "folder": path / "inner", "renamed": old}[kind]


@pytest.mark.parametrize("kind", ["made", "grown", "deleted", "renamed", "folder"])
def test_changes_are_noticed(kind: str, watched: Watch, tmp_path: Path) -> None:
    changed = change(tmp_path, kind)
    stop = threading.Event()
    seen: set[Path] = set()
    timer = threading.Timer(10, stop.set)
    timer.start()
    while changed not in seen and not stop.is_set():
        seen |= watched.wait(stop)
    timer.cancel()
    watched.close()
    assert changed in seen


def test_waiting_ends_when_it_is_told_to(watched: Watch) -> None:
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    assert watched.wait(stop) == set()
    watched.close()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/x", None),
        ("/home/me/.codex", "nfs4"),
        ("/home/me/tmp/x", None),
        ("/mnt/far away/x", "fuse.sshfs"),
        ("/proc/x", None),
    ],
)
def test_file_systems_that_tell_nothing_are_known(folder: str, kind: str | None) -> None:
    assert remote_type([Path(folder)], MOUNTS) == kind


def test_a_remote_file_system_is_looked_at_and_that_is_said(tmp_path: Path) -> None:
    found = watch([tmp_path], f"server:/x {tmp_path} nfs rw 0 0\n")
    assert isinstance(found, Looking)
    assert found.note == "nfs does not tell of changes: looking for them instead."


def test_the_setting_decides(tmp_path: Path) -> None:
    remote = f"server:/x {tmp_path} nfs rw 0 0\n"
    polled = watch([tmp_path], "", how="poll")
    assert isinstance(polled, Looking)
    assert polled.note == ""
    for how, mounts in (("inotify", remote), ("auto", "")):
        told = watch([tmp_path], mounts, how)
        assert isinstance(told, Told)
        told.close()


def test_a_system_that_watches_no_more_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folders: list[str]) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(watching, "_notify", refuse)
    found = watch([tmp_path], "")
    assert isinstance(found, Looking)
    assert "watch limit" in found.note


def test_looking_takes_a_small_part_of_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Looking([tmp_path], "")
    waits: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0.0)
            watched._took = 0.1
            return len(waits) > 1

    assert watched.wait(Stop()) == set()
    assert waits[0] == watching.LOOK_AGAIN
    assert waits[1] <= watching.SHARE * 0.1 + watching.LOOK_AGAIN
