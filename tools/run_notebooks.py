"""Run the notebooks as nbdev's tests do, each in a process of its own; optionally keep their outputs.

    python tools/run_notebooks.py [--flags "data slow"] [--save] [--workers N] [NOTEBOOK...]

A cell is skipped if it is marked with a flag that settings.ini lists under tst_flags (slow, gpu, data) and --flags
does not name, if it says `eval: false`, or if it calls nbdev_export. A notebook fails at its first error.
The last line is `N passed, N failed`; the exit status is 1 if any failed.

With --save the outputs of the cells that ran go into the notebooks, in the form that nbdev_clean leaves unchanged, and
figures with as few colours as nobody misses.
"""
from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LARGE = 1_000_000   # bytes of a saved notebook worth a remark


@dataclass
class Result:
    notebook: Path
    passed: bool
    seconds: float
    report: str   # what the process wrote


def find_notebooks(names: list[str], nbs: Path) -> list[Path]:
    "The named notebooks (path, or name below `nbs`), else all of them without those hidden by `_` or `.`"
    if not names:
        found = sorted(nbs.rglob('*.ipynb'))
        return [f for f in found if not any(part[0] in '._' for part in f.relative_to(nbs).parts)]
    found = []
    for name in names:
        places = [Path(name), nbs/name, nbs/f'{name}.ipynb']
        path = next((p for p in places if p.is_file()), None)
        if path is None: raise SystemExit(f'no notebook {name}: give a path, or a name below {nbs.name}/')
        found.append(path.resolve())
    return found


# ---- small figures ---------------------------------------------------------------------------------------------

