//! `[deploy.NAME]`: where the output can be put. What was written is one flat table; what it means is one type a target.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

/// A place that `deploy` can put the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployConfig {
    /// What it is, with what only that kind needs.
    pub target: Target,
    /// Whose limits the output is counted against before anything is sent.
    pub host: Option<Host>,
    /// A deploy that would delete more than this share of what is live needs `--yes`, in per cent.
    pub max_delete: u8,
    /// Tells search engines about new pages.
    pub indexnow: Option<IndexNow>,
    /// The hub that is told when feeds have something new (W3C WebSub).
    pub websub: Option<String>,
}

/// The kinds of target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A branch of a git remote.
    Git(GitTarget),
    /// A bucket that speaks S3.
    S3(S3Target),
    /// Another machine, over rsync.
    Rsync(RsyncTarget),
    /// A folder of this machine, or one mounted here.
    Folder(FolderTarget),
    /// Cloudflare Pages, through `wrangler`.
    Cloudflare(CloudflareTarget),
    /// Netlify, through `netlify`.
    Netlify(NetlifyTarget),
    /// Vercel, through `vercel`.
    Vercel(VercelTarget),
}

/// `type = "git"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitTarget {
    /// A URL, a path, or the name of a remote of the repository that the site folder is in.
    pub remote: String,
    /// The branch.
    pub branch: String,
    /// Whether each deploy is a commit on top of the last one; otherwise the branch always has one commit.
    pub history: bool,
    /// The domain to write into `CNAME`.
    pub cname: Option<String>,
    /// Whether to write `.nojekyll`.
    pub nojekyll: bool,
    /// The commits' message.
    pub message: String,
    /// Who commits; what git is configured with where not said.
    pub name: Option<String>,
    /// Their mail address.
    pub email: Option<String>,
}

/// `type = "s3"`. Credentials come from the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Target {
    /// The bucket.
    pub bucket: String,
    /// The address of the service; Amazon's where not said.
    pub endpoint: Option<String>,
    /// The region, for those that have any.
    pub region: Option<String>,
    /// What all keys begin with, without slashes at the ends.
    pub prefix: String,
    /// Whether the bucket is part of the host name.
    pub virtual_hosted: bool,
    /// How many uploads are under way at once.
    pub jobs: usize,
    /// `Cache-Control` of pages and all else whose content may change.
    pub page_cache: String,
    /// `Cache-Control` of files that have a digest of their content in their name.
    pub asset_cache: String,
    /// After how many seconds what is done so far is written down.
    pub checkpoint: u64,
}

/// `type = "rsync"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RsyncTarget {
    /// `user@host:/path`, or `host::module/path`, or a path.
    pub destination: String,
    /// The remote shell, with its arguments.
    pub ssh: String,
    /// Whether every deploy gets a folder of its own, and a symbolic link is switched to it.
    pub releases: bool,
    /// How many releases stay.
    pub keep: usize,
}

/// `type = "folder"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderTarget {
    /// The folder; relative to the site folder.
    pub path: PathBuf,
    /// Whether every deploy gets a folder of its own, and a symbolic link is switched to it.
    pub releases: bool,
    /// How many releases stay.
    pub keep: usize,
}

/// `type = "cloudflare"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudflareTarget {
    /// The name of the Pages project.
    pub project: String,
    /// The branch that the deploy counts as; the production branch where not said.
    pub branch: Option<String>,
    /// The program and its first arguments.
    pub command: Vec<String>,
}

/// `type = "netlify"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetlifyTarget {
    /// The site's id or name.
    pub site: String,
    /// The program and its first arguments.
    pub command: Vec<String>,
}

/// `type = "vercel"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VercelTarget {
    /// The project; `VERCEL_PROJECT_ID` or a linked folder where not said.
    pub project: Option<String>,
    /// Whether all files travel as one archive.
    pub archive: bool,
    /// The program and its first arguments.
    pub command: Vec<String>,
}

/// Hosts whose limits are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Host {
    /// GitHub Pages.
    GithubPages,
    /// GitLab Pages.
    GitlabPages,
    /// Cloudflare Pages.
    Cloudflare,
    /// Netlify.
    Netlify,
    /// Vercel.
    Vercel,
}

impl Host {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::GithubPages,
        Self::GitlabPages,
        Self::Cloudflare,
        Self::Netlify,
        Self::Vercel,
    ];

    /// As it is written in the configuration and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::GithubPages => "github-pages",
            Self::GitlabPages => "gitlab-pages",
            Self::Cloudflare => "cloudflare",
            Self::Netlify => "netlify",
            Self::Vercel => "vercel",
        }
    }
}

/// How search engines are told about new pages (indexnow.org).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexNow {
    /// The key, which stands in a file `<key>.txt` at the root of the site too.
    pub key: String,
    /// Who is told.
    pub endpoint: String,
}

