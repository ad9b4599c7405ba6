//! Reading many files, one after another.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

thread_local! {
    /// The memory of this thread's last buffer.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A buffer larger than this is not kept for the next file.
const LARGEST_SPARE: usize = 1 << 20;

/// Memory to read a file into, which the next file that this thread reads will get: to ask for memory of a new length for
/// each costs as much as opening the file does.
#[derive(Debug)]
pub struct FileBuffer {
    /// Beyond the file that was read stands what is left of others.
    bytes: Vec<u8>,
}

impl FileBuffer {
    /// The memory that this thread used last, if it is free.
    pub fn of_thread() -> Self {
        Self {
            bytes: SPARE.take(),
        }
    }

    /// Reads a whole file. `size` is how long it is thought to be, in bytes: one that is exactly so long is asked for no more.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn read(&mut self, path: &Path, size: u64) -> io::Result<&[u8]> {
        let mut file = File::open(path)?;
        let expected = usize::try_from(size).unwrap_or(usize::MAX);
        if expected > LARGEST_SPARE {
            self.bytes.clear();
            file.read_to_end(&mut self.bytes)?;
            return Ok(&self.bytes);
        }
        // One byte more shows whether the file has grown.
        let room = expected + 1;
        if self.bytes.len() < room {
            self.bytes.resize(room.next_power_of_two(), 0);
        }
        let mut length = 0;
        while length < room {
            match file.read(&mut self.bytes[length..room]) {
                Ok(0) => break,
                Ok(read) => length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if length == expected {
                break;
            }
        }
        if length == room {
            self.bytes.truncate(length);
            file.read_to_end(&mut self.bytes)?;
            length = self.bytes.len();
        }
        Ok(&self.bytes[..length])
    }
}

impl Drop for FileBuffer {
    fn drop(&mut self) {
        if self.bytes.len() <= LARGEST_SPARE {
            SPARE.set(std::mem::take(&mut self.bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_whole_however_long_it_was_thought_to_be() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("a.md");
        for length in [0, 1, 5, 4096, 5000, LARGEST_SPARE, LARGEST_SPARE + 1] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            std::fs::write(&path, &bytes).expect("the file can be written");
            let near = [0, 1, length / 2, length, length + 1, 3 * length + 9];
            for size in near.into_iter().chain([usize::MAX]) {
                if size < length && size == 0 {
                    // The memory holds what is left of another file.
                    let _ = FileBuffer::of_thread().read(&path, length as u64);
                }
                let mut buffer = FileBuffer::of_thread();
                let read = buffer.read(&path, size as u64).expect("it can be read");
                assert!(read == bytes, "{length} bytes thought to be {size}");
            }
        }
    }

    #[test]
    fn two_buffers_of_a_thread_share_nothing() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let paths = ["a", "b"].map(|name| folder.path().join(name));
        for (path, text) in paths.iter().zip(["first", "other"]) {
            std::fs::write(path, text).expect("the file can be written");
        }
        let (mut one, mut two) = (FileBuffer::of_thread(), FileBuffer::of_thread());
        let first = one.read(&paths[0], 5).expect("it can be read");
        assert_eq!(two.read(&paths[1], 5).expect("it can be read"), b"other");
        assert_eq!(first, b"first");
    }

    #[test]
    fn what_is_no_file_cannot_be_read() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        for path in [folder.path().to_owned(), folder.path().join("missing")] {
            assert!(FileBuffer::of_thread().read(&path, 10).is_err());
        }
    }
}
