"""Turn the notebooks into the sources of the documentation site, and the index notebook into README.md.

    python docs/convert.py site OUT     sources for Sphinx in the folder OUT
    python docs/convert.py readme       README.md and the figures it shows
    python docs/convert.py check        self-check

No cell runs: figures and tables are those saved in the notebooks. What happens to the cells:
- exported code becomes API entries (see apidoc.py), its source folded away below them;
- `code` in prose that names something of the package, and links to other notebooks, become links;
- entries of the glossary (`- **word**: text` in the notebook of that name) become terms that the search knows, and the first use
  of each word on a tutorial's page leads there;
- nbdev's and Quarto's directives are obeyed: hide, include: false, echo: false, output: false, fig-cap, fig-alt.
"""
from __future__ import annotations

import ast
import base64
import json
import os
import re
import shutil
import sys
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

import apidoc

ROOT = Path(__file__).resolve().parents[1]
README_FIGURES = Path('docs/readme')

# tutorials first, then chapters by the tens of a notebook's number, then the other folders
CHAPTERS = ['Foundations', 'Records and sources', 'Store', 'Model', 'Training', 'Prediction', 'Benchmark', 'Command line', '', 'Project']
FOLDERS = dict(tutorials='Tutorials', benchmarks='Benchmarks')
OTHER = 'More'


def settings(root: Path) -> dict:
    "The project's settings.ini"
    ini = ConfigParser(delimiters=['='])
    ini.read(root/'settings.ini', encoding='utf-8')
    return dict(ini['DEFAULT'])


# ---- notebooks -------------------------------------------------------------------------------------------------

def joined(lines) -> str: return lines if isinstance(lines, str) else ''.join(lines)

class Cell:
    "A notebook cell with its directives (`#| name: value`) set apart from its source"
    def __init__(self, raw: dict):
        self.raw, self.kind, text = raw, raw['cell_type'], joined(raw['source'])
        marked = re.findall(r'^#\|[ \t]*([\w-]+)[ \t]*:?[ \t]*(.*?)[ \t]*$', text, re.M) if self.kind == 'code' else []
        self.directives = dict(marked)
        if self.kind == 'code': text = re.sub(r'^#\|.*\n?', '', text, flags=re.M)
        self.source = text.strip('\n')

    def says(self, name: str, value: str = 'false') -> bool: return self.directives.get(name, '').lower() == value

    @property
    def hidden(self) -> bool:
        return bool({'hide', 'default_exp', 'exporti'} & set(self.directives)) or self.says('include') or not self.source.strip()

    @property
    def exported(self) -> bool: return bool({'export', 'exports'} & set(self.directives))

    @property
    def outputs(self) -> list[dict]: return [] if self.says('output') else self.raw.get('outputs', [])

    def statements(self) -> list:
        "The cell's statements; none if it is not plain Python (a magic, another language)"
        try: return ast.parse(self.source).body
        except SyntaxError: return []


@dataclass
class Notebook:
    "A notebook with its place on the site"
    path: Path       # relative to the notebooks' folder
    cells: list
    module: str      # galaxy_ifu.units, or '' if it exports nothing

    @classmethod
    def read(cls, path: Path, folder: Path, package: str) -> Notebook:
        cells = [Cell(c) for c in json.loads(path.read_text(encoding='utf-8'))['cells']]
        exports = next((c.directives['default_exp'] for c in cells if 'default_exp' in c.directives), '')
        return cls(path.relative_to(folder), cells, f'{package}.{exports}' if exports else '')

    @property
    def page(self) -> str:
        "Name of its page: its path without the number"
        return re.sub(r'^\d+[a-z]?_', '', self.path.stem) if len(self.path.parts) == 1 else \
            f'{self.path.parent.as_posix()}/{re.sub(r"^[0-9]+[a-z]?_", "", self.path.stem)}'

    @property
    def title(self) -> str:
        heads = [m for c in self.cells if c.kind == 'markdown' for m in re.findall(r'^#\s+(.+)$', c.source, re.M)]
        return heads[0].strip() if heads else self.path.stem

    @property
    def purpose(self) -> str:
        "The one sentence that stands as a quotation below the title"
        first = next((c.source for c in self.cells if c.kind == 'markdown'), '')
        found = re.match(r'#[^\n]*\n\s*((?:>[^\n]*\n?)+)', first)
        return ' '.join(line.lstrip('> ') for line in found[1].strip().splitlines()) if found else ''

    @property
    def chapter(self) -> str:
        if len(self.path.parts) > 1: return FOLDERS.get(self.path.parts[0], OTHER)
        number = re.match(r'(\d)\d', self.path.stem)
        return CHAPTERS[int(number[1])] or OTHER if number and int(number[1]) < len(CHAPTERS) else OTHER


