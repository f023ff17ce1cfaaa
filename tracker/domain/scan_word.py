"""What became of a scan, in a few words: the stable codes of refusals as people say them."""

from __future__ import annotations

from tracker.domain.named import NamedEnum


class ScanWord(NamedEnum):
    """A refusal's stable code in short; the whole sentence stood at the scan itself."""

    ALREADY_REGISTERED = "already_registered", "已有未完结的登记单", "has an open registration"
    SAME_SKU_AGAIN = "same_sku_again", "问：另一件还是同一件", "asked: another or the same"
    UNKNOWN_CODE = "unknown_code", "商品资料里没有", "not in the catalogue"
    UNKNOWN_PIECE = "unknown_piece", "没有这个件号", "no such piece"
    NOT_A_PIECE = "not_a_piece", "不是返修标签", "no repair tag"
    NOT_A_TAG = "not_a_tag", "不是吊牌条码", "no tag"
    TOO_LONG = "too_long", "内容太长", "too long"
    EMPTY = "empty", "没有读到条码", "nothing was read"
    BAD_CHECK_DIGIT = "bad_check_digit", "校验位不对", "wrong check digit"
    TAG_IN_USE = "tag_in_use", "返修标签已用过", "the tag is on another garment"
    NO_BLANK_TAG = "not_a_blank_tag", "不是空白返修标签", "no blank tag"
    BLANK_TAG = "blank_tag", "空白返修标签，还没有衣服", "a blank tag, on no garment yet"
    HAS_TAG = "has_repair_tag", "已有返修标签", "has a repair tag already"
    AMBIGUOUS = "ambiguous_sku", "对应多个商品", "names several products"
    MISSING = "missing_field", "有必填项没填", "a field was not filled"
    DESTROYED = "destroyed_piece", "已销毁，不应再出现", "was destroyed"
    WRITTEN_OFF = "written_off_piece", "已按丢失核销，不应再出现", "was written off as lost"
    RETURNED = "returned_piece", "已退供应商，不应再出现", "was returned to its supplier"
    IN_THIS_BOX = "already_in_this_box", "已在本箱", "in this box already"
    IN_OTHER_BOX = "in_other_box", "在另一箱里", "in another box"
    NOT_IN_BOX = "not_in_this_box", "不在本箱", "not in this box"
    IN_A_BOX = "in_a_box", "还在箱里", "still in a box"
    COUNTED = "already_counted", "已清点过", "counted already"
    SCANNED = "already_scanned", "已扫过", "scanned already"
    OTHER_STORE = "other_store", "不是本店的", "another store's"
    WRONG_STORE = "wrong_store", "属于别的店铺", "belongs to another store"
    OTHER_SIDE = "other_side", "不由本处操作", "done at the other side"
    WRONG_STATUS = "wrong_status", "当前状态不能做", "not in this status"
    WRONG_CARTON = "wrong_carton", "箱号不对", "wrong carton"
    NOT_ON_RECORD = "not_on_record", "不在销毁记录上", "not on the record"
    SAME_PERSON = "same_person", "须由另一人操作", "wants another person"
    NOT_IN_REPAIR = "not_in_repair", "不在维修中", "not in repair"
    COUNTS_ITSELF = "counts_itself", "由对方清点", "counted at the other side"
    STALE = "stale_version", "刚被他人更新", "just changed by somebody"


class ScanPlace(NamedEnum):
    """What a scan was for: its action, beside those of the boxes and the shredder."""

    REGISTER = "register", "登记", "register"
    PACK = "pack", "装箱", "pack"
    UNPACK = "unpack", "取出", "take out"
    RECEIVE = "receive", "签收", "receive"
    ARRIVE = "arrive", "到箱", "carton arrived"
    SURPLUS = "register_surplus", "补登多出件", "register a surplus piece"
    DESTROY = "scan", "销毁", "destroy"
    BENCH = "bench", "维修台", "repair bench"
    STARTED = "bench_started", "维修开始", "repair started"
    STOPPED = "bench_stopped", "维修停止", "repair stopped"
