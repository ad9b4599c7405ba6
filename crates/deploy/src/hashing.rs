//! Hashes an output folder in parallel, and only what changed since the last time.

use std::collections::HashMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use newsprint_model::Diagnostic;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::manifest::{Content, Entry, Hash, Hasher, Manifest};
use crate::progress::Progress;
use crate::state;

/// The first bytes of the cache, which name its form.
const HEADER: &[u8] = b"newsprint hashes 1\n";

/// A file that changed this shortly before may change again within one tick of the file system's clock.
const SETTLED: Duration = Duration::from_secs(2);

/// Files hashed between two signs of progress.
const STEP: usize = 256;

/// What was known of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    size: u64,
    /// Nanoseconds since 1970.
    mtime: u64,
    hash: Hash,
}

/// Makes the manifest of these files below `root`. What `cache` knows by length and time of change is not read again.
/// Also says whether the cache has anything to learn: then [`store`] it.
///
/// # Errors
/// The first file, in order, that is missing or cannot be read.
pub fn hash(
    root: &Path,
    files: &[String],
    cache: &Path,
    progress: &dyn Progress,
) -> Result<(Manifest, Option<Cache>), Diagnostic> {
    let old = load(cache);
    let now = SystemTime::now();
    progress.begin("hash", files.len());
    let found: Vec<(Known, bool)> = files
        .par_iter()
        .with_min_len(STEP)
        .enumerate()
        .map(|(place, path)| {
            if place % STEP == STEP - 1 {
                progress.advance(STEP);
            }
            hash_one(root, path, old.get(path.as_str()), now).map_err(|error| (place, error))
        })
        .collect::<Result<_, _>>()
        .map_err(|(place, error)| missing(root, &files[place], &error))?;
    let mut manifest = Manifest::default();
    let mut remembered = Vec::with_capacity(files.len());
    for (path, (known, settled)) in files.iter().zip(&found) {
        manifest.files.insert(
            path.clone(),
            Entry {
                content: Content::Is(known.hash),
                size: known.size,
                headers: 0,
            },
        );
        if *settled {
            remembered.push((path.clone(), *known));
        }
    }
    let is_news = remembered.len() != old.len()
        || remembered
            .iter()
            .any(|(path, known)| old.get(path.as_str()) != Some(known));
    Ok((manifest, is_news.then_some(Cache(remembered))))
}

/// What is to be remembered for the next time.
pub struct Cache(Vec<(String, Known)>);

/// Writes a cache. It may be lost: without it everything is hashed again.
///
/// # Errors
/// Whatever the file system says.
pub fn store(path: &Path, cache: &Cache) -> io::Result<()> {
    let body = postcard::to_allocvec(&cache.0).map_err(io::Error::other)?;
    let mut bytes = HEADER.to_vec();
    bytes.extend_from_slice(Hash::of(&body).to_string().as_bytes());
    bytes.extend_from_slice(&body);
    state::write(path, &bytes)
}

/// A cache that is missing, damaged or of another version is an empty one.
fn load(path: &Path) -> HashMap<String, Known> {
    let read = || {
        let bytes = fs::read(path).ok()?;
        let rest = bytes.strip_prefix(HEADER)?;
        let (checksum, body) = rest.split_at_checked(40)?;
        let holds = Hash::of(body).to_string().as_bytes() == checksum;
        let known: Vec<(String, Known)> = holds.then(|| postcard::from_bytes(body).ok())??;
        Some(known.into_iter().collect())
    };
    read().unwrap_or_default()
}

