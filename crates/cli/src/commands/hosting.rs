//! What `init --host` writes: a workflow that builds and deploys, and the section of the configuration that it uses.

use newsprint_model::config::Host;

/// A start on one host.
pub(crate) struct Start {
    /// The workflow's file, relative to the site folder.
    pub file: &'static str,
    /// Its text.
    pub workflow: String,
    /// The target's name in the configuration.
    pub name: &'static str,
    /// The section of the configuration.
    pub section: String,
    /// What the owner has to do besides, once.
    pub next: &'static str,
}

/// Where the workflows get the program from.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// What to write for a host. `project` is a name for those that want one.
pub(crate) fn start(host: Host, project: &str) -> Start {
    let (file, text, section, next) = match host {
        Host::GithubPages => (
            ".github/workflows/newsprint-github-pages.yml",
            include_str!("../../hosting/github-pages.yml"),
            "type = \"git\"\nremote = \"origin\"\nbranch = \"gh-pages\"\nhost = \"github-pages\"\n"
                .to_owned(),
            "in the repository's settings, under Pages, choose `GitHub Actions` as the source",
        ),
        Host::GitlabPages => (
            ".gitlab-ci.yml",
            include_str!("../../hosting/gitlab-pages.yml"),
            "type = \"git\"\nremote = \"origin\"\nbranch = \"pages\"\nhost = \"gitlab-pages\"\n"
                .to_owned(),
            "push to the default branch; the site's address is shown under Deploy > Pages",
        ),
        Host::Cloudflare => (
            ".github/workflows/newsprint-cloudflare.yml",
            include_str!("../../hosting/cloudflare.yml"),
            format!(
                "type = \"cloudflare\"\nproject = \"{project}\"\ncommand = [\"npx\", \"--yes\", \"wrangler@4\"]\n"
            ),
            "make the Pages project, and set the repository's secrets CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID",
        ),
        Host::Netlify => (
            ".github/workflows/newsprint-netlify.yml",
            include_str!("../../hosting/netlify.yml"),
            format!(
                "type = \"netlify\"\nsite = \"{project}\"\ncommand = [\"npx\", \"--yes\", \"netlify-cli@27\"]\n"
            ),
            "make the site, write its name or id into `site`, and set the repository's secret NETLIFY_AUTH_TOKEN",
        ),
        Host::Vercel => (
            ".github/workflows/newsprint-vercel.yml",
            include_str!("../../hosting/vercel.yml"),
            "type = \"vercel\"\ncommand = [\"npx\", \"--yes\", \"vercel@64\"]\n".to_owned(),
            "make the project, and set the repository's secrets VERCEL_TOKEN, VERCEL_ORG_ID and VERCEL_PROJECT_ID",
        ),
    };
    Start {
        file,
        workflow: text
            .replace("@REPOSITORY@", REPOSITORY)
            .replace("@VERSION@", env!("CARGO_PKG_VERSION")),
        name: host.name(),
        section: format!("\n[deploy.{}]\n{section}", host.name()),
        next,
    }
}

/// A name that hosts take for a project, made of a folder's: lower-case letters, digits and dashes.
pub(crate) fn project_name(folder: &str) -> String {
    let mut name = String::new();
    for c in folder.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() {
        "my-archive".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use newsprint_model::Config;

    use super::*;

    #[test]
    fn every_section_is_one_that_deploy_understands() {
        for host in Host::ALL {
            let start = start(host, "my-archive");
            let config = Config::parse(&start.section)
                .unwrap_or_else(|error| panic!("{}: {error}", start.name));
            assert!(config.deploy.contains_key(start.name));
            assert!(!start.workflow.contains("@REPOSITORY@"), "{}", start.name);
            assert!(!start.workflow.contains("@VERSION@"), "{}", start.name);
            for line in start.workflow.lines().filter(|line| line.contains("uses:")) {
                let commit = line
                    .split('@')
                    .nth(1)
                    .and_then(|rest| rest.split(' ').next());
                let is_pinned = commit.is_some_and(|commit| {
                    commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit())
                });
                assert!(is_pinned, "{}: {line}", start.name);
                assert!(
                    line.contains("actions/"),
                    "{}: not an official action: {line}",
                    start.name
                );
            }
            assert!(start.workflow.contains(".newsprint"), "{}", start.name);
            assert!(start.workflow.contains("cargo"), "{}", start.name);
        }
    }

    #[test]
    fn folders_give_names_to_projects() {
        for (folder, expected) in [
            ("My Archive", "my-archive"),
            ("存档", "my-archive"),
            ("--a__b--", "a-b"),
        ] {
            assert_eq!(project_name(folder), expected);
        }
    }
}
