"""Read the package's public names from its source, and write them as Python-domain objects of Sphinx.

Nothing is imported and nothing runs: the source is parsed, so building the documentation needs neither torch nor data.
Parameters are described where they are declared, a comment each ("docments"):

    def scale(
        flux:Tensor, # flux density, shape (n, bands)
        factor=1.,   # multiplies it
    )->Tensor:       # the product, same shape
        "Multiply a flux."

The same comments on the fields of a dataclass describe its parameters. The comment of the result may also stand
on the closing line of a signature without a type.
"""
from __future__ import annotations

import ast
import copy
import io
import json
import re
import tokenize
from dataclasses import dataclass, field
from pathlib import Path

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
SHOWN_SPECIAL = ('__call__', '__getitem__', '__len__', '__iter__')


@dataclass
class Param:
    "One parameter of a function, or one field of a dataclass"
    name: str
    type: str = ''
    doc: str = ''
    default: str | None = None


@dataclass
class Entry:
    "One public name of the package"
    module: str               # galaxy_ifu.units
    name: str                 # wave_grid, or Image.read
    kind: str                 # function, class, method, classmethod, staticmethod, property, data
    line: int                 # in the module's file
    end_line: int
    signature: str = ''       # "(wave, factor=1.0)"
    doc: str = ''
    params: list[Param] = field(default_factory=list)
    returns: Param | None = None
    bases: list[str] = field(default_factory=list)
    members: list[Entry] = field(default_factory=list)

    @property
    def full_name(self): return f'{self.module}.{self.name}'


# ---- reading ---------------------------------------------------------------------------------------------------

class Comments:
    "The comments of a source, by line; nbdev's cell markers (`# %%`) are none"
    def __init__(self, source: str):
        self.tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
        self.text, self.alone = {}, set()
        for tok in self.tokens:
            if tok.type != tokenize.COMMENT or tok.string.startswith('# %%'): continue
            row, col = tok.start
            self.text[row] = tok.string.lstrip('#').strip()
            if not tok.line[:col].strip(): self.alone.add(row)

    def header_end(self, node) -> int:
        "Line of the colon that ends a function's signature"
        depth = 0
        for tok in self.tokens:
            if tok.type != tokenize.OP or tok.start[0] < node.lineno: continue
            depth += (tok.string in '([{') - (tok.string in ')]}')
            if tok.string == ':' and depth == 0: return tok.start[0]
        raise ValueError(f'the signature of {node.name} has no end')

    def beside(self, *lines: int) -> str:
        "Comment that shares one of `lines` with code"
        return next((self.text[n] for n in lines if n in self.text and n not in self.alone), '')

    def above(self, line: int) -> str:
        "Block of comment lines directly above `line`"
        block = []
        while line - 1 in self.alone:
            line -= 1
            block.append(self.text[line])
        return ' '.join(reversed(block))


def unparse(node) -> str: return '' if node is None else ast.unparse(node)

def decorators(node) -> list[str]:
    "Names of a definition's decorators, without module and arguments"
    called = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
    return [unparse(d).split('.')[-1] for d in called]

def patched_class(node) -> str:
    "Class to which a function with fastcore's `@patch` belongs, else ''"
    if not {'patch', 'patch_to'} & set(decorators(node)): return ''
    for d in node.decorator_list:
        if isinstance(d, ast.Call) and unparse(d.func).endswith('patch_to'): return unparse(d.args[0])
    return unparse(node.args.args[0].annotation) if node.args.args else ''

def is_public(name: str) -> bool: return not name.startswith('_') or name in SHOWN_SPECIAL

def arguments(node) -> list[tuple[ast.arg, ast.expr | None, str]]:
    "Every (argument, default, stars) of a function, in order"
    a = node.args
    positional = a.posonlyargs + a.args
    defaults = [None]*(len(positional) - len(a.defaults)) + a.defaults
    found = [(arg, default, '') for arg, default in zip(positional, defaults)]
    if a.vararg: found.append((a.vararg, None, '*'))
    found += [(arg, default, '') for arg, default in zip(a.kwonlyargs, a.kw_defaults)]
    if a.kwarg: found.append((a.kwarg, None, '**'))
    return found

