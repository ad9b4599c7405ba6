//! How much memory the process has held.

/// The most memory held at any time, in bytes; 0 where the system does not tell.
pub fn peak_rss_bytes() -> u64 {
    // Linux: proc(5), "VmHWM: peak resident set size", in kB.
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return 0;
    };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|rest| {
        rest.trim()
            .trim_end_matches("kB")
            .trim()
            .parse::<u64>()
            .ok()
    });
    kilobytes.unwrap_or(0) * 1024
}
