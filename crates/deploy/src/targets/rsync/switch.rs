//! Release folders on the other side: a new one beside the old, then a link that leads to it.

use newsprint_model::Diagnostic;

use super::{Rsync, in_shell};
use crate::manifest;
use crate::releases::{self, CURRENT, RELEASES, UNFINISHED};

impl Rsync {
    /// The next release begins as a twin of the current one: links to the same files, which cost no room. Its record comes
    /// with the first step and says that the twin is complete.
    pub(super) fn begin_release(&self) -> Result<(), Diagnostic> {
        let record = manifest::FILE_NAME;
        let script = format!(
            "set -e; mkdir -p {folder}; cd {folder}; mkdir -p {RELEASES}; \
             if [ ! -e {RELEASES}/{UNFINISHED}/{record} ]; then \
             rm -rf {RELEASES}/{UNFINISHED}; mkdir {RELEASES}/{UNFINISHED}; \
             if [ -e {CURRENT}/ ]; then now=$(cd {CURRENT} && pwd -P); \
             rsync -a --exclude=/{record} --link-dest=\"$now/\" \"$now/\" {RELEASES}/{UNFINISHED}/; fi; fi",
            folder = in_shell(&self.folder),
        );
        self.shell("beginning a release", &script).map(|_| ())
    }

    /// Makes the finished release the current one, and lets the oldest go.
    pub(super) fn switch(&self) -> Result<(), Diagnostic> {
        let folder = in_shell(&self.folder);
        let listed = self.shell("listing releases", &format!("ls -1 {folder}/{RELEASES}"))?;
        let text = listed.text();
        let mut all: Vec<&str> = text
            .lines()
            .filter(|name| releases::is_name(name))
            .collect();
        all.sort_unstable();
        let name = releases::name(all.iter().copied());
        // GNU and busybox call it -T, BSD -h: the link itself is replaced, not followed.
        let script = format!(
            "set -e; cd {folder}; if [ -e {CURRENT} ] && [ ! -h {CURRENT} ]; then \
             echo '{CURRENT} is no symbolic link' >&2; exit 1; fi; \
             mv {RELEASES}/{UNFINISHED} {RELEASES}/{name}; \
             rm -f .current-next; ln -s {RELEASES}/{name} .current-next; \
             mv -fT .current-next {CURRENT} 2>/dev/null || mv -fh .current-next {CURRENT}"
        );
        self.shell("switching to the new release", &script)?;
        let surplus = (all.len() + 1)
            .saturating_sub(self.config.keep)
            .min(all.len());
        if surplus > 0 {
            let old: Vec<String> = all[..surplus]
                .iter()
                .map(|name| format!("{RELEASES}/{name}"))
                .collect();
            self.shell(
                "removing old releases",
                &format!("cd {folder} && rm -rf {}", old.join(" ")),
            )?;
        }
        Ok(())
    }
}
