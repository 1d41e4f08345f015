"""Machine-made mutants of a program: one operator, constant, axis, argument, call or statement changed."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

BINARY: dict[type[ast.operator], list[type[ast.operator]]] = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult],
    ast.FloorDiv: [ast.Mod, ast.Mult],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.BitAnd: [ast.BitOr, ast.BitXor],
    ast.BitOr: [ast.BitAnd, ast.BitXor],
}
COMPARE: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq, ast.LtE, ast.GtE],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
}
CALLS = {
    "sum": ["mean", "amax"],
    "mean": ["sum"],
    "amax": ["amin", "mean"],
    "max": ["min"],
    "min": ["max"],
    "maximum": ["minimum"],
    "exp": ["exp2", "expm1"],
    "sqrt": ["square", "rsqrt"],
    "rsqrt": ["sqrt"],
    "square": ["abs"],
    "tril": ["triu"],
    "triu": ["tril"],
    "sin": ["cos"],
    "cos": ["sin"],
    "zeros": ["ones"],
    "ones": ["zeros"],
    "zeros_like": ["ones_like"],
    "all": ["any"],
    "any": ["all"],
    "repeat_interleave": ["repeat"],
    "cumsum": ["cumprod"],
}
DROPPED = {
    "transpose",
    "masked_fill",
    "where",
    "contiguous",
    "to",
    "double",
    "float",
    "type_as",
    "detach",
    "clone",
}


def mutants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each mutant with what was changed: ``(label, source)``; sources repeat nothing."""
    seen = {ast.unparse(tree)}
    for place in range(len(list(_nodes(tree)))):
        node, parameters = list(_nodes(tree))[place]
        for label, changed in alternatives(node, parameters):
            mutant = copy.deepcopy(tree)
            original = list(_nodes(mutant))[place][0]
            _Replace(original, changed).visit(mutant)
            source = ast.unparse(ast.fix_missing_locations(mutant))
            if source not in seen:
                seen.add(source)
                yield f"line {node.lineno}: {label}", source


def _nodes(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, list[str]]]:
    """The statements and expressions inside of functions, each with the function's parameters; what only
    leads to an exception, annotations and defaults are left out."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            parameters = [argument.arg for argument in function.args.args]
            for statement in function.body:
                yield from ((node, parameters) for node in _inside(statement))


def _inside(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    if isinstance(node, ast.FunctionDef) or (
        isinstance(node, ast.If) and isinstance(node.body[0], ast.Raise)
    ):
        return
    if isinstance(node, (ast.expr, ast.stmt)):
        yield node
    for field, value in ast.iter_fields(node):
        if field != "annotation":
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _inside(child)


def alternatives(node: ast.expr | ast.stmt, parameters: list[str]) -> Iterator[tuple[str, ast.AST | None]]:
    """What may stand in a node's place; None deletes a statement."""
    was = ast.unparse(node).split("\n")[0][:60]
    for new in _alternatives(node, parameters):
        yield f"{was} -> {ast.unparse(new).split(chr(10))[0][:60] if new else 'deleted'}", new


def _alternatives(node: ast.expr | ast.stmt, parameters: list[str]) -> Iterator[ast.AST | None]:
    if isinstance(node, ast.BinOp):
        for operator in BINARY.get(type(node.op), []):
            yield ast.BinOp(node.left, operator(), node.right)
        yield from (node.left, node.right)
    elif isinstance(node, ast.Compare):
        for comparison in COMPARE.get(type(node.ops[0]), []):
            yield ast.Compare(node.left, [comparison()], node.comparators)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from map(ast.Constant, _constants(node.value))
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.If):
        yield from (ast.If(ast.Constant(value), node.body, node.orelse) for value in (True, False))
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in parameters:
        yield ast.Name(parameters[(parameters.index(node.id) + 1) % len(parameters)], ast.Load())
    elif isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr)):
        yield None


def _constants(value: object) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    return [value * 2, value / 2] if isinstance(value, float) else []


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Attribute):
        for name in CALLS.get(node.func.attr, []):
            yield ast.Call(ast.Attribute(node.func.value, name, ast.Load()), node.args, node.keywords)
        torch_itself = isinstance(node.func.value, ast.Name) and node.func.value.id in ("torch", "F", "math")
        if node.func.attr in DROPPED and not torch_itself:
            yield node.func.value
    for index in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:index] + node.keywords[index + 1 :])
    if len(node.args) > 1:
        yield ast.Call(node.func, node.args[:-1], node.keywords)
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)


class _Replace(ast.NodeTransformer):
    """Puts one node in another's place."""

    def __init__(self, original: ast.AST, changed: ast.AST | None) -> None:
        self._original, self._changed = original, changed

    def visit(self, node: ast.AST) -> ast.AST | None:
        """The new node for the old one."""
        if node is self._original:
            return copy.deepcopy(self._changed) if self._changed else ast.Pass()
        visited: ast.AST | None = self.generic_visit(node)
        return visited
