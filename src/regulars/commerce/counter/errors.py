"""Refusals at the counter."""

from regulars.foundation.errors import RegularsError


class UnknownTicket(RegularsError):
    code = "unknown_ticket"
    status = 404
    text = {
        "en": "There is no receipt “{number}” at this store. Check the number.",
        "zh-Hans": "本店没有小票“{number}”，请核对小票号。",
    }


class UnknownTerminal(RegularsError):
    code = "unknown_terminal"
    status = 409
    text = {
        "en": "This till's number is not known here any more. Reload the page.",
        "zh-Hans": "本收银机的编号已失效，请刷新页面。",
    }


class TerminalHeld(RegularsError):
    code = "terminal_held"
    status = 409
    text = {
        "en": "What waits here was made under number {terminal}, and that till is still registered "
        "as “{name}”. Use its secret here; or, if no till works as “{name}” any more, revoke it "
        "under Devices and reload this page. Until then it is kept here.",
        "zh-Hans": "待发送的记录使用编号 {terminal}，该收银机仍登记为“{name}”。"
        "请在此浏览器输入它的密钥；若已没有收银机在用“{name}”，请在“设备”中将其吊销，再刷新本页。"
        "在此之前，记录会保留在这里。",
    }


class TerminalGivenAgain(RegularsError):
    code = "terminal_given_again"
    status = 409
    text = {
        "en": "Number {terminal}, under which this was made, was given to “{name}” later: the "
        "server's data was set back. Leave “{name}” as it is, and send this under a new number.",
        "zh-Hans": "该记录使用编号 {terminal}，而服务器数据回退后，此编号已分配给“{name}”。"
        "请保留“{name}”不动，将此记录以新编号发送。",
    }


class TerminalNeverGiven(RegularsError):
    code = "terminal_never_given"
    status = 409
    text = {
        "en": "This was made under number {terminal}, which no till of this shop can have had. If "
        "it belongs to this shop, send it under a new number.",
        "zh-Hans": "该记录使用编号 {terminal}，本店系统从未分配过此编号。"
        "如确属本店，请以新编号发送。",
    }


class TerminalElsewhere(RegularsError):
    code = "terminal_elsewhere"
    status = 409
    text = {
        "en": "What waits under number {terminal} was made at the store “{name}” and counts there. "
        "Register this browser at “{name}” once more and open the counter: then it is sent. Until "
        "then it is kept here.",
        "zh-Hans": "编号 {terminal} 下的待发送记录属于门店“{name}”，应计入该店。"
        "请将此浏览器重新登记到“{name}”并打开收银台，记录即会发送；在此之前会保留在这里。",
    }


class NoShiftOpen(RegularsError):
    code = "no_shift_open"
    status = 409
    text = {
        "en": "No shift is open at this till. Open one with the float in the drawer.",
        "zh-Hans": "本收银机尚未开班，请先点清备用金并开班。",
    }


class ShiftAlreadyOpen(RegularsError):
    code = "shift_already_open"
    status = 409
    text = {
        "en": "A shift is open at this till already. Close it first.",
        "zh-Hans": "本收银机已有班次，请先交班。",
    }


class ShiftClosed(RegularsError):
    code = "shift_closed"
    status = 409
    text = {
        "en": "This shift is closed and never changes again.",
        "zh-Hans": "该班次已交班，不能再更改。",
    }


class SaleDoesNotAddUp(RegularsError):
    code = "sale_does_not_add_up"
    status = 422
    text = {
        "en": "To pay is {payable}, but the tenders come to {paid}. Enter the payment again.",
        "zh-Hans": "应付 {payable}，付款合计 {paid}，请重新录入付款。",
    }


class DiscountTooLarge(RegularsError):
    code = "discount_too_large"
    status = 422
    text = {
        "en": "Discount and rounding off come to more than the goods cost.",
        "zh-Hans": "优惠与抹零合计超过商品金额。",
    }


class UnknownTender(RegularsError):
    code = "unknown_tender"
    status = 422
    text = {
        "en": "There is no tender “{tender}” at the counter. Use one of: {known}.",
        "zh-Hans": "收银台没有付款方式“{tender}”；可用：{known}。",
    }


class CashTooLittle(RegularsError):
    code = "cash_too_little"
    status = 422
    text = {
        "en": "The cash handed over is less than what cash shall pay.",
        "zh-Hans": "收到的现金少于应付现金。",
    }


class PointsRateChanged(RegularsError):
    code = "points_rate_changed"
    status = 409
    text = {
        "en": "The points pay {value} now. Enter the points again.",
        "zh-Hans": "积分现可抵 {value}，请重新录入积分。",
    }


class PointsNeedServer(RegularsError):
    code = "points_need_server"
    status = 409
    text = {
        "en": "Points can't be spent without the server: nobody knows how many are left.",
        "zh-Hans": "离线时不能使用积分：无法确认会员还有多少积分。",
    }


class TicketUnsettled(RegularsError):
    code = "ticket_unsettled"
    status = 409
    text = {
        "en": "The member of this receipt is not settled yet. Settle it first.",
        "zh-Hans": "该小票的会员尚未确认，请先处理。",
    }


