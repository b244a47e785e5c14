"""Why a file, or a row of one, is not taken, and what to do about it."""

from regulars.foundation.errors import RegularsError


class FileUnreadable(RegularsError):
    code = "import_file_unreadable"
    status = 422
    text = {
        "en": "The file can't be read: {problem}. Save it again as CSV, JSONL or XLSX.",
        "zh-Hans": "无法读取文件：{problem}。请另存为 CSV、JSONL 或 XLSX 后重试。",
    }


class FileTooLarge(RegularsError):
    code = "import_file_too_large"
    status = 422
    text = {
        "en": "The file is larger than {maximum}. Split it and import the parts one by one.",
        "zh-Hans": "文件超过上限 {maximum}，请拆分后分别导入。",
    }


class FileEmpty(RegularsError):
    code = "import_file_empty"
    status = 422
    text = {
        "en": "The file has no row below its headings. Export it again.",
        "zh-Hans": "文件在标题行之下没有数据，请重新导出。",
    }


class UnknownImport(RegularsError):
    code = "unknown_import"
    status = 404
    text = {
        "en": "There is no such import. Upload the file first.",
        "zh-Hans": "没有该导入，请先上传文件。",
    }


class ImportStateUnfit(RegularsError):
    code = "import_state_unfit"
    status = 409
    text = {
        "en": "This import is “{state}”; that can be done with one that is {expected}.",
        "zh-Hans": "该导入当前状态为“{state}”，此操作要求状态为 {expected}。",
    }


class ImportFileGone(RegularsError):
    code = "import_file_gone"
    status = 409
    text = {
        "en": "The uploaded file is no longer kept on this machine. Upload it again.",
        "zh-Hans": "本机已不再保存该上传文件，请重新上传。",
    }


class MappingUnfit(RegularsError):
    code = "import_mapping_unfit"
    status = 422
    text = {
        "en": "{field}: {problem}. Choose other columns.",
        "zh-Hans": "{field}：{problem}，请重新选择列。",
    }


class UnknownMapping(RegularsError):
    code = "unknown_mapping"
    status = 404
    text = {
        "en": "There is no mapping “{name}”. Use one of: {known}.",
        "zh-Hans": "没有名为“{name}”的列对应；可用：{known}。",
    }


class ImportBuiltOn(RegularsError):
    code = "import_built_on"
    status = 409
    text = {
        "en": "{count} members have moved on since this import, first {members}. It can't be "
        "undone as a whole any more; correct single members instead.",
        "zh-Hans": "有 {count} 位会员在导入后已有新业务（如 {members}），不能再整批撤销；"
        "请逐个会员更正。",
    }


class RowUnreadable(RegularsError):
    code = "row_unreadable"
    status = 422
    text = {
        "en": "The row can't be read. Correct its marks or encoding.",
        "zh-Hans": "该行无法读取，请检查引号或编码。",
    }


class RowRagged(RegularsError):
    code = "row_ragged"
    status = 422
    text = {
        "en": "The row has more cells than there are headings. Put texts with commas into quotes.",
        "zh-Hans": "该行单元格多于标题列；含逗号的文字请加引号。",
    }


class CellTooLong(RegularsError):
    code = "cell_too_long"
    status = 422
    text = {
        "en": "A cell has more than 500 characters. Shorten it.",
        "zh-Hans": "有单元格超过 500 个字符，请缩短。",
    }


class NumberCut(RegularsError):
    code = "number_cut"
    status = 422
    text = {
        "en": "A number has more than 15 digits, of which a spreadsheet loses the last ones. "
        "Export this column as text.",
        "zh-Hans": "数字超过 15 位，电子表格会丢失末尾几位；请将该列按文本导出。",
    }


class NumbersMissing(RegularsError):
    code = "member_unnamed"
    status = 422
    text = {
        "en": "The row has no phone, card or member number, so nobody could be found by it. Fill "
        "in one of them.",
        "zh-Hans": "该行没有手机号、卡号或会员编号，无法识别会员，请至少填写一项。",
    }


class MemberTwice(RegularsError):
    code = "member_twice"
    status = 422
    text = {
        "en": "An earlier row of this file names the same member. Put both into one row.",
        "zh-Hans": "本文件前面已有同一会员，请合并为一行。",
    }


class ImportAmountUnfit(RegularsError):
    code = "import_amount_unfit"
    status = 422
    text = {
        "en": "{column}: “{value}” is no number of zero or more. Write it like {example}.",
        "zh-Hans": "{column}：“{value}”不是有效数值（不小于零），请写成 {example} 的形式。",
    }


class ImportDateUnfit(RegularsError):
    code = "import_date_unfit"
    status = 422
    text = {
        "en": "{column}: “{value}” is no date. Write it like 2025-03-01.",
        "zh-Hans": "{column}：“{value}”不是有效日期，请写成 2025-03-01 的形式。",
    }


class ImportExpired(RegularsError):
    code = "import_expired"
    status = 422
    text = {
        "en": "{column}: the last day {day} is over, so nothing is left to take over. Empty the "
        "amount or correct the day.",
        "zh-Hans": "{column}：到期日 {day} 已过，无可结转；请清空数值或更正日期。",
    }


class ImportFuture(RegularsError):
    code = "import_future"
    status = 422
    text = {
        "en": "{column}: {day} lies ahead. Correct it.",
        "zh-Hans": "{column}：{day} 在将来，请更正。",
    }


class SaleUnfit(RegularsError):
    code = "import_sale_unfit"
    status = 422
    text = {
        "en": "The row needs an order number, a time and a member. Fill them in.",
        "zh-Hans": "该行须有单号、时间和会员，请补全。",
    }


class RowUnknownMember(RegularsError):
    code = "import_member_unknown"
    status = 422
    text = {
        "en": "There is no member with the number of this row. Import the members first.",
        "zh-Hans": "没有与该行号码对应的会员，请先导入会员。",
    }


class ImportLevelUnknown(RegularsError):
    code = "import_level_unknown"
    status = 422
    text = {
        "en": "There is no level “{level}”. Say what it becomes, one of: {known}.",
        "zh-Hans": "没有等级“{level}”，请指定它对应的等级，可用：{known}。",
    }


class ImportStoreUnknown(RegularsError):
    code = "import_store_unknown"
    status = 422
    text = {
        "en": "{column}: there is no store “{store}”. Say what it becomes, one of: {known}.",
        "zh-Hans": "{column}：没有门店“{store}”，请指定它对应的门店，可用：{known}。",
    }


class ImportValueRejected(RegularsError):
    code = "import_value_rejected"
    status = 422
    text = {
        "en": "{column}: rows with “{value}” are not taken, as was chosen for this import.",
        "zh-Hans": "{column}：按本次导入的选择，不导入取值为“{value}”的行。",
    }


class ImportValueUnfit(RegularsError):
    code = "import_value_unfit"
    status = 422
    text = {
        "en": "{column}: “{value}” can't become “{becomes}”. Use one of: {known}.",
        "zh-Hans": "{column}：“{value}”不能对应为“{becomes}”；可用：{known}。",
    }


ROW_PROBLEMS: dict[str, type[RegularsError]] = {
    each.code: each for each in (RowUnreadable, RowRagged, CellTooLong, NumberCut)
}
