//! Whether a file already holds what is to be written.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::Stamp;

/// Whether a file holds just these bytes: then what it looks like.
pub(super) fn holds(target: &Path, bytes: &[u8]) -> io::Result<Option<Stamp>> {
    let mut existing = match File::open(target) {
        Ok(existing) => existing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // What cannot be read may still be replaced; the rename will tell.
        Err(_) => return Ok(None),
    };
    let stamp = Stamp::of(&existing.metadata()?);
    if stamp.size != bytes.len() as u64 {
        return Ok(None);
    }
    Ok(same_bytes(&mut existing, &mut &*bytes)?.then_some(stamp))
}

/// Whether two files hold the same; no where there is no second one.
///
/// # Errors
/// A first one that cannot be read.
pub(super) fn same_files(from: &Path, target: &Path) -> io::Result<bool> {
    let mut original = File::open(from)?;
    let Ok(mut existing) = File::open(target) else {
        return Ok(false);
    };
    if original.metadata()?.len() != existing.metadata()?.len() {
        return Ok(false);
    }
    same_bytes(&mut original, &mut existing)
}

fn same_bytes(a: &mut impl Read, b: &mut impl Read) -> io::Result<bool> {
    let mut buffers = ([0; 16 * 1024], [0; 16 * 1024]);
    loop {
        let length = a.read(&mut buffers.0)?;
        if length == 0 {
            return Ok(true);
        }
        match b.read_exact(&mut buffers.1[..length]) {
            Ok(()) if buffers.0[..length] == buffers.1[..length] => {}
            Ok(()) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}
