//! `deploy`, against peers that every machine with git and a shell has: folders, a bare repository, made-up programs of
//! platforms, a web server of a few lines. Buckets, rsync and nginx are in `cargo xtask judge`.

mod folder;
mod git;
mod pings;
mod platforms;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Run, Site, repository, tree};

/// The record that a target keeps.
const RECORD: &str = ".newsprint-manifest";

/// A built site of some posts with these targets.
fn site(posts: usize, targets: &str) -> Site {
    let site = Site::new();
    site.posts(0..posts);
    site.file(
        "newsprint.toml",
        format!("base_url = 'https://news.example/'\n{targets}"),
    );
    site.build();
    site
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

fn make_executable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("executable");
    }
    #[cfg(not(unix))]
    let _ = path;
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