/// The file's hash, and whether it may be remembered.
fn hash_one(
    root: &Path,
    path: &str,
    known: Option<&Known>,
    now: SystemTime,
) -> io::Result<(Known, bool)> {
    let path = root.join(path);
    let metadata = fs::symlink_metadata(&path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let (size, mtime) = (metadata.len(), mtime(&metadata));
    if let Some(known) = known
        && (known.size, known.mtime) == (size, mtime)
        && mtime != 0
    {
        return Ok((*known, true));
    }
    let settled = metadata
        .modified()
        .ok()
        .and_then(|changed| now.duration_since(changed).ok())
        .is_some_and(|age| age > SETTLED);
    let hash = content(&mut File::open(&path)?, size)?;
    Ok((Known { size, mtime, hash }, settled))
}

fn mtime(metadata: &Metadata) -> u64 {
    let since = metadata.modified().ok();
    let since = since.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since
        .and_then(|time| u64::try_from(time.as_nanos()).ok())
        .unwrap_or_default()
}

fn content(file: &mut File, size: u64) -> io::Result<Hash> {
    let mut hasher = Hasher::new(size);
    let mut buffer = [0; 64 * 1024];
    let mut length = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        length += read as u64;
        hasher.update(&buffer[..read]);
    }
    if length == size {
        Ok(hasher.finish())
    } else {
        Err(io::Error::other("it changed while it was read"))
    }
}

fn missing(root: &Path, file: &str, error: &io::Error) -> Diagnostic {
    let reason = if error.kind() == io::ErrorKind::NotFound {
        "the last build made this file, but it is gone".to_owned()
    } else {
        format!("could not be read: {error}")
    };
    Diagnostic::error(reason)
        .at(root.join(file).display().to_string())
        .hint("`newsprint build` makes what is missing")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Silent;
    impl Progress for Silent {
        fn begin(&self, _: &'static str, _: usize) {}
        fn advance(&self, _: usize) {}
        fn note(&self, _: &str) {}
    }

    fn age(path: &Path, seconds: u64) {
        let file = File::options().write(true).open(path).expect("opens");
        let then = SystemTime::now() - Duration::from_secs(seconds);
        file.set_modified(then).expect("aged");
    }

    #[test]
    fn what_the_cache_knows_is_not_read_again() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let root = folder.path();
        let cache = root.join("hashes");
        let files = ["a".to_owned(), "b".to_owned()];
        for file in &files {
            fs::write(root.join(file), "one").expect("written");
            age(&root.join(file), 60);
        }
        let (first, news) = hash(root, &files, &cache, &Silent).expect("hashed");
        assert_eq!(first.files["a"].content, Content::Is(Hash::of(b"one")));
        store(&cache, &news.expect("something new")).expect("stored");
        assert!(
            hash(root, &files, &cache, &Silent)
                .expect("hashed")
                .1
                .is_none()
        );

        // The same length and time: taken for the same file, which shows that it was not read.
        let stamp = fs::metadata(root.join("a"))
            .and_then(|m| m.modified())
            .expect("a time");
        fs::write(root.join("a"), "two").expect("written");
        let file = File::options()
            .write(true)
            .open(root.join("a"))
            .expect("opens");
        file.set_modified(stamp).expect("set back");
        let (again, _) = hash(root, &files, &cache, &Silent).expect("hashed");
        assert_eq!(again, first);

        // A damaged cache is no cache.
        let mut bytes = fs::read(&cache).expect("a cache");
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(&cache, bytes).expect("written");
        let (fresh, _) = hash(root, &files, &cache, &Silent).expect("hashed");
        assert_eq!(fresh.files["a"].content, Content::Is(Hash::of(b"two")));
    }

    #[test]
    fn what_has_just_changed_is_not_remembered() {
        let folder = tempfile::TempDir::new().expect("a folder");
        fs::write(folder.path().join("a"), "one").expect("written");
        let cache = folder.path().join("hashes");
        let (_, news) = hash(folder.path(), &["a".to_owned()], &cache, &Silent).expect("hashed");
        assert!(news.is_none_or(|cache| cache.0.is_empty()));
    }

    #[test]
    fn a_file_that_is_gone_is_named() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let error = hash(
            folder.path(),
            &["x.html".to_owned()],
            Path::new("none"),
            &Silent,
        )
        .err()
        .expect("an error");
        assert!(error.path.ends_with("x.html"));
        assert!(error.reason.contains("gone"));
    }
}
