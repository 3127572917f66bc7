"""Are the files around the code in order: workflows, CITATION.cff, the repository's files, links and commands of its texts?

    python tools/check_project.py [--tag v1.2.3]

Workflows: valid YAML, only make targets and programs that exist, actions pinned to a commit, permissions that are minimal, a
concurrency group, a time limit; no secret is used. CITATION.cff: the required fields of its format (version 1.2.0) and the
version of settings.ini. With --tag, the tag of a release names that version, and CHANGELOG.md has a section for it.
"""
from __future__ import annotations

import argparse
import re
import subprocess
import sys
from configparser import ConfigParser
from datetime import date
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
# permissions that a workflow needs beyond reading, by file
GRANTED = {'docs.yaml': {'pages': 'write', 'id-token': 'write'}, 'release.yaml': {'id-token': 'write'}}


def settings(root: Path = ROOT) -> dict:
    ini = ConfigParser(delimiters=['='])
    ini.read(root/'settings.ini', encoding='utf-8')
    return dict(ini['DEFAULT'])

def make_targets(makefile: str) -> set[str]:
    "Targets that a Makefile declares as phony, each with a rule"
    phony = {t for line in re.findall(r'^\.PHONY:(.*)$', makefile, re.M) for t in line.split()}
    return {t for t in phony if re.search(rf'^{re.escape(t)}\s*:(?!=)', makefile, re.M)}

def called_targets(text: str) -> set[str]:
    "Targets that a text tells make to build: `make demo PYTHON=python`, at the start of a command"
    calls = re.findall(r'(?:^|&&|;|`|run: )[ \t]*make((?:[ \t]+[\w.=:/"-]+)*)', text, re.M)
    return {word for call in calls for word in call.split() if '=' not in word and not word.startswith('-')}


# ---- workflows -------------------------------------------------------------------------------------------------

def workflow_faults(name: str, text: str, targets: set[str], root: Path = ROOT) -> list[str]:
    "What is wrong with a workflow of GitHub Actions"
    try: flow = yaml.safe_load(text)
    except yaml.YAMLError as error: return [f'{name}: not YAML: {" ".join(str(error).split())}']
    wrong = []
    say = lambda what: wrong.append(f'{name}: {what}')
    if not isinstance(flow, dict) or not isinstance(flow.get('jobs'), dict): return [f'{name}: no jobs']
    if True not in flow and 'on' not in flow: say('nothing starts it')   # YAML 1.1 reads the word `on` as true
    if flow.get('permissions') != {'contents': 'read'}: say('permissions of the workflow should be contents: read alone; a job asks for more')
    if not (flow.get('concurrency') or {}).get('group'): say('no concurrency group')
    starts = flow.get(True, flow.get('on'))
    releases = isinstance(starts, dict) and 'tags' in (starts.get('push') or {})
    granted = {}
    for job_name, job in flow['jobs'].items():
        where = f'job {job_name}'
        if 'timeout-minutes' not in job: say(f'{where}: no timeout-minutes')
        for what, access in (job.get('permissions') or {}).items(): granted[what] = access
        for step in job.get('steps', []):
            action = step.get('uses')
            if action and not re.fullmatch(r'[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}', action): say(f'{where}: {action} is not pinned to a commit')
            if action and action.startswith('actions/checkout@') and (step.get('with') or {}).get('persist-credentials') is not False: say(f'{where}: checkout keeps its credentials')
            if action and action.startswith('actions/setup-python@') and (cached := (step.get('with') or {}).get('cache')) != (None if releases else 'pip'):
                say(f'{where}: a release takes {cached} from the cache of another run' if releases else f'{where}: pip downloads are not cached')
            run = step.get('run', '')
            for target in called_targets(run) - targets: say(f'{where}: make {target} does not exist')
            for program in re.findall(r'(?<![\w./])(?:tools|docs)/\w+\.py', run):
                if not (root/program).exists(): say(f'{where}: {program} does not exist')
            if '${{' in run: say(f'{where}: an expression inside a command: hand it over in env')
    if granted != GRANTED.get(name, {}): say(f'jobs ask for {granted}, expected {GRANTED.get(name, {})}')
    if re.search(r'secrets\.', text): say('uses a secret')
    for action, note in re.findall(r'uses:\s*(\S+)[ \t]*(.*)$', text, re.M):
        if not re.fullmatch(r'# v\d+(\.\d+)+', note): say(f'{action}: the version stands not beside it, as in "# v1.2.3"')
    return wrong