def find_notebooks(folder: Path) -> list[Path]:
    "Notebooks below `folder` in order, without those hidden by `_` or `.`"
    found = sorted(folder.rglob('*.ipynb'))
    return [f for f in found if not any(part[0] in '._' for part in f.relative_to(folder).parts)]


# ---- links -----------------------------------------------------------------------------------------------------

def outside_code(text: str, change) -> str:
    "Apply `change` to the lines of Markdown that stand outside fenced code"
    out, fence = [], ''
    for line in text.split('\n'):
        mark = re.match(r'\s*(`{3,}|~{3,})', line)
        if mark and not fence: fence = mark[1]
        elif mark and mark[1].startswith(fence) and line.strip() == mark[1]: fence = ''
        elif not fence:
            out.append(change(line))
            continue
        out.append(line)
    return '\n'.join(out)


def set_apart(text: str) -> str:
    "Empty lines around displayed formulas: notebooks show them without, Sphinx needs them; a full stop moves inside"
    return re.sub(r'^\$\$(.*?)\$\$([.,;]?)[ \t]*$', r'\n$$\1\2$$\n', text, flags=re.M | re.S)


class Site:
    "The notebooks and names of the project, and how to link to them"
    def __init__(self, root: Path):
        self.root, self.cfg = root, settings(root)
        self.nbs, package = root/self.cfg['nbs_path'], self.cfg['lib_path']
        self.index = apidoc.Index.of_package(root/package)
        self.notebooks = [Notebook.read(f, self.nbs, package) for f in find_notebooks(self.nbs)]
        self.pages = {n.path.as_posix(): n for n in self.notebooks}
        glossary = next((n for n in self.notebooks if n.page == 'glossary'), None)
        names = [w for c in (glossary.cells if glossary else []) if c.kind == 'markdown' for e, _ in ENTRY.findall(c.source) for w in words_of(e)]
        self.terms = {w: re.compile(rf"(?<![\w-]){re.escape(w)}(?:s|es)?(?![\w-])", 0 if w.isupper() else re.I) for w in names}
        self.blob = f"{self.cfg['git_url']}/blob/{self.cfg['branch']}"

    def link_names(self, text: str, module: str = '', own: str = '') -> str:
        "Links from `code` that names something of the package; `own` stays as it is"
        def link(m):
            name = m[1].removesuffix('()')
            if name in self.index.modules: return f'{{py:mod}}`{name}`'
            entry = self.index.find(name, module)
            return m[0] if entry is None or entry.full_name == own else f'{{py:obj}}`{m[1]} <{entry.full_name}>`'
        def change(line):
            if line.startswith('#'): return line   # a heading is a link of its own
            # formulas, longer code spans, roles and the texts of links pass unchanged
            parts = re.split(r'(\$[^$]+\$|``.*?``|\{[\w:]+\}`[^`]*`|\[[^\]]*\]\([^)]*\))', line)
            return ''.join(p if i % 2 else re.sub(r'(?<![\w`])`([A-Za-z_][\w.]*(?:\(\))?)`(?!`)', link, p) for i, p in enumerate(parts))
        return outside_code(text, change)

    def link_files(self, text: str, folder: Path, to_notebook, to_repository) -> str:
        "Rewrite relative links: to a notebook by `to_notebook(notebook, anchor)`, to another file by `to_repository(path)`"
        def link(m):
            target, _, anchor = m[2].partition('#')
            if not target or re.match(r'\w+:|/', target): return m[0]
            path = Path(os.path.normpath(self.nbs/folder/target))
            try: inside = path.relative_to(self.nbs).as_posix()
            except ValueError: inside = None
            if inside in self.pages: return f'{m[1]}({to_notebook(self.pages[inside], anchor)})'
            if path.exists() and path.is_relative_to(self.root): return f'{m[1]}({to_repository(path, inside)})'
            return m[0]
        return outside_code(text, lambda line: re.sub(r'(!?\[(?:[^\[\]]|\[[^\]]*\])*\])\(([^)\s]+)\)', link, line))

    def entry_markup(self, entry) -> str:
        def link(text, e): return self.link_names(text, e.module, e.full_name)
        return apidoc.to_myst(entry, self.index, link)