def function_params(node, comments: Comments, bound: bool) -> tuple[str, list[Param], Param | None]:
    "Signature without types, parameters, result; `bound` drops the first argument (self, cls)"
    found = arguments(node)[1 if bound else 0:]
    spans = [(arg.lineno, (default if default is not None else arg).end_lineno) for arg, default, _ in found]
    close = comments.header_end(node)
    # the comment on the closing line is the result's, unless a parameter without a result type stands there alone
    on_close = close != node.lineno and node.returns is None and any(end == close for _, end in spans)
    params = []
    for (arg, default, stars), span in zip(found, spans):
        lines = [n for n in span if n != close or on_close]
        doc = comments.beside(*lines) or comments.above(arg.lineno)
        params.append(Param(stars + arg.arg, unparse(arg.annotation), doc, None if default is None else unparse(default)))
    result = Param('return', unparse(node.returns), '' if on_close else comments.beside(close))
    bare = copy.deepcopy(node.args)
    if bound: (bare.posonlyargs or bare.args or [None]).pop(0)
    for arg in (*bare.posonlyargs, *bare.args, *bare.kwonlyargs, bare.vararg, bare.kwarg):
        if arg is not None: arg.annotation = None
    return f'({unparse(bare)})', params, result if result.type or result.doc else None

def function_entry(node, module: str, comments: Comments, owner: str = '') -> Entry:
    "Entry of a function, or of a method of the class `owner`"
    marks = decorators(node)
    kind = next((k for k in ('classmethod', 'staticmethod') if k in marks), 'method' if owner else 'function')
    if {'property', 'cached_property'} & set(marks): kind = 'property'
    for flag, patched in (('cls_method', 'classmethod'), ('as_prop', 'property')):   # arguments of fastcore's patch
        if any(flag in unparse(d) for d in node.decorator_list): kind = patched
    bound = bool(owner) and kind != 'staticmethod'
    signature, params, returns = function_params(node, comments, bound)
    name = f'{owner}.{node.name}' if owner else node.name
    return Entry(module, name, kind, node.lineno, node.end_lineno, signature, ast.get_docstring(node) or '', params, returns)

def field_default(value) -> str | None:
    "Default of a dataclass field as a reader expects it: the factory's call instead of `field(default_factory=...)`"
    if isinstance(value, ast.Call) and unparse(value.func).endswith('field'):
        for k in value.keywords:
            if k.arg == 'default': return unparse(k.value)
            if k.arg == 'default_factory': return '...' if isinstance(k.value, ast.Lambda) else f'{unparse(k.value)}()'
        return None
    return None if value is None else unparse(value)

def class_entry(node, module: str, comments: Comments) -> Entry:
    "Entry of a class with its public methods"
    bases = [unparse(b) for b in node.bases]
    entry = Entry(module, node.name, 'class', node.lineno, node.end_lineno, doc=ast.get_docstring(node) or '', bases=bases)
    functions = [n for n in node.body if isinstance(n, FUNCTION)]
    has_fields = 'dataclass' in decorators(node) or any(b.split('.')[-1] == 'NamedTuple' for b in bases)
    if has_fields:
        for n in node.body:
            if not isinstance(n, ast.AnnAssign) or n.target.id.startswith('_') or 'ClassVar' in unparse(n.annotation): continue
            doc = comments.beside(n.lineno, n.end_lineno) or comments.above(n.lineno)
            entry.params.append(Param(n.target.id, unparse(n.annotation), doc, field_default(n.value)))
        entry.signature = fields_signature(entry.params)
    for init in (f for f in functions if f.name == '__init__'):
        entry.signature, entry.params, _ = function_params(init, comments, bound=True)
        entry.doc = entry.doc or ast.get_docstring(init) or ''
    entry.members = [function_entry(f, module, comments, node.name) for f in functions if is_public(f.name)]
    entry.members = [m for m in entry.members if not m.name.endswith('__') or m.doc]
    return entry

def fields_signature(params: list[Param]) -> str:
    return '(' + ', '.join(p.name if p.default is None else f'{p.name}={p.default}' for p in params) + ')'

def data_entries(node, module: str, comments: Comments) -> list[Entry]:
    "Entries of the capital-letter constants that an assignment defines"
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [t.id for t in targets if isinstance(t, ast.Name) and re.fullmatch(r'[A-Z][A-Z0-9_]*', t.id)]
    computed = any(isinstance(n, (ast.Call, ast.comprehension)) for n in ast.walk(node.value))
    value = '' if computed else unparse(node.value)
    doc = comments.beside(node.lineno, node.end_lineno) or comments.above(node.lineno)
    return [Entry(module, n, 'data', node.lineno, node.end_lineno, value if len(value) <= 60 else '', doc) for n in names]

