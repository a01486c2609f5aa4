"""Where the command line looks: the places that were named, else every agent's home."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from codexlog import paths
from codexlog.arguments import NothingFound, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from codexlog.arguments import Explore
    from codexlog.catalog.discover import Found
    from codexlog.paths import Agent


def places_of(options: argparse.Namespace | Explore) -> list[Path]:
    """The folders and files to look in; the agents' homes where none was named."""
    named: Sequence[str] = options.paths
    if options.demo:
        home = paths.demo_home()
        if home is None:
            raise UsageError("the sample sessions are not installed")
        beside = home / ".entire"
        return [home, *([beside] if beside.is_dir() else []), *map(Path, named)]
    if named:
        return [Path(each).expanduser() for each in named]
    homes = paths.agent_homes(os.environ, Path.home(), _here())
    wanted = [each.folder for each in homes if options.agent in (None, each.agent)]
    if options.agent in (None, "entire"):
        wanted += _objects_here()
    if not wanted:
        raise UsageError(f"{_no_home(options.agent)}, name a PATH, or try codexlog --demo")
    return wanted


def find(places: Sequence[Path], agent: Agent | None) -> list[Found]:
    """The sessions there, of one agent or of all; a reverted thread and a copied session once."""
    from codexlog.catalog.discover import DiscoverError, discover
    from codexlog.catalog.listing import current
    from codexlog.catalog.whose import only

    try:
        found = discover(places)
    except DiscoverError as error:
        raise UsageError(str(error)) from error
    return current(only(found, agent))


def resolved(options: argparse.Namespace) -> Found:
    """The session that is meant."""
    from codexlog.catalog.discover import DiscoverError
    from codexlog.catalog.resolve import ResolveError, resolve

    named = Path(options.session)
    places = [] if named.exists() or "/" in options.session else places_of(options)
    try:
        return resolve(options.session, places, options.agent)
    except DiscoverError as error:
        raise UsageError(str(error)) from error
    except ResolveError as error:
        raise (NothingFound if error.missing else UsageError)(str(error)) from error


def beside(found: Found) -> Path:
    """Where the sessions stand that may be of one loop with this one: its home, its project."""
    folder = found.path.parent
    if found.agent == "claude":
        return _project(folder) or folder
    if found.in_git:
        return _repository(found)
    if found.agent == "entire":
        return folder.parent
    return found.home or folder


def kept_in(found: Found) -> Path | None:
    """The same where an agent keeps sessions there; None for a file that lies anywhere."""
    return _project(found.path.parent) if found.agent == "claude" else found.home


def _project(folder: Path) -> Path | None:
    return next((each for each in (folder, *folder.parents) if each.parent.name == paths.PROJECTS), None)


def _objects_here() -> list[Path]:
    """The objects of the repository that the person stands in, where Entire keeps sessions in them."""
    from codexlog.catalog.repositories import may_hold_checkpoints, repository_around, shared_folder

    here = _here()
    around = repository_around(here) if here is not None else None
    return [shared_folder(around)] if around is not None and may_hold_checkpoints(around) else []


def _repository(found: Found) -> Path:
    from codexlog.catalog.repositories import shared_folder
    from codexlog.rows.git_place import place_of

    place = place_of(found.path)
    return shared_folder(place.repository) if place is not None else found.path.parent


def _no_home(agent: Agent | None) -> str:
    home = Path.home()
    codex, claude = paths.codex_home(os.environ, home), paths.claude_home(os.environ, home)
    if agent == "codex":
        return f"{codex}: no Codex home here; set CODEX_HOME"
    if agent == "claude":
        return f"{claude / paths.PROJECTS}: no sessions of Claude Code here; set CLAUDE_CONFIG_DIR"
    if agent == "entire":
        return "no .entire/metadata in this folder or its git repository, and no checkpoints there"
    return f"{codex}, {claude / paths.PROJECTS}: no agent's sessions here; set CODEX_HOME"


def _here() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # the folder was deleted
        return None