def check_workflows(root: Path = ROOT) -> list[str]:
    targets = make_targets((root/'Makefile').read_text(encoding='utf-8'))
    flows = sorted((root/'.github'/'workflows').glob('*.y*ml'))
    wrong = [w for f in flows for w in workflow_faults(f.name, f.read_text(encoding='utf-8'), targets, root)]
    for name in {'test.yaml', 'docs.yaml', 'nightly.yaml', 'release.yaml'} - {f.name for f in flows}: wrong.append(f'{name} is missing')
    test = yaml.safe_load((root/'.github'/'workflows'/'test.yaml').read_text(encoding='utf-8'))
    matrix = test['jobs']['test']['strategy']['matrix']['python']
    if matrix[0] != settings(root)['min_python']: wrong.append(f'test.yaml: the oldest Python tested is {matrix[0]}, settings.ini promises {settings(root)["min_python"]}')
    for name in ('README.md', 'CONTRIBUTING.md'):
        code = '\n'.join(fenced or inline for fenced, inline in re.findall(r'^```\w*\n(.*?)^```|(`make [^`]*`)', (root/name).read_text(encoding='utf-8'), re.M | re.S))
        for target in called_targets(code) - targets: wrong.append(f'{name}: make {target} does not exist')
    return wrong


def link_faults(root: Path, name: str) -> list[str]:
    "Links of a text within the repository that lead nowhere; headings of notebooks included"
    wrong = []
    for target in re.findall(r'\]\(([^)\s]+)\)', re.sub(r'^```.*?^```|`[^`\n]*`', '', (root/name).read_text(encoding='utf-8'), flags=re.M | re.S)):
        path, _, anchor = target.partition('#')
        if re.match(r'\w+:', target) or not path: continue
        if not (root/path).exists(): wrong.append(f'{name}: {target} leads nowhere')
        elif anchor and path.endswith('.ipynb') and not any(h.replace(' ', '-') == anchor for h in re.findall(r'"#+ ([^"\\]+)', (root/path).read_text(encoding='utf-8'))):
            wrong.append(f'{name}: {path} has no heading {anchor}')
    return wrong


# ---- citation --------------------------------------------------------------------------------------------------

REFERENCE_TYPES = {'article', 'software', 'data', 'dataset', 'generic', 'report', 'standard', 'conference-paper', 'book', 'database'}   # of the format, those that fit here

def entity_faults(entities) -> list[str]:
    "What is wrong with a list of persons and organisations"
    if not isinstance(entities, list) or not entities: return ['no authors']
    return [f'author {e}: needs name, or family-names' for e in entities if not isinstance(e, dict) or not ({'name', 'family-names', 'given-names', 'alias'} & set(e))]

def work_faults(work: dict) -> list[str]:
    "What is wrong with the software itself or a reference"
    wrong = entity_faults(work.get('authors')) + ([] if str(work.get('title') or '').strip() else ['no title'])
    if 'doi' in work and not re.fullmatch(r'10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+', str(work['doi'])): wrong.append(f'doi {work["doi"]}')
    if 'year' in work and not (isinstance(work['year'], int) and 1900 < work['year'] < 2100): wrong.append(f'year {work["year"]}')
    for key in ('url', 'repository-code'):
        if key in work and not re.fullmatch(r'https?://\S+', str(work[key])): wrong.append(f'{key} {work[key]}')
    for i in work.get('identifiers', []):
        if i.get('type') not in ('doi', 'url', 'swh', 'other') or not i.get('value'): wrong.append(f'identifier {i}')
    if 'date-released' in work and not isinstance(work['date-released'], date): wrong.append(f'date-released {work["date-released"]} is not a date')
    return wrong

