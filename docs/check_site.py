"""Is the built site whole? Every page by its text, and some of them, or all, in a browser.

    python docs/check_site.py [SITE] [--all] [--pictures FOLDER]

By their text: links and pictures within the site lead somewhere, anchors included; every picture has an alternative text;
nothing is loaded from another host. In a headless Chromium (Debian: apt install chromium chromium-driver; without both this
part is skipped, and says so), spoken to in the WebDriver protocol over HTTP from a server on this machine: nothing is complained
about in the console, no picture is broken, no request leaves for another host, the search finds `predict_cube`, the theme can be switched,
the explorer answers the pointer, and on a phone (390 pixels) nothing is wider than the screen, tables and code scrolling inside.
"""
from __future__ import annotations

import argparse
import base64
import functools
import http.server
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPENED = ('index', 'units', 'manga', 'predict', 'architecture', 'benchmarks/masked_autoencoder', 'genindex')   # tables, formulas, figures, code, names
PHONE = (390, 844)


# ---- by their text ---------------------------------------------------------------------------------------------

class Page(HTMLParser):
    "What a page names: anchors, links, what it loads, pictures without alternative text"
    def __init__(self, text: str):
        super().__init__()
        self.anchors, self.links, self.loads, self.silent = set(), [], [], []
        self.feed(text)
    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.anchors |= {a[k] for k in ('id', 'name') if a.get(k)}
        if tag == 'a' and a.get('href'): self.links.append(a['href'])
        if tag == 'link' and a.get('href') and a.get('rel') not in ('canonical',): self.loads.append(a['href'])
        if tag in ('img', 'script', 'iframe', 'source') and a.get('src'): self.loads.append(a['src'])
        if tag == 'img' and not a.get('alt'): self.silent.append(a.get('src', ''))
    handle_startendtag = handle_starttag

def check_self():
    "A small faulty site: what is wrong is found, and nothing else"
    good = '<a href="b.html#x">b</a><a href="https://host/">h</a><a href="#top">t</a><h1 id="top">T</h1><img src="data:," alt="d">'
    bad = '<p id="x"></p><a href="c.html">c</a><a href="a.html#y">y</a><img src="a.html"><script src="https://host/s.js"></script>'
    with tempfile.TemporaryDirectory() as tmp:
        (Path(tmp)/'a.html').write_text(good)
        (Path(tmp)/'b.html').write_text(bad)
        found = sorted(check_text(Path(tmp).resolve(), quiet=True))
    expected = ['b.html: leads nowhere: c.html', 'b.html: loads https://host/s.js', 'b.html: no alternative text: a.html', 'b.html: no such anchor: a.html#y']
    if found != expected: raise AssertionError(f'a faulty site has {found}')

