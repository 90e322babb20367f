"""A small mutator of Python source, for testing the tests of the rule evaluator.

A mutant is the module with one change: a comparison turned, an ``and`` made ``or``, a ``not`` dropped, a truth
value replaced, ``min`` and ``max`` exchanged, a number moved by one, a word of the code changed, a condition
fixed, or a statement left out. The mutants are run against the evaluator's own tests in this process.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
#: The other end of an inequality, by which an edge is moved and nothing else.
_EDGE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
_TRUTHS = {"YES": ("NO", "UNKNOWN"), "NO": ("YES", "UNKNOWN"), "UNKNOWN": ("YES", "NO")}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed module: its tree and the change in words, with the line it was made on."""

    tree: ast.Module
    line: int
    change: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.change}"


def mutants(source: str, keep: Callable[[int], bool] = lambda number: True) -> Iterator[Mutant]:
    """Yield every mutant of ``source``; docstrings, imports, annotations and error texts are left alone.

    With ``keep`` only those are made whose number, counted from 0, it accepts.
    """
    tree = ast.parse(source)
    sites = list(_sites(tree))
    counted = 0
    for number, (node, _) in enumerate(sites):
        for change, make in _changes(node):
            counted += 1
            if not keep(counted - 1):
                continue
            altered = ast.parse(source)  # quicker than a copy
            twin, parent = list(_sites(altered))[number]
            made = make(twin)
            if made is not twin:
                _put(parent, twin, made)
            ast.fix_missing_locations(altered)
            yield Mutant(altered, getattr(node, "lineno", 0), change)


def _sites(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Yield (node, parent) of what may be changed, always in the same order."""
    queue: list[tuple[ast.AST, ast.AST]] = [(node, tree) for node in tree.body]
    while queue:
        node, parent = queue.pop()
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Raise):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        yield node, parent
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "type_params"):
                continue
            children = value if isinstance(value, list) else [value]
            queue.extend((child, node) for child in children if isinstance(child, ast.AST))


def _changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for table in (_COMPARED, _EDGE):
            other = table.get(type(node.ops[0]))
            if other is not None:
                yield (
                    f"{type(node.ops[0]).__name__} to {other.__name__}",
                    lambda twin, other=other: _with(twin, ops=[other()]),
                )
    elif isinstance(node, ast.BoolOp):
        other_op = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"to {other_op.__name__}", lambda twin: _with(twin, op=other_op())
        for index in range(len(node.values)):
            yield (
                f"operand {index + 1} left out",
                lambda twin, index=index: _without_value(twin, index),
            )
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not left out", lambda twin: twin.operand
    elif isinstance(node, ast.Attribute) and node.attr in _TRUTHS:
        for other_truth in _TRUTHS[node.attr]:
            yield (
                f"{node.attr} to {other_truth}",
                lambda twin, word=other_truth: _with(twin, attr=word),
            )
    elif isinstance(node, ast.Name) and node.id in _SWAPPED and isinstance(node.ctx, ast.Load):
        yield (
            f"{node.id} to {_SWAPPED[node.id]}",
            lambda twin: _with(twin, id=_SWAPPED[twin.id]),
        )
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.If | ast.IfExp):
        for fixed in (True, False):
            yield f"condition always {fixed}", lambda twin, fixed=fixed: _with(twin, test=ast.Constant(fixed))
    elif isinstance(node, ast.Continue):
        yield "continue to pass", lambda twin: ast.copy_location(ast.Pass(), twin)
    elif isinstance(node, ast.Expr | ast.AugAssign):
        yield "statement left out", lambda twin: ast.copy_location(ast.Pass(), twin)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Add | ast.Mult | ast.BitAnd):
        table_op = {ast.Sub: ast.Add, ast.Add: ast.Sub, ast.Mult: ast.Add, ast.BitAnd: ast.BitOr}
        yield (
            f"{type(node.op).__name__} turned",
            lambda twin: _with(twin, op=table_op[type(twin.op)]()),
        )


def _constants(node: ast.Constant) -> Iterator[tuple[str, object]]:
    value = node.value
    if isinstance(value, bool):
        yield f"{value} to {not value}", lambda twin: _with(twin, value=not twin.value)
    elif isinstance(value, int | float):
        yield f"{value} to {value + 1}", lambda twin: _with(twin, value=twin.value + 1)
    elif isinstance(value, str) and value.replace("_", "").isalpha() and value.islower():
        yield f"{value!r} changed", lambda twin: _with(twin, value=twin.value + "x")


def _with(twin: ast.AST, **given: object) -> ast.AST:
    for name, value in given.items():
        setattr(twin, name, value)
    return twin


def _without_value(twin: ast.BoolOp, index: int) -> ast.AST:
    del twin.values[index]
    return twin.values[0] if len(twin.values) == 1 else twin


def _put(parent: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for name, value in ast.iter_fields(parent):
        if value is old:
            setattr(parent, name, new)
            return
        if isinstance(value, list) and any(item is old for item in value):
            value[next(at for at, item in enumerate(value) if item is old)] = new
            return
    raise AssertionError("the node is not under its parent")
