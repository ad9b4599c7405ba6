"""`type = "s3"` against moto's S3 server on the loopback interface, looked at with boto3."""
import contextlib
import logging
import os
import socket
import subprocess
import sys
import time

os.environ["AWS_EC2_METADATA_DISABLED"] = "true"

import boto3
import moto.moto_server.threaded_moto_server as threaded

from deploying import RECORD, Site, expect, same, tree

ID, SECRET = "AKIAJUDGEJUDGEJUDGE1", "judge/secret/of/forty/characters/exactly"


class Requests:
    """Counts what the server is asked, and can make it slow or fail, as a middleware."""

    def __init__(self, app):
        self.app = app
        self.seen = []
        self.fail = lambda method, path: None

    def __call__(self, environ, start_response):
        request = environ["REQUEST_METHOD"], environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        self.seen.append(request)
        status = self.fail(*request)
        if status:
            start_response(status, [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        return self.app(environ, start_response)


def serve():
    """The server, its address, and what stands between it and those who ask."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    made = []
    original = threaded.DomainDispatcherApplication

    def counted(*arguments, **more):
        made.append(Requests(original(*arguments, **more)))
        return made[-1]

    threaded.DomainDispatcherApplication = counted
    server = threaded.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    return server, f"http://{host}:{port}", made


@contextlib.contextmanager
def strict_server():
    """A server that knows nobody, and says so to everyone who asks."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    environment = dict(os.environ, INITIAL_NO_AUTH_ACTION_COUNT="0")
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def main(program):
    server, endpoint, made = serve()
    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id=ID, aws_secret_access_key=SECRET, region_name="us-east-1"
    )
    client.create_bucket(Bucket="archive")
    requests = made[0]

    def objects():
        found = {}
        for page in client.get_paginator("list_objects_v2").paginate(Bucket="archive"):
            for item in page.get("Contents", []):
                found[item["Key"]] = client.get_object(Bucket="archive", Key=item["Key"])["Body"].read()
        return found

    def ours():
        return {key[5:]: body for key, body in objects().items() if key.startswith("site/") and key != f"site/{RECORD}"}

    site = Site(program, 30)
    site.environment.update(AWS_ACCESS_KEY_ID=ID, AWS_SECRET_ACCESS_KEY=SECRET)
    target = f"[deploy.live]\ntype = 's3'\nbucket = 'archive'\nendpoint = '{endpoint}'\nprefix = 'site'\n"
    site.configure(target)
    site.run("build")
    client.put_object(Bucket="archive", Key="site/foreign.txt", Body=b"mine")

    # A dry run asks and changes nothing.
    requests.seen.clear()
    site.run("deploy", "--dry-run")
    expect({method for method, _ in requests.seen} == {"GET"}, f"a dry run does {requests.seen}")

    # Killed in the middle: some objects are there, and those that are, are whole.
    wanted = tree(site.public)
    target_slow = target + "jobs = 2\ncheckpoint = 0\n"
    site.configure(target_slow)
    cut = site.kill_when(lambda: sum(1 for method, _ in requests.seen if method == "PUT") > 40, "deploy")
    expect(cut, "no deploy was killed while it sent")
    some = ours()
    some.pop("foreign.txt")
    expect(0 < len(some) < len(wanted), f"{len(some)} of {len(wanted)} objects after the kill")
    expect(all(wanted[key] == body for key, body in some.items()), "an object is torn")
    expect("index.html" not in some, "the home page came before what it leads to")
    requests.seen.clear()
    site.configure(target)
    site.run("deploy")
    sent = [path for method, path in requests.seen if method == "PUT" and not path.endswith(RECORD)]
    expect(len(sent) < len(wanted) - 15, f"resuming sent {len(sent)} of {len(wanted)} files again")
    expect(not any("list-type" in path for _, path in requests.seen), "objects were listed")
    found = ours()
    expect(found.pop("foreign.txt") == b"mine", "a foreign object is gone")
    same(found, wanted, "after resuming")

    # Headers.
    for key, media, cache in [
        ("index.html", "text/html; charset=utf-8", "max-age=60"),
        ("atom.xml", "application/atom+xml; charset=utf-8", "max-age=60"),
        (next(key for key in wanted if key.startswith("static/") and key.endswith(".css")), "text/css; charset=utf-8", "immutable"),
    ]:
        head = client.head_object(Bucket="archive", Key=f"site/{key}")
        expect(head["ContentType"] == media and cache in head["CacheControl"], f"{key}: {head}")

    # Nothing to do asks once; other headers send all pages again, and only those.
    requests.seen.clear()
    site.run("deploy")
    expect(len(requests.seen) == 1, f"nothing to do, but {requests.seen}")
    site.configure(target + "page_cache = 'no-cache'\n")
    said = site.run("deploy")
    expect("headers changed" in said, said)
    expect(client.head_object(Bucket="archive", Key="site/index.html")["CacheControl"] == "no-cache", "old headers")
    site.configure(target)
    site.run("deploy")

    # A post goes, one comes; order as the server saw it.
    (site.root / "content/栏目/3.md").unlink()
    site.write_posts(range(30, 31))
    site.run("build")
    requests.seen.clear()
    site.run("deploy")
    order = [(method, path.split("/archive/site/", 1)[-1]) for method, path in requests.seen if method in ("PUT", "DELETE")]
    names = [name for _, name in order]
    expect(names[0] == RECORD and names[-1] == RECORD, "the record is not first and last")
    deletes = [place for place, (method, _) in enumerate(order) if method == "DELETE"]
    expect(deletes and min(deletes) > names.index("index.html"), f"deletes before the home page: {order}")
    found = ours()
    found.pop("foreign.txt")
    same(found, tree(site.public), "after a change")

    # A server that stumbles now and then is asked again; one that always does ends the deploy, the site still whole.
    site.write_posts(range(31, 33))
    site.run("build")
    stumbles = {}

    def stumble(method, path):
        stumbles[path] = stumbles.get(path, 0) + 1
        return "503 Slow Down" if method == "PUT" and stumbles[path] % 2 else None

    requests.fail = stumble
    site.run("deploy")
    requests.fail = lambda method, path: None
    found = ours()
    found.pop("foreign.txt")
    same(found, tree(site.public), "after stumbling")
    site.write_posts(range(33, 35))
    site.run("build")
    before = ours()
    requests.fail = lambda method, path: "403 Forbidden" if method == "PUT" and path.endswith(".html") else None
    site.run("deploy", code=1)
    requests.fail = lambda method, path: None
    after = ours()
    expect(all(after.get(key) == body for key, body in before.items()), "a failed deploy changed what was live")
    site.run("deploy")

    # Wrong credentials, no credentials, no bucket, no server: clear, nothing changed, nothing betrayed.
    with strict_server() as strict:
        site.configure(target.replace(endpoint, strict))
        said = site.run("--verbose", "deploy", code=1)
        expect("the credentials are wrong" in said and SECRET not in said and ID not in said, said)
        site.configure(target)
    said = site.run("deploy", code=1, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    expect("AWS_ACCESS_KEY_ID" in said, said)
    site.configure(target.replace("'archive'", "'nobucket'"))
    said = site.run("deploy", code=1)
    expect("there is no such bucket" in said and SECRET not in said and ID not in said, said)
    server.stop()
    site.configure(target)
    said = site.run("--verbose", "deploy", code=1)
    expect(SECRET not in said and ID not in said, said)
    site.remove()
    print(f"s3: {len(wanted)} objects and every accident")


main(sys.argv[1])
