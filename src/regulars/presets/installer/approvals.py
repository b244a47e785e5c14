"""Installing or ending a package may need a second person, as publishing a program does."""

from django.urls import reverse

from regulars.foundation.actors import Actor
from regulars.organization.approvals.services import (
    approval_kind_register,
    approval_request,
    content_described,
    publishing_limit,
)
from regulars.organization.approvals.types import (
    ApprovalKind,
    ApprovalView,
    Approved,
    Described,
    Payload,
    Texts,
)
from regulars.presets.installer.packages import package_read
from regulars.presets.installer.planning import ending_planned, plan_made
from regulars.presets.installer.selectors import installation_get
from regulars.presets.installer.services import preset_put_to_rest, preset_put_up
from regulars.presets.installer.types import END, INSTALL, Plan


def preset_install_request(*, actor: Actor, code: str, reason: str, key: str) -> ApprovalView:
    """Asks a second person to let a package be installed, as it would be now.

    Errors: unknown_preset, text_missing, nobody_to_approve, key_reused.
    """
    plan = plan_made(package_read(code))
    return _asked(INSTALL, plan, actor, code, reason, key)


def preset_end_request(*, actor: Actor, code: str, reason: str, key: str) -> ApprovalView:
    """Asks a second person to let a package end.

    Errors: unknown_preset, preset_not_installed, text_missing, nobody_to_approve, key_reused.
    """
    installation_get(code)
    return _asked(END, ending_planned(code), actor, code, reason, key)


def _asked(kind: str, plan: Plan, actor: Actor, *about: str) -> ApprovalView:
    code, reason, key = about
    payload = {"preset": code, "digest": plan.digest, "parts": plan.count}
    return approval_request(
        actor=actor, kind=kind, payload=payload, amount=1, subject=code, reason=reason, key=key
    )


def _described(payload: Payload, plan: Plan, means: Texts) -> Described:
    texts = package_read(payload["preset"]).texts
    amount = {
        "en": f"preset “{texts['en'].name}”",
        "zh-Hans": f"方案包“{texts['zh-Hans'].name}”",
    }
    return content_described(
        is_same=plan.digest == payload["digest"],
        amount=amount,
        means=means,
        address=reverse("console:presets-one", args=[payload["preset"]]),
    )


def _installing_described(payload: Payload) -> Described:
    means = {
        "en": f"{payload['parts']} parts are made, changed or ended; its programs hold at once.",
        "zh-Hans": f"将新建、更改或结束 {payload['parts']} 项内容，其中的会员方案立即生效。",
    }
    return _described(payload, plan_made(package_read(payload["preset"])), means)


def _ending_described(payload: Payload) -> Described:
    means = {
        "en": f"{payload['parts']} parts end. What members have stays theirs.",
        "zh-Hans": f"将结束 {payload['parts']} 项内容，会员已有的权益保留。",
    }
    return _described(payload, ending_planned(payload["preset"]), means)


def _installed(approved: Approved) -> str:
    code = str(approved.payload["preset"])
    preset_put_up(actor=approved.asker, code=code, approved=approved.payload["digest"])
    return code


def _ended(approved: Approved) -> str:
    code = str(approved.payload["preset"])
    preset_put_to_rest(actor=approved.asker, code=code, approved=approved.payload["digest"])
    return code


approval_kind_register(
    ApprovalKind(
        code=INSTALL,
        title={"en": "Install a preset", "zh-Hans": "安装方案包"},
        right="presets.install",
        limit=publishing_limit,
        describe=_installing_described,
        in_orm=_installed,
    )
)
approval_kind_register(
    ApprovalKind(
        code=END,
        title={"en": "End a preset", "zh-Hans": "结束方案包"},
        right="presets.install",
        limit=publishing_limit,
        describe=_ending_described,
        in_orm=_ended,
    )
)
