"""Do the wheel and the source archive hold what they must and nothing else, and does the wheel work where it is installed?

    python tools/check_wheel.py FOLDER [--full] [--files-only]

The wheel: every module and data file of the package, nothing of the rest. The source archive: all that building needs, and no
arrays, caches, notebooks' checkpoints or survey data. Then the wheel is installed into a new environment that sees the
packages of this one but not the checkout, every command answers --help, and `galaxy_ifu_demo` predicts a cube there.
With --full the new environment starts empty and pip fetches what the wheel asks for: minutes, and a network.
"""
from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIB = 'galaxy_ifu'
# what a source archive holds beside the package itself
SOURCE = {'setup.py', 'settings.ini', 'MANIFEST.in', 'LICENSE', 'README.md', 'CHANGELOG.md', 'CITATION.cff', 'data_manifest.yaml', 'PKG-INFO', 'setup.cfg', 'pyproject.toml'}
NEEDED = SOURCE - {'setup.cfg', 'pyproject.toml'}
LIMITS = dict(wheel=30e6, sdist=30e6)   # bytes; PyPI takes 100 MB


def settings() -> dict:
    ini = ConfigParser(delimiters=['='])
    ini.read(ROOT/'settings.ini', encoding='utf-8')
    return dict(ini['DEFAULT'])

