//! `[deploy.NAME]`: where the output can be put. One type a target.

mod written;

use std::path::PathBuf;

use serde::Deserialize;

pub use self::written::deploy_keys;

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
