//! `[deploy.NAME]` as it is written: one flat table, from which the target's own type is made.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

use super::{
    CloudflareTarget, DeployConfig, FolderTarget, GitTarget, Host, IndexNow, NetlifyTarget,
    RsyncTarget, S3Target, Target, VercelTarget,
};

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
