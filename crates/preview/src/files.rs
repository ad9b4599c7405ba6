//! Files on disk that the site copies as they are.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hyper::body::Bytes;
use newsprint_build::folder::SiteFolder;
use newsprint_build::sink::Stamp;
use tokio::sync::mpsc;

use crate::body::Content;

/// Files up to this size are read at once; larger ones piece by piece, as fast as the browser takes them.
pub(crate) const AT_ONCE: u64 = 2 * 1024 * 1024;

/// Text up to this size is read at once, so that it can be compressed.
pub(crate) const TEXT_AT_ONCE: u64 = 16 * 1024 * 1024;

/// Bytes of a piece.
const PIECE: u64 = 128 * 1024;

/// Why a file is not given out.
#[derive(Debug)]
pub(crate) enum Unavailable {
    /// It is a link to something outside of the site, which is here.
    Outside(PathBuf),
    /// It cannot be read.
    Unreadable(io::Error),
}

/// A file, open.
pub(crate) struct Opened {
    pub(crate) file: File,
    pub(crate) length: u64,
    /// Stands for the file's content for as long as nobody changes it.
    pub(crate) tag: String,
}

/// Opens a file for reading, if it really lies in the site folder or where its `content/` or `static/` leads.
pub(crate) fn open(folder: &SiteFolder, path: &Path) -> Result<Opened, Unavailable> {
    let real = path.canonicalize().map_err(Unavailable::Unreadable)?;
    let parts = [&folder.content, &folder.statics, &folder.root];
    let is_inside = parts
        .into_iter()
        .filter_map(|part| part.canonicalize().ok())
        .any(|part| real.starts_with(part));
    if !is_inside {
        return Err(Unavailable::Outside(real));
    }
    // Opened by the name that was looked at, which holds no link.
    let file = File::open(&real).map_err(Unavailable::Unreadable)?;
    let metadata = file.metadata().map_err(Unavailable::Unreadable)?;
    if !metadata.is_file() {
        return Err(Unavailable::Unreadable(io::ErrorKind::IsADirectory.into()));
    }
    let stamp = Stamp::of(&metadata);
    Ok(Opened {
        file,
        length: stamp.size,
        tag: format!("{:x}-{:x}", stamp.size, stamp.mtime),
    })
}

/// All bytes of a file.
pub(crate) fn read(mut opened: Opened) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(opened.length).unwrap_or(0));
    opened.file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Sends part of a file piece by piece. A browser that takes its time holds no thread.
pub(crate) fn stream(file: File, range: Range<u64>) -> Content {
    let length = range.end - range.start;
    let (sender, receiver) = mpsc::channel(2);
    let file = Arc::new(file);
    tokio::spawn(async move {
        let mut at = range.start;
        while at < range.end {
            let size = PIECE.min(range.end - at);
            let source = file.clone();
            let piece = tokio::task::spawn_blocking(move || read_at(&source, at, size)).await;
            let piece = piece.unwrap_or_else(|error| Err(io::Error::other(error)));
            let is_over = piece.is_err();
            if sender.send(piece.map(Bytes::from)).await.is_err() || is_over {
                return;
            }
            at += size;
        }
    });
    Content::Coming(receiver, Some(length))
}

/// Exactly these bytes; a file that has become shorter is an error, since its length was promised.
fn read_at(mut file: &File, at: u64, size: u64) -> io::Result<Vec<u8>> {
    use std::io::{Seek, SeekFrom};
    file.seek(SeekFrom::Start(at))?;
    let mut piece = vec![0; usize::try_from(size).unwrap_or(0)];
    file.read_exact(&mut piece)?;
    Ok(piece)
}
