from __future__ import annotations

import rollout as ro
from codexlog.digest.changes import ChangedFile, Place
from digest.making import facts, patched, prompt, ran

PATCH = "*** Begin Patch\n*** Update File: a.py\n@@ def f():\n one\n-two\n+zwei\n+drei\n*** End Patch"
ADD = "*** Begin Patch\n*** Add File: docs/new.md\n+# One\n+two\n*** End Patch"
MOVE = "*** Begin Patch\n*** Update File: a.py\n*** Move to: b.py\n@@\n-x\n+y\n*** End Patch"
DIFF = "@@ -7,2 +7,3 @@\n one\n-two\n+zwei\n+drei\n"


def change(path: str, diff: str = DIFF, **more: object) -> ro.JsonObject:
    return {path: {"type": "update", "unified_diff": diff, **more}}


def files(*rows: ro.JsonObject) -> list[ChangedFile]:
    return list(facts(prompt("go"), *rows).files)


def test_a_recorded_edit_has_its_line_and_the_row_that_says_so() -> None:
    (found,) = files(*patched("c", PATCH, change("/srv/app/a.py")))
    assert (found.path, found.shown, found.added, found.removed) == ("a.py", "a.py:8", 2, 1)
    assert (found.places, found.rows, found.what) == ((Place(8, 4),), (4,), "updated")


def test_a_patch_alone_has_no_line() -> None:
    (found,) = files(*patched("c", PATCH, None))
    assert (found.shown, found.added, found.removed, found.rows) == ("a.py", 2, 1, (3,))


def test_edits_of_a_file_add_up_and_the_last_line_is_shown() -> None:
    later = change("a.py", "@@ -30,1 +31,2 @@\n one\n+two\n")
    (found,) = files(*patched("c", PATCH, change("/srv/app/a.py")), *patched("d", PATCH, later))
    assert (found.shown, found.added, found.removed, found.edits) == ("a.py:32", 3, 1, 2)


def test_a_failed_patch_changes_nothing() -> None:
    found = facts(
        prompt("go"), *patched("c", PATCH, None, success=False), *patched("d", PATCH, None, success=False)
    )
    assert found.files == ()
    (failed,) = found.failed_patches
    assert (failed.what, failed.times, failed.rows) == ("a.py", 2, (3, 5))
    assert failed.said == "apply_patch verification failed: no"


def test_what_the_event_says_counts_against_the_output() -> None:
    assert (
        files(
            *patched("c", PATCH, change("a.py"), success=False, shown="Success. Updated the following files")
        )
        == []
    )


def test_a_patch_inside_code_mode_belongs_to_the_script_around_it() -> None:
    patch = "*** Begin Patch\\n*** Update File: a.py\\n@@\\n-two\\n+zwei\\n*** End Patch"
    script = f'await tools.apply_patch("{patch}")'
    rows = [
        ro.item("custom_tool_call", name="exec", input=script, call_id="c"),
        ro.event("patch_apply_end", call_id="exec-1", success=True, changes=change("/srv/app/a.py")),
        ro.item("custom_tool_call_output", call_id="c", output=ro.script("completed")),
    ]
    (found,) = files(*rows)
    assert (found.shown, found.edits, found.rows) == ("a.py:8", 1, (4,))


def test_a_recorded_edit_of_no_call_counts_as_well() -> None:
    (found,) = files(ro.event("patch_apply_end", call_id="exec-1", success=True, changes=change("a.py")))
    assert (found.shown, found.rows) == ("a.py:8", (3,))


def test_new_and_deleted_files() -> None:
    new = {"docs/new.md": {"type": "add", "content": "# One\ntwo\n"}}
    gone = {"old.py": {"type": "delete", "content": "x\n"}}
    found = files(*patched("c", ADD, new), *patched("d", ADD, gone))
    assert [(each.shown, each.what, each.added, each.removed) for each in found] == [
        ("docs/new.md:1", "added", 2, 0),
        ("old.py", "deleted", 0, 1),
    ]
    assert [each.is_doc for each in found] == [True, False]


def test_a_moved_file_takes_its_edits_along() -> None:
    for rows in (
        patched("d", MOVE, change("a.py", "@@ -1 +1 @@\n-x\n+y\n", move_path="b.py")),
        patched("d", MOVE, None),
    ):
        (found,) = files(*patched("c", PATCH, change("a.py")), *rows)
        assert (found.path, found.moved_from, found.edits, found.added) == ("b.py", "a.py", 2, 3)


def test_a_commit_divides_what_was_edited() -> None:
    commit = ran("x", "git commit -am one", 0, "[main 1234567] one\n 1 file changed")
    other = PATCH.replace("a.py", "b.py")
    found = facts(prompt("go"), *patched("c", PATCH, None), *commit, *patched("d", other, None))
    assert [each.path for each in found.uncommitted] == ["b.py"]
    assert [(each.sha, each.subject, each.row) for each in found.commits] == [("1234567", "one", 6)]


def test_what_a_parent_did_is_no_change_of_the_fork() -> None:
    copied = ro.event("patch_apply_end", call_id="p", success=True, changes=change("parent.py"))
    rows = [
        ro.meta(forked_from_id=ro.PARENT),
        ro.meta(
            ro.PARENT,
        ),
        copied,
        ro.task_started("t", started_at=ro.BEGAN_SECONDS + 1),
        prompt("go"),
        *patched("c", PATCH, change("a.py")),
    ]
    assert [each.path for each in facts(*rows).files] == ["a.py"]


def test_docs_are_known_by_their_names() -> None:
    names = {"README": True, "docs/x.py": True, "a/AGENTS.md": True, "x.rst": True, "src/readme_of.py": False}
    assert {name: ChangedFile(name, 0, 0, 1, (1,), (), None).is_doc for name in names} == names
