//! `deploy`, against peers that every machine with git and a shell has: folders, a bare repository, made-up programs of
//! platforms, a web server of a few lines. Buckets, rsync and nginx are in `cargo xtask judge`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Run, Site, repository, tree};

/// The record that a target keeps.
const RECORD: &str = ".newsprint-manifest";

/// A built site of some posts with these targets.
fn site(posts: usize, targets: &str) -> Site {
    let site = Site::new();
    write_posts(&site, 0..posts);
    site.file(
        "newsprint.toml",
        format!("base_url = 'https://news.example/'\n{targets}"),
    );
    site.build();
    site
}

fn write_posts(site: &Site, numbers: std::ops::Range<usize>) {
    for number in numbers {
        site.post(
            &format!("栏目/{number}.md"),
            &format!("第{number}篇"),
            &format!(
                "2022-{:02}-{:02} 10:00:00",
                1 + number % 12,
                1 + number % 28
            ),
        );
    }
}

const FOLDER: &str = "[deploy.live]\ntype = 'folder'\npath = 'live'\n";
const RELEASES: &str = "[deploy.live]\ntype = 'folder'\npath = 'live'\nreleases = true\nkeep = 2\n";

/// What a folder holds besides the record.
fn live(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = tree(folder);
    files.remove(RECORD);
    files
}

fn expect_live(site: &Site, folder: &Path) {
    let (live, public) = (live(folder), tree(&site.public()));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&live), names(&public));
    assert!(live == public, "the same names, but other content");
}

#[test]
fn a_folder_gets_what_changed_loses_what_is_gone_and_keeps_what_is_foreign() {
    let site = site(6, FOLDER);
    let folder = site.path().join("live");
    let first = site.run(&["deploy"]).expect_code(0);
    assert!(
        first.stdout.starts_with("deployed: send "),
        "{}",
        first.stdout
    );
    expect_live(&site, &folder);
    let again = site.run(&["deploy", "live"]).expect_code(0);
    assert!(
        again.stdout.starts_with("nothing to do: send 0 files"),
        "{}",
        again.stdout
    );

    fs::write(folder.join("CNAME"), "news.example\n").expect("written");
    fs::create_dir_all(folder.join("2022/other")).expect("made");
    fs::write(folder.join("2022/other/x"), "mine").expect("written");
    let gone = site.posts_with("正文：第1篇。")[0].clone();
    site.remove("content/栏目/1.md");
    write_posts(&site, 6..7);
    site.build();
    let dry = site.run(&["deploy", "--dry-run"]).expect_code(0);
    assert!(
        dry.stdout.contains(&format!("delete  {gone}\n")),
        "{}",
        dry.stdout
    );
    assert!(dry.stdout.contains("(new)\n") && dry.stdout.contains("index.html (changed)\n"));
    assert!(folder.join(&gone).exists(), "a dry run deletes nothing");
    site.run(&["deploy"]).expect_code(0);
    assert!(!folder.join(&gone).exists());
    for foreign in ["CNAME", "2022/other/x"] {
        fs::remove_file(folder.join(foreign)).expect("foreign files stay");
    }
    expect_live(&site, &folder);
}

#[test]
fn a_dry_run_writes_nothing_at_all() {
    for targets in [FOLDER, RELEASES] {
        let site = site(3, targets);
        let before = tree(site.path());
        let dry = site.run(&["deploy", "--dry-run"]).expect_code(0);
        assert!(dry.stdout.contains("would send "), "{}", dry.stdout);
        assert_eq!(
            tree(site.path()).keys().collect::<Vec<_>>(),
            before.keys().collect::<Vec<_>>()
        );
    }
}

