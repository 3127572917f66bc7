"""Does what README.md shows work? Its Python runs, its commands exist with the options shown.

    python tools/check_examples.py

In an empty folder with a simulated `cutout.fits`, and what `make demo` leaves, as a reader would have them:
- every ```python block runs, in order and with the names of those before it; a block that reads `folder`, survey files, runs if
  the environment variable GALAXY_IFU_TEST_DATA names them, and what it prints is then compared with the ```text block after it;
- calls in running text, `cube.total('Ha-6564')`, fit the signature of what they call; they are not carried out, some take long
  or need the network (`Image.from_legacysurvey`);
- for a command of galaxy_ifu, `galaxy_ifu_predict cutout.fits --z 0.03`, every option shown is one that --help of the command names;
  it is not carried out, and neither is make (its targets are checked by check_project.py) nor git.
"""
from __future__ import annotations

import ast
import contextlib
import inspect
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
import time
from configparser import ConfigParser
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault('MPLBACKEND', 'agg')
FIND_NAMES = {'image': 'records.Image', 'cube': 'predict.Cube', 'model': 'predict.GalaxyIFU', 'Image': 'records.Image', 'GalaxyIFU': 'predict.GalaxyIFU'}


def fenced(text: str) -> list[tuple[str, str]]:
    "Language and content of the fenced blocks, in order"
    return re.findall(r'^```(\w*)\n(.*?)^```', text, re.M | re.S)

def inline(text: str) -> list[str]:
    "Code within the running text"
    return [c.strip() for c in re.findall(r'(?<!`)`([^`\n]+)`(?!`)', re.sub(r'^```.*?^```', '', text, flags=re.M | re.S))]

def call_fault(code: str, names: dict) -> str | None:
    "Why a call in running text can't be made; None if it can, or if the code is no call of something known"
    try: tree = ast.parse(code, mode='eval').body
    except SyntaxError: return None
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Attribute) or not isinstance(tree.func.value, ast.Name) or tree.func.value.id not in names: return None
    thing, called = names[tree.func.value.id], tree.func.attr
    function = getattr(thing, called, None)
    if function is None: return f'{thing.__name__} has no {called}'
    bound = inspect.ismethod(function)   # a classmethod; others want an instance
    try: inspect.signature(function).bind(*([] if bound else [None]), *tree.args, **{k.arg: None for k in tree.keywords})
    except TypeError as error: return str(error)

def option_faults(command: str, help_of) -> list[str]:
    "Options of a command that its --help doesn't name (a beginning is enough, as for argparse)"
    program, *words = shlex.split(command)
    first = next((n for n, w in enumerate(words) if w.startswith('-')), len(words))
    shown = help_of(program, *words[:first])   # galaxy_ifu_fetch has options for each source
    if shown is None: return [f'{program} is no command of settings.ini']
    known = set(re.findall(r'(?<![\w-])--?[a-zA-Z][\w-]*', shown))
    return [f'{program} has no option {w}' for w in words if w.startswith('-') and not w.lstrip('-')[:1].isdigit()
            and not any(k == w or (w.startswith('--') and k.startswith(w)) for k in known)]

def console_help():
    "A function from a command's name to what its --help prints, each asked once"
    ini = ConfigParser(delimiters=['='])
    ini.read(ROOT/'settings.ini', encoding='utf-8')
    scripts, seen = dict(line.split('=', 1) for line in ini['DEFAULT']['console_scripts'].split()), {}
    def help_of(*command):
        if command[0] not in scripts: return None
        if command not in seen:
            module, function = scripts[command[0]].split(':')
            out, old = io.StringIO(), sys.argv
            sys.argv = [*command, '--help']
            try:
                with contextlib.redirect_stdout(out): getattr(import_module(module), function)()
            except SystemExit as end:
                if end.code: return ''
            finally: sys.argv = old
            seen[command] = out.getvalue()
        return seen[command]
    return help_of

def write_cutout(path: Path):
    "What a reader would have: a cutout of a galaxy in g, r, z, here a simulated one"
    from galaxy_ifu.mockmanga import write_cutout
    from galaxy_ifu.records import Image
    from galaxy_ifu.simulate import SimConfig, simulate, to_galaxy
    from galaxy_ifu.sky import tan_wcs
    im = to_galaxy(simulate(1, 3, SimConfig(z=(.03, .03), system='south', rmag=(15., 15.2), n_fibers=0, ebv=0.)), 0).image.select(('g', 'r', 'z'))
    ny, nx = im.shape
    write_cutout(path, Image(im.flux, im.ivar, im.bands, im.pixscale, im.psf_fwhm, .01, wcs=tan_wcs((ny, nx), im.pixscale, 150.1, 2.2)))

