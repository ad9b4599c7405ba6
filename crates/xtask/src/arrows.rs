//! Which crate may depend on which: the direction of data, enforced.

use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::shell;

/// Every crate and the crates of this workspace that it may depend on.
const ALLOWED: [(&str, &[&str]); 10] = [
    ("newsprint-model", &[]),
    ("newsprint-source", &["newsprint-model"]),
    ("newsprint-rewrite", &["newsprint-model"]),
    ("newsprint-search", &["newsprint-model"]),
    ("newsprint-theme", &["newsprint-model"]),
    (
        "newsprint-build",
        &[
            "newsprint-model",
            "newsprint-source",
            "newsprint-rewrite",
            "newsprint-search",
            "newsprint-theme",
        ],
    ),
    ("newsprint-preview", &["newsprint-model", "newsprint-build"]),
    ("newsprint-deploy", &["newsprint-model"]),
    (
        "newsprint-cli",
        &[
            "newsprint-preview",
            "newsprint-model",
            "newsprint-source",
            "newsprint-rewrite",
            "newsprint-search",
            "newsprint-theme",
            "newsprint-build",
            "newsprint-deploy",
        ],
    ),
    ("newsprint-xtask", &[]),
];

pub(crate) fn run() -> Result<(), String> {
    shell::say("── arrows between crates");
    let metadata = MetadataCommand::new()
        .manifest_path(shell::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .map_err(|error| error.to_string())?;
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!(
                "{name} is not in the table of crates/xtask/src/arrows.rs"
            ));
            continue;
        };
        let internal = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development)
            .map(|dependency| dependency.name.as_str())
            .filter(|dependency| dependency.starts_with("newsprint-"));
        wrong.extend(
            internal
                .filter(|dependency| !allowed.contains(dependency))
                .map(|dependency| format!("{name} must not depend on {dependency}")),
        );
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}