def check_text(site: Path, quiet: bool = False) -> list[str]:
    "What is wrong with the pages, without a browser"
    pages = {f: Page(f.read_text(encoding='utf-8')) for f in sorted(site.rglob('*.html')) if '_static' not in f.parts}
    wrong = []
    for path, page in pages.items():
        say = lambda what: wrong.append(f'{path.relative_to(site)}: {what}')
        for src in page.silent: say(f'no alternative text: {src[:60]}')
        for address in {*page.links, *page.loads}:
            parts = urllib.parse.urlsplit(address)
            if parts.scheme in ('data', 'mailto', 'javascript'): continue
            if parts.scheme or parts.netloc:
                if address in page.loads: say(f'loads {address}')
                continue
            target = (path.parent/urllib.parse.unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir(): target /= 'index.html'
            if not target.exists(): say(f'leads nowhere: {address}')
            elif parts.fragment and target in pages and urllib.parse.unquote(parts.fragment) not in pages[target].anchors | {''}: say(f'no such anchor: {address}')
    if not quiet: print(f'site: {len(pages)} pages read, {len(wrong)} faults')
    return wrong


# ---- in a browser ----------------------------------------------------------------------------------------------

class Browser:
    "Headless Chromium through its driver"
    def __init__(self, chromium: str, driver: str):
        with socket.socket() as s:
            s.bind(('127.0.0.1', 0))
            port = s.getsockname()[1]
        self.home = tempfile.mkdtemp()
        self.base = f'http://127.0.0.1:{port}'
        self.server = subprocess.Popen([driver, f'--port={port}', '--silent'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try: self.start(chromium)
        except BaseException:
            self.server.kill()
            raise
    def start(self, chromium: str):
        "A session, its browser showing an empty page"
        for _ in range(300):
            try: self.call('GET', '/status'); break
            except OSError: time.sleep(.1)
        arguments = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
                     '--disable-sync', '--disable-dev-shm-usage', '--hide-scrollbars', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', f'--user-data-dir={self.home}', 'about:blank']
        wanted = {'goog:chromeOptions': dict(args=arguments, binary=chromium), 'goog:loggingPrefs': dict(browser='ALL', performance='ALL'), 'pageLoadStrategy': 'normal'}
        self.base += '/session/' + self.call('POST', '/session', capabilities=dict(alwaysMatch=wanted))['sessionId']
        self.open('about:blank')
        self.requests()   # what the browser's own first page asks for is not ours
    def call(self, method: str, path: str, **body):
        data = json.dumps(body).encode() if method == 'POST' else None
        request = urllib.request.Request(self.base + path, data, {'Content-Type': 'application/json'}, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer: return json.load(answer)['value']
    def open(self, address: str): self.call('POST', '/url', url=address)
    def js(self, code: str):
        "Value of a function's body, once all is drawn"
        drawn = f'const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done((() => {{ {code} }})())))'
        return self.call('POST', '/execute/async', script=drawn, args=[])
    def wait(self, code: str, seconds: float = 20.):
        "Value of a function's body as soon as it is true, or the last one"
        end = time.monotonic() + seconds
        while not (value := self.js(code)) and time.monotonic() < end: time.sleep(.2)
        return value
    def devtools(self, cmd: str, **params): return self.call('POST', '/goog/cdp/execute', cmd=cmd, params=params)
    def screen(self, width: int, height: int, dark: bool = False, phone: bool = False):
        self.devtools('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self.devtools('Emulation.setEmulatedMedia', features=[dict(name='prefers-color-scheme', value='dark' if dark else 'light')])
    def point(self, x: float, y: float):
        moves = [dict(type='pointerMove', x=round(x), y=round(y), duration=0)]
        self.call('POST', '/actions', actions=[dict(type='pointer', id='mouse', parameters=dict(pointerType='mouse'), actions=moves)])
    def messages(self) -> list[str]: return [m['message'] for m in self.call('POST', '/se/log', type='browser') if m['level'] in ('SEVERE', 'WARNING')]
    def requests(self) -> list[str]:
        events = [json.loads(e['message'])['message'] for e in self.call('POST', '/se/log', type='performance')]
        return [e['params']['request']['url'] for e in events if e['method'] == 'Network.requestWillBeSent']
    def picture(self, path: Path): path.write_bytes(base64.b64decode(self.call('GET', '/screenshot')))
    def close(self):
        try: self.call('DELETE', '')
        finally:
            self.server.terminate()
            self.server.wait(20)
            shutil.rmtree(self.home, ignore_errors=True)


FAULTY = b"""<!doctype html><title>faulty</title><link rel=icon href=data:,><meta name=viewport content="width=device-width, initial-scale=1"><article><img src=missing.png alt=a>
<p style="width:600px">wide</p><img src="https://example.org/x.png" alt=b><script>throw new Error("oops")</script></article>"""

class Quiet(http.server.SimpleHTTPRequestHandler):
    "Serves the site, and one page with every fault that the check must notice"
    def log_message(self, *_): pass
    def do_GET(self):
        if self.path != '/faulty.html': return super().do_GET()
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        self.end_headers()
        self.wfile.write(FAULTY)

# lazy pictures are loaded first, else they would count as broken
BROKEN = 'return [...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src.slice(0, 90))'
LOADED = 'for (const i of document.images) i.loading = "eager"; return [...document.images].every(i => i.complete)'
# what sticks out of the screen and out of everything that scrolls
WIDE = '''const room = document.documentElement.clientWidth, out = [];
for (const e of document.querySelectorAll("article *, header *")) {
  const r = e.getBoundingClientRect(); if (r.width === 0 || r.right + scrollX <= room + 1) continue;
  let held = false; for (let p = e.parentElement; p && !held; p = p.parentElement) held = ["auto", "scroll"].includes(getComputedStyle(p).overflowX) && p !== document.body && p !== document.documentElement;
  if (!held) out.push(e.tagName.toLowerCase() + "." + e.className + " " + Math.round(r.right) + ": " + e.textContent.trim().slice(0, 40)); }
return {page: document.documentElement.scrollWidth, room, out: out.slice(0, 3)}'''

class SiteCheck:
    "The site in a browser; faults are collected in `wrong`"
    def __init__(self, browser: Browser, address: str, pictures: Path | None):
        self.browser, self.address, self.pictures, self.wrong = browser, address, pictures, []
    def say(self, where: str, what: str): self.wrong.append(f'{where}: {what}')
    def shoot(self, name: str):
        if self.pictures: self.browser.picture(self.pictures/f'{name.replace("/", "-")}.png')
    def visit(self, page: str, query: str = ''):
        self.browser.open(f'{self.address}/{page}.html{query}')
    def finish(self, page: str):
        "Complaints and requests since the last page"
        for message in self.browser.messages(): self.say(page, f'the console says {message[:200]}')
        for url in self.browser.requests():
            if not url.startswith((self.address, 'data:', 'about:', 'blob:')): self.say(page, f'asks for {url[:120]}')

    def read(self, page: str):
        "A page at a desk and on a phone"
        b = self.browser
        b.screen(1400, 1000)
        self.visit(page)
        b.wait(LOADED)
        for src in b.js(BROKEN): self.say(page, f'broken picture {src}')
        self.shoot(f'{page}-light')
        b.screen(*PHONE, phone=True)
        width = b.js(WIDE)
        if width['page'] > width['room'] or width['room'] != PHONE[0]: self.say(page, f'{width["page"]} pixels wide on a phone of {PHONE[0]}: {"; ".join(width["out"])}')
        elif width['out']: self.say(page, f'cut off on a phone: {"; ".join(width["out"])}')
        self.shoot(f'{page}-phone')
        self.finish(page)

    def notices(self):
        "A page with faults is not passed"
        self.read('faulty')
        expected = ('missing.png', 'pixels wide on a phone', 'oops', 'asks for https://example.org')
        unseen = [e for e in expected if not any(e in w for w in self.wrong)]
        self.wrong = [f'check: the fault {e!r} of a faulty page was not noticed' for e in unseen]

    def search(self):
        "`predict_cube` is found"
        self.browser.screen(1400, 1000)
        self.visit('search', '?q=predict_cube')
        found = self.browser.wait('return [...document.querySelectorAll("#search-results li a")].map(a => a.getAttribute("href"))')
        if not any('predict.html' in href and 'predict_cube' in href for href in found): self.say('search', f'predict_cube is not found: {found[:3]}')
        self.shoot('search')
        self.finish('search')

    def theme(self):
        "The button leads through the themes, and each has its ground"
        b = self.browser
        b.screen(1400, 1000, dark=True)
        self.visit('index')
        ground = 'return getComputedStyle(document.body).backgroundColor'
        dark = b.js(ground)
        self.shoot('index-dark')
        seen = {b.js('document.querySelector(".content-icon-container .theme-toggle, .theme-toggle").click(); return document.body.dataset.theme'): b.js(ground) for _ in range(3)}
        if set(seen) != {'auto', 'light', 'dark'}: self.say('theme', f'the button leads to {sorted(map(str, seen))}')
        elif seen['light'] == dark or seen['dark'] != dark: self.say('theme', f'grounds {seen}, in the dark {dark}')
        b.js('localStorage.clear()')
        b.screen(1400, 1000)
        self.visit('index')
        if b.js(ground) == dark: self.say('theme', 'light and dark look alike')
        self.finish('theme')

    def explorer(self):
        "The spectrum follows the pointer"
        b = self.browser
        b.screen(1180, 840)
        self.visit('demo_galaxy')
        state = 'const s = explorer.shown(); return [s.spaxel, document.getElementById("place").textContent, document.getElementById("spectrum").toDataURL().length]'
        before = b.js(state)
        b.point(*b.js('return explorer.place(11, 20)'))
        after = b.js(state)
        if after[0] == before[0] or after[1] == before[1] or after[2] == before[2]: self.say('demo_galaxy', f'does not follow the pointer: {before}, {after}')
        self.shoot('demo_galaxy')
        b.screen(*PHONE, phone=True)
        width = b.js(WIDE)
        if width['page'] > PHONE[0]: self.say('demo_galaxy', f'{width["page"]} pixels wide on a phone')
        self.finish('demo_galaxy')


def check_browser(site: Path, pictures: Path | None = None, every: bool = False) -> list[str]:
    "What is wrong with the site in a browser; nothing, and a message, where there is none"
    chromium, driver = next(filter(None, map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))), None), shutil.which('chromedriver')
    if not (chromium and driver):
        print('site: not opened in a browser: chromium and chromedriver are not both installed (Debian: apt install chromium chromium-driver)')
        return []
    start = time.monotonic()
    if pictures: pictures.mkdir(parents=True, exist_ok=True)
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try: browser = Browser(chromium, driver)
    except (OSError, KeyError) as error:   # a driver of another version than the browser, a machine that forbids it
        server.shutdown()
        print(f'site: not opened in a browser: {chromium} does not start with {driver}: {error}')
        return []
    try:
        check = SiteCheck(browser, f'http://127.0.0.1:{server.server_port}', pictures)
        pages = [p for p in OPENED if (site/f'{p}.html').exists()]
        if every: pages = [f.relative_to(site).with_suffix('').as_posix() for f in sorted(site.rglob('*.html')) if '_static' not in f.parts and f.stem not in ('search', 'demo_galaxy')]
        check.notices()
        for page in pages: check.read(page)
        check.search()
        check.theme()
        if (site/'demo_galaxy.html').exists(): check.explorer()
    finally:
        browser.close()
        server.shutdown()
    print(f'site: {len(pages) + 3} pages opened in a browser in {time.monotonic() - start:.0f} s, {len(check.wrong)} faults')
    return check.wrong

def check_site(site: Path, pictures: Path | None = None, every: bool = False) -> list[str]:
    "All that is wrong with a built site, printed too"
    check_self()
    wrong = check_text(site.resolve()) + check_browser(site.resolve(), pictures, every)
    for line in wrong: print(f'site: {line}')
    return wrong

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('site', nargs='?', type=Path, default=ROOT/'_docs', help='folder of the built site')
    parser.add_argument('--pictures', type=Path, help='folder for a picture of every page opened')
    parser.add_argument('--all', action='store_true', help='open every page in the browser: minutes')
    args = parser.parse_args()
    if not (args.site/'index.html').exists(): sys.exit(f'no site in {args.site}: build it with make docs')
    sys.exit(bool(check_site(args.site, args.pictures, args.all)))


if __name__ == '__main__':
    main()
