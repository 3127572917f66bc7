"""Do imports run only downward? The order of modules is that of the notebooks' numbers, the imports are read from the code.

    python tools/layers.py          check; a line for every import that runs upward
    python tools/layers.py list     and the imports inside functions that reach upward, which are allowed

Nothing is imported and nothing runs. At the top of a module (its classes, `if` and `try` included) only modules of
lower-numbered notebooks may be imported. Inside a function higher ones may be: `cube.show()` finds its figures so.
They are counted, and a test holds the list, so that a new one is a decision. `if TYPE_CHECKING:` imports nothing.
"""
from __future__ import annotations

import ast
import json
import re
import sys
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# imports inside functions that reach a higher number: the module, and what it hands over to
LAZY = {
    ('predict', 'figures'), ('predict', 'explorer'),                                                            # cube.show(), cube.explore()
    ('training', 'calibration'), ('training', 'predict'), ('training', 'baselines'), ('training', 'exam'),      # what a run is judged by, and its last step
}


@dataclass(frozen=True)
class Import:
    "One import of a module of the package by another"
    importer: str   # units
    imported: str
    line: int
    lazy: bool      # inside a function

    def __str__(self): return f'{self.importer}.py:{self.line} imports {self.imported}'


def notebook_order(nbs: Path) -> dict[str, int]:
    "Number of the notebook that exports each module"
    order = {}
    for path in sorted(nbs.glob('[0-9]*.ipynb')):
        cells = json.loads(path.read_text(encoding='utf-8'))['cells']
        source = '\n'.join(''.join(c['source']) for c in cells if c['cell_type'] == 'code')
        found = re.search(r'^#\|\s*default_exp\s+(\w+)', source, re.M)
        if found is None: continue
        if found[1] in order: raise ValueError(f'two notebooks export {found[1]}, one of them {path.name}: give each module one notebook')
        order[found[1]] = int(re.match(r'\d+', path.name)[0])
    return order

def is_type_checking(test) -> bool: return ast.unparse(test).split('.')[-1] == 'TYPE_CHECKING'

def imports_of(name: str, source: str, modules: set, package: str) -> list[Import]:
    "Imports of the package's `modules` in the source of one of them"
    found = []
    def add(dotted, line, lazy):
        parts = dotted.split('.')
        if parts[0] == package and len(parts) > 1 and parts[1] in modules and parts[1] != name: found.append(Import(name, parts[1], line, lazy))
    def visit(node, lazy):
        if isinstance(node, ast.Import):
            for alias in node.names: add(alias.name, node.lineno, lazy)
        elif isinstance(node, ast.ImportFrom):
            base = '.'.join(filter(None, [package if node.level else '', node.module or '']))
            for dotted in {base, *(f'{base}.{alias.name}' for alias in node.names if base == package)}: add(dotted, node.lineno, lazy)
        inside = lazy or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        skipped = node.body if isinstance(node, ast.If) and is_type_checking(node.test) else []
        for child in ast.iter_child_nodes(node):
            if child not in skipped: visit(child, inside)
    visit(ast.parse(source), False)
    return found

def read_imports(lib: Path, modules) -> list[Import]:
    "All imports of the package's modules by one another"
    return [i for name in sorted(modules) for i in imports_of(name, (lib/f'{name}.py').read_text(encoding='utf-8'), set(modules), lib.name)]

def upward(imports: list[Import], order: dict[str, int]) -> list[Import]:
    "Those that reach the same number or a higher one"
    return [i for i in imports if order[i.imported] >= order[i.importer]]

def unused(imports: list[Import], order: dict[str, int], entry: set) -> list[str]:
    "Modules that no other one imports and no command starts"
    return sorted(set(order) - {i.imported for i in imports} - entry)

def find_layers(root: Path = ROOT) -> tuple[dict[str, int], list[Import], set]:
    "Number of every module, all imports, and the modules that commands start"
    ini = ConfigParser(delimiters=['='])
    ini.read(root/'settings.ini', encoding='utf-8')
    cfg = ini['DEFAULT']
    lib, order = root/cfg['lib_path'], notebook_order(root/cfg['nbs_path'])
    written = {p.stem for p in lib.glob('*.py') if not p.name.startswith('_')}
    if written != set(order): raise ValueError(f'modules and notebooks differ: {sorted(written ^ set(order))}; run make export')
    return order, read_imports(lib, order), set(re.findall(rf'={lib.name}\.(\w+):', cfg['console_scripts']))

def check_self():
    "What the reader must see, and what it must not"
    source = 'import os, pkg.b as x\nfrom pkg import c, __version__\nfrom .d import y\nclass A:\n    from pkg.e import z\n' \
             'def f():\n    from pkg.g import h\ntry: import pkg.i\nexcept ImportError: pass\nif TYPE_CHECKING:\n    import pkg.j\nelse: import pkg.k\nfrom pkg.a import me\nq = lambda: __import__("pkg.l")'
    got = {(i.imported, i.lazy) for i in imports_of('a', source, set('abcdefghijkl'), 'pkg')}
    want = {('b', False), ('c', False), ('d', False), ('e', False), ('g', True), ('i', False), ('k', False)}
    if got != want: raise AssertionError(f'imports read {sorted(got ^ want)} differently than meant')
    order = dict(a=10, b=0, c=10, g=20)
    up = [i.imported for i in upward(imports_of('a', 'import pkg.b, pkg.c\ndef f(): import pkg.g', set(order), 'pkg'), order)]
    if up != ['c', 'g']: raise AssertionError(f'upward: {up}')

def main():
    check_self()
    order, imports, entry = find_layers()
    high = upward(imports, order)
    wrong, lazy = [i for i in high if not i.lazy], {(i.importer, i.imported) for i in high if i.lazy}
    for i in wrong: print(f'runs upward: {i} ({order[i.importer]:02d} from {order[i.imported]:02d}): move what is needed down, or import it inside the function')
    for pair in sorted(lazy - set(LAZY)): print('new import of a higher module inside a function: {} of {}: name it in LAZY of tools/layers.py if it has to be'.format(*pair))
    for pair in sorted(set(LAZY) - lazy): print('gone, so take it out of LAZY of tools/layers.py: {} of {}'.format(*pair))
    if 'list' in sys.argv[1:]:
        for i in sorted(high, key=str):
            if i.lazy: print(f'inside a function: {i} ({order[i.importer]:02d} from {order[i.imported]:02d})')
        print('imported by no module, started by no command:', ', '.join(unused(imports, order, entry)) or 'none')
    bad = bool(wrong) or lazy != set(LAZY)
    print(f'imports: {len(order)} modules, {len(imports)} imports, {len(wrong)} upward, {len(lazy)} pairs upward inside functions' + (', FAILED' if bad else ''))
    sys.exit(bad)


if __name__ == '__main__':
    main()
