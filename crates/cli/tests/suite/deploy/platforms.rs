//! `deploy` through the programs of platforms, which are made up here.

use std::fs;

use super::{make_executable, site};
use crate::support::{Run, Site, tree};

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
        site.posts(0..4);
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
