//! Bytes of many buckets in one file on the side, for what would not fit into memory.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::search::unpoisoned;
use crate::sink::TEMPORARY;

/// The file on the side: pieces of buckets, in the order in which they came. It comes about with the first piece.
pub struct Spill {
    folder: PathBuf,
    state: Mutex<SpillState>,
}

struct SpillState {
    file: Option<(File, PathBuf)>,
    length: u64,
    /// By bucket: where its pieces stand, and how long they are.
    pieces: Vec<Vec<(u64, u32)>>,
}

impl Spill {
    /// For so many buckets, preferably in this folder.
    pub fn new(folder: &Path, buckets: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            state: Mutex::new(SpillState {
                file: None,
                length: 0,
                pieces: vec![Vec::new(); buckets],
            }),
        }
    }

    /// Beside the build's records, or where those cannot be written, where the system keeps such files.
    fn create(&self) -> io::Result<(File, PathBuf)> {
        let name = format!("{TEMPORARY}{}-search", std::process::id());
        let open = |folder: &Path| {
            let path = folder.join(&name);
            let mut options = File::options();
            let file = options.read(true).write(true).create(true).truncate(true);
            Ok((file.open(&path)?, path))
        };
        open(&self.folder).or_else(|_: io::Error| open(&std::env::temp_dir()))
    }

    /// Adds bytes to a bucket.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn write(&self, bucket: usize, bytes: &[u8]) -> io::Result<()> {
        let mut guard = unpoisoned(self.state.lock());
        let state = &mut *guard;
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        let (file, _) = match &mut state.file {
            Some(file) => file,
            none => none.insert(self.create()?),
        };
        file.write_all(bytes)?;
        state.pieces[bucket].push((state.length, length));
        state.length += u64::from(length);
        Ok(())
    }

    /// Hands over the bytes of a bucket, piece by piece.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn read(&self, bucket: usize, mut take: impl FnMut(&[u8])) -> io::Result<()> {
        let (path, pieces) = {
            let state = unpoisoned(self.state.lock());
            let Some((_, path)) = &state.file else {
                return Ok(());
            };
            (path.clone(), state.pieces[bucket].clone())
        };
        let mut file = File::open(&path)?;
        let mut bytes = Vec::new();
        for (start, length) in pieces {
            bytes.resize(length as usize, 0);
            file.seek(SeekFrom::Start(start))?;
            file.read_exact(&mut bytes)?;
            take(&bytes);
        }
        Ok(())
    }
}

impl Drop for Spill {
    fn drop(&mut self) {
        if let Some((file, path)) = unpoisoned(self.state.lock()).file.take() {
            drop(file);
            // What is left behind is swept by the next build.
            let _ = fs::remove_file(path);
        }
    }
}
