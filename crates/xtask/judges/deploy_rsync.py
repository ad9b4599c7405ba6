"""`type = "rsync"`: the installed rsync over a remote shell that runs what it is told on this machine."""
import os
import subprocess
import sys

from deploying import RECORD, Site, expect, same, tree

# As ssh takes it: options, the machine, the command line, which a shell over there reads. rsync takes the user apart.
SHELL = """#!/bin/sh
user=
while :; do
  case "$1" in -p) shift 2;; -l) user="$2@"; shift 2;; -*) shift;; *) break;; esac
done
[ "$user$1" = someone@server.example ] || { echo "ssh: connect to host $1 port 22: No route to host" >&2; exit 255; }
shift
[ -e "$HOME/slow" ] && sleep 0.4
cd "$HOME/server" && exec sh -c "$*"
"""


def main(program):
    for releases in (False, True):
        judge(program, releases)
    daemon(program)
    print("rsync: over a remote shell, in place and with releases, and to a daemon")


def judge(program, releases):
    site = Site(program, 40)
    home = site.root / "home"
    server = home / "server"
    server.mkdir(parents=True)
    shell = site.root / "shell.sh"
    shell.write_text(SHELL)
    shell.chmod(0o755)
    site.environment["HOME"] = str(home)
    folder = server / "www it's"
    current = folder / "current" if releases else folder
    target = (
        "[deploy.live]\ntype = 'rsync'\n"
        f'destination = "someone@server.example:www it\'s"\nssh = \'{shell} -p 2222\'\n'
        + ("releases = true\nkeep = 2\n" if releases else "")
    )
    site.configure(target)
    site.run("build")
    before = sorted(path for path in home.rglob("*"))
    said = site.run("deploy", "--dry-run")
    expect("would send" in said, said)
    expect(sorted(path for path in home.rglob("*")) == before, "a dry run wrote something")

    # Killed in the middle, more than once; then it goes on.
    wanted = tree(site.public)
    (home / "slow").touch()
    root = folder / "releases/unfinished" if releases else folder
    cut = 0
    for share in (0.05, 0.5):
        cut += site.kill_when(lambda: len(list(root.rglob("*.html"))) > len(wanted) * share, "deploy")
        torn = [name for name, body in tree(root).items() if "/." not in f"/{name}" and wanted.get(name) != body]
        expect(not torn, f"torn: {torn[:5]}")
    expect(cut > 0, "no deploy was killed while it sent")
    (home / "slow").unlink()
    expect(not releases or not current.exists(), "an unfinished release is served")
    site.run("deploy")
    same(tree(current), wanted, "after resuming")
    expect("nothing to do" in site.run("deploy"), "a second deploy did something")

    # Foreign files stay, gone ones go, with the folders that they leave empty.
    (current / "CNAME").write_text("mine")
    inode = (current / "robots.txt").stat().st_ino
    gone = [name for name, body in wanted.items() if "正文：第3篇。".encode() in body and name.startswith("2022/")]
    expect(len(gone) >= 1, "the post is nowhere")
    (site.root / "content/栏目/3.md").unlink()
    site.write_posts(range(40, 42))
    site.run("build")
    site.run("deploy")
    found = tree(current)
    expect(found.pop("CNAME", b"") == b"mine", "a foreign file is gone")
    same(found, tree(site.public), "after a change")
    expect((current / "robots.txt").stat().st_ino == inode, "a file that did not change was written again")
    empty = [path for path in current.rglob("*") if path.is_dir() and not any(path.iterdir())]
    expect(not empty, f"empty folders: {empty[:3]}")
    if releases:
        for number in (42, 43):
            site.write_posts(range(number, number + 1))
            site.run("build")
            site.run("deploy")
        names = sorted(path.name for path in (folder / "releases").iterdir())
        expect(len(names) == 2 and current.is_symlink() and os.readlink(current).endswith(names[-1]), names)
    (current / "CNAME").unlink()

    # What is served cannot be written; nobody answers; the shell is not there. What is live stays.
    live = tree(current)
    site.write_posts(range(50, 52))
    site.run("build")
    limited = ["sh", "-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh", *site.command("deploy")]
    (site.root / "static").mkdir()
    (site.root / "static/large.bin").write_bytes(b"x" * 300_000)
    site.run("build")
    done = subprocess.run(limited, env=site.environment, capture_output=True, text=True, timeout=120)
    expect(done.returncode == 1, f"no room, but exit code {done.returncode}: {done.stderr}")
    after = tree(current)
    expect(all(after.get(name) == body for name, body in live.items()), "no room, and what was live has changed")
    site.configure(target.replace("@server.example", "@gone.example"))
    said = site.run("deploy", code=1)
    expect("No route to host" in said, said)
    site.configure(target.replace(str(shell), "/no/such/shell"))
    site.run("deploy", code=1)
    site.configure(target)
    site.run("deploy")
    same(tree(current), tree(site.public), "in the end")
    site.remove()


def daemon(program):
    """An rsync daemon gives no shell; files go in place."""
    site = Site(program, 5)
    folder = site.root / "module"
    folder.mkdir()
    config = site.root / "rsyncd.conf"
    config.write_text(
        f"use chroot = no\nport = 0\nlog file = {site.root}/log\npid file = {site.root}/pid\n"
        f"[archive]\npath = {folder}\nread only = no\nuid = {os.getuid()}\ngid = {os.getgid()}\n"
    )
    # A daemon can be spoken to through a program in the place of a connection (rsync(1), RSYNC_CONNECT_PROG).
    site.environment["RSYNC_CONNECT_PROG"] = f"rsync --config={config} --daemon"
    site.configure("[deploy.live]\ntype = 'rsync'\ndestination = 'server.example::archive/www'\n")
    site.run("build")
    site.run("deploy")
    same(tree(folder / "www"), tree(site.public), "a daemon")
    site.configure("[deploy.live]\ntype = 'rsync'\ndestination = 'server.example::archive'\nreleases = true\n")
    said = site.run("deploy", code=1)
    expect("daemon" in said, said)
    site.remove()


main(sys.argv[1])