# ---- glossary --------------------------------------------------------------------------------------------------

ENTRY = re.compile(r'^- \*\*(.+?)\*\*: (.+)$', re.M)   # words, apart by commas, and what they mean

def words_of(names: str) -> list[str]: return [w.strip() for w in names.split(',')]

def glossary_markup(text: str) -> str:
    "Entries of the glossary as Sphinx's directive of that name"
    def directive(m):
        entries = [words_of(names) + [f'  {meaning}'] for names, meaning in ENTRY.findall(m[0])]
        return '\n\n'.join(['````{glossary}', *('\n'.join(e) for e in entries), '````']) + '\n'
    return re.sub(r'(?:^- \*\*.+?\*\*: .+\n?)+', directive, text, flags=re.M)

def link_terms(text: str, unseen: dict) -> str:
    "Lead the first use of each word of the glossary to its entry; `unseen`, word to pattern, loses what has been linked"
    def change(line):
        if line.startswith('#'): return line
        # formulas, code, roles, links and what is set bold pass unchanged
        parts = re.split(r'(\$[^$]+\$|``.*?``|\{[\w:]+\}`[^`]*`|`[^`]*`|!?\[(?:[^\[\]]|\[[^\]]*\])*\]\([^)]*\)|\*\*.*?\*\*)', line)
        for i in range(0, len(parts), 2):
            found = sorted((m.start(), -m.end(), w) for w, pattern in unseen.items() if (m := pattern.search(parts[i])))
            out, at = [], 0
            for start, end, word in found:   # of words that overlap the longest: flux density, not density
                if start < at: continue
                out += [parts[i][at:start], f'{{term}}`{parts[i][start:-end]} <{word}>`']
                at = -end
                del unseen[word]
            parts[i] = ''.join(out) + parts[i][at:]
        return ''.join(parts)
    return outside_code(text, change)


# ---- site ------------------------------------------------------------------------------------------------------

def markdown_cell(text: str) -> dict: return dict(cell_type='markdown', metadata={}, source=text)

def code_cell(source: str, outputs=(), **metadata) -> dict:
    return dict(cell_type='code', metadata=metadata, execution_count=None, source=source, outputs=list(outputs))

def clean_outputs(outputs: list[dict]) -> list[dict]:
    "Outputs without colour codes and without the textual twin of a figure"
    kept = json.loads(re.sub(r'\\u001b\[[0-9;]*m', '', json.dumps(outputs)))
    for out in kept:
        data = out.get('data', {})
        if any(k.startswith('image/') for k in data): data.pop('text/plain', None)
    return kept

def figure_metadata(cell: Cell, heading: str) -> dict:
    "Alternative text and caption of a cell's figures"
    meta = dict(image=dict(alt=cell.directives.get('fig-alt') or cell.directives.get('fig-cap') or f'Figure: {heading}'))
    if 'fig-cap' in cell.directives: meta['figure'] = dict(caption=cell.directives['fig-cap'])
    return dict(mystnb=meta)

def head_markup(text: str, notebook: Notebook, site: Site) -> str:
    "First cell of a page: the purpose set as lead, then where the code lives"
    text = re.sub(r'\A(#[^\n]*\n)\s*(?:>[^\n]*\n?)+', lambda m: f'{m[1]}\n{{.lead}}\n{notebook.purpose}\n', text)
    title, _, rest = text.partition('\n')
    source = f'[notebook]({site.blob}/{site.cfg["nbs_path"]}/{notebook.path.as_posix()})'
    if not notebook.module and notebook.chapter != FOLDERS['tutorials']: return text
    lead, body = re.match(r'(\s*(?:\{\.lead\}\n[^\n]*\n)?)(.*)', rest, re.S).groups()
    where = f'```{{py:module}} {notebook.module}\n```\n\n{{.where}}\n`from {notebook.module} import ...` · {source}\n' if notebook.module else \
        f'{{.where}}\nA {source} to run and to change.\n'
    return f'{title}\n{lead}\n{where}\n{body}'

