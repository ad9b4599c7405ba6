//! Getting what earlier runs made out of the way, so that it costs the next run nothing.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::machine;
use super::measure::remove;

/// How folders of earlier runs go.
pub(super) struct Clearing {
    /// Where they are kept until all is done; none where they are removed at once.
    aside: Option<PathBuf>,
    count: Cell<u32>,
}

impl Clearing {
    /// For folders below `work`, on whatever that lies.
    pub(super) fn of(work: &Path) -> Self {
        let is_memory = machine::file_system(work) == "tmpfs";
        Self {
            aside: (!is_memory).then(|| work.join("earlier")),
            count: Cell::new(0),
        }
    }

    /// Makes a place free. In memory, what stands there is removed. On a disk it is moved out of the way, and everything
    /// written is written through: ext4 does not give out the number of a deleted file again for some minutes and looks
    /// long for others (`recently_deleted` in the kernel's `fs/ext4/ialloc.c`), so that whoever writes after much was
    /// removed takes several times as long.
    pub(super) fn clear(&self, folder: &Path) -> Result<(), String> {
        let Some(aside) = &self.aside else {
            return remove(folder);
        };
        if folder.exists() {
            let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
            let number = self.count.replace(self.count.get() + 1);
            fs::create_dir_all(aside).map_err(failed)?;
            fs::rename(folder, aside.join(number.to_string())).map_err(failed)?;
        }
        // Where there is no such program, what is measured is a little less even.
        let _ = Command::new("sync").status();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Clearing};

    #[test]
    fn a_cleared_place_is_free_and_on_a_disk_nothing_is_deleted() {
        for on_disk in [false, true] {
            let work = tempfile::tempdir().expect("a temporary folder");
            let clearing = Clearing {
                aside: on_disk.then(|| work.path().join("earlier")),
                count: Cell::new(0),
            };
            let output = work.path().join("public");
            for _ in 0..2 {
                std::fs::create_dir(&output).expect("the place is free");
                std::fs::write(output.join("a"), "a").expect("it can be written");
                clearing.clear(&output).expect("it can be cleared");
                clearing.clear(&output).expect("nothing is there");
                assert!(!output.exists());
            }
            let kept = [0, 1].map(|number| work.path().join(format!("earlier/{number}/a")));
            assert_eq!(kept.map(|file| file.exists()), [on_disk; 2]);
        }
    }
}
