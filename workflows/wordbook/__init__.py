"""What a process can speak of while it is drawn: the words that pickers and completion offer."""

from workflows.wordbook.book import wordbook
from workflows.wordbook.knowledge import Declared, declared_in, faults_of, read

__all__ = ["Declared", "declared_in", "faults_of", "read", "wordbook"]
