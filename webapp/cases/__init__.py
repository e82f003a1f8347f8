"""Cases as staff read them: the list, one case with its story and papers, its diagram."""

from webapp.cases import path
from webapp.cases.views import blueprint

__all__ = ["blueprint", "path"]
