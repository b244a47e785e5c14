"""Checks of a program's content when it is saved: whatever could go wrong is said then.

Each refusal names the place in the content and what to do. Nothing is written here.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from regulars.foundation import clock
from regulars.foundation.amounts import CurrencyMismatch
from regulars.foundation.errors import Told
from regulars.foundation.shop.selectors import shop_known
from regulars.ledger.book.types import (
    AssetKind,
    AssetView,
    ExpiryPolicy,
    FixedDate,
    LotPolicy,
)
from regulars.rules.actions import action_get
from regulars.rules.programs.checking_limits import limits_checked, rivalry_checked
from regulars.rules.programs.compiling import audience_words, vocabulary
from regulars.rules.programs.content import (
    AssetDeclaration,
    Content,
    Earn,
    RedemptionContent,
    RuleContent,
)
from regulars.rules.programs.errors import (
    AssetDiffers,
    AssetUndeclared,
    CodeRepeated,
    ProgramInvalid,
    UnknownTrigger,
)
from regulars.rules.programs.kinds import OF_LINES, has_amount, is_trigger, triggers
from regulars.rules.programs.shapes import shape_checked
from regulars.rules.programs.validity import YEARS, ends_before, starts_at

MONEY_KINDS = (AssetKind.PRINCIPAL, AssetKind.BONUS)
# What an existing asset and its declaration must agree on; its name is the ledger's.
FIXED_FIELDS = ("kind", "expiry", "spend_order", "shortfall", "transferable", "currency", "scale")


def content_checked(raw: Any, assets: Mapping[int, AssetView]) -> Content:
    """The typed content of these plain values; `assets` are those the ledger knows."""
    content = shape_checked(raw)
    clock.zone(content.time_zone)
    _validity_checked(content)
    known = {asset.code: asset for asset in assets.values()}
    _repeated([asset.code for asset in content.assets], "assets")
    for place, declared in enumerate(content.assets):
        _declaration_checked(declared, known.get(declared.code), f"assets[{place}]")
    kinds = {code: asset.kind for code, asset in known.items()}
    kinds |= {declared.code: declared.kind for declared in content.assets}
    _repeated([rule.code for rule in content.rules], "rules")
    for place, rule in enumerate(content.rules):
        _rule_checked(rule, f"rules[{place}]", kinds)
    if content.redemption:
        _redemption_checked(content.redemption, kinds)
    rivalry_checked(content)
    limits_checked(content, kinds)
    return content


def _validity_checked(content: Content) -> None:
    zone = content.time_zone
    since = starts_at(content.valid_from, zone) if content.valid_from else None
    until = ends_before(content.valid_until, zone) if content.valid_until else None
    if until and until <= (since or datetime.min.replace(tzinfo=UTC)):
        raise ProgramInvalid(
            where="valid_until",
            problem=Told(
                "lies before valid_from; exchange the two or leave one out",
                "早于 valid_from；请对调或去掉其一",
            ),
        )


def _repeated(codes: list[str], where: str) -> None:
    for place, code in enumerate(codes):
        if code in codes[:place]:
            raise CodeRepeated(where=f"{where}[{place}].code", repeated=code)


def _declaration_checked(
    declared: AssetDeclaration, existing: AssetView | None, where: str
) -> None:
    _policy_checked(declared.expiry, f"{where}.expiry")
    money = declared.kind in MONEY_KINDS
    currency = shop_known().currency
    if money and not declared.currency:
        raise ProgramInvalid(
            where=f"{where}.currency",
            problem=Told(
                f"money needs one; write {currency}", f"储值类资产必须有货币；请填写 {currency}"
            ),
        )
    if money and declared.currency != currency:
        raise CurrencyMismatch(expected=currency, found=declared.currency)
    if declared.currency and not money:
        raise ProgramInvalid(
            where=f"{where}.currency",
            problem=Told(
                "only principal and bonus have a currency; remove it",
                "只有本金和赠送金带货币；请去掉",
            ),
        )
    if declared.kind is AssetKind.PRINCIPAL and declared.expiry != ExpiryPolicy():
        raise ProgramInvalid(
            where=f"{where}.expiry",
            problem=Told(
                "principal never expires; remove the policy", "储值本金永不过期；请去掉有效期"
            ),
        )
    if existing:
        for field in FIXED_FIELDS:
            if getattr(existing, field) != getattr(declared, field):
                raise AssetDiffers(where=f"{where}.{field}", asset=declared.code, field=field)


def _policy_checked(policy: ExpiryPolicy, where: str) -> None:
    _lot_policy_checked(policy.lot, f"{where}.lot")
    rest = policy.inactivity
    if rest is not None and not (rest.months or rest.days):
        raise ProgramInvalid(
            where=f"{where}.inactivity",
            problem=Told(
                "say after how many months or days; remove it if there is no such limit",
                "请填写多少个月或天；如无此限制请去掉",
            ),
        )


def _lot_policy_checked(policy: LotPolicy | None, where: str) -> None:
    if isinstance(policy, FixedDate) and policy.date.year not in YEARS:
        raise ProgramInvalid(
            where=f"{where}.date",
            problem=Told(
                f"the year must be from {YEARS.start} to {YEARS.stop - 1}",
                f"年份必须在 {YEARS.start} 到 {YEARS.stop - 1} 之间",
            ),
        )


def _rule_checked(rule: RuleContent, where: str, kinds: Mapping[str, AssetKind]) -> None:
    if not is_trigger(rule.on):
        raise UnknownTrigger(where=f"{where}.on", kind=rule.on, known=", ".join(triggers()))
    given = [each for each in (rule.earn, rule.earn_flat, rule.do) if each]
    if len(given) != 1:
        raise ProgramInvalid(
            where=where,
            problem=Told(
                "say what the rule gives: exactly one of earn, earn_flat and do",
                "请写明规则给什么：earn、earn_flat、do 三选一",
            ),
        )
    vocabulary(rule.on).question(rule.when, f"{where}.when")
    audience_words().question(rule.audience, f"{where}.audience")
    effect = rule.effect
    if effect is None:
        for name, params in (rule.do or {}).items():
            action_get(name).check(params, f"{where}.do.{name}")
        return
    field = "earn" if rule.earn else "earn_flat"
    _asset_checked(effect.asset, f"{where}.{field}.asset", kinds)
    if kinds[effect.asset] is AssetKind.PRINCIPAL:
        raise ProgramInvalid(
            where=f"{where}.{field}.asset",
            problem=Told(
                "principal is what a member paid in; a rule can't give it. Use bonus",
                "储值本金只来自会员充值，规则不能发放；请用赠送金",
            ),
        )
    _lot_policy_checked(effect.expiry, f"{where}.{field}.expiry")
    if isinstance(effect, Earn):
        _earn_checked(effect, rule.on, f"{where}.earn")


def _earn_checked(earn: Earn, kind: str, where: str) -> None:
    if not has_amount(kind):
        raise ProgramInvalid(
            where=where,
            problem=Told(
                f"{kind} has no amount to multiply; use earn_flat",
                f"{kind} 没有可按比例计算的金额；请用 earn_flat",
            ),
        )
    words = vocabulary(kind, with_lines=True)
    for place, multiplier in enumerate(earn.multipliers):
        here = f"{where}.multipliers[{place}]"
        question = words.question(multiplier.when, f"{here}.when")
        if (multiplier.thousandths is None) == (multiplier.by is None):
            raise ProgramInvalid(
                where=here,
                problem=Told(
                    "say how many times: exactly one of thousandths and by",
                    "请写明倍数：thousandths 与 by 二选一",
                ),
            )
        if multiplier.by is not None:
            words.fact(multiplier.by, f"{here}.by")
            if OF_LINES.keys() & set(question.condition.variables):
                raise ProgramInvalid(
                    where=f"{here}.when",
                    problem=Told(
                        "what a fact says multiplies whole orders; don't look at lines",
                        "由会员信息决定的倍数作用于整单，条件不能针对商品行",
                    ),
                )


def _asset_checked(code: str, where: str, kinds: Mapping[str, AssetKind]) -> None:
    if code not in kinds:
        known = ", ".join(sorted(kinds)) or "-"
        raise AssetUndeclared(where=where, asset=code, known=known)


def _redemption_checked(redemption: RedemptionContent, kinds: Mapping[str, AssetKind]) -> None:
    _asset_checked(redemption.asset, "redemption.asset", kinds)
    if redemption.step * redemption.value_minor % redemption.points:
        raise ProgramInvalid(
            where="redemption.step",
            problem=Told(
                f"{redemption.step} points are worth no whole minor unit; choose a step that is",
                f"{redemption.step} 个积分不足整分；请选择价值为整分的步长",
            ),
        )
