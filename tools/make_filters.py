"""Derive `galaxy_ifu/data/filters.safetensors` from the filter curves that ship with `speclite`.

    python tools/make_filters.py [--out FILE]

Why a copy: the package integrates spectra through filters on machines that have only torch, numpy and safetensors.
The curves are read through speclite's API, never from its tables (some of those are in nm).

Each filter NAME gives two float64 arrays of the same length:
    NAME.wave       wavelength of the samples, vacuum Angstrom, strictly increasing
    NAME.response   response per photon, dimensionless, linear between samples, 0 at both ends
The responses include the atmosphere at the airmass of the published curve, as in speclite.
The header carries one JSON string, key `galaxy_ifu`. Two runs give the same bytes.
"""
import argparse, json
from pathlib import Path
import numpy as np
import speclite
from speclite.filters import load_filter
from safetensors.numpy import save

NAMES = ('decam2014-g', 'decam2014-r', 'decam2014-i', 'decam2014-z', 'BASS-g', 'BASS-r', 'MzLS-z',
         'sdss2010-u', 'sdss2010-g', 'sdss2010-r', 'sdss2010-i', 'sdss2010-z')
OUT = Path(__file__).resolve().parents[1]/'galaxy_ifu'/'data'/'filters.safetensors'

def arrays() -> dict[str, np.ndarray]:
    "Wavelengths and responses of every filter, by key"
    out = {}
    for name in NAMES:
        f = load_filter(name)
        if not (np.all(np.diff(f.wavelength) > 0) and f.response[0] == f.response[-1] == 0):
            raise ValueError(f'{name}: expected increasing wavelengths and a response that ends at zero')
        out[f'{name}.wave'] = np.ascontiguousarray(f.wavelength, dtype=np.float64)
        out[f'{name}.response'] = np.ascontiguousarray(f.response, dtype=np.float64)
    return out

def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--out', type=Path, default=OUT, help='file to write')
    out = p.parse_args().out
    meta = dict(what='filter response curves', source='speclite', version=speclite.__version__, licence='BSD-3-Clause',
                copyright='David Kirkby and the speclite developers', filters=list(NAMES),
                wave='vacuum Angstrom', response='per photon, dimensionless')
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(save(arrays(), metadata={'galaxy_ifu': json.dumps(meta, sort_keys=True)}))
    print(f'{out} {out.stat().st_size/1e3:.1f} kB, {len(NAMES)} filters')

if __name__ == '__main__': main()
