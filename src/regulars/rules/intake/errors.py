"""Refusals of the intake. Each says what to do; nothing is written when one is answered."""

from regulars.foundation.errors import RegularsError


class UnknownKind(RegularsError):
    code = "unknown_event_kind"
    status = 422
    text = {
        "en": "There is no event kind “{kind}”. Use one of: {known}.",
        "zh-Hans": "没有名为“{kind}”的事件类型；可用：{known}。",
    }


class OrderUnexpected(RegularsError):
    code = "order_unexpected"
    status = 422
    text = {
        "en": "An event of the kind “{kind}” has neither order nor refund. Put what it says into "
        "data.",
        "zh-Hans": "“{kind}”类型的事件不含 order 与 refund，请把内容放入 data。",
    }


class EventFailed(RegularsError):
    """A failure of ours with one event of many; the log line with its reference tells why."""

    code = "internal_error"
    status = 500
    text = {
        "en": "Something went wrong here with this event, and nothing of it was confirmed. Send it "
        "again unchanged; if it fails again, report the reference {reference}.",
        "zh-Hans": "处理该事件时服务器内部错误，未确认任何操作。请原样重发；"
        "若仍失败，请反馈编号 {reference}。",
    }


class UnknownMember(RegularsError):
    code = "unknown_member"
    status = 404
    text = {
        "en": "No member has this {by}. Enrol the member first, then send the event again.",
        "zh-Hans": "没有此 {by} 对应的会员；请先办理入会，再重新发送。",
    }


class MemberMissing(RegularsError):
    code = "member_missing"
    status = 422
    text = {
        "en": "Name the member by exactly one of id, external_id, phone or card.",
        "zh-Hans": "请用 id、external_id、phone、card 之一（仅一个）指明会员。",
    }


class UnknownStore(RegularsError):
    code = "unknown_store"
    status = 422
    text = {
        "en": "There is no store “{store}”. Add it in the console or correct its code.",
        "zh-Hans": "没有编码为“{store}”的门店；请在工作台添加或改正编码。",
    }


class EventInFuture(RegularsError):
    code = "event_in_future"
    status = 422
    text = {
        "en": "The event is dated {occurred_at}, more than five minutes ahead. Set the till's "
        "clock right and send it with the true time.",
        "zh-Hans": "事件时间 {occurred_at} 超前五分钟以上；请校准收银机时钟后以真实时间重发。",
    }


class EventTooOld(RegularsError):
    code = "event_too_old"
    status = 422
    text = {
        "en": "The event is dated {occurred_at}, more than 30 days ago. Bring old events in "
        "through an import.",
        "zh-Hans": "事件时间 {occurred_at} 早于 30 天前；历史数据请用导入功能。",
    }


class DocumentMissing(RegularsError):
    code = "document_missing"
    status = 422
    text = {
        "en": "An event of kind {kind} needs {field}.",
        "zh-Hans": "{kind} 事件必须带有 {field}。",
    }


class LinesDontAddUp(RegularsError):
    code = "lines_do_not_add_up"
    status = 422
    text = {
        "en": "The lines add up to {lines_minor}, the document says {net_minor}. Correct one.",
        "zh-Hans": "明细合计 {lines_minor} 与单据金额 {net_minor} 不符，请改正。",
    }


class LineRepeated(RegularsError):
    code = "line_repeated"
    status = 422
    text = {
        "en": "Line “{line}” appears twice. Give each line its own number.",
        "zh-Hans": "明细行“{line}”重复，请为每行使用不同编号。",
    }


class UnknownLine(RegularsError):
    code = "unknown_line"
    status = 422
    text = {
        "en": "The sale has no line “{line}”. Name lines as the sale did.",
        "zh-Hans": "原销售单没有明细行“{line}”，请使用原单的行号。",
    }


class RefundExceedsPayment(RegularsError):
    code = "refund_exceeds_payment"
    status = 409
    text = {
        "en": "Only {refundable_minor} of this sale are left to refund, {asked_minor} were asked.",
        "zh-Hans": "该单可退金额仅剩 {refundable_minor}，请求退 {asked_minor}。",
    }


class DocumentReused(RegularsError):
    code = "document_reused"
    status = 409
    text = {
        "en": "Document {document} was sent before with other content. A corrected sale needs a "
        "refund and a new number; one that is paid again after its cancellation needs the same "
        "content and a `part`.",
        "zh-Hans": "单据 {document} 已以不同内容发送过；更正请先退款，再用新单号；"
        "取消后重新付款的，请以相同内容并附上 part 发送。",
    }


class DocumentEnded(RegularsError):
    code = "document_ended"
    status = 409
    text = {
        "en": "Document {document} was cancelled, or all of it refunded: nothing of it is left to "
        "pay. Nothing was taken. Name the document of the new sale, or none.",
        "zh-Hans": "单据 {document} 已取消或已全额退款，无需再抵现；未扣减。"
        "请填写新销售单的单号，或不填单号。",
    }


class BatchTooLarge(RegularsError):
    code = "batch_too_large"
    status = 413
    text = {
        "en": "A batch has at most {maximum} events, this one has {found}. Cut it up.",
        "zh-Hans": "每批最多 {maximum} 条，本批 {found} 条，请拆分。",
    }


class NoRedemption(RegularsError):
    code = "no_redemption"
    status = 409
    text = {
        "en": "No program in force lets members pay with {asset}.",
        "zh-Hans": "当前没有会员方案允许使用 {asset} 抵现。",
    }


class BelowMinimum(RegularsError):
    code = "below_minimum_balance"
    status = 409
    text = {
        "en": "Paying with {asset} needs at least {minimum}; {spendable} can be spent now.",
        "zh-Hans": "{asset} 满 {minimum} 才可抵现，当前可用 {spendable}。",
    }


class NotAStep(RegularsError):
    code = "not_a_step"
    status = 422
    text = {
        "en": "{asset} are redeemed in steps of {step}; {points} is no multiple of it.",
        "zh-Hans": "{asset} 须按 {step} 的整数倍抵现，{points} 不符合。",
    }


class CascadeTooDeep(RegularsError):
    code = "cascade_too_deep"
    status = 409
    text = {
        "en": "This event sets off another, that one the next, and so on: “{kind}” is the fourth. "
        "Nothing was booked. Change the rules that raise each other, then send it again.",
        "zh-Hans": "此事件连环触发其他事件，“{kind}”已是第四层；未入账。"
        "请修改相互触发的规则后重新发送。",
    }
