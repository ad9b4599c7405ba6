"""What the judges of `newsprint deploy` share: a made-up site, the program, ways to cut it short."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

RECORD = ".newsprint-manifest"


class Site:
    """A site of some posts in a folder of its own."""

    def __init__(self, program, posts):
        self.program = program
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="newsprint-judge-"))
        self.public = self.root / "public"
        self.environment = dict(os.environ, NO_COLOR="1", SOURCE_DATE_EPOCH="1717200000")
        self.write_posts(range(posts))

    def write_posts(self, numbers):
        for number in numbers:
            post = self.root / "content" / "栏目" / f"{number}.md"
            post.parent.mkdir(parents=True, exist_ok=True)
            date = f"2022-{1 + number % 12:02}-{1 + number % 28:02} 10:00:00"
            post.write_text(
                f"---\ntitle: '第{number}篇'\ncategories:\n - 新媒体\ndate: {date}\n---\n\n<p>正文：第{number}篇。</p>\n",
                encoding="utf-8",
            )

    def configure(self, targets):
        text = f"base_url = 'https://news.example/'\n{targets}"
        (self.root / "newsprint.toml").write_text(text, encoding="utf-8")

    def command(self, *arguments):
        return [self.program, "--site", str(self.root), *arguments]

    def run(self, *arguments, code=0, **environment):
        """Runs the program; returns all that it said."""
        done = subprocess.run(
            self.command(*arguments),
            env=dict(self.environment, **environment),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )
        said = done.stdout + done.stderr
        expect(done.returncode == code, f"{arguments}: exit code {done.returncode}, not {code}:\n{said}")
        return said

    def kill_when(self, reached, *arguments):
        """Runs the program and kills it as soon as `reached()`; whether it was still running."""
        child = subprocess.Popen(
            self.command(*arguments),
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        since = time.monotonic()
        while child.poll() is None:
            expect(time.monotonic() - since < 120, f"{arguments} hangs")
            if reached():
                os.killpg(child.pid, 9)
                child.wait()
                return True
            time.sleep(0.002)
        return False

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


def tree(folder):
    """Every file below a folder with its bytes, but for the record."""
    folder = pathlib.Path(folder)
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    files.pop(RECORD, None)
    return files


def expect(holds, message):
    if not holds:
        print(message, file=sys.stderr)
        sys.exit(1)


def same(found, wanted, what):
    missing = sorted(set(wanted) - set(found))
    surplus = sorted(set(found) - set(wanted))
    expect(not missing and not surplus, f"{what}: missing {missing[:5]}, surplus {surplus[:5]}")
    differ = sorted(name for name in wanted if found[name] != wanted[name])
    expect(not differ, f"{what}: other content: {differ[:5]}")
