"""Checks of what restrains rules: groups, schedules and limits."""

from collections.abc import Collection, Sequence

from regulars.foundation.errors import Told
from regulars.rules.programs.content import (
    Content,
    Earn,
    GroupKind,
    LimitContent,
    RuleContent,
    ScheduleContent,
)
from regulars.rules.programs.errors import AssetUndeclared, CodeRepeated, ProgramInvalid


def rivalry_checked(content: Content) -> None:
    """Refuses groups that are not there, or whose rules can't be compared; and idle schedules."""
    codes = [group.code for group in content.groups]
    for place, code in enumerate(codes):
        if code in codes[:place]:
            raise CodeRepeated(where=f"groups[{place}].code", repeated=code)
    for place, rule in enumerate(content.rules):
        if rule.group is not None and rule.group not in codes:
            known = ", ".join(codes) or "-"
            raise _invalid(
                f"rules[{place}].group",
                f"there is no group “{rule.group[:40]}”; declare it under groups, or use one of: "
                f"{known}",
                f"没有名为“{rule.group[:40]}”的组；请在 groups 中声明，或使用：{known}",
            )
        if rule.schedule is not None:
            _schedule_checked(rule.schedule, f"rules[{place}].schedule")
    for place, group in enumerate(content.groups):
        if group.kind is GroupKind.STACK:
            continue
        members = [rule for rule in content.rules if rule.group == group.code]
        if len({rule.on for rule in members}) > 1:
            raise _invalid(
                f"groups[{place}]",
                "its rules listen to different events and never meet; make a group for each",
                "组内规则监听不同事件，不会同时适用；请分成多个组",
            )
        if group.kind is GroupKind.BEST_OF:
            _comparable(members, f"groups[{place}]")


def limits_checked(content: Content, assets: Collection[str]) -> None:
    """Refuses limits that say nothing, say two things, or can't be counted."""
    for place, rule in enumerate(content.rules):
        where = f"rules[{place}]"
        for number, limit in enumerate(rule.limits):
            _limit_checked(limit, f"{where}.limits[{number}]", content)
            _fits(limit, rule, f"{where}.limits[{number}]", content)
        _distinct(rule.limits, f"{where}.limits")
        earn = rule.earn
        if isinstance(earn, Earn) and earn.after_limit and not rule.limits + content.limits:
            raise _invalid(
                f"{where}.earn.after_limit",
                "there is no limit that it could come after; add one or remove it",
                "没有对应的上限；请添加上限或去掉此项",
            )
    for number, limit in enumerate(content.limits):
        where = f"limits[{number}]"
        _limit_checked(limit, where, content)
        if limit.asset is None and limit.times is None:
            raise _invalid(
                f"{where}.asset",
                "say which asset the program's limit is about",
                "请写明方案上限针对哪种资产",
            )
        if limit.asset is not None and limit.asset not in assets:
            raise AssetUndeclared(
                where=f"{where}.asset", asset=limit.asset, known=", ".join(sorted(assets)) or "-"
            )
    _distinct(content.limits, "limits")


def _limit_checked(limit: LimitContent, where: str, content: Content) -> None:
    said = [each for each in (limit.amount, limit.times, limit.value_minor) if each is not None]
    if len(said) != 1:
        raise _invalid(
            where,
            "say how much at most: exactly one of amount, times and value_minor",
            "请写明上限：amount、times、value_minor 三选一",
        )
    if limit.value_minor is None:
        return
    offer = content.redemption
    if offer is None or (limit.asset is not None and limit.asset != offer.asset):
        raise _invalid(
            f"{where}.value_minor",
            "what these points are worth isn't known: the program doesn't let members pay with "
            "them. Use amount",
            "方案未设置该积分的抵扣价值，无法换算金额；请用 amount",
        )
    if limit.value_minor * offer.points < offer.value_minor:
        raise _invalid(
            f"{where}.value_minor",
            "is less than a single point is worth; raise it",
            "低于一个积分的价值；请提高",
        )


def _fits(limit: LimitContent, rule: RuleContent, where: str, content: Content) -> None:
    """A rule's own limit is about what the rule gives."""
    effect = rule.effect
    if limit.asset is not None:
        raise _invalid(
            f"{where}.asset",
            "a rule's limit is about what the rule gives; remove the asset",
            "规则的上限针对规则自身所发资产；请去掉 asset",
        )
    if effect is None and limit.times is None:
        raise _invalid(
            where, "this rule gives nothing to add up; use times", "该规则不发放数量；请用 times"
        )
    offer = content.redemption
    if limit.value_minor is not None and offer and effect and effect.asset != offer.asset:
        raise _invalid(
            f"{where}.value_minor",
            f"members pay with {offer.asset}, not with what this rule gives; use amount",
            f"可抵扣的是 {offer.asset}，不是该规则所发资产；请用 amount",
        )


def _distinct(limits: Sequence[LimitContent], where: str) -> None:
    """Two limits on the same count would share it: the tighter one is enough."""
    seen = set()
    for number, limit in enumerate(limits):
        counted = (limit.per, limit.window, limit.times is None, limit.asset)
        if counted in seen:
            raise _invalid(
                f"{where}[{number}]",
                "counts the same as an earlier limit; keep the tighter one",
                "与前面的上限重复；请保留较严的一个",
            )
        seen.add(counted)


def _comparable(members: Sequence[RuleContent], where: str) -> None:
    assets = {rule.effect.asset if rule.effect else None for rule in members}
    if len(assets) > 1 or None in assets:
        raise _invalid(
            where,
            "its rules must all give the same asset, so that the best can be told",
            "组内规则须发放同一种资产，才能比较优劣",
        )


def _schedule_checked(schedule: ScheduleContent, where: str) -> None:
    for place, hours in enumerate(schedule.hours):
        if hours.since == hours.until:
            raise _invalid(
                f"{where}.hours[{place}]",
                "is empty: choose an end other than the beginning",
                "时段为空：结束须不同于开始",
            )
    for place, dates in enumerate(schedule.dates):
        if dates.until < dates.since:
            raise _invalid(
                f"{where}.dates[{place}]",
                "ends before it begins; exchange the two",
                "结束早于开始；请对调",
            )


def _invalid(where: str, problem: str, chinese: str) -> ProgramInvalid:
    return ProgramInvalid(where=where, problem=Told(problem, chinese))
