//! Finds the judges. What is missing or of another version is named with the way to get it, all at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::shell;

/// The scripts that run the judges, with the files that name the versions of what they need.
pub(crate) fn judges() -> PathBuf {
    shell::root().join("crates").join("xtask").join("judges")
}

/// Where the judges are.
pub(crate) struct Tools {
    pub(crate) python: String,
    pub(crate) vnu: PathBuf,
    pub(crate) node_modules: PathBuf,
}

impl Tools {
    /// Looks for everything. `NEWSPRINT_NODE_MODULES` names another place for the packages from npm than `target/judge`,
    /// `NEWSPRINT_PYTHON` another Python than `python3`.
    pub(crate) fn find() -> Result<Self, String> {
        Self::find_with(&PROGRAMS)
    }

    /// Looks for what the judges of `deploy` need.
    pub(crate) fn find_for_deploy() -> Result<Self, String> {
        Self::find_with(&DEPLOY_PROGRAMS)
    }

    fn find_with(programs: &[(&str, &str, &str, &str)]) -> Result<Self, String> {
        let usual = || shell::root().join("target/judge/node_modules");
        let node_modules =
            std::env::var_os("NEWSPRINT_NODE_MODULES").map_or_else(usual, PathBuf::from);
        let python = std::env::var("NEWSPRINT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let mut missing = Vec::new();
        for (program, argument, what, package) in programs {
            if !shell::exists(program, argument) {
                missing.push(format!("  {what}: apt-get install {package}"));
            }
        }
        missing.extend(missing_in_python(&python)?);
        missing.extend(missing_in_node(&node_modules)?);
        if missing.is_empty() {
            Ok(Self {
                vnu: node_modules.join("vnu-jar/build/dist/vnu.jar"),
                python,
                node_modules,
            })
        } else {
            Err(format!("judges are missing:\n{}", missing.join("\n")))
        }
    }
}

/// Programs of the system: how they are asked whether they are there, and where they come from.
const PROGRAMS: [(&str, &str, &str, &str); 4] = [
    ("xmllint", "--version", "xmllint", "libxml2-utils"),
    ("java", "-version", "a Java runtime", "default-jre-headless"),
    ("node", "--version", "Node.js", "nodejs npm"),
    (
        "chromium",
        "--version",
        "Chromium",
        "chromium fonts-noto-cjk",
    ),
];

/// The same for the judges of `deploy`.
const DEPLOY_PROGRAMS: [(&str, &str, &str, &str); 4] = [
    ("git", "--version", "git", "git"),
    ("rsync", "--version", "rsync", "rsync"),
    ("/usr/sbin/nginx", "-v", "nginx", "nginx-light"),
    ("node", "--version", "Node.js", "nodejs npm"),
];

/// The packages of `requirements.txt` that Python does not have in that version.
fn missing_in_python(python: &str) -> Result<Vec<String>, String> {
    const ASK: &str =
        "import sys; from importlib.metadata import version; print(version(sys.argv[1]))";
    let file = judges().join("requirements.txt");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut missing = Vec::new();
    for (name, wanted) in text.lines().filter_map(|line| line.split_once("==")) {
        // `moto[s3]` is moto, with what a part of it needs.
        let name = name.split('[').next().unwrap_or(name);
        let (_, found) = shell::quiet_output(&mut shell::command(python, &["-c", ASK, name]))?;
        if found.trim() != wanted {
            missing.push(format!(
                "  {name} {wanted}: python3 -m pip install -r crates/xtask/judges/requirements.txt"
            ));
        }
    }
    Ok(missing)
}

/// The packages of `package.json` that are not installed in that version.
fn missing_in_node(node_modules: &Path) -> Result<Vec<String>, String> {
    let version_of = |package: &Path| -> Option<Value> {
        serde_json::from_str(&fs::read_to_string(package.join("package.json")).ok()?).ok()
    };
    let wanted = version_of(&judges()).unwrap_or_default();
    let wanted: BTreeMap<String, String> =
        serde_json::from_value(wanted["dependencies"].clone())
            .map_err(|error| format!("judges/package.json: {error}"))?;
    Ok(wanted
        .into_iter()
        .filter(|(name, wanted)| {
            let found = version_of(&node_modules.join(name)).unwrap_or_default();
            found["version"] != wanted.as_str()
        })
        .map(|(name, wanted)| {
            format!("  {name} {wanted}: cp crates/xtask/judges/package*.json target/judge/ && npm ci --prefix target/judge")
        })
        .collect())
}
