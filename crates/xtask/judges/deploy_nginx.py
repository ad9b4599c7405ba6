"""`type = "folder"` with releases, served by nginx: while deploys go on, a reader loads pages all the time."""
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from deploying import Site, expect

CONFIG = """
daemon off; pid {root}/nginx.pid; error_log {root}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {root}/a; proxy_temp_path {root}/b; fastcgi_temp_path {root}/c;
  uwsgi_temp_path {root}/d; scgi_temp_path {root}/e;
  types {{ text/html html; text/css css; text/javascript js; application/xml xml; }}
  default_type application/octet-stream; charset utf-8;
  server {{
    listen 127.0.0.1:{port}; root {served}; index index.html;
    location /static/ {{ add_header Cache-Control "public, max-age=31536000, immutable"; }}
    error_page 404 /404.html;
  }}
}}
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def get(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode("utf-8"), answer.headers


class Reader(threading.Thread):
    """Opens the home page, what it needs, and the pages that it leads to, over and over."""

    def __init__(self, home):
        super().__init__(daemon=True)
        self.home, self.wrong, self.loads, self.stop = home, [], 0, False

    def run(self):
        while not self.stop:
            try:
                page, _ = get(self.home)
                links = re.findall(r'(?:href|src)="([^"#?]+)"', page)
                for link in [link for link in links if "://" not in link][:12]:
                    get(urllib.parse.urljoin(self.home, urllib.parse.quote(link, safe="/%.")))
                self.loads += 1
            except (urllib.error.URLError, ConnectionError) as error:
                self.wrong.append(f"{error} at {getattr(error, 'url', self.home)}")


def main(program):
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    for releases in (False, True):
        site = Site(program, 30)
        site.root.chmod(0o755)
        live = site.root / "live"
        served = live / "current" if releases else live
        site.configure(f"[deploy.live]\ntype = 'folder'\npath = 'live'\nreleases = {str(releases).lower()}\n")
        site.run("build")
        site.run("deploy")
        port = free_port()
        config = site.root / "nginx.conf"
        user = "user root;" if os.getuid() == 0 else ""
        config.write_text(user + CONFIG.format(root=site.root, port=port, served=served))
        server = subprocess.Popen([nginx, "-c", str(config), "-e", str(site.root / "error.log")])
        try:
            home = f"http://127.0.0.1:{port}/"
            for _ in range(100):
                try:
                    get(home)
                    break
                except urllib.error.URLError:
                    time.sleep(0.05)
            reader = Reader(home)
            reader.start()
            for number in range(30, 36):
                site.write_posts(range(number, number + 1))
                (site.root / f"content/栏目/{number - 30}.md").unlink()
                site.run("build")
                site.run("deploy")
            reader.stop = True
            reader.join()
            expect(reader.loads > 5, f"only {reader.loads} loads: {reader.wrong[:3]}")
            expect(not reader.wrong, f"a reader met: {reader.wrong[:5]}")
            page, _ = get(home)
            style = re.search(r'href="([^"]*static/[^"]+\.css)"', page).group(1)
            _, headers = get(home + style)
            expect("immutable" in headers["Cache-Control"], str(headers))
            try:
                get(home + "no/such/page.html")
                expect(False, "a page that is not there answers")
            except urllib.error.HTTPError as error:
                body = error.read().decode("utf-8")
                expect(error.code == 404 and 'data-kind' in body, "not the site's own 404 page")
        finally:
            server.terminate()
            server.wait()
        site.remove()
    print("nginx: readers loaded pages all the while and met nothing missing")


main(sys.argv[1])
