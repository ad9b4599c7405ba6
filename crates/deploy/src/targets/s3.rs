//! `type = "s3"`: a bucket of any service that speaks S3. What is live stands in a manifest object, so that nothing is listed;
//! it is written before the first upload, now and then, and last.

use std::cell::RefCell;
use std::fmt::Display;
use std::time::{Duration, Instant};

use futures_util::{TryStreamExt, stream};
use newsprint_model::Diagnostic;
use newsprint_model::config::S3Target;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Key;
use object_store::{
    Attribute, Attributes, BackoffConfig, ClientOptions, Error, ObjectStore, ObjectStoreExt,
    PutOptions, RetryConfig,
};

use super::{Context, Deploy, Live, Target, unreadable_manifest};
use crate::diff::{Change, Group};
use crate::headers::{is_immutable, media_type};
use crate::http;
use crate::local::Local;
use crate::manifest::{self, Hash, Manifest};
use crate::progress::Progress;
use crate::redact::Secrets;

/// Any of these says where credentials come from; each needs the others of its line as the service wants.
const CREDENTIALS: [&str; 4] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// A bucket.
pub(super) struct S3 {
    config: S3Target,
    secrets: Secrets,
    store: AmazonS3,
    runtime: tokio::runtime::Runtime,
}

/// What is live, as far as it is known, and when that was last written down.
struct Done {
    manifest: Manifest,
    written: Instant,
    /// Two at once could arrive in the wrong order.
    is_being_written: bool,
}

impl S3 {
    pub(super) fn open(config: &S3Target, context: Context) -> Result<Self, Diagnostic> {
        let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if !CREDENTIALS.iter().any(is_set) {
            return Err(Diagnostic::error("there are no credentials for the bucket in the environment")
                .hint("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN for temporary ones); they have no place in newsprint.toml"));
        }
        http::install_crypto();
        let unusable = |error: &dyn Display| {
            Diagnostic::error(format!(
                "this target cannot be used: {}",
                context.secrets.clean(&error.to_string())
            ))
        };
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(&config.bucket)
            .with_virtual_hosted_style_request(config.virtual_hosted)
            // Deleting many objects with one request is what services agree on least.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig {
                    init_backoff: Duration::from_millis(200),
                    max_backoff: Duration::from_secs(5),
                    base: 2.0,
                },
                max_retries: 5,
                retry_timeout: Duration::from_secs(60),
            })
            .with_client_options(client_options(config));
        if let Some(endpoint) = &config.endpoint {
            builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
        }
        if let Some(region) = &config.region {
            builder = builder.with_region(region);
        }
        Ok(Self {
            config: config.clone(),
            store: builder.build().map_err(|error| unusable(&error))?,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| unusable(&error))?,
            secrets: context.secrets,
        })
    }

    /// The object of a file. Keys are taken as they are: a percent sign or a Chinese character stays what it is.
    fn key(&self, path: &str) -> Result<Key, Diagnostic> {
        let whole = if self.config.prefix.is_empty() {
            path.to_owned()
        } else {
            format!("{}/{path}", self.config.prefix)
        };
        Key::parse(&whole)
            .map_err(|error| Diagnostic::error(format!("no key for an object: {error}")).at(path))
    }

    fn cache_control(&self, path: &str) -> &str {
        if is_immutable(path) {
            &self.config.asset_cache
        } else {
            &self.config.page_cache
        }
    }

    fn explain(&self, what: &str, error: &Error) -> Diagnostic {
        let mut said = self.secrets.clean(&error.to_string());
        said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let code = |name: &str| said.contains(&format!("<Code>{name}</Code>"));
        let (reason, hint) = if code("NoSuchBucket") {
            (
                "there is no such bucket",
                "check `bucket`, `endpoint` and `region` of this target",
            )
        } else if code("SignatureDoesNotMatch")
            || code("InvalidAccessKeyId")
            || code("InvalidClientTokenId")
        {
            (
                "the credentials are wrong",
                "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            )
        } else if matches!(
            error,
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. }
        ) {
            (
                "the credentials are not accepted or do not suffice",
                "they must allow to get, put and delete objects of this bucket; check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and `region`",
            )
        } else {
            (
                "",
                "what is live is whole; deploy again and it goes on from there",
            )
        };
        let end = (0..=400.min(said.len()))
            .rev()
            .find(|end| said.is_char_boundary(*end));
        let said = &said[..end.unwrap_or(0)];
        let text = if reason.is_empty() {
            format!("{what} failed: {said}")
        } else {
            format!("{what} failed: {reason}")
        };
        Diagnostic::error(text).at(self.describe()).hint(hint)
    }

    async fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), Diagnostic> {
        let attributes = Attributes::from_iter([
            (Attribute::ContentType, media_type(path).to_owned()),
            (Attribute::CacheControl, self.cache_control(path).to_owned()),
        ]);
        self.put_with(path, bytes, attributes).await
    }

    async fn put_with(
        &self,
        path: &str,
        bytes: Vec<u8>,
        attributes: Attributes,
    ) -> Result<(), Diagnostic> {
        let options = PutOptions {
            attributes,
            ..PutOptions::default()
        };
        self.store
            .put_opts(&self.key(path)?, bytes.into(), options)
            .await
            .map(|_| ())
            .map_err(|error| self.explain(&format!("sending `{path}`"), &error))
    }

    async fn delete(&self, path: &str) -> Result<(), Diagnostic> {
        match self.store.delete(&self.key(path)?).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.explain(&format!("deleting `{path}`"), &error)),
        }
    }

    async fn record(&self, manifest: &Manifest) -> Result<(), Diagnostic> {
        let attributes = Attributes::from_iter([
            (Attribute::ContentType, "text/plain; charset=utf-8"),
            (Attribute::CacheControl, "no-store"),
        ]);
        let text = manifest.to_text().into_bytes();
        self.put_with(manifest::FILE_NAME, text, attributes).await
    }

    async fn group(
        &self,
        group: &Group,
        local: &Local,
        done: &RefCell<Done>,
        progress: &dyn Progress,
    ) -> Result<(), Diagnostic> {
        let every = Duration::from_secs(self.config.checkpoint);
        stream::iter(group.steps.iter().map(Ok))
            .try_for_each_concurrent(self.config.jobs, |(path, change)| async move {
                match change {
                    Change::Upload(_) => self.put(path, local.bytes(path)?).await?,
                    Change::Delete => self.delete(path).await?,
                }
                progress.advance(1);
                let checkpoint = {
                    let mut done = done.borrow_mut();
                    match local.manifest.files.get(path) {
                        Some(entry) => done.manifest.files.insert(path.clone(), *entry),
                        None => done.manifest.files.remove(path),
                    };
                    let is_due = done.written.elapsed() >= every && !done.is_being_written;
                    done.is_being_written |= is_due;
                    is_due.then(|| done.manifest.clone())
                };
                let Some(manifest) = checkpoint else {
                    return Ok(());
                };
                let result = self.record(&manifest).await;
                let mut done = done.borrow_mut();
                done.written = Instant::now();
                done.is_being_written = false;
                result
            })
            .await
    }

    async fn send(&self, deploy: &Deploy<'_>, progress: &dyn Progress) -> Result<(), Diagnostic> {
        let announced = deploy.plan.announced(deploy.live, &deploy.local.manifest);
        self.record(&announced).await?;
        let done = RefCell::new(Done {
            manifest: announced,
            written: Instant::now(),
            is_being_written: false,
        });
        for group in &deploy.plan.groups {
            if let Err(error) = self.group(group, deploy.local, &done, progress).await {
                // What was done counts; that it cannot be written down either changes nothing about the error.
                let manifest = done.borrow().manifest.clone();
                let _ = self.record(&manifest).await;
                return Err(error);
            }
        }
        self.record(&deploy.local.manifest).await
    }
}