/// Who passes IndexNow's messages on to all search engines that take part.
const INDEXNOW_ENDPOINT: &str = "https://api.indexnow.org/indexnow";

/// The keys that every target takes.
const COMMON: [&str; 5] = [
    "host",
    "max_delete",
    "indexnow",
    "indexnow_endpoint",
    "websub",
];

/// The kinds of target, and the keys that each takes besides those of all.
const KINDS: [(&str, &[&str]); 7] = [
    (
        "git",
        &[
            "remote", "branch", "history", "cname", "nojekyll", "message", "name", "email",
        ],
    ),
    (
        "s3",
        &[
            "bucket",
            "endpoint",
            "region",
            "prefix",
            "virtual_hosted",
            "jobs",
            "page_cache",
            "asset_cache",
            "checkpoint",
        ],
    ),
    ("rsync", &["destination", "ssh", "releases", "keep"]),
    ("folder", &["path", "releases", "keep"]),
    ("cloudflare", &["project", "branch", "command"]),
    ("netlify", &["site", "command"]),
    ("vercel", &["project", "archive", "command"]),
];

/// Every kind of target with all keys that it takes, for those who check the documentation.
pub fn deploy_keys() -> Vec<(&'static str, Vec<&'static str>)> {
    KINDS
        .iter()
        .map(|(kind, own)| (*kind, own.iter().chain(&COMMON).copied().collect()))
        .collect()
}

/// Declares the flat table: every key of every kind, all optional, and which of them were written.
macro_rules! flat_table {
    ($($key:ident: $type:ty,)*) => {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            #[serde(rename = "type")]
            kind: String,
            $($key: Option<$type>,)*
        }

        impl Written {
            fn given(&self) -> Vec<&'static str> {
                let mut given = Vec::new();
                $(if self.$key.is_some() { given.push(stringify!($key)); })*
                given
            }
        }
    };
}

flat_table! {
    host: Host,
    max_delete: u8,
    indexnow: String,
    indexnow_endpoint: String,
    websub: String,
    remote: String,
    branch: String,
    history: bool,
    cname: String,
    nojekyll: bool,
    message: String,
    name: String,
    email: String,
    bucket: String,
    endpoint: String,
    region: String,
    prefix: String,
    virtual_hosted: bool,
    jobs: usize,
    page_cache: String,
    asset_cache: String,
    checkpoint: u64,
    destination: String,
    ssh: String,
    releases: bool,
    keep: usize,
    path: PathBuf,
    project: String,
    command: Vec<String>,
    site: String,
    archive: bool,
}

impl<'de> Deserialize<'de> for DeployConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written::deserialize(deserializer)?
            .settle()
            .map_err(serde::de::Error::custom)
    }
}

impl Written {
    fn settle(self) -> Result<DeployConfig, String> {
        self.check_keys()?;
        let host = self.host;
        let max_delete = self.max_delete.unwrap_or(10);
        if max_delete > 100 {
            return Err("max_delete is a share in per cent: at most 100".into());
        }
        let endpoint = self.indexnow_endpoint.clone();
        let indexnow = self
            .indexnow
            .clone()
            .map(|key| {
                // The protocol's own rule for keys; the key becomes a file name and part of a URL.
                let is_sound = (8..=128).contains(&key.len())
                    && key
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                if is_sound {
                    Ok(key)
                } else {
                    Err("an IndexNow key has 8 to 128 letters, digits and dashes")
                }
            })
            .transpose()?
            .map(|key| IndexNow {
                key,
                endpoint: endpoint.unwrap_or_else(|| INDEXNOW_ENDPOINT.to_owned()),
            });
        let websub = self.websub.clone();
        Ok(DeployConfig {
            target: self.target()?,
            host,
            max_delete,
            indexnow,
            websub,
        })
    }

    /// A key that belongs to another kind of target is as wrong as an unknown one.
    fn check_keys(&self) -> Result<(), String> {
        let kinds = || {
            let names: Vec<String> = KINDS.iter().map(|(kind, _)| format!("`{kind}`")).collect();
            names.join(", ")
        };
        let Some((_, own)) = KINDS.iter().find(|(kind, _)| *kind == self.kind) else {
            return Err(format!(
                "`{}` is no kind of target; there are {}",
                self.kind,
                kinds()
            ));
        };
        match self
            .given()
            .into_iter()
            .find(|key| !own.contains(key) && !COMMON.contains(key))
        {
            None => Ok(()),
            Some(key) => Err(format!(
                "a target of type `{}` has no key `{key}`; its keys are {}",
                self.kind,
                own.join(", ")
            )),
        }
    }