def read_source(source: str, module: str) -> list[Entry]:
    "Public names that a source defines at its top level, in order"
    comments, entries = Comments(source), []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and is_public(node.name): entries.append(class_entry(node, module, comments))
        elif isinstance(node, FUNCTION) and is_public(node.name):
            entries.append(function_entry(node, module, comments, patched_class(node)))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            entries += data_entries(node, module, comments)
    return entries


class Index:
    "All public names of the package, with look-up by the names that prose uses"
    def __init__(self, entries: list[Entry]):
        self.entries = {e.full_name: e for top in entries for e in (top, *top.members)}
        self.modules = sorted({e.module for e in entries})
        for entry in self.entries.values():
            if entry.kind == 'class': self.inherit(entry)

    @classmethod
    def of_package(cls, folder: Path) -> Index:
        "Index of the modules in `folder`"
        entries = []
        for path in sorted(folder.rglob('*.py')):
            if path.name.startswith('_'): continue
            module = '.'.join(path.relative_to(folder.parent).with_suffix('').parts)
            entries += read_source(path.read_text(encoding='utf-8'), module)
        return cls(entries)

    def inherit(self, entry: Entry):
        "Parameters of a class that has none of its own are those of its base; a dataclass adds to them"
        for base in entry.bases:
            parent = self.find(base, entry.module)
            if parent is None or parent.kind != 'class': continue
            self.inherit(parent)
            own = {p.name for p in entry.params}
            inherits_fields = entry.signature == fields_signature(entry.params)
            if not entry.signature: entry.signature, entry.params = parent.signature, list(parent.params)
            elif inherits_fields and parent.params and not own >= {p.name for p in parent.params}:
                entry.params = [p for p in parent.params if p.name not in own] + entry.params
                entry.signature = fields_signature(entry.params)

    def find(self, name: str, module: str = '') -> Entry | None:
        "Entry called `name` (with or without module), that of `module` first; None if unknown or ambiguous"
        package = self.modules[0].split('.')[0] if self.modules else ''
        for full in (f'{module}.{name}', name, f'{package}.{name}'):
            if full in self.entries: return self.entries[full]
        found = [e for full, e in self.entries.items() if full.endswith(f'.{name}') and e.name == name]
        return found[0] if len(found) == 1 else None

    def owner_module(self, entry: Entry) -> str:
        "Module under which a method is listed: that of its class, also when it was patched in elsewhere"
        owner = self.find(entry.name.split('.')[0], entry.module) if '.' in entry.name else None
        return owner.module if owner else entry.module


# ---- writing ---------------------------------------------------------------------------------------------------

def one_line(text: str) -> str:
    "A parameter's description on one line, its plain text safe from markup; code and formulas stay"
    parts = re.split(r'(`[^`]*`|\$[^$]+\$)', ' '.join(text.split()))
    return ''.join(p if i % 2 else re.sub(r'([*\[\]<>|\\])', r'\\\1', p) for i, p in enumerate(parts))

def type_markup(type_: str, index: Index, module: str) -> str:
    "A type as code, as a link if it is a name of the package"
    bare = type_.strip('\'"')
    entry = index.find(bare, module)
    return f'{{py:class}}`{bare} <{entry.full_name}>`' if entry else f'`{bare}`'

def to_myst(entry: Entry, index: Index, link_names, nested: bool = False) -> str:
    """MyST source of an entry: a Python-domain object with its parameters, result and methods.

    `link_names(text, entry)` turns the names in a docstring into links."""
    directive = dict(classmethod='method', staticmethod='method').get(entry.kind, entry.kind)
    name = entry.name.split('.')[-1] if nested else entry.name
    shown = '' if entry.kind in ('property', 'data') else entry.signature
    fence = '`'*(5 if nested else 7)
    lines = [f'{fence}{{py:{directive}}} {name}{shown}']
    module = index.owner_module(entry)
    if not nested and module != entry.module: lines.append(f':module: {module}')
    if entry.kind in ('classmethod', 'staticmethod'): lines.append(f':{entry.kind}:')
    if entry.kind == 'data' and entry.signature: lines.append(f':value: {json.dumps(entry.signature)}')   # quoted: options are YAML
    lines.append('')
    if entry.doc: lines += [link_names(one_line(entry.doc) if entry.kind == 'data' else entry.doc, entry), '']
    described = [p for p in entry.params if p.doc or p.type]
    for p in described:
        name = p.name.replace('*', '\\*')
        lines.append(f':param {name}: {link_names(one_line(p.doc), entry)}')
        if p.type: lines.append(f':type {name}: {type_markup(p.type, index, entry.module)}')
    if entry.returns:
        kind = type_markup(entry.returns.type, index, entry.module) if entry.returns.type else ''
        told = link_names(one_line(entry.returns.doc), entry)
        lines.append(f':returns: {" – ".join(part for part in (kind, told) if part)}')
    for member in entry.members: lines += ['', to_myst(member, index, link_names, nested=True)]
    return '\n'.join([*lines, fence])


