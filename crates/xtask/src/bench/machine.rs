//! The machine that a benchmark ran on, as far as it tells.

use std::fs;
use std::path::Path;

/// One line: processor, cores, memory, kernel.
pub(super) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let memory = value_of(&read("/proc/meminfo"), "MemTotal")
        .and_then(|value| value.trim_end_matches("kB").trim().parse::<f64>().ok())
        .map_or_else(
            || "memory unknown".to_owned(),
            |kilobytes| format!("{:.1} GB of memory", kilobytes * 1024.0 / 1e9),
        );
    let processor = value_of(&read("/proc/cpuinfo"), "model name")
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let release = read("/proc/sys/kernel/osrelease");
    let kernel = match release.trim() {
        "" => std::env::consts::OS.to_owned(),
        release => format!("Linux {release}"),
    };
    format!("{processor}, {cores} cores, {memory}, {kernel}")
}

/// How many programs wanted a processor during the last minute: above the number of cores, times on the wall say little.
pub(super) fn load() -> String {
    let loads = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let last_minute = loads.split(' ').next().unwrap_or_default();
    if last_minute.is_empty() {
        "unknown".to_owned()
    } else {
        last_minute.to_owned()
    }
}

/// The kind of file system that a folder lies on, or "a file system".
pub(super) fn file_system(folder: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    file_system_in(&mounts, folder).unwrap_or_else(|| "a file system".to_owned())
}

/// Looks a folder up in the form of fstab(5); of mounts over one another, the last one counts.
fn file_system_in(mounts: &str, folder: &Path) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let mut fields = line.split(' ').skip(1);
        let (Some(place), Some(kind)) = (fields.next(), fields.next()) else {
            continue;
        };
        let longer = best.is_none_or(|(length, _)| place.len() >= length);
        if folder.starts_with(place) && longer {
            best = Some((place.len(), kind));
        }
    }
    best.map(|(_, kind)| kind.to_owned())
}

/// The value of a `key: value` line of a file below `/proc`.
fn value_of(text: &str, key: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{describe, file_system_in, value_of};

    const MOUNTS: &str = "/dev/vda / ext4 rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n/dev/vdb /dev/shm/disk xfs rw 0 0\nbroken\n";

    #[test]
    fn the_longest_mount_point_names_the_file_system() {
        let cases = [
            ("/home/me", "ext4"),
            ("/dev/shm", "tmpfs"),
            ("/dev/shm/x", "tmpfs"),
            ("/dev/shm/disk/x", "xfs"),
            ("/dev/shmoo", "ext4"),
        ];
        for (folder, kind) in cases {
            assert_eq!(
                file_system_in(MOUNTS, Path::new(folder)).as_deref(),
                Some(kind),
                "{folder}"
            );
        }
        assert_eq!(file_system_in("", Path::new("/")), None);
    }

    #[test]
    fn values_are_found_by_their_whole_key() {
        let text = "model\t\t: 1\nmodel name\t: A: B\nMemTotal:  20 kB\n";
        assert_eq!(value_of(text, "model name").as_deref(), Some("A: B"));
        assert_eq!(value_of(text, "MemTotal").as_deref(), Some("20 kB"));
        assert_eq!(value_of(text, "name"), None);
    }

    #[test]
    fn every_machine_can_be_described() {
        assert!(describe().contains(" cores, "), "{}", describe());
    }
}
