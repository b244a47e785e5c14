"""What a column may mean, and what headings in Chinese and English usually mean."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from regulars.foundation.database.session import Unit
from regulars.ledger.book.services import assets_known
from regulars.ledger.book.types import AssetKind, AssetView
from regulars.organization.stores.selectors import stores_known
from regulars.rules.fileimports.columns import sections_opened
from regulars.rules.fileimports.types import MEMBERS, SALES, Choice, FieldView

AMOUNT, EXPIRES = "amount:", "expires:"
# What one row may bring of an asset: the lot with its last day, and two more with theirs.
MORE_LOTS = ("#2", "#3")
# In a ready mapping `amount:@points` is the shop's one asset of that kind.
ONE_OF_KIND = "@"

NAME = FieldView(
    "name",
    {"zh-Hans": "姓名", "en": "Name"},
    (
        "姓名",
        "会员姓名",
        "会员名称",
        "名称",
        "客户姓名",
        "顾客姓名",
        "name",
        "fullname",
        "customer",
    ),
)
PHONE = FieldView(
    "phone",
    {"zh-Hans": "手机号", "en": "Phone"},
    ("手机", "手机号", "手机号码", "电话", "联系电话", "联系方式", "phone", "mobile", "telephone"),
)
EXTERNAL_ID = FieldView(
    "external_id",
    {"zh-Hans": "会员编号", "en": "Member number"},
    (
        "会员编号",
        "会员号",
        "编号",
        "客户编号",
        "memberid",
        "membernumber",
        "customerid",
        "externalid",
    ),
)
CARD = FieldView(
    "card",
    {"zh-Hans": "会员卡号", "en": "Card number"},
    ("会员卡号", "卡号", "卡面号", "实体卡号", "card", "cardnumber", "cardno"),
)
STORE = FieldView(
    "store",
    {"zh-Hans": "门店", "en": "Store"},
    ("门店", "所属门店", "开卡门店", "店铺", "登记门店", "归属门店", "store", "shop", "branch"),
)
JOINED = FieldView(
    "joined_on",
    {"zh-Hans": "入会日期", "en": "Joined on"},
    (
        "入会日期",
        "入会时间",
        "开卡日期",
        "开卡时间",
        "办卡日期",
        "办卡时间",
        "登记日期",
        "注册时间",
        "joined",
        "joinedon",
        "joindate",
        "registered",
        "createdat",
    ),
)
EARNED = FieldView(
    "earned_on",
    {"zh-Hans": "资产获得日期", "en": "Balances earned on"},
    ("获得日期", "积分获得日期", "最近充值日期", "earnedon", "earneddate", "lotdate"),
)
DOCUMENT = FieldView(
    "document",
    {"zh-Hans": "单号", "en": "Order number"},
    (
        "单号",
        "订单号",
        "订单编号",
        "小票号",
        "流水号",
        "销售单号",
        "order",
        "orderid",
        "ordernumber",
        "receipt",
        "receiptnumber",
    ),
)
PAID_AT = FieldView(
    "paid_at",
    {"zh-Hans": "时间", "en": "Time"},
    ("时间", "日期", "消费时间", "交易时间", "销售时间", "消费日期", "date", "time", "paidat"),
)
NET = FieldView(
    "net",
    {"zh-Hans": "实付金额", "en": "Net amount"},
    ("实付金额", "实收金额", "消费金额", "金额", "实付", "实收", "amount", "net", "netamount"),
)
PART = FieldView(
    "part",
    {"zh-Hans": "退款单号（销售行留空）", "en": "Refund number (empty for a sale)"},
    ("退款单号", "退货单号", "退单号", "refund", "refundid", "refundnumber"),
)

MEMBER_FIELDS = (NAME, PHONE, EXTERNAL_ID, CARD, STORE, JOINED, EARNED)
SALE_FIELDS = (DOCUMENT, PHONE, EXTERNAL_ID, CARD, PAID_AT, NET, PART, STORE)
FIELDS = {MEMBERS: MEMBER_FIELDS, SALES: SALE_FIELDS}
_KIND_GUESSES: dict[AssetKind, tuple[str, ...]] = {
    AssetKind.POINTS: (
        "积分",
        "可用积分",
        "剩余积分",
        "积分余额",
        "当前积分",
        "points",
        "pointbalance",
    ),
    AssetKind.GROWTH: ("成长值", "growth", "growthvalue"),
    AssetKind.PRINCIPAL: (
        "储值余额",
        "本金",
        "本金余额",
        "储值本金",
        "余额",
        "卡内余额",
        "账户余额",
        "principal",
        "storedvalue",
        "balance",
    ),
    AssetKind.BONUS: (
        "赠送余额",
        "赠送金",
        "赠金",
        "赠金余额",
        "赠送金额",
        "bonus",
        "bonusbalance",
    ),
    AssetKind.COUNT: ("剩余次数", "次数", "counts", "visitsleft"),
    AssetKind.TOKEN: (),
}
_ENDS = ("到期", "到期日", "有效期", "expires", "expireson")
_DECORATION = re.compile(r"[\s_\-:：*（(【\[].*?[)）】\]]|[\s_\-:：*]")


def heading_key(heading: str) -> str:
    """A heading as it is compared: small letters, without spaces, marks and what is in brackets."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", heading).casefold())