def page_cells(notebook: Notebook, site: Site) -> list[dict]:
    "Cells of a notebook's page"
    folder, cells, heading, shown = notebook.path.parent, [], notebook.title, set()
    up = '../'*len(folder.parts)

    def to_notebook(other, anchor): return f'{up}{other.page}.ipynb' + (f'#{anchor.lower()}' if anchor else '')
    def to_repository(path, inside): return os.path.relpath(inside, folder) if inside else f'{site.blob}/{path.relative_to(site.root).as_posix()}'
    unseen = dict(site.terms) if notebook.chapter == FOLDERS['tutorials'] else {}
    def prose(text):
        text = site.link_names(site.link_files(set_apart(text), folder, to_notebook, to_repository), notebook.module)
        return glossary_markup(text) if notebook.page == 'glossary' else link_terms(text, unseen)
    def api(names):
        for entry in (site.index.find(n, notebook.module) for n in names):
            if entry is None or entry.full_name in shown: continue
            shown.add(entry.full_name)
            cells.append(markdown_cell(site.entry_markup(entry)))

    for i, cell in enumerate(notebook.cells):
        if cell.kind == 'markdown':
            headings = re.findall(r'^#+\s+(.+)$', cell.source, re.M)
            heading = headings[-1] if headings else heading
            text = prose(cell.source)
            cells.append(markdown_cell(head_markup(text, notebook, site) if i == 0 else text))
        if cell.kind != 'code' or cell.hidden: continue
        statements = cell.statements()
        only_imports = bool(statements) and all(isinstance(s, (ast.Import, ast.ImportFrom)) for s in statements)
        asked = re.findall(r'^show_doc\(([\w.]+)', cell.source, re.M)
        if asked: api(asked)
        elif cell.exported:
            if only_imports: continue
            api(e.name for e in apidoc.read_source(cell.source, notebook.module))
            cells.append(code_cell(cell.source, tags=['hide-input', 'source']))
        else:
            tags = ['remove-input'] if cell.says('echo') else ['hide-input'] if only_imports and notebook.module else []
            cells.append(code_cell(cell.source, clean_outputs(cell.outputs), tags=tags, **figure_metadata(cell, heading)))
    return cells

def contents(notebooks: list[Notebook]) -> str:
    "Table of contents of the front page: seen as lists, and as the sidebar's tree"
    names = [FOLDERS['tutorials'], *filter(None, CHAPTERS), *(n for f,n in FOLDERS.items() if f != 'tutorials'), OTHER]
    seen, tree = ['## Contents'], []
    for name in names:
        members = [n for n in notebooks if n.chapter == name and n.page != 'index']
        if not members: continue
        seen.append(f'### {name}\n\n' + '\n'.join(f'- [{n.title}]({n.page}.ipynb)' + (f': {n.purpose}' if n.purpose else '') for n in members))
        tree.append('\n'.join(['```{toctree}', ':hidden:', f':caption: {name}', '', *(n.page for n in members), '```']))
    tree.append('\n'.join(['```{toctree}', ':hidden:', ':caption: Reference', '', 'All names <genindex>', 'Modules <modindex>', '```']))
    return '\n\n'.join(seen + tree)

def write_if_changed(path: Path, text: str):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding='utf-8') != text: path.write_text(text, encoding='utf-8')

