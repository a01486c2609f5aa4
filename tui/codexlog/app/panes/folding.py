"""What folds in a timeline: turns, polls below a call, texts that nobody typed. Each says whether it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.outline_rows import FOLDS, HEAD

if TYPE_CHECKING:
    from codexlog.app.outline_rows import OutlineRows, Row


def toggle(rows: OutlineRows, row: Row) -> bool:
    """Fold or unfold the turn or the texts that a row heads."""
    if row.entry == HEAD:
        rows.toggle_turn(row.turn)
    elif row.entry == FOLDS:
        rows.toggle_texts(row.turn)
    else:
        return False
    return True


def unfold(rows: OutlineRows, row: Row) -> bool:
    """Unfold what is folded at a row."""
    if row.entry == HEAD and rows.is_folded(row.turn):
        rows.toggle_turn(row.turn, fold=False)
    elif row.entry >= 0 and rows.polls(row.entry) and not rows.is_expanded(row.entry):
        rows.toggle_polls(row.entry, expand=True)
    elif row.entry == FOLDS and not rows.texts_shown(row.turn):
        rows.toggle_texts(row.turn)
    else:
        return False
    return True


def fold(rows: OutlineRows, row: Row) -> bool:
    """Fold what is unfolded at a row."""
    if row.entry == HEAD and not rows.is_folded(row.turn):
        rows.toggle_turn(row.turn, fold=True)
    elif row.entry >= 0 and rows.is_expanded(row.entry):
        rows.toggle_polls(row.entry, expand=False)
    else:
        return False
    return True