/// How long to wait for whom. A service without encryption is one on this machine or in this house.
fn client_options(config: &S3Target) -> ClientOptions {
    let is_plain = config
        .endpoint
        .as_deref()
        .is_some_and(|endpoint| endpoint.starts_with("http://"));
    ClientOptions::new()
        .with_allow_http(is_plain)
        .with_connect_timeout(Duration::from_secs(10))
        .with_timeout(Duration::from_secs(120))
}

impl Target for S3 {
    fn describe(&self) -> String {
        let mut text = format!("s3://{}/{}", self.config.bucket, self.config.prefix);
        if let Some(endpoint) = &self.config.endpoint {
            text.push_str(&format!(" at {}", self.secrets.clean(endpoint)));
        }
        text
    }

    fn headers(&self, path: &str) -> u32 {
        let headers = format!("{}\n{}", media_type(path), self.cache_control(path));
        let hash = Hash::of(headers.as_bytes()).to_string();
        u32::from_str_radix(&hash[..8], 16).unwrap_or_default()
    }

    fn live(&mut self, _local: &Local, progress: &dyn Progress) -> Result<Live, Diagnostic> {
        progress.begin("ask", 0);
        let key = self.key(manifest::FILE_NAME)?;
        let got = self.runtime.block_on(async {
            let object = self.store.get(&key).await?;
            object.into_stream().try_collect::<Vec<_>>().await
        });
        let mut live = Live::default();
        match got {
            Ok(pieces) => {
                let bytes = pieces.concat();
                live.manifest = Manifest::parse(&String::from_utf8_lossy(&bytes));
                if live.manifest.is_none() {
                    live.warnings.push(unreadable_manifest(key.as_ref()));
                }
            }
            Err(error @ Error::NotFound { .. }) if !error.to_string().contains("NoSuchBucket") => {}
            Err(error) => return Err(self.explain("asking what is live", &error)),
        }
        Ok(live)
    }

    fn apply(&mut self, deploy: &Deploy<'_>, progress: &dyn Progress) -> Result<(), Diagnostic> {
        progress.begin("deploy", deploy.plan.steps().count());
        self.runtime.block_on(self.send(deploy, progress))
    }
}
