"""What can be done to the code: one sign, constant, operator, comparison, keyword or generator at a time, on its tree.

    number        n becomes n - 1 and n + 1; x becomes 2x and x/2
    operator      + and -, * and /, & and |, += and -= change places; a power becomes a product; a minus is left out
    comparison    < and >=, > and <=, == and !=, in and not in, is and is not, and and or change places; a not is left
                  out, the two branches of a conditional change places
    function      log and log1p, exp and expm1, min and max, sum and mean, std and var, sf and cdf and others change
                  places; sqrt, abs, cumsum and others are left out; the branches of `where` change places
    keyword       a keyword of a call is left out; axis=0 and axis=-1 change places
    generator     a random generator is made anew with the seed 0 where it is used, so that its draws come again
    entry         an entry is left out of a list, or of a tuple of texts

Texts of errors, annotations, decorators and the SymPy formulas (`verify.mutation.changes`) are left as they are.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from simulate.run.key import ROOT

SHORT = 70  # characters of code in a table
BINARY: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
COMPARED: dict[type, type] = {
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
PAIRS = (
    "log log1p",
    "exp expm1",
    "min max",
    "minimum maximum",
    "argmin argmax",
    "sum mean",
    "std var",
    "sf cdf",
    "isf ppf",
    "any all",
    "floor ceil",
    "zeros ones",
    "sin cos",
    "lower upper",
    "cumsum cumprod",
    "append insert",
)
SWAPPED = {one: other for pair in PAIRS for one, other in (pair.split(), pair.split()[::-1])}
LEFT_OUT = ("sqrt", "abs", "cumsum", "square", "sort", "sorted", "clip", "log", "exp", "atleast_2d")
SEED_0 = ast.parse("__import__('numpy').random.default_rng(0)", mode="eval").body
SILENT = (ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom, ast.Assert)  # no number passes here


@dataclass(frozen=True)
class CodeChange:
    """One mutant of the code: the module with one change.

    Arguments:
        file: path from the root of the repository.
        line: of the change.
        function: qualified name of the outermost function around it; "" for what runs when the module is imported.
        kind: which of the kinds that the module names.
        before, after: the code that was changed.
        source: the changed module.
    """

    file: str
    line: int
    function: str
    kind: str
    before: str
    after: str
    source: str

    @property
    def module(self) -> str:
        """Name of the changed module."""
        return self.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def whole(self) -> str:
        """The change."""
        return f"{self.before} -> {self.after}"

    @property
    def written(self) -> str:
        """The changed line as it reads, without its indentation: it tells two like changes of a function apart."""
        return self.source.splitlines()[self.line - 1].strip()

    @property
    def what(self) -> str:
        """The change, in one short line."""
        return f"{_short(self.before)} -> {_short(self.after)}"


def code_changes(file: str) -> list[CodeChange]:
    """Every mutant of the module at a path from the root of the repository, no two equal."""
    source = (ROOT / file).read_text(encoding="utf-8")
    found: dict[str, CodeChange] = {}
    for node, function in _sites(ast.parse(source), (), ""):
        for kind, mutant in _at(node):
            changed, after = _spliced(source, node, mutant), ast.unparse(mutant)
            change = CodeChange(file, node.lineno, function, kind, ast.unparse(node), after, changed)
            found.setdefault(changed, change)
    return list(found.values())


def modules_in(place: str) -> list[str]:
    """The files of Python at a path from the root, in order. Raises ValueError where there is none."""
    path = ROOT / place
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    if path == ROOT or not files:  # the root holds more than code of the repository
        raise ValueError(f"paths must be of Python files or folders of them, got {place!r}")
    return [Path(file).relative_to(ROOT).as_posix() for file in files]


def _sites(node: ast.AST, names: tuple[str, ...], function: str) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Every node that may be changed, with the outermost function that it runs in."""
    if isinstance(node, SILENT) or _is_formula(node) or _is_text(node):
        return
    if isinstance(node, ast.expr | ast.stmt):
        yield node, function
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        names = (*names, node.name)
    inside = function or (".".join(names) if isinstance(node, ast.FunctionDef) else "")
    for name, part in _parts(node):
        yield from _sites(part, names, inside if name == "body" else function)