def write_site(out: Path, root: Path = ROOT):
    "Write the sources of the site into the folder `out`, which then holds nothing else"
    site = Site(root)
    shutil.rmtree(out, ignore_errors=True)
    clash = {p for p in (n.page for n in site.notebooks) if [n.page for n in site.notebooks].count(p) > 1}
    if clash: raise ValueError(f'two notebooks would share a page: {", ".join(sorted(clash))}; rename one')
    if 'index.ipynb' not in site.pages: raise ValueError(f'{site.nbs}/index.ipynb is missing: it is the front page')
    for notebook in site.notebooks:
        cells = page_cells(notebook, site)
        if notebook.page == 'index': cells.append(markdown_cell(contents(site.notebooks)))
        for i, cell in enumerate(cells): cell['id'] = f'c{i}'
        python = dict(kernelspec=dict(name='python3', display_name='python3', language='python'), language_info=dict(name='python', pygments_lexer='ipython3'))
        text = json.dumps(dict(cells=cells, metadata=python, nbformat=4, nbformat_minor=5), indent=1, ensure_ascii=False)
        write_if_changed(out/f'{notebook.page}.ipynb', text)
    for path in site.nbs.rglob('*'):   # pictures that prose shows
        if path.suffix.lower() in ('.png', '.jpg', '.jpeg', '.svg', '.gif', '.webp'):
            target = out/path.relative_to(site.nbs)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
    print(f'{len(site.notebooks)} pages, {len(site.index.entries)} names')


# ---- README ----------------------------------------------------------------------------------------------------

def output_text(out: dict) -> str:
    "A text output, or ''"
    if out['output_type'] == 'stream': return '' if out.get('name') == 'stderr' else joined(out['text'])
    return joined(out.get('data', {}).get('text/plain', ''))

def readme_parts(root: Path) -> tuple[str, dict[str, bytes]]:
    "Text of README.md, and its figures by path in the repository"
    site, parts, figures = Site(root), [], {}
    nbs = site.cfg['nbs_path']
    def to_notebook(other, anchor): return f'{nbs}/{other.path.as_posix()}' + (f'#{anchor}' if anchor else '')
    def to_repository(path, inside): return path.relative_to(site.root).as_posix()
    for cell in site.pages['index.ipynb'].cells:
        if '<iframe' in cell.source: continue   # a page within the page is for the site
        if cell.kind == 'markdown': parts.append(site.link_files(cell.source, Path(), to_notebook, to_repository))
        if cell.kind != 'code' or cell.hidden: continue
        if not cell.says('echo'): parts.append(f'```python\n{cell.source}\n```')
        for out in cell.outputs:
            data = out.get('data', {})
            if 'image/png' in data:
                name = (README_FIGURES/f'figure-{len(figures) + 1}.png').as_posix()
                figures[name] = base64.b64decode(joined(data['image/png']))
                parts.append(f"![{cell.directives.get('fig-alt') or cell.directives.get('fig-cap') or 'figure'}]({name})")
            elif 'text/markdown' in data: parts.append(joined(data['text/markdown']).strip())
            elif output_text(out).strip(): parts.append(f'```text\n{output_text(out).rstrip()}\n```')
    note = f'<!-- Written by `make readme` from {nbs}/index.ipynb: edit there. -->'
    return '\n\n'.join([note, *parts]) + '\n', figures

def write_readme(root: Path = ROOT):
    "Write README.md and its figures; figures that it no longer shows are removed"
    text, figures = readme_parts(root)
    write_if_changed(root/'README.md', text)
    for old in (root/README_FIGURES).glob('figure-*.png'):
        if old.relative_to(root).as_posix() not in figures: old.unlink()
    for name, png in figures.items():
        path = root/name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != png: path.write_bytes(png)


# ---- self-check ------------------------------------------------------------------------------------------------

