"""The texts of the page: one file for each language, complete, and nothing outside of them."""

import re
from pathlib import Path

UI = Path(__file__).parents[3] / "emulator" / "front" / "ui"
LANGUAGES = sorted((UI / "languages").glob("*.js"))
MODULES = [
    file for file in sorted(UI.rglob("*.js")) if not {"vendor", "languages"} & set(file.parts) and file.name != "docs.js"
]
KEY = re.compile(r'^ {2}(?:"([^"]+)"|(\w+)): (.+),$', re.MULTILINE)
ATTRIBUTE = re.compile(r'\s(?:aria-label|title|placeholder|alt|label)="[^"+]*[A-Za-z]{2}[^"]*"')
BETWEEN_TAGS = re.compile(r'[\w"}/]>\s*([^<>{}$`;=()]*[A-Za-z]{2}[^<>{}$`;=()]*)</')
NO_TEXT = re.compile(r"CLI|AWS|JSON")


def keys_of(file):
    """The texts of a language by key."""
    return {first or second: text for first, second, text in KEY.findall(file.read_text(encoding="utf-8"))}


def test_languages_have_the_same_keys():
    """Every text is there in every language, with the same values in it."""
    first, *others = (keys_of(file) for file in LANGUAGES)

    for other in others:
        assert first.keys() == other.keys()
        for key in first:
            named = [sorted(set(re.findall(r"\{(\w+)\}", texts[key]))) for texts in (first, other)]
            assert named[0] == named[1], key


def test_every_text_is_used():
    """No key is left over: each is in a module, or belongs to a family that a module makes keys of."""
    code = "".join(file.read_text(encoding="utf-8") for file in MODULES)
    families = {*re.findall(r"`([\w.-]+[.-])\$\{", code), *(f"{kind}." for kind in re.findall(r'word\("(\w+)"', code))}

    unused = [key for key in keys_of(LANGUAGES[0]) if f'"{key}"' not in code and not key.startswith(tuple(families))]

    assert [] == unused


def test_every_used_text_exists():
    """Each key that a module names is in the languages."""
    known = keys_of(LANGUAGES[0])
    code = "".join(file.read_text(encoding="utf-8") for file in MODULES)
    named = set(re.findall(r'\b(?:t|parts)\("([^"]+)"', code))

    assert set() == named - known.keys()


def test_modules_have_no_texts():
    """What a person reads, or hears from a screen reader, is never written in a module."""
    found = []
    for file in MODULES:
        source = re.sub(r"/\*.*?\*/|^\s*//.*$", "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        texts = [text.strip() for text in BETWEEN_TAGS.findall(source)] + ATTRIBUTE.findall(source)
        found += [(file.name, text) for text in texts if not NO_TEXT.fullmatch(text)]

    assert [] == found