#[test]
fn much_is_deleted_only_if_the_owner_says_yes() {
    let site = site(60, FOLDER);
    site.run(&["deploy"]).expect_code(0);
    for number in 0..40 {
        site.remove(&format!("content/栏目/{number}.md"));
    }
    site.build();
    let before = tree(&site.path().join("live"));
    let refused = site
        .run(&["deploy"])
        .expect_code(1)
        .expect_error("would be deleted");
    assert!(refused.stderr.contains("--yes"), "{}", refused.stderr);
    assert!(
        tree(&site.path().join("live")) == before,
        "nothing was changed"
    );
    site.run(&["deploy", "--dry-run"])
        .expect_code(0)
        .expect_error("would be deleted");
    site.run(&["deploy", "--yes"]).expect_code(0);
    expect_live(&site, &site.path().join("live"));
}

#[test]
fn a_folder_that_was_deployed_to_and_is_empty_now_may_not_be_mounted() {
    let site = site(2, FOLDER);
    site.run(&["deploy"]).expect_code(0);
    fs::remove_dir_all(site.path().join("live")).expect("removed");
    site.run(&["deploy"])
        .expect_code(1)
        .expect_error("nothing is there now");
    site.run(&["deploy", "--yes"]).expect_code(0);
    expect_live(&site, &site.path().join("live"));
}

#[test]
fn what_cannot_be_deployed_is_told_with_what_to_do() {
    let site = Site::new();
    let text = |targets: &str| format!("base_url = 'https://news.example/'\n{targets}");
    for (targets, arguments, expected) in [
        ("", &["deploy"][..], "there is no target to deploy to"),
        (FOLDER, &["deploy"], "nothing has been built here yet"),
        (FOLDER, &["deploy", "lvie"], "did you mean `live`?"),
        (
            "[deploy.a]\ntype='folder'\npath='a'\n[deploy.b]\ntype='folder'\npath='b'\n",
            &["deploy"],
            "there are several targets",
        ),
        (
            "[deploy.a]\ntype='folder'\npaht='a'\n",
            &["deploy"],
            "did you mean `path`?",
        ),
    ] {
        site.file("newsprint.toml", text(targets));
        site.run(arguments).expect_code(1).expect_error(expected);
    }
    site.file("newsprint.toml", text(FOLDER));
    write_posts(&site, 0..2);
    site.build();
    for (path, expected) in [
        ("public", "is the output folder"),
        ("public/x", "is the output folder, or lies in it"),
        (".", "holds the site"),
        ("content/live", "lies in `content`"),
        ("newsprint.toml", "is a file"),
    ] {
        site.file(
            "newsprint.toml",
            text(&format!("[deploy.a]\ntype='folder'\npath='{path}'\n")),
        );
        site.run(&["deploy"]).expect_code(1).expect_error(expected);
    }
    site.file(
        "newsprint.toml",
        text("[deploy.'../x']\ntype='folder'\npath='a'\n"),
    );
    site.run(&["deploy"])
        .expect_code(1)
        .expect_error("cannot be the name of a target");
    site.file("newsprint.toml", text(FOLDER));
    site.remove("public/index.html");
    site.run(&["deploy"])
        .expect_code(1)
        .expect_error("the last build made this file, but it is gone");
    site.build();
    let manifest = fs::read_dir(site.path().join(".newsprint"))
        .expect("records")
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("output-") && name.ends_with(".tsv")
        })
        .expect("a list of files");
    // What a build that was killed leaves.
    fs::write(manifest.with_extension("unfinished"), "").expect("written");
    site.run(&["deploy"])
        .expect_code(1)
        .expect_error("the last build did not finish");
}

#[test]
fn a_record_that_makes_no_sense_deletes_nothing() {
    let site = site(3, FOLDER);
    site.run(&["deploy"]).expect_code(0);
    let folder = site.path().join("live");
    fs::write(site.path().join("outside.txt"), "mine").expect("written");
    for record in [
        "PNG\0",
        "newsprint deployed 1\ne69de29bb2d1d6434b8b29ae775ad8c2e48c5391\t1\t0\t../outside.txt\n",
    ] {
        fs::write(folder.join(RECORD), record).expect("written");
        fs::write(folder.join("foreign"), "mine").expect("written");
        site.run(&["deploy", "--yes"])
            .expect_code(0)
            .expect_error("cannot be read");
        assert!(site.path().join("outside.txt").exists() && folder.join("foreign").exists());
        fs::remove_file(folder.join("foreign")).expect("removed");
        expect_live(&site, &folder);
    }
}

