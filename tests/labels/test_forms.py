"""The paper forms: what a clerk finds on them, page by page and copy by copy."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from labels.destruction_record import DestroyedPiece, DestructionRecord, destruction_record_pdf
from labels.fonts import Fonts
from labels.form import Head, Signed
from labels.loss_form import LossFormLine, LossFormSheet, loss_form_pdf
from labels.packing_list import PackedCarton, PackedPiece, PackingList, packing_list_pdf
from labels.registration_form import RegisteredCustomer, RegistrationForm, registration_form_pdf

Texts = Callable[[bytes], list[str]]
Codes = Callable[[bytes], list[list[tuple[str, str]]]]

AT = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
LONG_STYLE = "男装休闲夹克防风防泼水可拆卸连帽加厚保暖城市通勤系列特别款䶮"
LONG_SUPPLIER = "东莞市虎门镇北栅社区远大精工针织羽绒服装制造有限责任公司第二分公司䶮厂区生产部"

HEAD = Head(
    number="DJ-S001-20261122-0001",
    issued_on=date(2026, 11, 22),
    issued_by="陈晓敏",
    site_code="S001",
    site_name="天河一店",
    region="华南区",
    status="已登记",
    company="广州衡泰服饰有限公司",
)
CUSTOMER = RegisteredCustomer(
    name="张*",
    phone="138****5678",
    purchased_on=date(2026, 10, 3),
    receipt_no="XS20261003-0087",
    warranty="三包期内，剩余 42 天",
    demand="希望维修",
    promised_on=date(2026, 12, 7),
)
REGISTRATION = RegistrationForm(
    head=HEAD,
    piece_no="P26112200017K",
    source="顾客维修",
    style_no="2613M04012",
    style_name="男装休闲夹克",
    colour="BK1",
    size="170/88A",
    barcode="6901234567892",
    production_year=2026,
    defect="开线/脱线",
    position="左袖",
    area_cm2=3,
    cause="做工",
    tag_intact=True,
    accessories_intact=True,
    number_intact=False,
    found_on=date(2026, 11, 21),
    handling="head_office",
    remark="size<M，<b>未洗过</b>",
    customer=CUSTOMER,
    handler=Signed("陈晓敏", AT),
)


def _piece(number: int) -> PackedPiece:
    return PackedPiece(
        registration_no=f"DJ-S001-20261122-{number:04d}",
        piece_no=f"P2611220{number:04d}K",
        style_no="2613M04012",
        style_name="男装休闲夹克",
        colour="BK1",
        size="170/88A",
        production_year=2026,
        defect="开线/脱线",
    )


def packing(*counts: int) -> PackingList:
    return PackingList(
        head=replace(HEAD, number="FH-S001-20261122-0001", status="已封箱"),
        kind="每周定期",
        sender="S001 天河一店",
        receiver="ASD 售后服务部",
        receiver_address="广州市白云区太和镇物流园 3 号楼",
        iso_year=2026,
        iso_week=47,
        ordinal=2,
        cartons=[
            PackedCarton(number, [_piece(index) for index in range(1, count + 1)], 4_200)
            for number, count in enumerate(counts, start=1)
        ],
        carrier="顺丰速运",
        tracking_no="SF1234567890123",
        freight_fen=2_550,
        freight_bearer="专卖店",
    )


LINE = LossFormLine(
    piece_no="P26112200017K",
    registration_no="DJ-S001-20261122-0001",
    style_no="2613M04012",
    style_name="男装休闲夹克",
    colour="BK1",
    size="170/88A",
    production_year=2025,
    supplier="SUP01 广州衡泰",
    supplier_presumed=True,
    defect="褪色/掉色",
    share_percent=60,
    basis="进价（含税）",
    basis_fen=18_984,
    spent_fen=1_250,
    salvage_fen=500,
    loss_fen=1_640_902,
    tag_fen=129_900,
    barcode="6901234567892",
    season="秋",
)
LOSS = LossFormSheet(
    head=replace(HEAD, number="BS-SUP01-20261122-0001", status="待签收"),
    month="2026-11",
    liable_kind="supplier",
    liable_code="SUP01",
    liable_name="广州衡泰",
    lines=[LINE],
    total_fen=1_640_902,
    disposal="销毁",
    handler=Signed("李文静", AT),
    liable_party=Signed("王建国", AT, "纸质签收"),
)
DESTRUCTION = DestructionRecord(
    head=replace(HEAD, number="XH-WH-20261130-0001"),
    month="2026-11",
    method="剪毁",
    place="总仓报废品暂存间",
    destroyed_at=AT,
    pieces=[
        DestroyedPiece(
            piece_no="P26112200017K",
            style_no="2613M04012",
            style_name="男装休闲夹克",
            colour="BK1",
            size="170/88A",
            production_year=2025,
            form_nos=["BS-SUP01-20261122-0001", "BS-S001-20261122-0002"],
            scanned_at=AT,
        )
    ],
    salvage_fen=12_000,
    executor=Signed("赵师傅", AT),
    witness=Signed("周敏", AT),
)
Print = Callable[[Fonts], bytes]
ALL: dict[str, tuple[str, Print]] = {
    "registration": (
        HEAD.number,
        lambda fonts: registration_form_pdf(REGISTRATION, fonts, invariant=True),
    ),
    "packing": (
        "FH-S001-20261122-0001",
        lambda fonts: packing_list_pdf(packing(3), fonts, invariant=True),
    ),
    "loss": (
        "BS-SUP01-20261122-0001",
        lambda fonts: loss_form_pdf(LOSS, fonts, invariant=True),
    ),
    "destruction": (
        "XH-WH-20261130-0001",
        lambda fonts: destruction_record_pdf(DESTRUCTION, fonts, invariant=True),
    ),
}


@pytest.mark.parametrize("name", ALL)
def test_a_form_is_the_same_bytes_again_and_carries_only_our_fonts(
    name: str, print_fonts: Fonts, font_names: Callable[[bytes], set[str]]
) -> None:
    _, make = ALL[name]
    first = make(print_fonts)
    assert make(print_fonts) == first
    assert font_names(first) == {"NotoSansSC-Regular", "NotoSansSC-Bold"}


@pytest.mark.parametrize("name", ALL)
def test_every_page_carries_its_number_as_a_barcode(
    name: str, print_fonts: Fonts, page_codes: Codes
) -> None:
    number, make = ALL[name]
    pages = page_codes(make(print_fonts))
    assert pages == [[("Code 128", number)]] * (3 if name == "loss" else 1)


def test_a_registration_form_tells_the_whole_registration(
    print_fonts: Fonts, page_texts: Texts
) -> None:
    (text,) = page_texts(registration_form_pdf(REGISTRATION, print_fonts))
    for words in (
        "广州衡泰服饰有限公司",
        "售后登记单",
        "店铺S001天河一店",
        "件号P26112200017K",
        "发现日期2026-11-21",
        "生产年份2026",
        "电话138****5678",
        "三包状态三包期内，剩余42天",
        "面积3cm²",
        "备注size<M，<b>未洗过</b>",
        "经办人陈晓敏2026-11-2300:30",
        "顾客取件凭证（回执联）",
        "预计取件日：2026-12-07",
        "同一部位30天内再出现问题，免费复修",
        "第1页/共1页",
    ):
        assert words in text


def test_stock_has_no_receipt_and_no_customer(print_fonts: Fonts, page_texts: Texts) -> None:
    stock = replace(REGISTRATION, customer=None, source="库存自检")
    (text,) = page_texts(registration_form_pdf(stock, print_fonts))
    assert "顾客" not in text
    assert "回执联" not in text


@pytest.mark.parametrize("phone", ["13812345678", "138 1234 5678", "+86-138-1234-5678"])
def test_a_phone_number_in_clear_is_never_printed(phone: str) -> None:
    with pytest.raises(ValueError, match="masked"):
        replace(CUSTOMER, phone=phone)


def test_long_values_stay_on_one_registration_form(print_fonts: Fonts, page_texts: Texts) -> None:
    long = replace(
        REGISTRATION,
        head=replace(HEAD, site_name="广州天河正佳广场三楼男装专卖店䶮"),
        style_name=LONG_STYLE,
        remark="很长的备注，" * 10_000,
        customer=replace(CUSTOMER, demand="希望退货并赔偿往返交通费用若干元，且希望尽快答复"),
    )
    pages = page_texts(registration_form_pdf(long, print_fonts))
    assert len(pages) == 1
    assert "回执联" in pages[0]
    assert "广州天河正佳广场三楼男装专卖店䶮" in pages[0]


def test_a_packing_list_says_which_box_which_week_and_who_pays(
    print_fonts: Fonts, page_texts: Texts
) -> None:
    first, second = page_texts(packing_list_pdf(packing(12, 1), print_fonts))
    for words in (
        "装箱单",
        "箱号第1箱/共2箱",
        "周次2026年第47周第2次",
        "运费¥25.50承担方专卖店毛重4.20kg",
        "运单号SF1234567890123",
        "本箱件数合计12件大写壹拾贰件本批总件数13件",
        "发货人店长承运人收货人",
    ):
        assert words in first
    assert "箱号第2箱/共2箱" in second
    assert "本箱件数合计1件大写壹件本批总件数13件" in second


def test_a_packing_list_of_500_lines_repeats_its_head_and_numbers_its_pages(
    print_fonts: Fonts, page_texts: Texts
) -> None:
    pages = page_texts(packing_list_pdf(packing(500), print_fonts))
    count = len(pages)
    assert count > 5
    for index, text in enumerate(pages, start=1):
        assert f"第{index}页/共{count}页" in text
        assert "单号FH-S001-20261122-0001" in text
        assert "序号登记号件号款号" in text
    everything = "".join(pages)
    assert [everything.count(f"P2611220{number:04d}K") for number in range(1, 501)] == [1] * 500
    assert ["件数合计500件大写伍佰件" in text for text in pages] == [False] * (count - 1) + [True]
    assert "P26112200500K" in pages[-1]


def test_a_year_that_nobody_read_is_marked_and_never_left_out(
    print_fonts: Fonts, page_texts: Texts
) -> None:
    piece = replace(_piece(1), production_year=None)
    values = replace(packing(1), cartons=[PackedCarton(1, [piece])])
    (text,) = page_texts(packing_list_pdf(values, print_fonts))
    assert "170/88A待补开线/脱线" in text


def test_a_packing_list_needs_a_carton(print_fonts: Fonts) -> None:
    with pytest.raises(ValueError, match="needs a carton"):
        packing_list_pdf(replace(packing(1), cartons=[]), print_fonts)


def test_a_loss_form_comes_in_three_named_copies(print_fonts: Fonts, page_texts: Texts) -> None:
    pages = page_texts(loss_form_pdf(LOSS, print_fonts))
    names = ("第一联存根联", "第二联对方联", "第三联财务联")
    assert [[name in text for name in names] for text in pages] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]


def test_a_loss_form_carries_years_amounts_and_signatures(
    print_fonts: Fonts, page_texts: Texts
) -> None:
    for text in page_texts(loss_form_pdf(LOSS, print_fonts)):
        for words in (
            "报损单",
            "责任方供应商SUP01广州衡泰",
            "结账月2026年11月",
            "P26112200017KDJ-S001-20261122-000169012345678922613M04012",
            "170/88A2025秋（推定）SUP01广州衡泰褪色/掉色进价（含税）1,299.00189.8412.505.0060%16,409.02",
            "合计1件（大写：壹件）189.8412.505.0016,409.02",
            "大写金额人民币壹万陆仟肆佰零玖元零贰分小写合计¥16,409.02",
            "处置销毁计算办法损失金额=（计价金额+已发生费用-预计残值）×责任比例；分位尾差按最大余数法分配",
            "经办人责任方（供应商代表）物流经理生产副总监销人财务",
            "李文静王建国",
            "2026-11-2300:302026-11-2300:30纸质签收",
        ):
            assert words in text


def test_each_copy_of_a_long_loss_form_has_all_its_pages(
    print_fonts: Fonts, page_texts: Texts
) -> None:
    line = replace(LINE, supplier=LONG_SUPPLIER, style_name=LONG_STYLE, loss_fen=100)
    lines = [replace(line, piece_no=f"P2611220{n:04d}K") for n in range(1, 41)]
    pages = page_texts(
        loss_form_pdf(replace(LOSS, lines=lines, total_fen=4_000), print_fonts, invariant=True)
    )
    each = len(pages) // 3
    assert each > 1
    assert [f"第{n % each + 1}页/共{each}页" in text for n, text in enumerate(pages)] == [
        True
    ] * len(pages)
    copies = ["".join(pages[start : start + each]) for start in range(0, len(pages), each)]
    for copy in copies:
        assert [copy.count(f"P2611220{n:04d}K") for n in range(1, 41)] == [1] * 40
        assert copy.count("小写合计¥40.00") == 1
        assert copy.count(f"（推定）{LONG_SUPPLIER}") == 40
    assert ["第二联对方联" in text for text in pages] == [False] * each + [True] * each + [
        False
    ] * each


def test_a_garment_without_barcode_and_season_leaves_no_gap(
    print_fonts: Fonts, page_texts: Texts
) -> None:
    line = replace(LINE, barcode="", season="")
    for text in page_texts(loss_form_pdf(replace(LOSS, lines=[line]), print_fonts)):
        assert "DJ-S001-20261122-00012613M04012" in text
        assert "170/88A2025（推定）" in text


@pytest.mark.parametrize(
    ("kind", "role"),
    [("store", "责任方（店长）"), ("head_office", "责任方（总公司）")],
)
def test_the_liable_party_signs_in_its_own_box(
    kind: str, role: str, print_fonts: Fonts, page_texts: Texts
) -> None:
    pages = page_texts(loss_form_pdf(replace(LOSS, liable_kind=kind), print_fonts))
    assert [role in text for text in pages] == [True] * 3


def test_a_loss_form_that_does_not_add_up_is_refused(print_fonts: Fonts) -> None:
    with pytest.raises(ValueError, match="1640902 fen, the form says 1640901 fen"):
        loss_form_pdf(replace(LOSS, total_fen=1_640_901), print_fonts)


def test_a_void_form_is_stamped_on_every_page(print_fonts: Fonts, page_texts: Texts) -> None:
    void = replace(LOSS, head=replace(LOSS.head, void=True))
    assert [text.count("作废") for text in page_texts(loss_form_pdf(LOSS, print_fonts))] == [1] * 3
    assert [text.count("作废") for text in page_texts(loss_form_pdf(void, print_fonts))] == [2] * 3


def test_a_demonstration_says_so_on_every_page(print_fonts: Fonts, page_texts: Texts) -> None:
    demo = replace(packing(2, 2), head=replace(HEAD, demo=True))
    pages = page_texts(packing_list_pdf(demo, print_fonts))
    assert ["演示数据·不作凭证" in text for text in pages] == [True, True]


def test_a_destruction_record_names_forms_place_and_witness(
    print_fonts: Fonts, page_texts: Texts
) -> None:
    (text,) = page_texts(destruction_record_pdf(DESTRUCTION, print_fonts))
    for words in (
        "销毁记录",
        "销毁方式剪毁销毁时间2026-11-2300:30",
        "BS-SUP01-20261122-0001BS-S001-20261122-0002",
        "件数合计1件大写壹件",
        "回收残值¥120.00大写人民币壹佰贰拾元整",
        "执行人（总仓）监销人（行政）财务见证赵师傅周敏",
    ):
        assert words in text


def test_a_printed_instant_needs_its_zone(print_fonts: Fonts) -> None:
    naive = replace(DESTRUCTION, destroyed_at=AT.replace(tzinfo=None))
    with pytest.raises(ValueError, match="needs its zone"):
        destruction_record_pdf(naive, print_fonts)
