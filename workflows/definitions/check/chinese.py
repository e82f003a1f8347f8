"""The rules of the check in Chinese: title, reason and mend of each, by number."""

from __future__ import annotations

from workflows.definitions.check.chinese_files import CHINESE_FILES
from workflows.definitions.check.chinese_values import CHINESE_VALUES
from workflows.definitions.check.chinese_ways import CHINESE_WAYS
from workflows.definitions.check.wording import Words

__all__ = ["CHINESE", "Words"]

CHINESE: dict[int, Words] = CHINESE_FILES | CHINESE_WAYS | CHINESE_VALUES
