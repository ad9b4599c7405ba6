//! `deploy` into folders: what changed, releases, dry runs, killing, full disks.

use std::fs;
use std::process::Command;

use super::{FOLDER, RECORD, RELEASES, expect_live, kill_when, live, site};
use crate::support::{Run, Site, tree};

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
    site.posts(6..7);
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
    site.posts(0..2);
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
        site.posts(number..number + 1);
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
        site.posts(20..22);
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