def package_files() -> set[str]:
    "Files of the package that are in the repository"
    listed = subprocess.run(['git', 'ls-files', LIB], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return {name for name in listed if (ROOT/name).exists()}

def check_wheel(wheel: Path) -> list[str]:
    "Compare a wheel's files with those of the repository"
    archive = zipfile.ZipFile(wheel)
    inside = {n for n in archive.namelist() if '.dist-info/' not in n}
    copied = f'{LIB}/data/data_manifest.yaml'   # setup.py puts it there
    wrong = [f'not in the wheel: {n}' for n in sorted((package_files() | {copied}) - inside)]
    wrong += [f'should not be in the wheel: {n}' for n in sorted(inside - package_files() - {copied})]
    if copied in inside and archive.read(copied) != (ROOT/'data_manifest.yaml').read_bytes(): wrong.append(f'{copied} of the wheel differs from that in the root')
    if not any(n.endswith('LICENSE') for n in archive.namelist()): wrong.append('the wheel has no LICENSE')
    scripts = archive.read(next(n for n in archive.namelist() if n.endswith('entry_points.txt'))).decode()
    wrong += [f'the wheel lacks the command {line}' for line in settings()['console_scripts'].split() if line.replace('=', ' = ') not in scripts]
    if wheel.stat().st_size > LIMITS['wheel']: wrong.append(f'the wheel has {wheel.stat().st_size/1e6:.1f} MB')
    data = sorted(Path(n).name for n in inside if n.startswith(f'{LIB}/data/'))
    print(f'{wheel.name}: {wheel.stat().st_size/1e6:.1f} MB, {len(inside)} files, data: {", ".join(data)}')
    return wrong

def check_sdist(sdist: Path) -> list[str]:
    "Compare a source archive's files with what building needs"
    with tarfile.open(sdist) as archive: inside = {m.name.split('/', 1)[1]: m.size for m in archive.getmembers() if m.isfile()}
    rest = {n for n in inside if not n.startswith((f'{LIB}/', f'{LIB}.egg-info/'))}
    wrong = [f'not in the source archive: {n}' for n in sorted(package_files() | NEEDED) if n not in inside]
    wrong += [f'should not be in the source archive: {n} ({inside[n]/1e3:.0f} kB)' for n in sorted(rest - SOURCE | {n for n in inside if n.startswith(f'{LIB}/')} - package_files())]
    if sdist.stat().st_size > LIMITS['sdist']: wrong.append(f'the source archive has {sdist.stat().st_size/1e6:.1f} MB')
    print(f'{sdist.name}: {sdist.stat().st_size/1e6:.1f} MB, {len(inside)} files')
    return wrong


# ---- installed -------------------------------------------------------------------------------------------------

def install(wheel: Path, env: Path, full: bool):
    "A new environment with the wheel; its dependencies are fetched (full) or those of this environment"
    import sysconfig
    subprocess.run([sys.executable, '-m', 'venv', '--without-pip', env], check=True)
    python = env/'bin'/'python'
    pip = [sys.executable, '-m', 'pip', '--disable-pip-version-check', '--python', str(python), 'install', '--quiet']
    subprocess.run([*pip, str(wheel)] if full else [*pip, '--no-deps', '--no-index', str(wheel)], check=True)
    if full: return
    # after the installation, so that pip does not take the checkout for an installed package; a path in a .pth file
    # makes the packages there importable, but not the editable installations among them
    own = subprocess.run([python, '-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], capture_output=True, text=True, check=True).stdout.strip()
    places = {sysconfig.get_path('purelib'), sysconfig.get_path('platlib')}
    (Path(own)/'zz_packages_of_the_builder.pth').write_text('\n'.join(sorted(places)) + '\n')

def check_installed(wheel: Path, full: bool) -> list[str]:
    "Run the installed commands in an empty folder"
    wrong = []
    with tempfile.TemporaryDirectory() as tmp:
        env, work = Path(tmp)/'env', Path(tmp)/'work'
        work.mkdir()
        install(wheel, env, full)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(('PYTHON', 'GALAXY_IFU', 'VIRTUAL_ENV'))} | dict(HOME=tmp, TQDM_DISABLE='1', MPLBACKEND='agg')
        def run(*command):
            start = time.monotonic()
            done = subprocess.run([env/'bin'/command[0], *command[1:]], cwd=work, env=clean, capture_output=True, text=True)
            if done.returncode: wrong.append(f'{" ".join(command)} ended with status {done.returncode}: {(done.stderr or done.stdout).strip()[-500:]}')
            return done.stdout, time.monotonic() - start
        place = run('python', '-c', f'import {LIB}; print({LIB}.__file__)')[0].strip()
        if not Path(place).resolve().is_relative_to(env.resolve()): wrong.append(f'imported from {place}, not from the new environment')
        commands = re.findall(r'^\s*(\w+)=', settings()['console_scripts'], re.M)
        for command in commands:
            if 'usage:' not in run(command, '--help')[0]: wrong.append(f'{command} --help says nothing')
        if 'desi-dr1-coadd' not in run('galaxy_ifu_fetch', '--help')[0] + run('galaxy_ifu_fetch', 'desi-dr1-coadd', '--help')[0]: wrong.append('galaxy_ifu_fetch does not know the sources of data_manifest.yaml')
        seconds = run('galaxy_ifu_demo', '--output', 'demo', '--size', '24')[1]
        made = sorted(p.name for p in (work/'demo').glob('*')) if (work/'demo').exists() else []
        for pattern in (r'.*LOGCUBE\.fits\.gz', r'overview\.png', r'explorer\.html', r'metrics\.json'):
            if not any(re.fullmatch(pattern, n) for n in made): wrong.append(f'galaxy_ifu_demo made no {pattern}, only {made}')
        print(f'installed {"with its dependencies" if full else "beside the packages here"}: {len(commands)} commands answer; galaxy_ifu_demo made {", ".join(made)} in {seconds:.0f} s')
    return wrong

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder', type=Path, help='with the wheel and the source archive')
    parser.add_argument('--full', action='store_true', help='install the dependencies too')
    parser.add_argument('--files-only', action='store_true', help='install nothing')
    args = parser.parse_args()
    wheels, sdists = sorted(args.folder.glob('*.whl')), sorted(args.folder.glob('*.tar.gz'))
    wrong = [] if len(wheels) == len(sdists) == 1 else [f'{args.folder} holds {len(wheels)} wheels and {len(sdists)} source archives, not one of each: make wheel']
    for wheel in wheels: wrong += check_wheel(wheel)
    for sdist in sdists: wrong += check_sdist(sdist)
    if not wrong and not args.files_only: wrong += check_installed(wheels[0].resolve(), args.full)
    for line in wrong: print(line)
    print(f'wheel: {"FAILED" if wrong else "ok"}')
    sys.exit(bool(wrong))


if __name__ == '__main__':
    main()