#[cfg(unix)]
#[test]
fn releases_are_switched_to_as_a_whole() {
    let site = site(5, RELEASES);
    let (folder, current) = (site.path().join("live"), site.path().join("live/current"));
    let releases = || fs::read_dir(folder.join("releases")).map_or(0, Iterator::count);
    site.run(&["deploy"]).expect_code(0);
    expect_live(&site, &current.canonicalize().expect("a link"));
    assert!(current.is_symlink());
    let first = current.canonicalize().expect("a link");
    fs::write(current.join("CNAME"), "mine").expect("written");
    for number in 5..8 {
        write_posts(&site, number..number + 1);
        site.build();
        site.run(&["deploy"]).expect_code(0);
        assert_ne!(current.canonicalize().expect("a link"), first);
    }
    assert_eq!(releases(), 2, "the older ones are gone");
    assert_eq!(
        fs::read_to_string(current.join("CNAME")).expect("it came along"),
        "mine"
    );
    fs::remove_file(current.join("CNAME")).expect("removed");
    expect_live(&site, &current.canonicalize().expect("a link"));
    let last = current.canonicalize().expect("a link");
    site.run(&["deploy"]).expect_code(0);
    assert_eq!(
        current.canonicalize().expect("a link"),
        last,
        "nothing to do makes no release"
    );
}

