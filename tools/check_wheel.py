"""Does the wheel hold every module and data file of the package, and nothing of the rest?

    python tools/check_wheel.py FOLDER
"""
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIB = 'galaxy_ifu'


def check(wheel: Path):
    "Compare a wheel's files with those of the repository"
    inside = {n for n in zipfile.ZipFile(wheel).namelist() if '.dist-info/' not in n}
    listed = subprocess.run(['git', 'ls-files', LIB], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    missing, extra = set(listed) - inside, {n for n in inside if not n.startswith(f'{LIB}/')}
    copied = f'{LIB}/data/data_manifest.yaml'   # setup.py puts it there
    if copied not in inside: missing.add(copied)
    elif zipfile.ZipFile(wheel).read(copied) != (ROOT/'data_manifest.yaml').read_bytes(): missing.add(f'{copied} as it is in the root')
    for name in sorted(missing): print(f'not in the wheel: {name}')
    for name in sorted(extra): print(f'should not be in the wheel: {name}')
    data = sorted(n for n in inside if n.startswith(f'{LIB}/data/'))
    print(f'{wheel.name}: {wheel.stat().st_size/1e6:.1f} MB, {len(inside)} files, data: {", ".join(Path(n).name for n in data) or "none"}')
    return not missing and not extra


if __name__ == '__main__':
    wheels = sorted(Path(sys.argv[1]).glob('*.whl'))
    sys.exit(not wheels or not all([check(w) for w in wheels]))
