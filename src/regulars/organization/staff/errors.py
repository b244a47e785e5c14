"""Refusals about the people who work here."""

from regulars.foundation.errors import RegularsError, Told


class UsernameTaken(RegularsError):
    code = "username_taken"
    status = 409
    text = {
        "en": "The username “{username}” is taken. Choose another one.",
        "zh-Hans": "用户名“{username}”已被使用，请换一个。",
    }


class UsernameMalformed(RegularsError):
    code = "username_malformed"
    status = 422
    text = {
        "en": "A username has 1 to 64 letters, digits or the characters . _ - @ + and no spaces.",
        "zh-Hans": "用户名为 1 到 64 位文字、数字或 . _ - @ +，不含空格。",
    }


# By the codes of Django's validators, whose own sentences are not all there in Chinese.
_PASSWORD_PROBLEMS = {
    "password_too_short": ("It has fewer than 8 characters.", "少于 8 个字符。"),
    "password_too_common": ("Too many people use it.", "过于常见。"),
    "password_too_similar": ("It resembles the username or the name.", "与用户名或姓名相似。"),
    "password_entirely_numeric": ("It has digits only.", "全为数字。"),
    "password_with_nul": ("It holds a NUL character.", "含有空字符。"),
}
_OTHER_PROBLEM = ("It is too easy to guess.", "过于简单。")


class PasswordTooWeak(RegularsError):
    code = "password_too_weak"
    status = 422
    text = {
        "en": "Choose another password. {problem}",
        "zh-Hans": "请换一个密码：{problem}",
    }

    @classmethod
    def of(cls, codes: list[str]) -> "PasswordTooWeak":
        """The refusal of a password for these reasons."""
        found = [_PASSWORD_PROBLEMS.get(code, _OTHER_PROBLEM) for code in codes]
        return cls(
            problem=Told(
                " ".join(english for english, _ in found),
                "".join(chinese for _, chinese in found),
            )
        )


class OwnPasswordWrong(RegularsError):
    code = "own_password_wrong"
    status = 403
    text = {
        "en": "That is not your password. Type it again; capital letters count.",
        "zh-Hans": "密码不正确，请重新输入（区分大小写）。",
    }


class PasswordUnchanged(RegularsError):
    code = "password_unchanged"
    status = 422
    text = {
        "en": "Choose another password than the one up to now.",
        "zh-Hans": "新密码不能与当前密码相同。",
    }


class UnknownStaff(RegularsError):
    code = "unknown_staff"
    status = 404
    text = {
        "en": "There is nobody with this id among the staff.",
        "zh-Hans": "没有该员工，请核对编号。",
    }


class UnknownRole(RegularsError):
    code = "unknown_role"
    status = 422
    text = {
        "en": "There is no role “{role}”. Use one of: {known}.",
        "zh-Hans": "没有名为“{role}”的角色；可用：{known}。",
    }


class UnknownLanguage(RegularsError):
    code = "unknown_language"
    status = 422
    text = {
        "en": "There is no language “{language}” here. Use zh-hans or en.",
        "zh-Hans": "不支持语言“{language}”，请使用 zh-hans 或 en。",
    }


class RoleCodeMalformed(RegularsError):
    code = "role_code_malformed"
    status = 422
    text = {
        "en": "A role's code has 1 to 40 lowercase letters, digits, hyphens or underscores.",
        "zh-Hans": "角色编码为 1 到 40 位小写字母、数字、连字符或下划线。",
    }


class RoleExists(RegularsError):
    code = "role_exists"
    status = 409
    text = {
        "en": "A role with the code “{role}” exists already. Choose another code.",
        "zh-Hans": "编码为“{role}”的角色已存在，请换一个编码。",
    }


class RoleReadyMade(RegularsError):
    code = "role_ready_made"
    status = 409
    text = {
        "en": "The role “{role}” comes with Regulars and can't be changed. Make one of your own.",
        "zh-Hans": "角色“{role}”为系统预置，不能修改；请新建自己的角色。",
    }


class UnknownRight(RegularsError):
    code = "unknown_right"
    status = 422
    text = {
        "en": "There is no right “{right}”. Use some of: {known}.",
        "zh-Hans": "没有名为“{right}”的权限；可用：{known}。",
    }


class RightNotOwn(RegularsError):
    code = "right_not_own"
    status = 403
    text = {
        "en": "You can't give the right {right}, because you don't have it yourself at all stores.",
        "zh-Hans": "您自己在全部门店没有权限 {right}，因此不能授予他人。",
    }


class UnknownGrant(RegularsError):
    code = "unknown_grant"
    status = 404
    text = {
        "en": "This person does not have the role “{role}” there.",
        "zh-Hans": "该员工在此处没有角色“{role}”。",
    }


class RolePlaceUnclear(RegularsError):
    code = "role_place_unclear"
    status = 422
    text = {
        "en": "Name one store or one group for the role, or neither for all stores.",
        "zh-Hans": "请只指定一个门店或一个分组；都不填则为全部门店。",
    }


class LastOwner(RegularsError):
    code = "last_owner"
    status = 409
    text = {
        "en": "This is the last owner who can sign in. Make somebody else an owner first.",
        "zh-Hans": "这是最后一位可登录的店主，请先将其他人设为店主。",
    }


class ShopHasOwner(RegularsError):
    code = "shop_has_owner"
    status = 409
    text = {
        "en": "This shop has its owner already. Sign in; if it wasn't you, ask whoever runs the "
        "server.",
        "zh-Hans": "本店已有店主，请直接登录；若不是您本人开通，请联系服务器管理员。",
    }


class SetupCodeWrong(RegularsError):
    code = "setup_code_wrong"
    status = 403
    text = {
        "en": "This set-up code doesn't count. Take the newest one from the window in which the "
        "server was started.",
        "zh-Hans": "开店码无效，请使用启动窗口中最新显示的开店码。",
    }


class TooManyTries(RegularsError):
    code = "too_many_tries"
    status = 429
    text = {
        "en": "Too many wrong tries. Try again in {minutes} minutes.",
        "zh-Hans": "错误次数过多，请 {minutes} 分钟后再试。",
    }