/// Kills a deploy as soon as `reached` says so; whether it was still running.
fn kill_when(site: &Site, arguments: &[&str], reached: impl Fn() -> bool) -> bool {
    let mut child = site
        .command(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let since = Instant::now();
    loop {
        if let Some(_status) = child.try_wait().expect("waited for") {
            return false;
        }
        assert!(since.elapsed() < Duration::from_secs(60), "it hangs");
        if reached() {
            child.kill().expect("killed");
            child.wait().expect("ended");
            return true;
        }
    }
}

#[test]
fn killed_at_any_moment_a_folder_holds_whole_files_and_the_next_deploy_completes_it() {
    for targets in [FOLDER, RELEASES] {
        let site = site(150, targets);
        let public = tree(&site.public());
        let root = site.path().join("live");
        let mut cut_short = 0;
        for share in [0.02, 0.2, 0.5, 0.9] {
            let wanted = (public.len() as f64 * share) as usize;
            cut_short += usize::from(kill_when(&site, &["deploy"], || {
                walkdir::WalkDir::new(&root)
                    .into_iter()
                    .flatten()
                    .filter(|entry| entry.file_type().is_file())
                    .count()
                    > wanted
            }));
            for (path, bytes) in tree(&root) {
                let name = path.strip_prefix("releases/unfinished/").unwrap_or(&path);
                if !name.contains(".~newsprint-deploy-") && !name.ends_with(RECORD) {
                    assert!(public.get(name) == Some(&bytes), "{path} is torn");
                }
            }
            assert!(!root.join("current").exists() || !targets.contains("releases"));
        }
        assert!(cut_short > 0, "no deploy was killed while it wrote");
        site.run(&["deploy"]).expect_code(0);
        let folder = if targets.contains("releases") {
            root.join("current")
        } else {
            root
        };
        expect_live(&site, &folder.canonicalize().expect("there"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn where_there_is_no_room_what_is_live_stays_whole() {
    for targets in [FOLDER, RELEASES] {
        let site = site(20, targets);
        site.run(&["deploy"]).expect_code(0);
        let root = site.path().join("live");
        let folder = || {
            let current = root.join("current");
            if current.exists() {
                current.canonicalize().expect("a link")
            } else {
                root.clone()
            }
        };
        let before = live(&folder());
        site.file("static/large.bin", vec![b'x'; 3_000_000]);
        write_posts(&site, 20..22);
        site.build();
        // The shell's limit on the size of files (setrlimit(2), RLIMIT_FSIZE) fails writes as a full disk does.
        let mut command = Command::new("sh");
        command
            .args([
                "-c",
                "trap '' XFSZ; ulimit -f 2000; exec \"$@\"",
                "sh",
                env!("CARGO_BIN_EXE_newsprint"),
                "--site",
            ])
            .arg(site.path())
            .arg("deploy");
        Run::of(&mut command)
            .expect_code(1)
            .expect_error("large.bin")
            .expect_error("no room left");
        let after = live(&folder());
        // The large file is an asset: whatever needs one comes after it.
        for (path, bytes) in &before {
            assert!(after.get(path) == Some(bytes), "{path} is not what it was");
        }
        site.run(&["deploy"]).expect_code(0);
        expect_live(&site, &folder());
    }
}

/// A bare repository and a site that is deployed to it.
fn git_site(extra: &str) -> (Site, PathBuf) {
    let site = Site::new();
    let remote = site.path().join("remote.git");
    let made = Command::new("git")
        .args(["init", "--quiet", "--bare"])
        .arg(&remote)
        .status()
        .expect("git");
    assert!(made.success());
    let filters = git(&remote, &["config", "uploadpack.allowFilter", "true"]);
    assert_eq!(filters, "");
    write_posts(&site, 0..8);
    site.file(
        "newsprint.toml",
        format!("base_url = 'https://news.example/'\n[deploy.live]\ntype = 'git'\nremote = 'remote.git'\nname = 'A <b> C'\nemail = 'a@news.example'\n{extra}"),
    );
    site.build();
    (site, remote)
}

fn git(repository: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .env("GIT_AUTHOR_NAME", "n")
        .env("GIT_AUTHOR_EMAIL", "e")
        .env("GIT_COMMITTER_NAME", "n")
        .env("GIT_COMMITTER_EMAIL", "e")
        .arg("-C")
        .arg(repository)
        .args(arguments)
        .output()
        .expect("git");
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What the branch holds, checked out with git itself.
fn branch(remote: &Path, name: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::TempDir::new().expect("a folder");
    let checkout = folder.path().join("checkout");
    git(remote, &["worktree", "prune"]);
    git(
        remote,
        &[
            "worktree",
            "add",
            "--quiet",
            "--detach",
            checkout.to_str().expect("UTF-8"),
            name,
        ],
    );
    let mut files = tree(&checkout);
    files.remove(".git");
    files.remove(RECORD);
    files
}

#[test]
fn a_branch_gets_a_commit_a_deploy_and_keeps_what_is_foreign() {
    let (site, remote) = git_site("cname = 'news.example'\n");
    site.run(&["deploy"]).expect_code(0);
    let mut files = branch(&remote, "gh-pages");
    assert_eq!(files.remove("CNAME").expect("a domain"), b"news.example\n");
    assert!(files.remove(".nojekyll").expect("a mark").is_empty());
    assert!(files == tree(&site.public()));
    assert_eq!(
        git(&remote, &["log", "-1", "--format=%an|%ae|%s", "gh-pages"]),
        "A b C|a@news.example|Update the site\n"
    );
    site.run(&["deploy"]).expect_code(0);
    assert_eq!(
        git(&remote, &["rev-list", "--count", "gh-pages"]).trim(),
        "1",
        "nothing to do makes no commit"
    );

    // Somebody adds a file to the branch, and changes one of ours.
    let folder = tempfile::TempDir::new().expect("a folder");
    git(
        folder.path(),
        &[
            "clone",
            "--quiet",
            "--branch",
            "gh-pages",
            remote.to_str().expect("UTF-8"),
            ".",
        ],
    );
    fs::write(folder.path().join("google123.html"), "mine").expect("written");
    fs::write(folder.path().join("index.html"), "defaced").expect("written");
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "-m", "by hand"]);
    git(folder.path(), &["push", "--quiet", "origin", "gh-pages"]);
    site.remove("content/栏目/1.md");
    write_posts(&site, 8..9);
    site.build();
    let dry = site.run(&["deploy", "--dry-run"]).expect_code(0);
    assert!(
        dry.stdout.contains("index.html (changed)\n"),
        "{}",
        dry.stdout
    );
    assert_eq!(
        git(&remote, &["rev-list", "--count", "gh-pages"]).trim(),
        "2"
    );
    // On a machine that has never deployed there, the branch itself says what is ours.
    fs::remove_dir_all(site.path().join(".newsprint/deploy")).expect("removed");
    site.run(&["deploy"]).expect_code(0);
    let mut files = branch(&remote, "gh-pages");
    assert_eq!(
        files.remove("google123.html").expect("foreign files stay"),
        b"mine"
    );
    files.remove("CNAME");
    files.remove(".nojekyll");
    assert!(files == tree(&site.public()));
    assert_eq!(
        git(&remote, &["rev-list", "--count", "gh-pages"]).trim(),
        "3"
    );
    git(&remote, &["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_branch_without_history_always_has_one_commit() {
    let (site, remote) =
        git_site("history = false\nbranch = 'pages'\nnojekyll = false\nmessage = 'Live'\n");
    for number in 8..11 {
        site.run(&["deploy"]).expect_code(0);
        assert_eq!(git(&remote, &["rev-list", "--count", "pages"]).trim(), "1");
        assert!(branch(&remote, "pages") == tree(&site.public()));
        write_posts(&site, number..number + 1);
        site.build();
    }
    git(&remote, &["fsck", "--strict", "--no-dangling"]);
    // Only what changed travels and is kept here: the blobs of the branch are not fetched on another machine.
    fs::remove_dir_all(site.path().join(".newsprint/deploy")).expect("removed");
    site.run(&["deploy"]).expect_code(0);
    assert!(branch(&remote, "pages") == tree(&site.public()));
}

#[test]
fn a_branch_that_cannot_be_pushed_to_stays_as_it_was() {
    let (site, remote) = git_site("");
    site.run(&["deploy"]).expect_code(0);
    let before = git(&remote, &["rev-parse", "gh-pages"]);
    let hook = remote.join("hooks/pre-receive");
    fs::write(&hook, "#!/bin/sh\necho 'you may not' >&2\nexit 1\n").expect("written");
    make_executable(&hook);
    write_posts(&site, 8..9);
    site.build();
    site.run(&["deploy"])
        .expect_code(1)
        .expect_error("you may not");
    assert_eq!(git(&remote, &["rev-parse", "gh-pages"]), before);

    // Killed while it pushes.
    fs::write(&hook, "#!/bin/sh\ntouch reached\nsleep 5\n").expect("written");
    let reached = remote.join("reached");
    assert!(kill_when(&site, &["deploy"], || reached.exists()));
    assert_eq!(git(&remote, &["rev-parse", "gh-pages"]), before);
    fs::remove_file(&hook).expect("removed");
    std::thread::sleep(Duration::from_secs(6));
    let _ = fs::remove_file(&reached);
    site.run(&["deploy"]).expect_code(0);
    let mut files = branch(&remote, "gh-pages");
    files.remove(".nojekyll");
    assert!(files == tree(&site.public()));

    // The remote is gone.
    fs::rename(&remote, site.path().join("moved.git")).expect("moved");
    write_posts(&site, 9..10);
    site.build();
    site.run(&["deploy"]).expect_code(1);
}

#[test]
fn credentials_of_a_remote_are_never_said() {
    let (site, _) = git_site("");
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    site.file(
        "newsprint.toml",
        format!("base_url = 'https://news.example/'\n[deploy.live]\ntype = 'git'\nremote = 'http://someone:hunter2secret@127.0.0.1:{port}/x.git'\n"),
    );
    let run = Run::of(
        site.command(&["--verbose", "deploy"])
            .env("GITHUB_TOKEN", "ghp_secret42"),
    )
    .expect_code(1);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(said.contains("***@127.0.0.1"), "{said}");
    assert!(
        !said.contains("hunter2secret") && !said.contains("someone"),
        "{said}"
    );
}

fn make_executable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("executable");
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// A program that takes the folder it is told to and notes how it was called, in the place of a platform's own.
#[cfg(unix)]
fn platform(site: &Site, script: &str) -> String {
    let path = site.path().join("platform.sh");
    let text = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" > '{0}/called'\n{script}\n",
        site.path().display()
    );
    fs::write(&path, text).expect("written");
    make_executable(&path);
    format!("command = ['{}']\n", path.display())
}

#[cfg(unix)]
#[test]
fn platforms_get_the_site_with_the_files_that_they_read() {
    let take = "for argument in \"$@\"; do case \"$argument\" in --dir=*) folder=\"${argument#--dir=}\";; */site) folder=\"$argument\";; esac; done\nrm -rf \"$TAKEN\"; cp -r \"$folder\" \"$TAKEN\"; echo https://deployed.example/";
    for (kind, keys, expected) in [
        (
            "cloudflare",
            "project = 'news'\nbranch = 'main'\n",
            vec![
                "pages",
                "deploy",
                "--project-name=news",
                "--commit-dirty=true",
                "--branch=main",
            ],
        ),
        (
            "netlify",
            "site = 'news'\n",
            vec![
                "deploy",
                "--prod",
                "--no-build",
                "--dir=site",
                "--site=news",
            ],
        ),
        (
            "vercel",
            "project = 'prj_1'\n",
            vec![
                "deploy",
                "--prod",
                "--yes",
                "--project=prj_1",
                "--archive=tgz",
            ],
        ),
    ] {
        let site = Site::new();
        write_posts(&site, 0..4);
        let command = platform(&site, take);
        site.file("newsprint.toml", format!("base_url = 'https://news.example/'\npermalink = 'a/:id.html'\n[deploy.live]\ntype = '{kind}'\n{keys}{command}"));
        site.build();
        let old = site.posts_with("正文：第1篇。")[0].clone();
        // The address changes; the old one leads on.
        let text = fs::read_to_string(site.path().join("newsprint.toml")).expect("text");
        site.file("newsprint.toml", text.replace("a/:id.html", "b/:id.html"));
        site.file(
            "content/栏目/1.md",
            fs::read_to_string(site.path().join("content/栏目/1.md"))
                .expect("text")
                .replacen("title:", "permalink: new.html\ntitle:", 1),
        );
        site.build();
        let taken = site.path().join("taken");
        let deploy = || Run::of(site.command(&["deploy"]).env("TAKEN", &taken));
        let run = deploy().expect_code(0);
        assert!(
            run.stderr.contains("https://deployed.example/"),
            "{}",
            run.stderr
        );
        let called = fs::read_to_string(site.path().join("called")).expect("it was called");
        for argument in expected {
            assert!(
                called.lines().any(|line| line == argument),
                "{argument}: {called}"
            );
        }
        let mut files = tree(&taken);
        let mut rules = String::new();
        for name in ["_headers", "_redirects", "vercel.json"] {
            if let Some(bytes) = files.remove(name) {
                assert_eq!(name == "vercel.json", kind == "vercel", "{name}");
                rules.push_str(std::str::from_utf8(&bytes).expect("UTF-8"));
            }
        }
        assert!(files == tree(&site.public()));
        assert!(
            rules.contains("default-src 'none'; script-src 'self'") && rules.contains("immutable"),
            "{rules}"
        );
        assert!(
            rules.contains(&old) && rules.contains("new.html"),
            "{rules}"
        );
        assert!(
            !site.has("_headers") && !site.has("vercel.json"),
            "the output is left alone"
        );
        assert_eq!(
            kind == "netlify",
            site.path()
                .join(".newsprint/deploy/live/netlify.toml")
                .exists()
        );

        // Only what changed is staged anew, and nothing is handed over twice.
        fs::remove_file(site.path().join("called")).expect("removed");
        deploy().expect_code(0);
        assert!(!site.path().join("called").exists());
        site.remove("content/栏目/2.md");
        site.build();
        deploy().expect_code(0);
        assert!(tree(&taken).len() < files.len() + 3);
    }
}

#[cfg(unix)]
#[test]
fn a_platform_that_fails_or_is_not_there_is_named() {
    let site = site(2, "");
    let secret = "cf-secret-token-42";
    let command = platform(
        &site,
        "echo \"bad token $CLOUDFLARE_API_TOKEN\" >&2; exit 3",
    );
    let text = |command: &str| {
        format!(
            "base_url = 'https://news.example/'\n[deploy.live]\ntype = 'cloudflare'\nproject = 'news'\n{command}"
        )
    };
    site.file("newsprint.toml", text(&command));
    let run = Run::of(
        site.command(&["deploy"])
            .env("CLOUDFLARE_API_TOKEN", secret),
    )
    .expect_code(1);
    assert!(
        run.stderr.contains("bad token ***") && !run.stderr.contains(secret),
        "{}",
        run.stderr
    );
    site.file("newsprint.toml", text("command = ['no-such-wrangler']\n"));
    site.run(&["deploy"])
        .expect_code(1)
        .expect_error("there is no `no-such-wrangler`")
        .expect_error("npm install -g wrangler");
    site.file(
        "newsprint.toml",
        "base_url = 'https://news.example/'\n[deploy.live]\ntype = 'vercel'\n",
    );
    Run::of(site.command(&["deploy"]).env_remove("VERCEL_PROJECT_ID"))
        .expect_code(1)
        .expect_error("no project is named");
}

#[test]
fn a_site_is_counted_against_its_host_before_anything_is_sent() {
    let target = format!("{FOLDER}host = 'cloudflare'\n");
    let site = site(2, &target);
    site.run(&["deploy", "--preflight"]).expect_code(0);
    let large = site.path().join("static/large.bin");
    fs::create_dir_all(site.path().join("static")).expect("made");
    let file = fs::File::create(&large).expect("a file");
    file.set_len(26_214_401).expect("sparse");
    site.build();
    for arguments in [
        &["deploy"][..],
        &["deploy", "--yes"],
        &["deploy", "--preflight"],
    ] {
        site.run(arguments)
            .expect_code(1)
            .expect_error("large.bin: error: size of a file: 26.2 MB");
    }
    assert!(!site.path().join("live").exists());
    file.set_len(25_000_000).expect("sparse");
    site.build();
    site.run(&["deploy"])
        .expect_code(0)
        .expect_error("warning: size of a file");
}

/// A web server that answers every request with `status` and hands on what it was sent.
fn listener(status: &'static str) -> (u16, std::sync::mpsc::Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
            let (mut first, mut length) = (String::new(), 0);
            reader.read_line(&mut first).expect("a request");
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).expect("a header");
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().expect("a length");
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            if sender
                .send((first, String::from_utf8(body).expect("UTF-8")))
                .is_err()
            {
                return;
            }
        }
    });
    (port, receiver)
}

#[test]
fn pings_name_new_pages_only_and_only_if_the_owner_wants_them() {
    let (port, heard) = listener("202 Accepted");
    let target = format!(
        "{FOLDER}indexnow = 'abcd1234'\nindexnow_endpoint = 'http://127.0.0.1:{port}/indexnow'\nwebsub = 'http://127.0.0.1:{port}/hub'\n"
    );
    let site = site(3, &target);
    site.run(&["deploy"]).expect_code(0);
    assert_eq!(
        fs::read_to_string(site.path().join("live/abcd1234.txt")).expect("the key"),
        "abcd1234"
    );
    let _first: Vec<_> = heard.try_iter().collect();
    site.run(&["deploy"]).expect_code(0);
    assert_eq!(heard.try_iter().count(), 0, "nothing new, nobody told");
    write_posts(&site, 3..4);
    site.build();
    site.run(&["deploy", "--dry-run"]).expect_code(0);
    assert_eq!(heard.try_iter().count(), 0, "a dry run tells nobody");
    let post = site.posts_with("正文：第3篇。")[0].clone();
    site.run(&["deploy"]).expect_code(0);
    let said: Vec<(String, String)> = heard.try_iter().collect();
    let indexnow: Value = serde_json::from_str(&said[0].1).expect("JSON");
    assert!(said[0].0.starts_with("POST /indexnow "));
    assert_eq!(indexnow["host"], "news.example");
    assert_eq!(indexnow["keyLocation"], "https://news.example/abcd1234.txt");
    let urls: Vec<&str> = indexnow["urlList"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(
        urls.contains(&format!("https://news.example/{post}").as_str()),
        "{urls:?}"
    );
    assert!(
        !urls.contains(&"https://news.example/"),
        "the home page is not new: {urls:?}"
    );
    let topics: Vec<&str> = said[1..].iter().map(|(_, body)| body.as_str()).collect();
    assert!(
        topics.contains(&"hub.mode=publish&hub.url=https%3A%2F%2Fnews.example%2Fatom.xml"),
        "{topics:?}"
    );
}

#[test]
fn a_ping_that_fails_does_not_take_the_deploy_back() {
    let (port, _heard) = listener("403 Forbidden");
    let target = format!(
        "{FOLDER}indexnow = 'abcd1234'\nindexnow_endpoint = 'http://127.0.0.1:{port}/'\nwebsub = 'http://127.0.0.1:1/'\n"
    );
    let site = site(2, &target);
    site.run(&["deploy"])
        .expect_code(0)
        .expect_error("a ping failed: the answer was 403")
        .expect_error("127.0.0.1:1/: warning: a ping failed");
    assert!(site.path().join("live/index.html").exists());
}

#[test]
fn init_writes_a_start_for_every_host_and_never_over_anything() {
    let folder = tempfile::TempDir::new().expect("a folder");
    for (host, workflow) in [
        (
            "github-pages",
            ".github/workflows/newsprint-github-pages.yml",
        ),
        ("gitlab-pages", ".gitlab-ci.yml"),
        ("cloudflare", ".github/workflows/newsprint-cloudflare.yml"),
        ("netlify", ".github/workflows/newsprint-netlify.yml"),
        ("vercel", ".github/workflows/newsprint-vercel.yml"),
    ] {
        let site = folder.path().join(format!("My Archive {host}"));
        let init = || {
            let mut command = crate::support::program();
            Run::of(command.arg("init").arg(&site).args(["--host", host])).expect_code(0)
        };
        let made = init();
        assert!(made.stdout.contains(workflow), "{}", made.stdout);
        assert!(made.stderr.contains("next: "), "{}", made.stderr);
        let config = fs::read_to_string(site.join("newsprint.toml")).expect("a configuration");
        assert_eq!(config.matches(&format!("[deploy.{host}]")).count(), 1);
        let before = tree(&site);
        assert_eq!(
            init().stdout,
            "",
            "the second time there is nothing to make"
        );
        assert!(tree(&site) == before);
        let built = Run::of(
            crate::support::program()
                .arg("--site")
                .arg(&site)
                .arg("build"),
        );
        built.expect_code(0);
        if host.ends_with("pages") {
            Run::of(
                crate::support::program()
                    .arg("--site")
                    .arg(&site)
                    .args(["deploy", "--preflight"]),
            )
            .expect_code(0);
        }
        // A configuration that is there already gets the section, and keeps every byte it has.
        let own = "title = 'Mine'";
        fs::write(site.join("newsprint.toml"), own).expect("written");
        fs::write(site.join(workflow), "mine").expect("written");
        init();
        let config = fs::read_to_string(site.join("newsprint.toml")).expect("a configuration");
        assert!(
            config.starts_with("title = 'Mine'\n") && config.contains(&format!("[deploy.{host}]")),
            "{config}"
        );
        assert_eq!(
            fs::read_to_string(site.join(workflow)).expect("there"),
            "mine"
        );
    }
}

#[test]
fn every_key_of_every_target_is_documented() {
    let text = fs::read_to_string(repository().join("docs/deploy.md")).expect("docs/deploy.md");
    for (kind, keys) in newsprint_model::config::deploy_keys() {
        assert!(
            text.contains(&format!("`type = \"{kind}\"`")),
            "type {kind}"
        );
        for key in keys {
            assert!(text.contains(&format!("| `{key}` |")), "{kind}: {key}");
        }
    }
}