def citation_faults(text: str, cfg: dict) -> list[str]:
    "What is wrong with a CITATION.cff"
    try: cff = yaml.safe_load(text)
    except yaml.YAMLError as error: return [f'CITATION.cff: not YAML: {" ".join(str(error).split())}']
    wrong = [f'no {key}' for key in ('cff-version', 'message', 'title', 'authors', 'version', 'license') if not cff.get(key)]
    if cff.get('cff-version') != '1.2.0': wrong.append(f'cff-version {cff.get("cff-version")!r}, not the text 1.2.0')
    if cff.get('type', 'software') != 'software': wrong.append(f'type {cff["type"]}')
    for key, value in {'version': cfg['version'], 'title': cfg['lib_name'], 'repository-code': cfg['git_url'], 'license': 'Apache-2.0'}.items():
        if cff.get(key) != value: wrong.append(f'{key} is {cff.get(key)!r}, settings.ini and setup.py say {value!r}')
    wrong += work_faults(cff)
    for n, ref in enumerate(cff.get('references', []), 1):
        if ref.get('type') not in REFERENCE_TYPES: wrong.append(f'reference {n}: type {ref.get("type")}')
        wrong += [f'reference {n} ({ref.get("title")}): {fault}' for fault in work_faults(ref)]
    return [f'CITATION.cff: {w}' for w in wrong]

def credit_faults(text: str, manifest: str) -> list[str]:
    "Papers of the data in the package that CITATION.cff leaves out"
    refs = yaml.safe_load(text).get('references', [])
    flat = lambda s: re.sub(r'\W+', ' ', s.replace('&', 'and').lower()).strip()
    titles = [flat(r['title']) for r in refs]
    needed = {cite for s in yaml.safe_load(manifest)['sources'] if s.get('derived') for cite in s['cite']}
    journal = lambda cite: re.search(r'(?:, )((?:MNRAS|AJ|ApJ|ApJS|PASA) \d+, \w+)$', cite)
    places = {f"{r.get('journal')} {r.get('volume')}, {r.get('start')}" for r in refs}
    return [f'CITATION.cff: does not credit "{cite}", from which data of the package are derived' for cite in sorted(needed)
            if not (journal(cite) and journal(cite)[1] in places) and not any(t and t in flat(cite) for t in titles)]


# ---- release ---------------------------------------------------------------------------------------------------

def release_faults(tag: str, cfg: dict, changelog: str) -> list[str]:
    "Why a tag cannot be released"
    wrong = [] if tag == f'v{cfg["version"]}' else [f'the tag is {tag}, settings.ini has version {cfg["version"]}']
    if not re.search(rf'^## \[{re.escape(tag.removeprefix("v"))}\] - \d{{4}}-\d\d-\d\d$', changelog, re.M): wrong.append(f'CHANGELOG.md has no section "## [{tag.removeprefix("v")}] - YEAR-MONTH-DAY"')
    return wrong

def tracked_faults(root: Path = ROOT) -> list[str]:
    "Files that a repository needs, and files that must not be in it"
    wrong = [f'{name} is missing' for name in ('LICENSE', 'MANIFEST.in', 'CITATION.cff', 'CHANGELOG.md', 'CONTRIBUTING.md', 'README.md') if not (root/name).exists()]
    if 'Apache License' not in (root/'LICENSE').read_text(encoding='utf-8')[:200]: wrong.append('LICENSE is not the licence that setup.py names')
    done = subprocess.run(['git', 'ls-files', '-z'], cwd=root, capture_output=True, text=True)
    if done.returncode: return wrong   # not a repository: an unpacked source archive
    arrays = re.compile(r'\.(npy|npz|h5|hdf5|pkl|pickle|pt|pth|ckpt|fits(\.\w+)?|parquet)$|(^|/)(__pycache__|\.ipynb_checkpoints)/')
    return wrong + [f'{name} should not be in the repository' for name in done.stdout.split('\0') if arrays.search(name)]


