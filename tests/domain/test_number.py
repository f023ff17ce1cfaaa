"""Numbers of pieces, registrations and documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.number import (
    DocumentPrefix,
    check_character,
    document_no,
    has_piece_shape,
    is_piece_no,
    piece_no,
    registration_no,
)

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SEQUENCES = st.integers(1, 99_999_999)


def test_the_check_character_is_that_of_iso_7064_mod_37_36():
    assert check_character("A12425GABC1234002") == "M"
    assert check_character("P00000001") == "Z"


@pytest.mark.parametrize("body", ["", "abc", "P-1", "件"])
def test_a_check_character_is_computed_of_digits_and_capitals_only(body):
    with pytest.raises(ValueError, match=r"."):
        check_character(body)


def test_numbers_have_their_prefix_eight_digits_and_a_check_character():
    assert piece_no(1) == "P00000001Z"
    assert registration_no(1) == "DJ00000001F"


@pytest.mark.parametrize("sequence", [0, -1, 100_000_000])
@pytest.mark.parametrize("number_of", [piece_no, registration_no])
def test_a_sequence_outside_its_range_makes_no_number(number_of, sequence):
    with pytest.raises(ValueError, match="sequence"):
        number_of(sequence)


@given(SEQUENCES)
def test_every_number_made_is_valid(sequence):
    assert is_piece_no(piece_no(sequence))
    made = registration_no(sequence)
    assert check_character(made[:-1]) == made[-1]


@given(SEQUENCES, st.integers(1, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_caught(sequence, position, other):
    number = piece_no(sequence)
    wrong = number[:position] + other + number[position + 1 :]
    assert is_piece_no(wrong) is (wrong == number)


def test_99_of_100_swaps_of_neighbouring_digits_are_caught():
    swaps = missed = 0
    for sequence in range(1, 90_000_000, 17_989):
        number = piece_no(sequence)
        for at in range(1, 8):
            swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
            swaps += swapped != number
            missed += swapped != number and is_piece_no(swapped)
    assert missed * 100 <= swaps


def test_a_wrong_check_character_leaves_the_shape():
    assert has_piece_shape("P00000001Y")
    assert not is_piece_no("P00000001Y")


def test_document_numbers_name_their_kind_and_year():
    assert document_no(DocumentPrefix.LOSS_FORM, 2026, 1) == "BS-2026-000001"
    assert document_no(DocumentPrefix.SHIPMENT, 2026, 42) == "FH-2026-000042"
    assert document_no(DocumentPrefix.DISCREPANCY, 2027, 999_999) == "CY-2027-999999"
    assert document_no(DocumentPrefix.DESTRUCTION, 2026, 1_000_000) == "XH-2026-1000000"


@pytest.mark.parametrize(("year", "sequence"), [(2026, 0), (26, 1), (10000, 1)])
def test_a_document_number_needs_a_year_and_a_sequence(year, sequence):
    with pytest.raises(ValueError, match="document number"):
        document_no(DocumentPrefix.LOSS_FORM, year, sequence)
