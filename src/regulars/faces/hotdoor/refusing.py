"""What is answered without Django when too many requests wait: a problem, or a page to a person."""

from html import escape
from typing import Any

from regulars.faces.api.answers import RETRY_AFTER_SECONDS, Answer, problem_answer
from regulars.faces.api.languages import language_of
from regulars.faces.api.middleware import PREFIX
from regulars.foundation.errors import Busy

_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<h1>{title}</h1>
<p>{text}</p>
"""
_WORDS = {
    "en": (
        "A lot is going on",
        "Too many people are waiting. Load this page again in a moment. Nothing was done.",
    ),
    "zh-Hans": ("当前访问较多", "正在等候的人太多，请稍后重新载入本页。刚才提交的操作没有执行。"),
}


def busy_answer(environ: dict[str, Any]) -> Answer:
    """The refusal of a request that nothing was done for, in the caller's language."""
    language = language_of(environ.get("HTTP_ACCEPT_LANGUAGE"))
    if environ["PATH_INFO"].startswith(PREFIX):
        return problem_answer(Busy(), language)
    title, text = _WORDS[language]
    page = _PAGE.format(language=language, title=escape(title), text=escape(text))
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Language", language),
        ("Content-Security-Policy", "default-src 'none'"),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Retry-After", RETRY_AFTER_SECONDS),
    )
    return Answer(Busy.status, page.encode(), headers)
