"""Why a file, or a row of one, is not taken, and what to do about it."""

from regulars.foundation.errors import RegularsError


class UnknownDataset(RegularsError):
    code = "unknown_dataset"
    status = 422
    text = {
        "en": "There is no dataset “{dataset}”. Use one of: {known}.",
        "zh-Hans": "没有名为“{dataset}”的数据集；可用：{known}。",
    }


class DatasetMissing(RegularsError):
    code = "dataset_missing"
    status = 422
    text = {
        "en": "The real retail year is not installed here. Get it with `make dataset`, or with "
        "pip install -r requirements/completejourney.txt, and run the import again.",
        "zh-Hans": "本机尚未安装真实零售年数据。请运行 `make dataset`（或 "
        "pip install -r requirements/completejourney.txt），然后重新导入。",
    }


class ReaderMissing(RegularsError):
    code = "reader_missing"
    status = 422
    text = {
        "en": "polars, which reads the files, is not installed here. Get it with `make dataset`, "
        "or with pip install -r requirements/completejourney.txt, and run the import again.",
        "zh-Hans": "本机尚未安装读取文件所需的 polars。请运行 `make dataset`（或 "
        "pip install -r requirements/completejourney.txt），然后重新导入。",
    }


class FileMissing(RegularsError):
    code = "file_missing"
    status = 422
    text = {
        "en": "There is no file {file}. Name the folder that holds {names}.",
        "zh-Hans": "找不到文件 {file}。请指明包含 {names} 的文件夹。",
    }


class FileUnreadable(RegularsError):
    code = "file_unreadable"
    status = 422
    text = {
        "en": "{file} can't be read as Parquet: {problem}. Get the file anew.",
        "zh-Hans": "{file} 不是可读的 Parquet 文件：{problem}。请重新获取该文件。",
    }


class ColumnMissing(RegularsError):
    code = "column_missing"
    status = 422
    text = {
        "en": "{file} needs a column {column} of {expected}; found: {found}. Correct the file.",
        "zh-Hans": "{file} 缺少类型为 {expected} 的列 {column}；实际为：{found}。请更正文件。",
    }


class CurrencyUnfit(RegularsError):
    code = "currency_unfit"
    status = 422
    text = {
        "en": "The file's amounts are in hundredths, and {currency} has none. Import it into a "
        "shop that keeps its books in another currency.",
        "zh-Hans": "文件金额精确到百分之一，而 {currency} 没有百分位。请导入以其他货币记账的店铺。",
    }


class StoreElsewhere(RegularsError):
    code = "store_elsewhere"
    status = 409
    text = {
        "en": "Store “{store}” exists with the time zone {found}; the file says {expected}. "
        "Correct the store's time zone, then import again.",
        "zh-Hans": "门店“{store}”已存在，时区为 {found}，而文件为 {expected}。"
        "请更正门店时区后重新导入。",
    }


class MemberNotEnrolled(RegularsError):
    code = "member_not_enrolled"
    status = 409
    text = {
        "en": "Member “{member}” can't be enrolled: {problem}",
        "zh-Hans": "会员“{member}”无法入会：{problem}",
    }


class ImportStopped(RegularsError):
    code = "import_stopped"
    status = 503
    text = {
        "en": "The import stopped: {problem}. What was done stays; go on with --resume.",
        "zh-Hans": "导入中止：{problem}。已完成的部分有效；请用 --resume 继续。",
    }


class BasketMissing(RegularsError):
    code = "basket_missing"
    status = 422
    text = {
        "en": "The row names no basket, so nobody knows what it belongs to. Fill in {column}.",
        "zh-Hans": "该行没有购物篮编号，无法归属。请填写 {column}。",
    }


class ValueMissing(RegularsError):
    code = "value_missing"
    status = 422
    text = {
        "en": "{column} is empty. Fill it in; basket {basket} is left out until then.",
        "zh-Hans": "{column} 为空。请填写；在此之前购物篮 {basket} 整单不导入。",
    }


class AmountOffCent(RegularsError):
    code = "amount_off_cent"
    status = 422
    text = {
        "en": "{column} is {value}, which is no whole number of cents. Correct it; basket "
        "{basket} is left out until then.",
        "zh-Hans": "{column} 为 {value}，不是整分。请更正；在此之前购物篮 {basket} 整单不导入。",
    }


class AmountUnfit(RegularsError):
    code = "amount_unfit"
    status = 422
    text = {
        "en": "{column} is {value}; an amount is zero or more, and below {maximum}. Correct it; "
        "basket {basket} is left out until then. A return is no sale with a minus.",
        "zh-Hans": "{column} 为 {value}；金额须不小于零且低于 {maximum}。请更正；在此之前购物篮 "
        "{basket} 整单不导入。退货不能写成负数销售。",
    }


class QuantityUnfit(RegularsError):
    code = "quantity_unfit"
    status = 422
    text = {
        "en": "{column} is {value}; a quantity is zero or more. Correct it; basket {basket} is "
        "left out until then.",
        "zh-Hans": "{column} 为 {value}；数量须不小于零。请更正；"
        "在此之前购物篮 {basket} 整单不导入。",
    }


class ZoneUnknown(RegularsError):
    code = "zone_unknown"
    status = 422
    text = {
        "en": "There is no time zone “{value}”. Write an IANA name such as America/New_York; "
        "basket {basket} is left out until then.",
        "zh-Hans": "没有名为“{value}”的时区。请填写如 America/New_York 的 IANA 名称；"
        "在此之前购物篮 {basket} 整单不导入。",
    }


class StoreInTwoZones(RegularsError):
    code = "store_in_two_zones"
    status = 422
    text = {
        "en": "The store has the zone {value} here and another in an earlier row. Give it one; "
        "basket {basket} is left out until then.",
        "zh-Hans": "该门店此处时区为 {value}，与前面的行不同。请统一；"
        "在此之前购物篮 {basket} 整单不导入。",
    }


class BasketTorn(RegularsError):
    code = "basket_torn"
    status = 422
    text = {
        "en": "The row's {column} differs from that of the basket's first row. One basket is one "
        "purchase; basket {basket} is left out until that is so.",
        "zh-Hans": "该行的 {column} 与同一购物篮首行不一致。一个购物篮是一次购买；"
        "在更正之前购物篮 {basket} 整单不导入。",
    }
