"""The process studio: versions of every process, what they hold, how they differ, shipping one."""

from webapp.studio import comparing, drafting, reading_pages, saving, shipping, wordbook
from webapp.studio.blueprint import blueprint

__all__ = ["blueprint", "comparing", "drafting", "reading_pages", "saving", "shipping", "wordbook"]