def _parts(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns", "decorator_list", "bases", "ctx"):
            yield from ((name, part) for part in (value if isinstance(value, list) else [value]) if _is_node(part))


def _is_node(part: object) -> bool:
    return isinstance(part, ast.AST)


def _is_text(node: ast.AST) -> bool:
    """A docstring, or the list of public names."""
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")


def _is_formula(node: ast.AST) -> bool:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return any(ast.unparse(one).startswith("formula(") for one in decorators)


def _at(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Constant(value=bool()) | ast.Constant(value=str()):
            return
        case ast.Constant(value=int(n)):
            yield from (("number", ast.Constant(m)) for m in (n - 1, n + 1) if m >= 0)
        case ast.Constant(value=float(x)):
            yield from (("number", ast.Constant(y)) for y in ((2 * x, x / 2) if x else (1.0,)))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield "operator", operand
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "comparison", operand
        case ast.BinOp(left, op, right) if type(op) in BINARY:
            yield "operator", ast.BinOp(left, BINARY[type(op)](), right)
        case ast.AugAssign(target, op, value) if type(op) in BINARY:
            yield "operator", ast.AugAssign(target, BINARY[type(op)](), value)
        case ast.Compare(left, [op], right) if type(op) in COMPARED:
            yield "comparison", ast.Compare(left, [COMPARED[type(op)]()], right)
        case ast.BoolOp(op, values):
            yield "comparison", ast.BoolOp(COMPARED[type(op)](), values)
        case ast.IfExp(test, body, orelse):
            yield "comparison", ast.IfExp(test, orelse, body)
        case ast.Name(id="rng", ctx=ast.Load()):
            yield "generator", SEED_0
        case ast.Tuple(elts, ast.Load()) | ast.List(elts, ast.Load()) if len(elts) > 1 and _is_list(node):
            yield from (("entry", type(node)(elts[:i] + elts[i + 1 :], ast.Load())) for i in range(len(elts)))
        case ast.Call():
            yield from _at_call(node)


def _at_call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in SWAPPED:
        yield "function", ast.Call(_named(node.func, SWAPPED[name]), node.args, node.keywords)
    if name in LEFT_OUT and node.args:
        yield "function", node.args[0]
    if name == "where" and len(node.args) == 3:
        yield "function", ast.Call(node.func, [node.args[0], node.args[2], node.args[1]], node.keywords)
    if name == "default_rng" and node.args:
        yield "generator", SEED_0
    for place, keyword in enumerate(node.keywords):
        rest = node.keywords[:place] + node.keywords[place + 1 :]
        if keyword.arg:
            yield "keyword", ast.Call(node.func, node.args, rest)
        if keyword.arg == "axis":
            other = ast.Constant(-1 if ast.unparse(keyword.value) == "0" else 0)
            yield "keyword", ast.Call(node.func, node.args, [*rest, ast.keyword("axis", other)])


def _named(function: ast.expr, name: str) -> ast.expr:
    return ast.Attribute(function.value, name, ast.Load()) if isinstance(function, ast.Attribute) else ast.Name(name)


def _is_list(node: ast.Tuple | ast.List) -> bool:
    texts = [isinstance(one, ast.Constant) and isinstance(one.value, str) for one in node.elts]
    return isinstance(node, ast.List) or any(texts)


def _spliced(source: str, node: ast.expr | ast.stmt, mutant: ast.AST) -> str:
    """The source with the mutant in place of the node; lines stay where they are, but for those of the node."""
    lines = source.encode().splitlines(keepends=True)
    starts = [sum(map(len, lines[:i])) for i in range(len(lines) + 1)]
    first = starts[node.lineno - 1] + node.col_offset
    last = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
    text = ast.unparse(mutant)
    text = f"({text})" if isinstance(mutant, ast.expr) else text
    whole = source.encode()
    return (whole[:first] + text.encode() + whole[last:]).decode()


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= SHORT else f"{line[:SHORT]} ..."
