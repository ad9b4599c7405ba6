"""feeds.py OUTPUT: every feed below OUTPUT must be read by feedparser without complaint, in all three forms alike.

Prints a closing line `N passed, N failed`; exit code 1 if any failed.
"""
import json
import pathlib
import sys

import feedparser


def complaints(path):
    """What is wrong with a feed."""
    if path.suffix == ".json":
        feed = json.loads(path.read_text(encoding="utf-8"))
        if feed.get("version") != "https://jsonfeed.org/version/1.1":
            yield "is no JSON Feed 1.1"
        for item in feed["items"]:
            if not (item.get("id") and item.get("url") and ("content_html" in item or "content_text" in item)):
                yield f"an item lacks id, url or content: {item.get('url')}"
        return
    feed = feedparser.parse(str(path))
    if feed.bozo:
        yield f"is not well-formed: {feed.bozo_exception}"
    if not feed.version or not feed.feed.get("title") or not feed.feed.get("link"):
        yield "lacks a version, a title or a link"
    ids = [entry.get("id") for entry in feed.entries]
    if len(set(ids)) != len(ids) or None in ids:
        yield "has entries without an id of their own"
    for entry in feed.entries:
        if not (entry.get("title") and entry.get("link") and entry.get("published_parsed")):
            yield f"an entry lacks title, link or date: {entry.get('link')}"


def entries(path):
    """How many entries a feed holds."""
    if path.suffix == ".json":
        return len(json.loads(path.read_text(encoding="utf-8"))["items"])
    return len(feedparser.parse(str(path)).entries)


def main():
    output = pathlib.Path(sys.argv[1])
    passed = failed = 0
    for atom in sorted(output.rglob("atom.xml")):
        folder = atom.parent
        family = [atom, folder / "rss.xml", folder / "feed.json"]
        wrong = [f"{path}: {text}" for path in family for text in complaints(path)]
        counts = {entries(member) for member in family}
        if len(counts) != 1:
            wrong.append(f"{folder}: the three forms hold different numbers of entries: {sorted(counts)}")
        for text in wrong:
            print(text)
        if wrong:
            failed += 1
        else:
            passed += 1
    if passed + failed == 0:
        print("there is no feed")
        failed = 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