def asset_places(asset: AssetView, exponent: int) -> int:
    """How many decimals an asset's amounts have in a file."""
    return exponent if asset.currency else asset.scale


def fields_offered(unit: Unit, kind: str) -> list[FieldView]:
    """Everything a column may mean in a file of this kind, in this shop."""
    stores = [Choice(store.code, dict(store.name)) for store in stores_known(unit).values()]
    has_choices = {STORE.name: msgspec.structs.replace(STORE, choices=tuple(stores))}
    found = [has_choices.get(each.name, each) for each in FIELDS[kind]]
    if kind != MEMBERS:
        return found
    assets = list(assets_known(unit).values())
    for asset in assets:
        is_only = [each.kind for each in assets].count(asset.kind) == 1
        found += _asset_fields(asset, is_only=is_only)
    for section in sections_opened(unit).values():
        found += section.fields
    return found


def _asset_fields(asset: AssetView, *, is_only: bool) -> list[FieldView]:
    names = {language: asset.name.get(language) or asset.code for language in ("zh-Hans", "en")}
    guesses = {heading_key(asset.code), *(heading_key(name) for name in asset.name.values())}
    if is_only:
        guesses |= set(_KIND_GUESSES[asset.kind])
    label = {"zh-Hans": f"{names['zh-Hans']}：到期日", "en": f"{names['en']}: last day"}
    found = []
    for lot in ("", *MORE_LOTS):
        number = lot.removeprefix("#")
        keys = {f"{each}{number}" for each in guesses}
        ends = {f"{each}{end}" for each in keys for end in _ENDS}
        ends |= {f"{each}{end}{number}" for each in guesses for end in _ENDS}
        for prefix, texts, known in ((AMOUNT, names, keys), (EXPIRES, label, ends)):
            titles = {language: f"{text} {number}".strip() for language, text in texts.items()}
            found.append(FieldView(f"{prefix}{asset.code}{lot}", titles, tuple(sorted(known))))
    # Principal never ends, and has no lots to tell apart.
    return found[:1] if asset.kind is AssetKind.PRINCIPAL else found


def columns_guessed(headings: Sequence[str], fields: Iterable[FieldView]) -> dict[str, str]:
    """Which heading means what, field by field; each heading means one thing at most."""
    by_key: dict[str, str] = {}
    for heading in headings:
        by_key.setdefault(heading_key(heading), heading)
    found: dict[str, str] = {}
    for field in fields:
        for guess in field.guesses:
            named = by_key.get(heading_key(guess))
            if named is not None and named not in found.values():
                found[field.name] = named
                break
    return found


def columns_fitted(columns: Mapping[str, str], unit: Unit) -> dict[str, str]:
    """A ready mapping for this shop: `amount:@points` becomes the one asset of that kind.

    What the shop has none or several of is left out, for a person to choose.
    """
    by_kind: dict[str, list[str]] = {}
    for asset in assets_known(unit).values():
        by_kind.setdefault(asset.kind.value, []).append(asset.code)
    offered = [field.name for field in fields_offered(unit, MEMBERS)]
    found = {}
    for name, heading in columns.items():
        prefix, at, kind = name.partition(f":{ONE_OF_KIND}")
        if not at:
            found[name] = heading
            continue
        codes = by_kind.get(kind, [])
        names = [f"{prefix}:{code}" for code in codes]
        if not kind:
            names = [each for each in offered if each.startswith(f"{prefix}:")]
        if len(names) == 1:
            found[names[0]] = heading
    return found
