"""Are the exported modules, the notebooks' form and README.md what the notebooks make of them?

    python tools/check_sync.py

Works on a copy, so a dirty tree is no obstacle and nothing changes. Prints a line for every file out of step and the
command that brings it back; the exit status is then 1.
"""
from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT/'docs'))
import convert  # noqa: E402  (needs the path above)


def contents(folder: Path, pattern: str) -> dict[str, bytes]:
    "Files of a folder by relative path"
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in sorted(folder.rglob(pattern)) if '.ipynb_checkpoints' not in f.parts}

def differences(here: dict, made: dict) -> list[str]:
    "What is wrong with the files `here`, given those that were `made` anew"
    names = sorted(here.keys() | made.keys())
    why = lambda n: 'missing' if n not in here else 'not made by any notebook' if n not in made else 'differs'
    return [f'{n}: {why(n)}' for n in names if here.get(n) != made.get(n)]

def run_nbdev(command: str, folder: Path):
    "Run a command of nbdev in `folder`"
    done = subprocess.run([str(Path(sys.executable).parent/command)], cwd=folder, capture_output=True, text=True)
    if done.returncode: raise SystemExit(f'{command} failed:\n{done.stdout}{done.stderr}')

def check_copy(root: Path, copy: Path) -> dict[str, list[str]]:
    "What is out of step in `root`, by the command that mends it; `copy` is an empty folder to work in"
    ini = ConfigParser(delimiters=['='])
    ini.read(root/'settings.ini', encoding='utf-8')
    lib, nbs = ini['DEFAULT']['lib_path'], ini['DEFAULT']['nbs_path']
    shutil.copy2(root/'settings.ini', copy)
    for folder in (lib, nbs): shutil.copytree(root/folder, copy/folder, ignore=shutil.ignore_patterns('data', '__pycache__', '.ipynb_checkpoints'))
    before = {folder: contents(copy/folder, pattern) for folder, pattern in ((lib, '*.py'), (nbs, '*.ipynb'))}
    for path in (copy/lib).rglob('*.py'):   # a module that no notebook makes any more does not come back
        if path.name != '__init__.py': path.unlink()
    run_nbdev('nbdev_export', copy)
    exported = differences(before[lib], contents(copy/lib, '*.py'))
    run_nbdev('nbdev_clean', copy)
    cleaned = differences(before[nbs], contents(copy/nbs, '*.ipynb'))

    text, figures = convert.readme_parts(root)
    readme = root/'README.md'
    shown = {f.relative_to(root).as_posix(): f.read_bytes() for f in (root/convert.README_FIGURES).glob('figure-*.png')}
    if readme.exists(): shown['README.md'] = readme.read_bytes()
    written = differences(shown, {'README.md': text.encode(), **figures})
    return {'make export': [f'{lib}/{d}' for d in exported], 'make clean-notebooks': [f'{nbs}/{d}' for d in cleaned], 'make readme': written}

def main():
    with tempfile.TemporaryDirectory() as tmp: found = check_copy(ROOT, Path(tmp))
    for command, problems in found.items():
        for problem in problems: print(f'out of step: {problem}')
        if problems: print(f'  -> {command}')
    if any(found.values()): sys.exit(1)
    print('in step: modules, notebooks, README')


if __name__ == '__main__':
    main()
