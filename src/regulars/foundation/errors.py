"""Refusals: each has a stable code, an HTTP status and a sentence that says what to do.

Every error a caller can meet is a `RegularsError`. Faces turn it into an RFC 9457 problem
document; nothing else leaves the house as an error.
"""

from typing import Any, ClassVar, Self

DEFAULT_LANGUAGE = "en"


class Told(str):
    """A detail of a refusal in both languages: in a sentence it reads in the sentence's own.

    As a value, in a problem document or a log, it is its English.
    """

    __slots__ = ("chinese",)
    chinese: str

    def __new__(cls, english: str, chinese: str) -> Self:
        told = super().__new__(cls, english)
        told.chinese = chinese
        return told

    @classmethod
    def of(cls, refusal: "RegularsError") -> "Told":
        """What another refusal says."""
        return cls(refusal.sentence(), refusal.sentence("zh-Hans"))


class RegularsError(Exception):
    """A refusal. Nothing was written when it is raised to a caller.

    `code` is stable for ever, `status` is the HTTP status, `text` has one sentence for each
    language with `{names}` filled from the keyword arguments, which travel as `context`. What is
    said in words of ours and not in the template is a `Told`, whole in `details`.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    text: ClassVar[dict[str, str]] = {
        "en": "The request was refused.",
        "zh-Hans": "请求被拒绝。",
    }

    def __init__(self, **details: Any) -> None:
        self.details = details
        self.context = {
            name: str(value) if isinstance(value, Told) else value
            for name, value in details.items()
        }
        super().__init__(self.sentence())

    def sentence(self, language: str = DEFAULT_LANGUAGE) -> str:
        """The sentence for a person, in `language` or else in English."""
        template = self.text.get(language) or self.text[DEFAULT_LANGUAGE]
        if language == DEFAULT_LANGUAGE:
            return template.format(**self.context)
        words = {
            name: value.chinese if isinstance(value, Told) else value
            for name, value in self.details.items()
        }
        return template.format(**words)

    def problem(self, language: str = DEFAULT_LANGUAGE) -> dict[str, Any]:
        """The problem document (RFC 9457) of this refusal."""
        return {
            "type": f"https://regulars.dev/problems/{self.code}",
            "title": self.code.replace("_", " "),
            "status": self.status,
            "code": self.code,
            "detail": self.sentence(language),
            **({"context": self.context} if self.context else {}),
        }


class InvalidInput(RegularsError):
    code = "invalid_input"
    status = 422
    text = {
        "en": "{field}: {problem}",
        "zh-Hans": "{field}：{problem}",
    }


class KeyReused(RegularsError):
    code = "key_reused"
    status = 409
    text = {
        "en": "This key was used before with other content. Send new content with a new key.",
        "zh-Hans": "该幂等键已用于不同的内容；新内容请使用新的键。",
    }


class Busy(RegularsError):
    code = "busy"
    status = 503
    text = {
        "en": "The server is busy. Send the same request again in a moment, with the same key.",
        "zh-Hans": "服务器繁忙，请稍后用同一个键重试。",
    }


class _Gaps(dict[str, str]):
    def __missing__(self, _name: str) -> str:
        return "…"


def sentence_of(code: str, language: str) -> str:
    """The sentence of a refusal of which only the code was kept; its details are left open."""
    waiting = [RegularsError]
    while waiting:
        kind = waiting.pop()
        if kind.code == code and kind is not RegularsError:
            return (kind.text.get(language) or kind.text[DEFAULT_LANGUAGE]).format_map(_Gaps())
        waiting += kind.__subclasses__()
    return code
