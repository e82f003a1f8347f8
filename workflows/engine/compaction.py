"""Cuts what is over out of the tree, so that a case's age never shows in its size.

Joins keep what they wait for in their own token and repeated activities keep their results with
themselves. So a finished token is needed only where paths part below it: its values are what the
branches are compared with when they come together again.
"""

from __future__ import annotations

from workflows.engine.tokens import FINISHED, Branch, Run


def compact(run: Run) -> None:
    """Leave only live tokens and the forks between them."""
    for branch in run.branches():
        _drop_finished(branch)
        _shorten_paths(branch)


def _drop_finished(branch: Branch) -> None:
    """Take away finished tokens with nothing live below them, the newest first."""
    root = branch.task_tree
    for token in reversed(list(branch.tasks.values())):
        if token._state & FINISHED and not token._children and token is not root:
            token.parent._children.remove(token.id)
            branch.forget(token)


def _shorten_paths(branch: Branch) -> None:
    """Take away finished tokens that lead to one other token only."""
    tasks, root = branch.tasks, branch.task_tree
    for token in list(tasks.values()):
        if token._state & FINISHED and len(token._children) == 1 and token is not root:
            parent, child = token.parent, tasks[token._children[0]]
            child._parent = parent.id
            parent._children[parent._children.index(token.id)] = child.id
            branch.forget(token)