    fn target(self) -> Result<Target, String> {
        let kind = self.kind.clone();
        let needed = |key: &str, value: Option<String>| {
            value
                .filter(|value| !value.is_empty())
                .ok_or_else(|| format!("a target of type `{kind}` needs the key `{key}`"))
        };
        let keep = self.keep.unwrap_or(3).max(1);
        let command = |usual: &str| match &self.command {
            Some(command) if !command.is_empty() => Ok(command.clone()),
            Some(_) => Err("`command` names no program".to_owned()),
            None => Ok(vec![usual.to_owned()]),
        };
        Ok(match self.kind.as_str() {
            "git" => Target::Git(GitTarget {
                remote: self.remote.unwrap_or_else(|| "origin".into()),
                branch: self.branch.unwrap_or_else(|| "gh-pages".into()),
                history: self.history.unwrap_or(true),
                cname: self.cname,
                nojekyll: self.nojekyll.unwrap_or(true),
                message: self.message.unwrap_or_else(|| "Update the site".into()),
                name: self.name,
                email: self.email,
            }),
            "s3" => Target::S3(S3Target {
                bucket: needed("bucket", self.bucket)?,
                endpoint: self.endpoint,
                region: self.region,
                prefix: self.prefix.unwrap_or_default().trim_matches('/').to_owned(),
                virtual_hosted: self.virtual_hosted.unwrap_or(false),
                jobs: self.jobs.unwrap_or(16).clamp(1, 256),
                page_cache: self
                    .page_cache
                    .unwrap_or_else(|| "public, max-age=60, stale-while-revalidate=600".into()),
                asset_cache: self
                    .asset_cache
                    .unwrap_or_else(|| "public, max-age=31536000, immutable".into()),
                checkpoint: self.checkpoint.unwrap_or(20),
            }),
            "rsync" => Target::Rsync(RsyncTarget {
                destination: needed("destination", self.destination)?,
                ssh: self.ssh.unwrap_or_else(|| "ssh".into()),
                releases: self.releases.unwrap_or(false),
                keep,
            }),
            "folder" => Target::Folder(FolderTarget {
                path: self
                    .path
                    .filter(|path| !path.as_os_str().is_empty())
                    .ok_or("a target of type `folder` needs the key `path`")?,
                releases: self.releases.unwrap_or(false),
                keep,
            }),
            "cloudflare" => Target::Cloudflare(CloudflareTarget {
                command: command("wrangler")?,
                project: needed("project", self.project)?,
                branch: self.branch,
            }),
            "netlify" => Target::Netlify(NetlifyTarget {
                command: command("netlify")?,
                site: needed("site", self.site)?,
            }),
            _ => Target::Vercel(VercelTarget {
                command: command("vercel")?,
                project: self.project,
                archive: self.archive.unwrap_or(true),
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn every_kind_takes_its_keys_and_no_others() {
        let values = |key: &str| match key {
            "history" | "nojekyll" | "virtual_hosted" | "releases" | "archive" => "true",
            "jobs" | "checkpoint" | "keep" | "max_delete" => "5",
            "command" => "['npx', 'x']",
            "host" => "'netlify'",
            _ => "'abcdefgh'",
        };
        let all: Vec<&str> = KINDS
            .iter()
            .flat_map(|(_, keys)| keys.iter().copied())
            .chain(COMMON)
            .collect();
        for (kind, keys) in deploy_keys() {
            let mut text = format!("[deploy.live]\ntype = '{kind}'\n");
            for key in &keys {
                text.push_str(&format!("{key} = {}\n", values(key)));
            }
            Config::parse(&text).unwrap_or_else(|error| panic!("{kind}: {error}"));
            for other in all.iter().filter(|key| !keys.contains(key)) {
                let error = Config::parse(&format!("{text}{other} = {}\n", values(other)))
                    .expect_err("a foreign key");
                assert!(
                    error.reason.contains(&format!("has no key `{other}`")),
                    "{error}"
                );
            }
        }
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let cases = [
            (
                "type = 'git'\nbrnach = 'x'",
                "newsprint.toml:3: error: unknown key `brnach` (did you mean `branch`?)",
            ),
            ("type = 'ftp'", "`ftp` is no kind of target; there are"),
            ("type = 's3'", "needs the key `bucket`"),
            ("type = 'folder'", "needs the key `path`"),
            ("remote = 'x'", "missing field `type`"),
            ("type = 'git'\nhost = 'geocities'", "unknown variant"),
            ("type = 'git'\nmax_delete = 101", "at most 100"),
            ("type = 'git'\nindexnow = '../../x'", "IndexNow key"),
            (
                "type = 'vercel'\ncommand = []",
                "`command` names no program",
            ),
        ];
        for (text, expected) in cases {
            let error = Config::parse(&format!("[deploy.live]\n{text}")).expect_err(text);
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
