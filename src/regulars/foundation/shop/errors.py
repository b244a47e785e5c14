"""Refusals about the shop's own values."""

from regulars.foundation.errors import RegularsError


class ShopChangedMeanwhile(RegularsError):
    code = "shop_changed_meanwhile"
    status = 409
    text = {
        "en": "Somebody else has changed these settings since you opened the page. Look at what "
        "stands there now, then save again.",
        "zh-Hans": "您打开页面后，设置已被他人修改。请查看当前内容后重新保存。",
    }


class SetByEnvironment(RegularsError):
    code = "set_by_environment"
    status = 409
    text = {
        "en": "{variable} is set in this server's environment and can't be changed here. Ask "
        "whoever runs the server.",
        "zh-Hans": "该项由服务器环境变量 {variable} 指定，不能在此修改，请联系服务器管理员。",
    }


class CurrencyFixed(RegularsError):
    code = "currency_fixed"
    status = 409
    text = {
        "en": "The shop already keeps books in {currency}, so its currency can't be changed any "
        "more. Another currency needs a shop of its own.",
        "zh-Hans": "本店已经以 {currency} 记账，币种不能再改；需要其他币种时请另开一套系统。",
    }


class UnknownCurrency(RegularsError):
    code = "unknown_currency"
    status = 422
    text = {
        "en": "“{currency}” is no currency code. Use the three letters of ISO 4217, such as CNY.",
        "zh-Hans": "“{currency}”不是币种代码，请填写三个字母的 ISO 4217 代码，如 CNY。",
    }


class UnknownShopLanguage(RegularsError):
    code = "unknown_shop_language"
    status = 422
    text = {
        "en": "There is no language “{language}” here. Use zh-hans or en.",
        "zh-Hans": "不支持语言“{language}”，请使用 zh-hans 或 en。",
    }
