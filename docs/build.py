"""Build the documentation site into _docs/, with every warning an error.

    python docs/build.py

Beside the pages made of notebooks stands one that is computed: the explorer of the demonstration's galaxy. Also refuses a
site that loads anything from another host, has links that lead nowhere, or does not work in a browser, if there is one
(check_site.py).
"""
from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import check_site
import convert

ROOT = convert.ROOT
WORK, OUT = ROOT/'_proc', ROOT/'_docs'
# what makes a browser fetch a file: links that a reader may follow (href of <a>) are fine
LOADS = re.compile(r'''(?:\ssrc=|\ssrcset=|@import\s|url\(|<link[^>]*\shref=|fetch\(|import\()\s*["']?((?:https?:)?//[^\s"'>)]+)''')


def foreign_loads(folder: Path) -> list[str]:
    "Files of other hosts that pages or style sheets load"
    found = []
    for path in sorted(folder.rglob('*')):
        if path.suffix not in ('.html', '.css', '.js'): continue
        text = re.sub(r'<pre>.*?</pre>', '', path.read_text(encoding='utf-8', errors='replace'), flags=re.S)
        found += [f'{path.relative_to(folder)}: {address}' for address in LOADS.findall(text)]
    return found

def write_demo(path: Path):
    "The explorer of a simulated galaxy, predicted with the weights of the package, beside its truth"
    from galaxy_ifu.cli import demo_galaxy, true_cube
    from galaxy_ifu.predict import GalaxyIFU
    scene, image, seed = demo_galaxy()
    shape, spaxel, psf, z = (36, 36), .75, 2.5, float(scene.p['z'][0])   # the whole galaxy in some seconds
    cube = GalaxyIFU.from_pretrained().predict_cube(image, z=z, shape=shape, spaxel=spaxel, psf_fwhm=psf)
    page = cube.explore(true_cube(scene, shape, spaxel, psf), title='A simulated galaxy, predicted from its image alone',
                        about=f'galaxy {seed} of the simulator, which no training has seen; z = {z:.4f}; {shape[1]} × {shape[0]} spaxels of {spaxel}″, PSF {psf}″ FWHM')
    print(f'explorer of the demonstration: {page.save(path).stat().st_size/1e6:.1f} MB')

def build() -> bool:
    "Write the sources, run Sphinx, look at the result; True if all is well"
    sources, made = WORK/'site', WORK/'html'
    convert.write_site(sources)
    shutil.rmtree(made, ignore_errors=True)
    # -n: a reference to an unknown name is a warning; -W: a warning fails; -E: read every page anew, so that none is missed
    sphinx = [sys.executable, '-m', 'sphinx', '-q', '-n', '-W', '--keep-going', '-E', '-b', 'html', '-c', 'docs', '-d', WORK/'doctrees']
    passed = subprocess.run([*sphinx, sources, made], cwd=ROOT).returncode == 0
    if not (made/'index.html').exists(): return False
    shutil.rmtree(OUT, ignore_errors=True)
    made.rename(OUT)
    write_demo(OUT/'demo_galaxy.html')
    foreign = foreign_loads(OUT)
    for line in foreign: print(f'loads from another host: {line}')
    passed = passed and not foreign and not check_site.check_site(OUT)
    print(f'documentation: {"_docs/index.html" if passed else "FAILED"}')
    return passed


if __name__ == '__main__':
    sys.exit(not build())
