"Packaging of galaxy_ifu. Every value lives in settings.ini: edit there, not here."
from configparser import ConfigParser
from pathlib import Path

import setuptools
from setuptools.command.build_py import build_py

root = Path(__file__).parent
ini = ConfigParser(delimiters=['='])
ini.read(root/'settings.ini', encoding='utf-8')
cfg = ini['DEFAULT']
lib = cfg['lib_path']
readme = root/'README.md'


class BuildWithManifest(build_py):
    "data_manifest.yaml stands once, in the root of the repository; a built package carries a copy among its data."
    def run(self):
        super().run()
        if getattr(self, 'editable_mode', False): return   # a checkout finds the file itself
        data = Path(self.build_lib)/lib/'data'
        self.mkpath(str(data))
        self.copy_file(str(root/'data_manifest.yaml'), str(data/'data_manifest.yaml'))


setuptools.setup(
    name=cfg['lib_name'],
    version=cfg['version'],
    description=cfg['description'],
    long_description=readme.read_text(encoding='utf-8') if readme.exists() else '',
    long_description_content_type='text/markdown',
    keywords=cfg['keywords'].split(),
    author=cfg['author'],
    license='Apache-2.0',
    url=cfg['git_url'],
    packages=setuptools.find_packages(include=[lib, f'{lib}.*']),
    package_data={lib: ['data/*']},  # named here: include_package_data alone leaves them out of the wheel
    cmdclass={'build_py': BuildWithManifest},
    zip_safe=False,
    python_requires=f">={cfg['min_python']}",
    install_requires=cfg['requirements'].split(),
    extras_require={name: cfg[f'{name}_requirements'].split() for name in ('dev', 'docs', 'tracking', 'notebooks', 'benchmark', 'hub')},
    entry_points={
        'console_scripts': cfg['console_scripts'].split(),
        'nbdev': [f'{lib}={lib}._modidx:d'],
    },
)