def smaller_png(png: bytes) -> bytes:
    "A figure in fewer bytes: in 256 colours if these are close to all it has, else with colours rounded to steps of 8 of 255"
    import io
    import numpy as np
    from PIL import Image
    image = Image.open(io.BytesIO(png))
    if image.mode == 'P' or image.mode == 'RGBA' and image.getextrema()[3] != (255, 255): return png
    image = image.convert('RGB')
    few = image.quantize(256, dither=Image.Dither.NONE)
    colours = np.asarray(image).astype(int)
    if (abs(colours - np.asarray(few.convert('RGB'))).max(-1) > 8).mean() > .01:   # a photograph, or much noise
        few = Image.fromarray(np.where(colours >= 250, 255, (colours + 4)//8*8).clip(0, 255).astype(np.uint8))
    out = io.BytesIO()
    few.save(out, 'png', optimize=True)
    return min(png, out.getvalue(), key=len)

def shrink_figures(cells) -> None:
    "All figures of cells, in place"
    import base64
    for output in (o for c in cells if c.cell_type == 'code' for o in c.get('outputs', [])):
        data = output.get('data', {})
        if isinstance(png := data.get('image/png'), str): data['image/png'] = base64.b64encode(smaller_png(base64.b64decode(png))).decode()


# ---- one notebook, in this process -----------------------------------------------------------------------------

def run_one(path: Path, flags: set[str], save: bool):
    "Run one notebook here; an error ends the process with its traceback"
    from execnb.nbio import read_nb, write_nb
    from execnb.shell import CaptureShell
    from fastcore.basics import str2bool
    from fastcore.xtras import working_directory
    from nbdev.clean import clean_nb
    from nbdev.config import get_config
    from nbdev.frontmatter import FrontmatterProc
    from nbdev.process import NBProcessor

    sys.path.insert(0, str(ROOT))
    os.environ['IN_TEST'] = '1'   # nbdev_test says so too
    skipped_flags = set(get_config(path=path.parent).tst_flags.split()) - flags
    notebook = NBProcessor(path, procs=FrontmatterProc, process=True).nb
    if str2bool(getattr(notebook, 'frontmatter_', {}).get('skip_exec', False)): return

    def skip(cell):
        if cell.cell_type != 'code' or 'nbdev_export(' in cell.source: return True
        directives = getattr(cell, 'directives_', None) or {}
        return directives.get('eval:', [''])[0].lower() == 'false' or bool(skipped_flags & directives.keys())

    for cell in notebook.cells:
        if not skip(cell): cell.outputs = []   # a cell that no longer says anything keeps nothing
    shell = CaptureShell(path)
    with working_directory(path.parent):
        try: shell.run_all(notebook, exc_stop=True, preproc=skip)
        except Exception:
            print(shell.prettytb(fname=path))
            raise SystemExit(1)
    if not save: return
    saved = read_nb(path)
    before = path.read_text(encoding='utf-8')
    outputs = {cell.id: cell.get('outputs', []) for cell in notebook.cells if not skip(cell)}
    for cell in saved.cells:
        if cell.id in outputs: cell.outputs = outputs[cell.id]
    clean_nb(saved)
    shrink_figures(saved.cells)
    write_nb(saved, path)
    size = path.stat().st_size
    if path.read_text(encoding='utf-8') != before: print(f'saved, {size/1e3:.0f} kB' + (' (large: fewer or smaller figures?)' if size > LARGE else ''))


# ---- all notebooks, each in a process --------------------------------------------------------------------------

def environment(workers: int) -> dict:
    "Environment of the processes: no window for figures, no progress bars in outputs, cores shared out"
    env = os.environ | dict(PYTHONUTF8='1')
    threads = env.get('OMP_NUM_THREADS', max(1, (os.cpu_count() or 1)//workers))   # what is asked of one library holds for all
    for name, value in dict(MPLBACKEND='agg', TQDM_DISABLE='1', OMP_NUM_THREADS=threads, MKL_NUM_THREADS=threads,
                            OPENBLAS_NUM_THREADS=threads, TOKENIZERS_PARALLELISM='false').items():
        env.setdefault(name, str(value))
    return env

def run_process(path: Path, flags: str, save: bool, env: dict, limit: float) -> Result:
    "Run one notebook in a process of its own"
    command = [sys.executable, __file__, '--here', str(path), '--flags', flags] + ['--save']*save
    start = time.monotonic()
    try:
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace', timeout=limit)
        passed, report = done.returncode == 0, done.stdout
        if done.returncode < 0: report += f'\nended by signal {-done.returncode} (out of memory?)'
    except subprocess.TimeoutExpired as stop:
        passed, report = False, f'{(stop.stdout or b"").decode(errors="replace")}\nstopped after {limit:.0f} s'
    return Result(path, passed, time.monotonic() - start, report.strip())

def run_all(paths: list[Path], nbs: Path, flags: str = '', save: bool = False, workers: int | None = None, limit: float = 3600.) -> list[Result]:
    "Run notebooks in parallel and report each as it ends"
    workers = workers or min(len(paths), os.cpu_count() or 1) or 1
    env = environment(workers)
    def run(path):
        result = run_process(path, flags, save, env, limit)
        name = path.relative_to(nbs) if path.is_relative_to(nbs) else path
        print(f'{"ok    " if result.passed else "FAILED"} {result.seconds:6.1f} s  {name}', flush=True)
        if result.report and (not result.passed or save): print(result.report, flush=True)
        return result
    with ThreadPoolExecutor(workers) as pool: return list(pool.map(run, paths))

def closing_line(results: list[Result]) -> str:
    passed = sum(r.passed for r in results)
    return f'{passed} passed, {len(results) - passed} failed'


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('notebooks', nargs='*', help='paths, or names below the notebooks\' folder; default: all')
    parser.add_argument('--flags', default='', help='marked cells to run: any of "slow gpu data"')
    parser.add_argument('--save', action='store_true', help='keep the outputs in the notebooks')
    parser.add_argument('--workers', type=int, help='notebooks at a time; default: the number of cores')
    parser.add_argument('--limit', type=float, default=3600., help='seconds that one notebook may take')
    parser.add_argument('--here', action='store_true', help='run one notebook in this process (used by the program itself)')
    return parser

def main():
    args, nbs = arguments().parse_args(), ROOT/'nbs'
    paths = find_notebooks(args.notebooks, nbs)
    if args.here: return run_one(paths[0], set(args.flags.split()), args.save)
    results = run_all(paths, nbs, args.flags, args.save, args.workers, args.limit)
    print(closing_line(results))
    sys.exit(any(not r.passed for r in results))


if __name__ == '__main__':
    main()
