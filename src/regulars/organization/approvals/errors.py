"""Refusals about deeds that wait for a second person."""

from regulars.foundation.errors import RegularsError


class UnknownApproval(RegularsError):
    code = "unknown_approval"
    status = 404
    text = {
        "en": "There is no request for approval with this id.",
        "zh-Hans": "没有该审批申请，请核对编号。",
    }


class ApprovalKindUnknown(RegularsError):
    code = "approval_kind_unknown"
    status = 422
    text = {
        "en": "Nothing here is approved under the name “{kind}”.",
        "zh-Hans": "没有名为“{kind}”的审批类型。",
    }


class ApprovalOwn(RegularsError):
    code = "approval_own"
    status = 403
    text = {
        "en": "You asked for this yourself. Somebody else has to approve it.",
        "zh-Hans": "这是您本人提交的申请，须由他人审批。",
    }


class ApprovalNotYours(RegularsError):
    code = "approval_not_yours"
    status = 403
    text = {
        "en": "Only who asked for it can withdraw a request. Decline it instead.",
        "zh-Hans": "只有申请人可以撤回申请；您可以驳回。",
    }


class ApprovalDecided(RegularsError):
    code = "approval_decided"
    status = 409
    text = {
        "en": "This request was decided already or withdrawn. Nothing was done a second time.",
        "zh-Hans": "该申请已处理或已撤回，没有重复执行。",
    }


class ApprovalExpired(RegularsError):
    code = "approval_expired"
    status = 409
    text = {
        "en": "This request waited too long and has lapsed. Ask again if it is still needed.",
        "zh-Hans": "该申请已过期；如仍需要，请重新提交。",
    }


class NobodyToApprove(RegularsError):
    code = "nobody_to_approve"
    status = 409
    text = {
        "en": "This needs the approval of a second person, and nobody else may give it here. Let "
        "somebody have a role that may approve, or ask for less.",
        "zh-Hans": "此操作需要另一人审批，但目前没有其他人有权审批。请先为他人授予可审批的角色，"
        "或减少数额。",
    }


class ApprovalNeedsPeople(RegularsError):
    """For API keys: a program can't look at what it is to approve."""

    code = "approval_needs_people"
    status = 403
    text = {
        "en": "This shop lets two people decide on that, and an API key is neither. Let somebody "
        "ask for it in the console; it is done as soon as a second person approves it.",
        "zh-Hans": "本店规定此操作须由两人决定，API 密钥不能代替。请由一名员工在管理后台提交，"
        "另一人审批通过后即执行。",
    }


class ApprovedChanged(RegularsError):
    code = "approved_changed"
    status = 409
    text = {
        "en": "It has changed since the approval was asked for, so nothing was done. Decline the "
        "request, and let it be asked for again as it is now.",
        "zh-Hans": "提交审批之后内容已有变化，未执行任何操作。请驳回该申请，"
        "并按现在的内容重新提交。",
    }


class ApprovalNeeded(RegularsError):
    code = "approval_needed"
    status = 409
    text = {
        "en": "This is above the limit for one person alone. Ask for the approval of a second one.",
        "zh-Hans": "超出单人可办理的上限，请提交审批，由另一人批准。",
    }
