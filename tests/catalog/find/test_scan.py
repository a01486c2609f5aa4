from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from codexlog.catalog.find.scan import places

PIECES = st.sampled_from(
    [b"abc", b"ABC", b"ab", b"\xe9", b"\xf0", b"\xc3\xa9", b"\n", b"x", b"\xe2\x84\xaa", b"kb"]
)
DATA = st.lists(PIECES, max_size=60).map(b"".join)


def found(data: bytes, anchors: list[bytes], *, uncased: bool, block: int, start: int = 0) -> list[int]:
    def read(size: int, offset: int) -> bytes:
        return data[offset : offset + size]

    scanned = places(read, start, len(data), anchors, uncased=uncased, block=block)
    return [place for _, place in scanned if place is not None]


def truth(data: bytes, anchors: list[bytes], start: int = 0) -> set[int]:
    return {at for at in range(start, len(data)) if any(data.startswith(each, at) for each in anchors)}


@given(
    DATA,
    st.lists(st.sampled_from([b"abc", b"bcA", b"x", b"kb"]), min_size=1, max_size=2, unique=True),
    st.integers(1, 30),
)
def test_every_place_is_found_once(data: bytes, anchors: list[bytes], block: int) -> None:
    places_found = found(data, anchors, uncased=False, block=block)
    assert len(places_found) == len(set(places_found))
    assert set(places_found) == truth(data, anchors)


@given(DATA, st.sampled_from([b"abc", b"bca", b"kb"]), st.integers(1, 30), st.integers(0, 20))
def test_no_place_is_missed_in_any_case_even_among_damaged_bytes(
    data: bytes, anchor: bytes, block: int, start: int
) -> None:
    wanted = truth(data.lower(), [anchor], start)
    assert wanted <= set(found(data, [anchor], uncased=True, block=block, start=start))


def test_behind_a_place_the_caller_says_where_to_go_on() -> None:
    data = b"aa aa aa"
    scanned = places(
        lambda size, at: data[at : at + size], 0, 8, [b"a"], uncased=False, after=lambda at: at + 3
    )
    assert [place for _, place in scanned if place is not None] == [0, 3, 6]


def test_a_file_that_shrinks_ends_the_search() -> None:
    scanned = list(places(lambda size, at: b"", 0, 1 << 30, [b"a"], uncased=False))
    assert scanned == [(1 << 30, None)]
