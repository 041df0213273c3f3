"""Minted ids."""

from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st
from pixelweave.cookie import read_visitor
from pixelweave.ident import EVENT_ID_BYTES, VISITOR_ID_BYTES, mint_event_id, mint_visitor_id


@given(
    st.integers(min_value=0, max_value=2**48 - 1), st.binary(min_size=EVENT_ID_BYTES, max_size=EVENT_ID_BYTES)
)
def test_event_ids_are_version_7_and_carry_their_time(unix_ms: int, random: bytes) -> None:
    event_id = UUID(mint_event_id(unix_ms, random))
    assert (event_id.version, event_id.variant) == (7, RFC_4122)
    assert event_id.int >> 80 == unix_ms


def test_event_ids_use_all_of_their_randomness_but_six_bits() -> None:
    ids = {
        mint_event_id(0, bytes(at) + bytes((1 << bit,)) + bytes(9 - at))
        for at in range(10)
        for bit in range(8)
    }
    assert len(ids) == 74 + 1


@given(st.binary(min_size=VISITOR_ID_BYTES, max_size=VISITOR_ID_BYTES))
def test_a_minted_visitor_id_is_recognised_when_it_comes_back(random: bytes) -> None:
    visitor_id = mint_visitor_id(random)
    assert read_visitor(f"pw_vid={visitor_id}") == visitor_id
