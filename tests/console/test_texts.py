"""Every text of the console stands in both languages, in the glossary's words, and safely."""

import ast
import gettext
import re
from pathlib import Path

import pytest

from regulars.faces.console.job_words import JOBS
from tests.house.tree import ROOT, SOURCE, shown

CATALOGUE = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
ASKING = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
ASKING_IN_CONTEXT = {"pgettext", "pgettext_lazy"}

# Our words for machinery, and other people's words for ours: none belongs on a screen.
FOREIGN_WORDS = re.compile(r"\b(posting|holder|CEL|lot|entry)s?\b|程序|激活", re.IGNORECASE)

# One thing has one word: what is said instead of each of these stands beside it.
ONE_WORD = {
    "所有者": "店主",
    "授权码": "PIN 码",
    "PIN码": "PIN 码",
    "预设方案": "方案包",
    "模板": "方案包",
    "轮换": "更换",
    "账目核验": "核账",
    "账本核验": "核账",
    "积分余额": "可用积分",
    "删除会员": "抹除会员",
    "客群": "人群",
    "释放": "解冻",
}

MESSAGE = re.compile(
    r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:"(?:[^"\\]|\\.)*"\n?)+)', re.MULTILINE
)


def catalogue(text):
    """The messages of a .po file: each asked text with its answers."""
    found = {}
    for block in text.split("\n\n"):
        parts = {}
        for key, quoted in re.findall(
            r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:"(?:[^"\\]|\\.)*"\n?)+)',
            block,
            re.MULTILINE,
        ):
            parts[key] = "".join(ast.literal_eval(line) for line in quoted.strip().splitlines())
        if parts.get("msgid"):
            answers = [value for key, value in parts.items() if key.startswith("msgstr")]
            context = f"{parts['msgctxt']}\4" if "msgctxt" in parts else ""
            found[context + parts["msgid"]] = (answers, "#, fuzzy" in block)
    return found


PO = catalogue(CATALOGUE.read_text(encoding="utf-8"))


def asked_by_code():
    for file in sorted(SOURCE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if "django.utils.translation" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ASKING:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ASKING_IN_CONTEXT:
                context, first = (ast.literal_eval(each) for each in node.args[:2])
                yield f"{context}\4{first}"


def asked_by_templates():
    for file in TEMPLATES:
        text = file.read_text(encoding="utf-8")
        for words, context in re.findall(
            r'{% translate "([^"]*)"(?: context "([^"]*)")? *(?:as \w+ *)?%}', text
        ):
            yield f"{context}\4{words}" if context else words
        for head, body in re.findall(
            r"{% blocktranslate( [^%]*)?%}(.*?){% endblocktranslate %}", text, re.DOTALL
        ):
            assert "trimmed" in head
            words = " ".join(line.strip() for line in body.strip().splitlines())
            yield re.sub(r"{{ (\w+) }}", r"%(\1)s", words)


def test_every_text_has_its_chinese():
    asked = {*asked_by_code(), *asked_by_templates()}
    assert len(asked) > 150
    silent = sorted(text for text in asked if not any(PO.get(text, ([], False))[0]))
    assert not silent, f"add to {shown(CATALOGUE)}: {silent}"
    fuzzy = [text for text, (_, is_fuzzy) in PO.items() if is_fuzzy]
    assert not fuzzy


def test_the_catalogue_holds_nothing_that_nobody_asks():
    assert set(PO) - {*asked_by_code(), *asked_by_templates()} == set()


def test_the_compiled_catalogue_is_the_written_one():
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for asked, (answers, _) in PO.items():
        found = compiled.ngettext(asked, asked, 1) if len(answers) > 1 else None
        found = found or compiled.gettext(asked)
        if found == asked:
            found = compiled.ngettext(asked, asked, 1)
        assert found == answers[0], "run msgfmt on the catalogue"


def test_a_translation_names_the_same_figures():
    for asked, (answers, _) in PO.items():
        for answer in answers:
            assert set(re.findall(r"%\(\w+\)s", asked)) == set(re.findall(r"%\(\w+\)s", answer))


def test_no_screen_speaks_the_makers_words():
    for asked, (answers, _) in PO.items():
        for text in (asked, *answers):
            assert not FOREIGN_WORDS.search(text), text


def chinese_in_code():
    """Every Chinese text that stands in code itself: refusals, notices, words of rules."""
    for file in sorted(SOURCE.rglob("*.py")):
        if file.name == "fields.py" and file.parent.name == "fileimports":
            continue  # how other systems head their columns
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield shown(file), node.value


def words_to_replace(text):
    return {word: right for word, right in ONE_WORD.items() if word in text}


def test_one_thing_has_one_chinese_word():
    texts = [(asked, answer) for asked, (answers, _) in PO.items() for answer in answers]
    for where, text in [*texts, *chinese_in_code()]:
        assert not words_to_replace(text), (where, text, words_to_replace(text))


def test_a_second_word_is_seen():
    assert words_to_replace("请联系所有者输入授权码。") == {"所有者": "店主", "授权码": "PIN 码"}


def test_every_job_has_words_of_its_own():
    declared = set()
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for each in getattr(node, "decorator_list", ()):
                if isinstance(each, ast.Call) and getattr(each.func, "id", "") == "job":
                    declared.add(ast.literal_eval(each.args[0]))
    assert "ledger.seal" in declared
    assert declared == set(JOBS)


def unsafe_parts(html):
    """Whatever a strict content policy would refuse: styles, scripts and handlers inside a page."""
    return re.findall(r"<style\b|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", html) + re.findall(
        r"\|\s*safe\b|{% autoescape off", html
    )


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: Path(file).name)
def test_no_template_has_inline_style_or_script(file):
    assert unsafe_parts(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "html",
    ["<p style='a'>", "<style>", "<script>", '<a onclick="b">', "{{ name|safe }}"],
)
def test_an_unsafe_part_is_seen(html):
    assert len(unsafe_parts(html)) == 1
    assert unsafe_parts('<script src="a.js" defer></script><p class="style">on</p>') == []


def test_what_is_not_ours_lies_beside_its_licence():
    static = SOURCE / "foundation" / "webkit" / "static" / "webkit"
    files = {file.name for file in static.iterdir()}
    assert files == {
        "favicon.svg",
        "htmx.LICENSE.txt",
        "htmx.min.js",
        "blocks.css",
        "regulars.css",
        "tokens.css",
        "regulars.js",
    }
    assert (ROOT / "LICENSE").exists()
