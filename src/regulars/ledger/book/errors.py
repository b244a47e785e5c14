"""Refusals of the book."""

from regulars.foundation.errors import RegularsError


class InsufficientBalance(RegularsError):
    code = "insufficient_balance"
    status = 409
    text = {
        "en": "Only {spendable} {asset} can be spent now, {requested} were asked for. Ask for less "
        "or wait for the next earning.",
        "zh-Hans": "{asset} 当前可用 {spendable}，请求 {requested}；请减少数量或等待下次入账。",
    }


class UnknownHolder(RegularsError):
    code = "unknown_holder"
    status = 404
    text = {
        "en": "Nobody with the id {holder_id} owns anything here. Enrol the member first.",
        "zh-Hans": "没有编号为 {holder_id} 的持有人，请先办理入会。",
    }


class HolderFrozen(RegularsError):
    code = "holder_frozen"
    status = 409
    text = {
        "en": "This member's assets are frozen. A manager can release them; then send again.",
        "zh-Hans": "该会员的资产已冻结；请店长解冻后重试。",
    }


class HolderMerged(RegularsError):
    code = "holder_merged"
    status = 409
    text = {
        "en": "This member was merged into {merged_into}. Use that one.",
        "zh-Hans": "该会员已合并到 {merged_into}，请改用合并后的会员。",
    }


class UnknownAsset(RegularsError):
    code = "unknown_asset"
    status = 422
    text = {
        "en": "There is no asset “{asset}”. Use one of: {known}.",
        "zh-Hans": "没有名为“{asset}”的资产；可用：{known}。",
    }


class AssetNotTransferable(RegularsError):
    code = "asset_not_transferable"
    status = 409
    text = {
        "en": "{asset} can't be given to another member.",
        "zh-Hans": "{asset} 不可转赠。",
    }


class SameHolder(RegularsError):
    code = "same_holder"
    status = 422
    text = {
        "en": "Giver and receiver are the same member. Name another receiver.",
        "zh-Hans": "转出与转入为同一会员，请选择其他会员。",
    }


class UnknownEntry(RegularsError):
    code = "unknown_entry"
    status = 404
    text = {
        "en": "There is no entry {entry_id} of this member to reverse.",
        "zh-Hans": "该会员没有可冲正的流水 {entry_id}。",
    }


class ReversalShrinks(RegularsError):
    code = "reversal_shrinks"
    status = 409
    text = {
        "en": "Already {reversed_so_far} are taken back; a later refund can't lower that.",
        "zh-Hans": "已冲正 {reversed_so_far}，后续退款不能低于该值。",
    }


class ReversalExceeds(RegularsError):
    code = "reversal_exceeds"
    status = 409
    text = {
        "en": "Only {amount} were moved by the entry; no more can be taken back.",
        "zh-Hans": "原流水仅 {amount}，不能冲正更多。",
    }


class EntryNotReversible(RegularsError):
    code = "entry_not_reversible"
    status = 409
    text = {
        "en": "Only an earning or a spending can be taken back; this entry is a gift, an expiry or "
        "itself a reversal. Correct it with a new entry.",
        "zh-Hans": "只能冲正获得或消费；该流水是转赠、过期或冲正，请用新的流水更正。",
    }


class UnknownHold(RegularsError):
    code = "unknown_hold"
    status = 404
    text = {
        "en": "There is no such hold of this member.",
        "zh-Hans": "该会员没有这笔冻结。",
    }


class HoldClosed(RegularsError):
    code = "hold_closed"
    status = 409
    text = {
        "en": "This hold is already {state}. Make a new one.",
        "zh-Hans": "该笔冻结已{state}，请重新冻结。",
    }


class HoldExceeded(RegularsError):
    code = "hold_exceeded"
    status = 409
    text = {
        "en": "Only {amount} are on hold; settle that or less.",
        "zh-Hans": "冻结数量仅为 {amount}，请按此数量或更少结算。",
    }


class MergeDebtOpen(RegularsError):
    code = "merge_debt_open"
    status = 409
    text = {
        "en": "The member to be merged owes {debt} {asset}, the other can spend {spendable} only. "
        "Let the debt be repaid first, or merge the other way round.",
        "zh-Hans": "被合并会员欠 {asset} {debt}，对方可用仅 {spendable}；请先还清，或反向合并。",
    }


class MergeHoldOpen(RegularsError):
    code = "merge_hold_open"
    status = 409
    text = {
        "en": "Something of this member is on hold past its last day. Settle or release that hold, "
        "then merge.",
        "zh-Hans": "该会员有已过期但仍被冻结的资产；请先结算或解冻再合并。",
    }


class ForfeitRefused(RegularsError):
    code = "forfeit_refused"
    status = 409
    text = {
        "en": "This member still has open affairs in {asset} ({problem}). Pay out the principal, "
        "settle the debt or end the hold first.",
        "zh-Hans": "该会员的 {asset} 尚有未了事项（{problem}）；请先退还本金、还清欠账或结束冻结。",
    }
