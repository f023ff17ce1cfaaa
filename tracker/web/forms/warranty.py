"""The form of the warranty calculator: it changes nothing, so it needs no token."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, DecimalField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from tracker.domain.codes import Category
from tracker.domain.entitlement import Claim
from tracker.domain.errors import InvalidInput
from tracker.domain.law_packs import Pack
from tracker.domain.named import NamedEnum
from tracker.domain.promise import Channel
from tracker.domain.promise_profiles import CHOICES
from tracker.domain.quality_guide import Fault, Findings, Ground, Tolerances, Verdict, judge
from tracker.services.promise_words import profile_words
from tracker.web.forms.fields import CodeField, SelectChoice, YuanField
from tracker.web.forms.liability_rule import CodesField

_COUNT = [Optional(), NumberRange(0, 1000)]


class Mending(NamedEnum):
    """Whether a repair would do."""

    RESTORED = "restored", "能修复如初", "as good as new"
    REPAIRED = "repaired", "能修，但不能如初", "repaired, but not as new"
    NOT = "not", "不能修", "cannot be repaired"


class Goods(NamedEnum):
    """What kind of goods it is, where that matters."""

    CUSTOM = "is_custom", "定制商品", "made to measure"
    UNDERWEAR = "is_underwear", "内衣、睡衣等贴身衣物", "underwear"
    ACCESSORY = "is_accessory", "配饰", "accessory"
    IMPERFECT = "is_imperfect", "按处理品售出", "sold as imperfect"
    LOW_VALUE = "is_low_value", "低值商品", "of low value"
    CONFIRMED = (
        "was_exclusion_confirmed",
        "购买时已确认不可退",
        "customer agreed it cannot be returned",
    )


class Brought(NamedEnum):
    """What the customer brings."""

    RECEIPT = "has_receipt", "有小票或系统有销售记录", "receipt or a registered sale"
    TAG = "has_tag", "吊牌完好", "tag intact"
    PACKAGING = "has_packaging", "原包装完好", "packaging intact"
    UNWORN = "unworn", "未穿着、未洗涤、未改动", "not worn, washed or altered"


class YesNo(NamedEnum):
    YES = "yes", "是", "yes"
    NO = "no", "否", "no"


class Grade(NamedEnum):
    """The steps of the grey scale, in tenths."""

    G50 = "50", "5 级（无变化）", "5 (none)"
    G45 = "45", "4–5 级", "4–5"
    G40 = "40", "4 级", "4"
    G35 = "35", "3–4 级", "3–4"
    G30 = "30", "3 级", "3"
    G25 = "25", "2–3 级", "2–3"
    G20 = "20", "2 级", "2"
    G10 = "10", "1 级（最重）", "1 (worst)"


def _profiles(locale: str) -> list[Any]:
    return [SelectChoice(code, profile_words(code, locale)) for code in CHOICES]


class ClaimForm(FlaskForm):
    """A garment, its customer's complaint, and what he brings."""

    class Meta:
        csrf = False

    fault = CodeField(
        _("What the customer says"), [*Fault, Ground.LOST, Ground.DAMAGED], [InputRequired()]
    )
    size_off_cm = DecimalField(_("Size: off by … cm"), [Optional(), NumberRange(-99, 99)])
    grey_grade = CodeField(
        _("Fading or colour: grade of the grey scale"),
        Grade,
        [Optional()],
        prompt=_("not looked at"),
    )
    is_removable = CodeField(
        _("Stain: can it be cleaned?"), YesNo, [Optional()], prompt=_("unknown")
    )
    was_missing_at_sale = CodeField(
        _("Accessory: was it missing at the sale?"), YesNo, [Optional()], prompt=_("unknown")
    )
    category = CodeField(_("Category"), Category, prompt="", default=Category.TEXTILE)
    channel = CodeField(_("Sold"), Channel, prompt="", default=Channel.STORE)
    purchased_on = DateField(_("Bought on"), [InputRequired()])
    received_on = DateField(_("Received on (online)"), [Optional()])
    on = DateField(_("Day of the complaint"), [InputRequired()])
    paid = YuanField(_("Price paid (yuan)"), [InputRequired()])
    price_now = YuanField(_("Price now (yuan)"), [Optional()])
    mending = CodeField(_("Would a repair do?"), Mending, prompt="", default=Mending.RESTORED)
    brought = CodesField(_("The customer brings"), Brought, default=("has_receipt", "has_tag"))
    goods = CodesField(_("Kind of goods"), Goods)
    repairs = IntegerField(_("Repairs so far"), _COUNT, default=0)
    repair_days = IntegerField(_("Days in repair altogether"), _COUNT, default=0)
    exchanges = IntegerField(_("Exchanges so far"), _COUNT, default=0)
    pack = CodeField(_("Law"), Pack, [Optional()], prompt=_("of the store’s place"))
    profile = SelectField(_("Promise"), [Optional()], default="")

    def offer(self, locale: str, today: date) -> ClaimForm:
        """Return the form with the promises to choose from, and today as the day."""
        self.profile.choices = [SelectChoice("", _("the one chosen")), *_profiles(locale)]
        if self.on.data is None and not self.on.raw_data:
            self.on.data = today
        return self

    def verdict(self, tolerances: Tolerances) -> Verdict:
        """Return whether it is quality. Raises ``InvalidInput`` ``missing_answer``."""
        fault = self.fault.data
        if isinstance(fault, Ground):
            return Verdict(fault, "2.30" if fault is Ground.LOST else "1.21")
        off = self.size_off_cm.data
        try:
            return judge(
                Findings(
                    fault,
                    size_off_mm=None if off is None else round(off * 10),
                    grey_grade=int(self.grey_grade.data) if self.grey_grade.data else None,
                    is_removable=_said(self.is_removable.data),
                    was_missing_at_sale=_said(self.was_missing_at_sale.data),
                ),
                tolerances,
            )
        except InvalidInput as refusal:
            field = "size_off_cm" if refusal.field == "size_off_mm" else refusal.field
            raise InvalidInput(refusal.code, refusal.zh, refusal.en, field) from None

    def claim(self, ground: Ground) -> Claim:
        """Return the claim that was typed."""
        goods: dict[str, Any] = {one.value: True for one in self.goods.chosen()}
        brought = {one.value for one in self.brought.chosen()}
        return Claim(
            channel=self.channel.data or Channel.STORE,
            category=self.category.data or Category.TEXTILE,
            ground=ground,
            purchased_on=self.purchased_on.data or date.min,
            on=self.on.data or date.min,
            paid_fen=self.paid.data,
            received_on=self.received_on.data,
            price_now_fen=self.price_now.data,
            is_repairable=self.mending.data is not Mending.NOT,
            is_restorable=self.mending.data is not Mending.REPAIRED,
            has_receipt="has_receipt" in brought,
            has_tag="has_tag" in brought,
            has_packaging="has_packaging" in brought,
            is_worn="unworn" not in brought,
            repairs=self.repairs.data or 0,
            repair_days=self.repair_days.data or 0,
            exchanges=self.exchanges.data or 0,
            **goods,
        )


def _said(answer: YesNo | None) -> bool | None:
    return None if answer is None else answer is YesNo.YES
