"""Refusals of programs: what is wrong, where in the content, and what to do."""

from regulars.foundation.errors import RegularsError


class ProgramInvalid(RegularsError):
    """Base of all refusals of a content; `where` is a place such as `rules[2].earn.asset`."""

    code = "program_invalid"
    status = 422
    text = {
        "en": "{where}: {problem}",
        "zh-Hans": "{where}：{problem}",
    }


class UnknownTrigger(ProgramInvalid):
    code = "unknown_event_kind"
    text = {
        "en": "{where}: there is no event kind “{kind}” to listen to. Use one of: {known}.",
        "zh-Hans": "{where}：没有可监听的事件类型“{kind}”。可用：{known}。",
    }


class AssetUndeclared(ProgramInvalid):
    code = "unknown_asset"
    text = {
        "en": "{where}: there is no asset “{asset}”. Declare it under assets, or use one of: "
        "{known}.",
        "zh-Hans": "{where}：没有名为“{asset}”的资产。请在 assets 中声明，或使用：{known}。",
    }


class AssetDiffers(ProgramInvalid):
    code = "asset_differs"
    status = 409
    text = {
        "en": "{where}: the asset “{asset}” already exists with another {field}. Declare it as it "
        "is, or choose another code.",
        "zh-Hans": "{where}：资产“{asset}”已存在，且其 {field} 不同。请按现状声明，或换一个代码。",
    }


class UnknownFact(ProgramInvalid):
    code = "unknown_fact"
    text = {
        "en": "{where}: there is no number “{fact}” known of members. Use one of: {known}.",
        "zh-Hans": "{where}：会员没有名为“{fact}”的数值信息。可用：{known}。",
    }


class CodeRepeated(ProgramInvalid):
    code = "code_repeated"
    text = {
        "en": "{where}: the code “{repeated}” is used twice. Give each its own.",
        "zh-Hans": "{where}：代码“{repeated}”重复，请各用不同代码。",
    }


class UnknownProgram(RegularsError):
    code = "unknown_program"
    status = 404
    text = {
        "en": "There is no program “{program}”.",
        "zh-Hans": "没有名为“{program}”的会员方案。",
    }


class NoDraft(RegularsError):
    code = "no_draft"
    status = 409
    text = {
        "en": "The program “{program}” has no draft to publish. Save one first.",
        "zh-Hans": "会员方案“{program}”没有可发布的草稿，请先保存草稿。",
    }


class DraftChanged(RegularsError):
    code = "draft_changed"
    status = 409
    text = {
        "en": "Someone saved this draft after you opened it. Open it again and look at the change.",
        "zh-Hans": "您打开草稿后有人保存过它；请重新打开并查看改动。",
    }


class DraftInTheWay(RegularsError):
    code = "draft_in_the_way"
    status = 409
    text = {
        "en": "The program “{program}” has a draft that somebody is working on. Publish it first.",
        "zh-Hans": "会员方案“{program}”有未发布的草稿；请先发布该草稿。",
    }


class NothingChanged(RegularsError):
    code = "nothing_changed"
    status = 409
    text = {
        "en": "The draft says the same as version {version}, which is in force. There is "
        "nothing to publish.",
        "zh-Hans": "草稿与生效中的第 {version} 版内容相同，无需发布。",
    }


class UnknownVersion(RegularsError):
    code = "unknown_version"
    status = 404
    text = {
        "en": "The program “{program}” has no published version {version}.",
        "zh-Hans": "会员方案“{program}”没有已发布的第 {version} 版。",
    }


class SameVersion(RegularsError):
    code = "same_version"
    status = 422
    text = {
        "en": "Version {version} doesn't differ from itself. Choose two different versions.",
        "zh-Hans": "第 {version} 版与自身没有差异；请选择两个不同的版本。",
    }


class VersionEnded(RegularsError):
    code = "version_ended"
    status = 409
    text = {
        "en": "Version {version} of “{program}” ends on {ended_at} already. Publish a new version "
        "instead.",
        "zh-Hans": "“{program}”第 {version} 版已于 {ended_at} 结束；如需继续请发布新版本。",
    }


class EndsInPast(RegularsError):
    code = "ends_in_past"
    status = 422
    text = {
        "en": "A version can't end in the past: events of that time are already judged. Choose "
        "now or later.",
        "zh-Hans": "版本不能在过去的时间结束：该时段的事件已按其处理。请选择现在或之后。",
    }


class UnknownStarter(RegularsError):
    code = "unknown_starter"
    status = 404
    text = {
        "en": "There is no starter “{starter}”. Use one of: {known}.",
        "zh-Hans": "没有名为“{starter}”的起始方案；可用：{known}。",
    }


class ProgramUnreadable(RegularsError):
    code = "program_unreadable"
    status = 503
    text = {
        "en": "Version {version} of the program “{program}” can't be read by this installation "
        "({problem}). Update it, or end that version; then send again.",
        "zh-Hans": "本系统无法读取会员方案“{program}”第 {version} 版（{problem}）。"
        "请升级系统或结束该版本，然后重新发送。",
    }


class FactMissing(RegularsError):
    """A rule asks for a fact that the occasion doesn't carry: that rule is left out."""

    code = "fact_missing"
    status = 500
    text = {
        "en": "The value of “{fact}” was not loaded for this member.",
        "zh-Hans": "未加载该会员的“{fact}”。",
    }


class AssetsOutdated(RegularsError):
    code = "assets_outdated"
    status = 503
    text = {
        "en": "The asset “{asset}” was created a moment ago and is not known here yet. Send the "
        "same again in a few seconds.",
        "zh-Hans": "资产“{asset}”刚刚创建，此处尚未知晓；请几秒后原样重发。",
    }
