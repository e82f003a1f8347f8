"""The process studio: versions of every process, what they hold, how they differ, shipping one."""

from webapp.studio import (
    approving,
    beginning,
    bringing,
    comparing,
    drafting,
    drawing,
    editing_files,
    editing_forms,
    editing_raw,
    editing_settings,
    editing_tables,
    editing_texts,
    playing,
    reading_pages,
    saving,
    shipping,
    wordbook,
)
from webapp.studio.blueprint import blueprint

__all__ = [
    "approving",
    "blueprint",
    "beginning",
    "bringing",
    "comparing",
    "drafting",
    "drawing",
    "editing_files",
    "editing_forms",
    "editing_raw",
    "editing_settings",
    "editing_tables",
    "editing_texts",
    "playing",
    "reading_pages",
    "saving",
    "shipping",
    "wordbook",
]
