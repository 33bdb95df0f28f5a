"""What Stripe documents, whether it is here or not."""

from functools import cache
from typing import Any

from fake_stripe import data

# A tree by segments of the path, ":id" for any one; the methods of a path stand under "".
_Tree = dict[str, Any]


def is_documented(method: str, path: str) -> bool:
    """Whether Stripe has such an endpoint; a path that ends in "/" has lost its id."""
    return _fits(_tree(), path[1:].split("/"), method)


@cache
def _tree() -> _Tree:
    tree: _Tree = {}
    for line in data.read("endpoints.txt").splitlines():
        method, _, path = line.partition(" ")
        place = tree
        for segment in path[1:].split("/"):
            place = place.setdefault(segment, {})
        place.setdefault("", set()).add(method)
    return tree


def _fits(tree: _Tree, segments: list[str], method: str) -> bool:
    if not segments:
        return method in tree.get("", ())
    name, rest = segments[0], segments[1:]
    branches = [tree[key] for key in (name, ":id") if name and key in tree]
    return any(_fits(branch, rest, method) for branch in branches)