class TicketClaimed(RegularsError):
    code = "ticket_claimed"
    status = 409
    text = {
        "en": "This receipt is a member's already. It can't be given to another one.",
        "zh-Hans": "该小票已有会员，不能再归到其他会员名下。",
    }


class ClaimTooLate(RegularsError):
    code = "claim_too_late"
    status = 409
    text = {
        "en": "Only a sale of today, of which nothing was returned, can be given to a member.",
        "zh-Hans": "只有当日且未退货、未撤单的销售可以补记会员。",
    }


class TicketSettled(RegularsError):
    code = "ticket_settled"
    status = 409
    text = {
        "en": "There is nothing left to settle for this receipt.",
        "zh-Hans": "该小票没有待处理事项。",
    }


class NoSale(RegularsError):
    code = "not_a_sale"
    status = 409
    text = {
        "en": "{number} is no sale; only a sale can be returned or voided.",
        "zh-Hans": "{number} 不是销售小票，不能退货或撤单。",
    }


class RefundTooLarge(RegularsError):
    code = "refund_too_large"
    status = 409
    text = {
        "en": "Of this receipt {left} is left to give back. Enter no more than that.",
        "zh-Hans": "该小票最多还可退 {left}，请勿超过此金额。",
    }


class ReturnLinesWrong(RegularsError):
    code = "return_lines_wrong"
    status = 422
    text = {
        "en": "The lines that come back must be lines of this receipt, each named once, and add "
        "up to the amount. Mark them again.",
        "zh-Hans": "退货明细须为本小票的商品，每项只选一次，且合计等于退货金额；请重新勾选。",
    }


class ReturnLineTooLarge(RegularsError):
    code = "return_line_too_large"
    status = 409
    text = {
        "en": "Of item {line} {left} is left to give back. Enter no more than that.",
        "zh-Hans": "第 {line} 项最多还可退 {left}，请勿超过此金额。",
    }


class RefundWholeOnly(RegularsError):
    code = "refund_whole_only"
    status = 409
    text = {
        "en": "This sale was paid with points alone: it can only be returned as a whole.",
        "zh-Hans": "该单全部以积分支付，只能整单退货。",
    }


class VoidTooLate(RegularsError):
    code = "void_too_late"
    status = 409
    text = {
        "en": "Only a sale of the open shift, of which nothing was returned, can be voided. "
        "Refund it instead.",
        "zh-Hans": "只能撤销当班且未退货的销售，请改为退货。",
    }


class ReasonMissing(RegularsError):
    code = "reason_missing"
    status = 422
    text = {
        "en": "Say why: this needs a reason.",
        "zh-Hans": "请填写原因。",
    }


class ApprovalNeeded(RegularsError):
    code = "approval_needed"
    status = 403
    text = {
        "en": "A manager has to approve this here with a PIN.",
        "zh-Hans": "此操作需店长特批，请店长在此输入 PIN 码。",
    }


class CashMoveNothing(RegularsError):
    code = "cash_move_nothing"
    status = 422
    text = {
        "en": "Say how much cash is put in or taken out.",
        "zh-Hans": "请输入存入或取出的现金金额。",
    }


class CashMoveTooLarge(RegularsError):
    code = "cash_move_too_large"
    status = 409
    text = {
        "en": "The drawer should hold {held}; no more than that can be taken out.",
        "zh-Hans": "钱箱应有现金 {held}，取出金额不能超过此数。",
    }


class CashMoveKnown(RegularsError):
    code = "cash_move_known"
    status = 409
    text = {
        "en": "This cash was written down already; there is nothing to dismiss.",
        "zh-Hans": "该笔现金已登记，无需作废。",
    }


class CashMoveDismissed(RegularsError):
    code = "cash_move_dismissed"
    status = 409
    text = {
        "en": "This cash was dismissed and is not written down. Dismiss it here too; if it did "
        "move, enter it anew.",
        "zh-Hans": "该笔现金已作废，不会登记。请在此处同样作废；如现金确有存取，请重新录入。",
    }


class DayStillOpen(RegularsError):
    code = "day_still_open"
    status = 409
    text = {
        "en": "A shift of this day is still open, or the day has not begun. Close its shifts.",
        "zh-Hans": "当日还有班次未交班，或该日尚未开始；请先交班再日结。",
    }


class DayEndMade(RegularsError):
    code = "day_end_made"
    status = 409
    text = {
        "en": "This day's sheet is made and never changes. What came later stands beside it.",
        "zh-Hans": "该日已日结，不能再更改；之后到达的单据列在日结单下方。",
    }


class UnknownShift(RegularsError):
    code = "unknown_shift"
    status = 404
    text = {
        "en": "There is no such shift.",
        "zh-Hans": "没有该班次。",
    }


class ParkedGone(RegularsError):
    code = "parked_gone"
    status = 409
    text = {
        "en": "This sale was recalled already, here or at another till.",
        "zh-Hans": "该挂单已被取走。",
    }