def check_self():
    "Faults that must be found"
    targets = make_targets('.PHONY: demo test\ndemo: x\n\ttest\ntest: y\nother: z\nA := b\n')
    if targets != {'demo', 'test'}: raise AssertionError(targets)
    called = called_targets('make demo PYTHON=python\nit will make sure\ncd x && make test -j2; make "a"\n`make save NB=3`')
    if not {'demo', 'test', 'save'} <= called or 'sure' in called: raise AssertionError(called)
    good = f'on: push\npermissions: {{contents: read}}\nconcurrency: {{group: a}}\njobs: {{a: {{timeout-minutes: 3, steps: [{{run: make demo}},\n {{uses: a/b@{"0"*40}}}]}}}}\n# uses: a/b@{"0"*40} # v1.0\n'.replace(f'{{uses: a/b@{"0"*40}}}', '{run: make test}')
    if workflow_faults('x.yaml', good, targets): raise AssertionError(workflow_faults('x.yaml', good, targets))
    for old, new, fault in (('demo', 'gone', 'make gone'), ('read', 'write', 'permissions'), ('group', 'groop', 'concurrency'), ('timeout-minutes: 3, ', '', 'timeout'), ('make test', 'python tools/gone.py', 'gone.py'), ('on: push', 'on: [', 'not YAML')):
        if not any(fault in w for w in workflow_faults('x.yaml', good.replace(old, new, 1), targets)): raise AssertionError(f'{fault} was not noticed')
    cfg = dict(version='1.2', lib_name='a', git_url='https://h/a')
    cff = 'cff-version: 1.2.0\nmessage: m\ntitle: a\nversion: "1.2"\nlicense: Apache-2.0\nrepository-code: https://h/a\nauthors: [{name: n}]\nreferences: [{type: article, title: t, doi: 10.1000/x, authors: [{name: n}]}]\n'
    if citation_faults(cff, cfg): raise AssertionError(citation_faults(cff, cfg))
    for old, new, fault in (('"1.2"', '"1.3"', 'version'), ('message: m\n', '', 'message'), ('article', 'artikel', 'artikel'), ('10.1000/x', 'x', 'doi'), ('[{name: n}]\nref', '[]\nref', 'authors')):
        if not any(fault in w for w in citation_faults(cff.replace(old, new), cfg)): raise AssertionError(f'{fault} was not noticed')
    if release_faults('v1.2', cfg, '## [1.2] - 2026-01-02') or len(release_faults('v1.3', cfg, '## [1.2] - 2026-01-02')) != 2: raise AssertionError('releases')

    import tempfile
    with tempfile.TemporaryDirectory() as tmp:
        (Path(tmp)/'n.ipynb').write_text('"## Two words"')
        (Path(tmp)/'a.md').write_text('[a](n.ipynb#Two-words) [b](n.ipynb#Three) [c](gone.md) [d](https://h/x) [e](#here) `[f](gone.md)`')
        if [w.split(': ')[1] for w in link_faults(Path(tmp), 'a.md')] != ['n.ipynb has no heading Three', 'gone.md leads nowhere']: raise AssertionError(link_faults(Path(tmp), 'a.md'))

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--tag', help='of a release about to be made')
    args = parser.parse_args()
    check_self()
    cfg, cff = settings(), (ROOT/'CITATION.cff').read_text(encoding='utf-8')
    wrong = check_workflows() + citation_faults(cff, cfg) + credit_faults(cff, (ROOT/'data_manifest.yaml').read_text(encoding='utf-8')) + tracked_faults()
    for name in ('README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'): wrong += link_faults(ROOT, name)
    if args.tag: wrong += release_faults(args.tag, cfg, (ROOT/'CHANGELOG.md').read_text(encoding='utf-8'))
    for line in wrong: print(f'project: {line}')
    print(f'project: workflows, citation, repository{", release" if args.tag else ""} {"FAILED" if wrong else "ok"}')
    sys.exit(bool(wrong))


if __name__ == '__main__':
    main()
