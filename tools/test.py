"""All checks of the project, as `make test` runs them after set-up.

    python tools/test.py [--flags data] [--save]

In order: modules, notebooks and README in step; imports that run only downward; workflows and citation; self-check of the
documentation's tools; the notebooks; the examples of README.md; the site, with warnings as errors, its links followed and,
where there is a Chromium, opened in it. Every check runs, whatever failed before. The last line is `N passed, N failed`,
counting notebooks; the exit status is 1 if anything failed. Options and notebook names are those of run_notebooks.py.
"""
from __future__ import annotations

import subprocess
import sys

import run_notebooks

ROOT = run_notebooks.ROOT


def succeeds(*command: str) -> bool:
    "Run a Python program of the repository, its output shown"
    return subprocess.run([sys.executable, *command], cwd=ROOT).returncode == 0

def main():
    args = run_notebooks.arguments().parse_args()
    nbs = ROOT/'nbs'
    checks = {'in step': succeeds('tools/check_sync.py'), 'imports': succeeds('tools/layers.py'), 'project': succeeds('tools/check_project.py'),
              'documentation tools': succeeds('docs/convert.py', 'check')}
    results = run_notebooks.run_all(run_notebooks.find_notebooks(args.notebooks, nbs), nbs, args.flags, args.save, args.workers, args.limit)
    if args.save: checks['README'] = succeeds('docs/convert.py', 'readme')
    checks['examples'] = succeeds('tools/check_examples.py')
    checks['documentation'] = succeeds('docs/build.py')
    print('checks: ' + ', '.join(f'{name} {"ok" if passed else "FAILED"}' for name, passed in checks.items()))
    print(run_notebooks.closing_line(results), flush=True)
    sys.exit(not all(checks.values()) or any(not r.passed for r in results))


if __name__ == '__main__':
    main()
