"""Refusals of simulations."""

from regulars.foundation.errors import RegularsError


class RangeReversed(RegularsError):
    code = "range_reversed"
    status = 422
    text = {
        "en": "The last day lies before the first. Exchange the two.",
        "zh-Hans": "结束日期早于开始日期，请对调。",
    }


class RangeTooLong(RegularsError):
    code = "range_too_long"
    status = 422
    text = {
        "en": "At most {days} days at a time are simulated here. Choose fewer, or use the command "
        "regulars simulate.",
        "zh-Hans": "此处一次最多试算 {days} 天。请缩短范围，或使用命令 regulars simulate。",
    }


class SimulationIsLong(RegularsError):
    code = "simulation_is_long"
    status = 422
    text = {
        "en": "So many sales take a while. Press “Try it”: they are judged in the background.",
        "zh-Hans": "消费笔数较多，需要一些时间。请点击“试算”，系统将在后台进行。",
    }
