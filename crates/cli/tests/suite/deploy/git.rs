//! `deploy` to a branch of a bare repository.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{RECORD, kill_when, make_executable};
use crate::support::{Run, Site, tree};

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
    site.posts(0..8);
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
    site.posts(8..9);
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
        site.posts(number..number + 1);
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
    site.posts(8..9);
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
    site.posts(9..10);
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