# ---- self-check ------------------------------------------------------------------------------------------------

SAMPLE = '''
STEP = 0.8 # grid step, Angstrom

def scale(
    flux:Tensor, # flux [n, bands], 1e-17 * cgs
    factor=1.,   # multiplies it
    *,
    # copy instead of writing
    # in place
    clone:bool=True,
): # the product
    "Multiply a flux by `STEP`."

def half(flux)->Tensor: # half of it
    "Halve."

def place(
    ra, dec, # position, deg
    at=None, # where
)->dict[str, float]: # {name: value}
    "Place."

@dataclass
class Box:
    "A box"
    side:float = 2.                              # length, arcsec
    tags:list = field(default_factory=list)      # any words

@dataclass
class Crate(Box):
    lid:bool = False # closed?
    @property
    def area(self)->float: # arcsec^2
        "Its area"
    @classmethod
    def read(cls, path:str, # file
            )->Box: # as read
        "Read it"
    def _hidden(self): pass

@patch
def open(self:Crate, slowly=False # take care
        ):
    "Open it"

@patch(cls_method=True)
def parse(cls:Crate, text:str): # what to read
    "Parse it"
'''

def check():
    "Known source in, known entries out"
    index = Index(read_source(SAMPLE, 'pkg.mod'))
    e = index.entries
    expected = ['STEP', 'scale', 'half', 'place', 'Box', 'Crate', 'Crate.area', 'Crate.read', 'Crate.open', 'Crate.parse']
    found = [x.removeprefix('pkg.mod.') for x in e]
    if found != expected: raise AssertionError(f'names: {found}, expected {expected}')
    scale, crate = e['pkg.mod.scale'], e['pkg.mod.Crate']
    pairs = [
        (scale.signature, '(flux, factor=1.0, *, clone=True)'),
        ([p.doc for p in scale.params], ['flux [n, bands], 1e-17 * cgs', 'multiplies it', 'copy instead of writing in place']),
        (scale.returns.doc, 'the product'),
        (e['pkg.mod.half'].returns, Param('return', 'Tensor', 'half of it')),
        (e['pkg.mod.half'].params[0].doc, ''),
        ([p.doc for p in e['pkg.mod.place'].params], ['position, deg', 'position, deg', 'where']),
        (e['pkg.mod.place'].returns, Param('return', 'dict[str, float]', '{name: value}')),
        (crate.signature, '(side=2.0, tags=list(), lid=False)'),
        ([p.doc for p in crate.params], ['length, arcsec', 'any words', 'closed?']),
        ([m.kind for m in crate.members], ['property', 'classmethod']),
        (e['pkg.mod.Crate.read'].params[0].doc, 'file'),
        (e['pkg.mod.Crate.open'].signature, '(slowly=False)'),
        (e['pkg.mod.Crate.open'].params[0].doc, 'take care'),
        ((e['pkg.mod.Crate.parse'].kind, e['pkg.mod.Crate.parse'].signature), ('classmethod', '(text)')),
        (index.find('Crate.read').kind, 'classmethod'),
        (one_line('a [n]  `x*y` * b'), r'a \[n\] `x*y` \* b'),
    ]
    for got, want in pairs:
        if got != want: raise AssertionError(f'got {got!r}, expected {want!r}')
    text = to_myst(scale, index, lambda text, entry: text)
    for part in ('{py:function} scale(flux, factor=1.0, *, clone=True)', ':type flux: `Tensor`', ':returns: the product'):
        if part not in text: raise AssertionError(f'{part!r} is missing in\n{text}')


if __name__ == '__main__':
    check()
    print('apidoc: ok')
