"""The carton label: where a carton goes and which of how many it is, never what lies in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from labels.carton_label import CartonLabel, carton_face
from labels.face_pdf import faces_pdf
from labels.fonts import Fonts

LABEL = CartonLabel(
    code="FH-2026-000004-2",
    shipment_no="FH-2026-000004",
    ordinal=2,
    total=3,
    kind="周寄",
    sender="S001 广州天河店",
    receiver="ASD 售后服务部",
    region="R1",
    weight_g=12_400,
    seal_no="F-2026-002",
    sealed_on=date(2026, 11, 21),
    sealed_by="王丽",
    mark="加急",
)


def pdf_of(fonts: Fonts, *labels: CartonLabel) -> bytes:
    return faces_pdf([carton_face(label) for label in labels], fonts, 203, "箱标")


def test_a_label_says_where_the_carton_goes_and_which_of_how_many_it_is(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    (text,) = page_texts(pdf_of(print_fonts, LABEL))
    assert text == (
        "寄"
        "S001广州天河店"
        "加急"
        "收"
        "ASD售后服务部"
        "第2箱/共3箱"
        "周寄·R1"
        "毛重12.40kg"
        "封条号F-2026-002"
        "封箱人王丽"
        "封箱日2026-11-21"
        "FH-2026-000004-2"
    )


def test_what_is_not_known_is_a_dash(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    plain = replace(LABEL, weight_g=None, seal_no="", sealed_on=None, sealed_by="", mark="")
    (text,) = page_texts(pdf_of(print_fonts, plain))
    assert "毛重—封条号—封箱人—封箱日—" in text
    assert "加急" not in text


def test_every_carton_is_one_page_of_100_by_75_mm_and_reads_back(
    print_fonts: Fonts, page_codes: Callable[[bytes], list[list[tuple[str, str]]]]
) -> None:
    codes = ["FH-2026-000004-1", "FH-2026-000004-99", "FH-2026-1234567-12"]
    pdf = pdf_of(print_fonts, *(replace(LABEL, code=code) for code in codes))
    assert page_codes(pdf) == [[("Code 128", code)] for code in codes]
    document = pypdfium2.PdfDocument(pdf)
    sizes = {tuple(round(side / 72 * 25.4, 1) for side in page.get_size()) for page in document}
    document.close()
    assert sizes == {(100.0, 75.0)}


def test_long_and_hostile_values_leave_the_barcode_readable(
    print_fonts: Fonts, page_codes: Callable[[bytes], list[list[tuple[str, str]]]]
) -> None:
    hostile = "<b>𠮷\x1d\ud83d" + "很长的名称" * 10_000
    label = replace(LABEL, sender=hostile, receiver=hostile, seal_no=hostile, sealed_by=hostile)
    assert page_codes(pdf_of(print_fonts, label)) == [[("Code 128", LABEL.code)]]


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [([], "no label"), ([replace(LABEL, code="FH-" + "9A" * 30)], "too long")],
)
def test_what_cannot_be_printed_is_refused(
    labels: list[CartonLabel], sentence: str, print_fonts: Fonts
) -> None:
    with pytest.raises(ValueError, match=sentence):
        pdf_of(print_fonts, *labels)