def check():
    "A small project in, the expected pages and README out"
    import tempfile
    apidoc.check()
    md = lambda *text: dict(cell_type='markdown', metadata={}, source='\n'.join(text))
    py = lambda *text, outputs=(): dict(cell_type='code', metadata={}, source='\n'.join(text), outputs=list(outputs))
    source = 'def double(\n    x, # a number\n): # twice that\n    "Twice `x`."\n    return 2*x'
    png = dict(output_type='display_data', data={'image/png': base64.b64encode(b'png').decode(), 'text/plain': '<Figure>'})
    notebooks = {
        'index': [md('# Pkg', '', '> Doubles.', '', 'See [numbers](10_numbers.ipynb#Use-it) and [settings](../settings.ini).'), md('<iframe src="x.html"></iframe>'), py('1+1', outputs=[png])],
        '10_numbers': [md('# Numbers', '', '> All about `double`.', '', 'Prose.'), py('#| default_exp numbers'), py('#| export', source),
                       md('## Use it', '', 'Display', '$$x', '=1$$.', 'Call `double`, not `triple`; `x = double` in $`double`$.', '```', '`double`', '```'),
                       py('#| hide', 'secret()'), py('#| echo: false', 'print(double(2))', outputs=[png]), py('#| data', 'double(3)')],
        'tutorials/start': [md('# Start with a spaxel', '', 'With `numbers.double`, [there](../10_numbers.ipynb).', '', 'Spaxels of `spaxel` and $spaxel$, a spaxel, an EW by widths.')],
        '91_glossary': [md('# Words', '', '> All.'), md('## Some', '', '- **EW, width**: a [number](10_numbers.ipynb).', '- **spaxel**: a square.')],
    }
    with tempfile.TemporaryDirectory() as tmp:
        root = Path(tmp)
        (root/'pkg').mkdir()
        (root/'pkg'/'numbers.py').write_text(source + '\n')
        (root/'settings.ini').write_text('[DEFAULT]\nnbs_path = nbs\nlib_path = pkg\ngit_url = https://host/pkg\nbranch = main\n')
        for name, cells in notebooks.items():
            write_if_changed(root/'nbs'/f'{name}.ipynb', json.dumps(dict(cells=cells)))
        write_site(root/'out', root)
        page = lambda name: json.loads((root/'out'/f'{name}.ipynb').read_text())['cells']
        text = {name: '\n'.join(c['source'] for c in page(name)) for name in ('index', 'numbers', 'tutorials/start', 'glossary')}
        write_readme(root)
        text['README'] = (root/'README.md').read_text()
        link = '{py:obj}`double <pkg.numbers.double>`'
        expected = [
            ('index', '(numbers.ipynb#use-it)'), ('index', '(https://host/pkg/blob/main/settings.ini)'), ('index', ':caption: Records and sources'),
            ('index', '- [Numbers](numbers.ipynb): All about'), ('numbers', '{.lead}'), ('numbers', '```{py:module} pkg.numbers'),
            ('numbers', '{py:function} double(x)'), ('numbers', ':param x: a number'), ('numbers', ':returns: twice that'),
            ('numbers', f'Call {link}, not `triple`; `x = double` in $`double`$.\n```\n`double`\n```'), ('numbers', 'double(3)'),
            ('numbers', 'Display\n\n$$x\n=1.$$\n\nCall'),
            ('tutorials/start', 'A [notebook](https://host/pkg/blob/main/nbs/tutorials/start.ipynb) to run'), ('tutorials/start', '`numbers.double <pkg.numbers.double>`'), ('tutorials/start', '(../numbers.ipynb)'),
            ('tutorials/start', '{term}`Spaxels <spaxel>` of `spaxel` and $spaxel$, a spaxel, an {term}`EW <EW>` by {term}`widths <width>`.'), ('tutorials/start', '# Start with a spaxel\n'),
            ('glossary', '````{glossary}\n\nEW\nwidth\n  a [number](numbers.ipynb).\n\nspaxel\n  a square.\n\n````'),
            ('README', '(nbs/10_numbers.ipynb#Use-it)'), ('README', '(settings.ini)'), ('README', '![figure](docs/readme/figure-1.png)'),
        ]
        for name, part in expected:
            if part not in text[name]: raise AssertionError(f'{part!r} is missing in {name}:\n{text[name]}')
        if not text['index'].index('### Tutorials') < text['index'].index('### Records and sources'): raise AssertionError('tutorials do not come first')
        if '<iframe' in text['README'] or '<iframe' not in text['index']: raise AssertionError('a page within a page belongs on the site and not into the README')
        if 'secret' in text['numbers']: raise AssertionError('a hidden cell is shown')
        tags = [c['metadata']['tags'] for c in page('numbers') if c['cell_type'] == 'code']
        if tags != [['hide-input', 'source'], ['remove-input'], []]: raise AssertionError(f'tags of the code cells: {tags}')
        if (root/'docs/readme/figure-1.png').read_bytes() != b'png': raise AssertionError('the figure of the README differs')
    print('docs: self-check ok')


if __name__ == '__main__':
    command, *rest = sys.argv[1:] or ['']
    if command == 'site' and len(rest) == 1: write_site(Path(rest[0]))
    elif command == 'readme' and not rest: write_readme()
    elif command == 'check' and not rest: check()
    else: sys.exit(__doc__)
