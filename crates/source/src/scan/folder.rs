//! A folder as its files are taken one after another: what all of them share is found once.

#[cfg(unix)]
use std::fs::File;
use std::path::{Path, PathBuf};

use newsprint_model::SourceFile;
use walkdir::DirEntry;

use super::{below, nanoseconds};

/// A folder with files to take.
pub(super) struct Folder {
    /// What the paths of its entries begin with, separator and all.
    prefix: Vec<u8>,
    /// The folder, relative to the content.
    path: PathBuf,
    /// Whether no file of it was taken yet.
    #[cfg(unix)]
    is_new: bool,
    /// The folder itself: asked for a file by its name alone, the kernel need not find the way from the root each time.
    #[cfg(unix)]
    handle: Option<File>,
}

impl Folder {
    /// The folder that holds `entry`.
    pub(super) fn of(entry: &DirEntry, content: &Path) -> Self {
        let path = below(content, entry.path()).parent();
        Self {
            prefix: prefix(entry).to_owned(),
            path: path.map(Path::to_owned).unwrap_or_default(),
            #[cfg(unix)]
            is_new: true,
            #[cfg(unix)]
            handle: None,
        }
    }

    /// Whether `entry` stands in the folder.
    pub(super) fn holds(&self, entry: &DirEntry) -> bool {
        prefix(entry) == self.prefix
    }

    /// A file of the folder, with its size and when it last changed.
    ///
    /// # Errors
    /// Whatever keeps the file from being looked at.
    pub(super) fn file(&mut self, entry: &DirEntry) -> walkdir::Result<SourceFile> {
        let (size, mtime) = match self.size_and_mtime(entry) {
            Some(known) => known,
            None => {
                let metadata = entry.metadata()?;
                (metadata.len(), metadata.modified().map_or(0, nanoseconds))
            }
        };
        // Joined at once: paths are kept to the end of the build, and should not be longer than they have to.
        let name = entry.file_name();
        let mut path = PathBuf::with_capacity(self.path.as_os_str().len() + 1 + name.len());
        path.push(&self.path);
        path.push(name);
        Ok(SourceFile { path, size, mtime })
    }

    /// What the kernel says of a file that is no link; nothing where only its whole path can tell.
    #[cfg(unix)]
    fn size_and_mtime(&mut self, entry: &DirEntry) -> Option<(u64, i64)> {
        use rustix::fs::{AtFlags, FileType, statat};

        // To open it pays from the second file on.
        if std::mem::take(&mut self.is_new) {
            return None;
        }
        if self.handle.is_none() {
            self.handle = File::open(entry.path().parent()?).ok();
        }
        let folder = self.handle.as_ref()?;
        let stat = statat(folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW).ok()?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return None;
        }
        let mtime = i128::from(stat.st_mtime) * 1_000_000_000 + i128::from(stat.st_mtime_nsec);
        Some((
            u64::try_from(stat.st_size).ok()?,
            i64::try_from(mtime).ok()?,
        ))
    }

    #[cfg(not(unix))]
    fn size_and_mtime(&mut self, _: &DirEntry) -> Option<(u64, i64)> {
        None
    }
}

/// The path of an entry without its name.
fn prefix(entry: &DirEntry) -> &[u8] {
    let path = entry.path().as_os_str().as_encoded_bytes();
    &path[..path.len().saturating_sub(entry.file_name().len())]
}