def run_blocks(text: str, names: dict) -> list[str]:
    "Run the Python blocks here, names kept in `names`; what failed"
    wrong, blocks = [], fenced(text)
    for n, (language, code) in enumerate(blocks):
        if language != 'python': continue
        if re.search(r'\bfolder\b', code) and 'folder' not in names:
            print('examples: a block that reads survey files is left out: GALAXY_IFU_TEST_DATA names no folder')
            continue
        out, first = io.StringIO(), code.strip().splitlines()[0]
        try:
            with contextlib.redirect_stdout(out): exec(compile(code, f'README.md, block {n + 1}', 'exec'), names)
        except Exception as error: wrong.append(f'the block "{first} ..." raises {type(error).__name__}: {error}')
        else:
            expected = blocks[n + 1][1] if n + 1 < len(blocks) and blocks[n + 1][0] == 'text' else None
            if expected is not None and out.getvalue().strip() != expected.strip(): wrong.append(f'the block "{first} ..." prints\n{out.getvalue()}instead of\n{expected}')
    return wrong

def check(text: str, names: dict, classes: dict, help_of) -> list[str]:
    "All that doesn't work in a text"
    shell = [line.split('  #')[0].strip() for language, code in fenced(text) if language in ('sh', 'bash') for line in code.splitlines()]
    commands = [c for c in [*shell, *inline(text)] if re.match(r'galaxy_ifu_\w+\s', c)]
    wrong = [fault for c in commands for fault in option_faults(c, help_of)]
    calls = {c: call_fault(c, classes) for c in inline(text)}
    wrong += [f'`{c}`: {fault}' for c, fault in calls.items() if fault]
    wrong += run_blocks(text, names)
    return wrong

def check_self():
    "Faults that must be found, and what is none"
    class Thing:
        def grow(self, size, *, by=1): pass
        @classmethod
        def make(cls, name): pass
    text = 'Use `t.grow(3, by=2)`, `T.make("x")`, `t.shrink()`, `t.grow()`, `a b`, `galaxy_ifu_x f --size 3 -o d`, `galaxy_ifu_x --old`, `galaxy_ifu_y f`.\n\n' \
           '```python\na = 1\nprint(a + 1)\n```\n\n```text\n2\n```\n\n```python\nprint(a)\n```\n\n```text\n7\n```\n\n```python\n1/0\n```\n'
    got = check(text, {}, dict(t=Thing, T=Thing), lambda *c: {'galaxy_ifu_x': 'usage: -o FOLDER, --size N'}.get(c[0]))
    for part in ('no option --old', 'galaxy_ifu_y is no command', 'has no shrink', "missing a required argument: 'size'", 'instead of\n7', 'ZeroDivisionError'):
        if sum(part in g for g in got) != 1: raise AssertionError(f'{part!r} was not noticed: {got}')
    if len(got) != 6: raise AssertionError(got)

def main():
    check_self()
    start, text = time.process_time(), (ROOT/'README.md').read_text(encoding='utf-8')
    classes = {name: getattr(import_module(f'galaxy_ifu.{where.split(".")[0]}'), where.split('.')[1]) for name, where in FIND_NAMES.items()}
    names = {'__name__': 'readme'}
    if data := os.environ.get('GALAXY_IFU_TEST_DATA'): names['folder'] = Path(data).resolve()
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as tmp:
        os.chdir(tmp)
        try:
            Path('demo').mkdir()   # what `make demo` leaves
            write_cutout(Path('cutout.fits'))
            shutil.copy('cutout.fits', 'demo')
            wrong = check(text, names, classes, console_help())
        finally: os.chdir(before)
    for line in wrong: print(f'README.md: {line}')
    print(f'examples: {len([b for b in fenced(text) if b[0] == "python"])} blocks of Python, calls and commands of README.md {"FAILED" if wrong else "ok"}, {time.process_time() - start:.0f} s of processor')
    sys.exit(bool(wrong))


if __name__ == '__main__':
    main()
