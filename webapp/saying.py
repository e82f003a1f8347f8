"""Messages of the importer and reasons of the check in a language, also outside of a request."""

from __future__ import annotations

from functools import lru_cache

from babel.support import Translations

from webapp.catalogues import FOLDER, compile_stale
from webapp.language import CHINESE, ENGLISH, language
from workflows.definitions.check import Language
from workflows.definitions.check.sentences import words_in_chinese
from workflows.definitions.messages import Translate


@lru_cache(maxsize=2)
def speaker(spoken: Language) -> Translate:
    """Return what gives a message id in a language.

    What is in no catalogue, such as a reason that the expression language gives, is looked
    for among the sentences of the check.
    """
    if spoken == "en":
        return str
    compile_stale()
    catalogue = Translations.load(FOLDER, [CHINESE])

    def say(text: str) -> str:
        said = str(catalogue.gettext(text)) if text else ""
        return said if said != text else words_in_chinese(text)

    return say


def spoken_here() -> Language:
    """Return the language of this request, as the check names it."""
    return "en" if language() == ENGLISH else "zh"
