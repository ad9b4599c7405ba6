//! Dates for posts that have none: from the posts beside them.

use std::borrow::BorrowMut;
use std::collections::HashMap;
use std::path::Path;

use newsprint_model::post::PostDate;
use newsprint_model::{DateOrigin, PostMeta};

/// 2000-01-01T00:00:00Z, for an archive in which neither a post nor a file has any date.
const LAST_RESORT: i64 = 946_684_800;

/// File times before this (1971-01-01T00:00:00Z) come from archives and images that set every
/// file's time to zero.
const OLDEST_FILE_TIME: i64 = 31_536_000;

/// Gives a date to every post that has none.
///
/// It is the median date of the dated posts in the same folder; if there are none, of those
/// below the folder above, and so on up to the whole archive. If no post at all has a date, it
/// is the file's own time of change, or for a file without one the latest that any file of the
/// archive has. The result depends on the posts alone: not on their order, the clock, or the
/// number of threads.
pub fn date_missing_dates(metas: &mut [impl BorrowMut<PostMeta>]) {
    if metas.iter().all(|meta| meta.borrow().date.is_some()) {
        return;
    }
    let mut metas: Vec<&mut PostMeta> = metas.iter_mut().map(BorrowMut::borrow_mut).collect();
    let mut folders: HashMap<&Path, Vec<i64>> = HashMap::new();
    for meta in metas.iter().filter(|meta| meta.date.is_none()) {
        for folder in meta.file.path.ancestors().skip(1) {
            folders.entry(folder).or_default();
        }
    }
    for meta in metas.iter() {
        let Some(date) = meta.date else { continue };
        for folder in meta.file.path.ancestors().skip(1) {
            if let Some(dates) = folders.get_mut(folder) {
                dates.push(date.seconds);
            }
        }
    }
    let medians: HashMap<&Path, i64> = folders
        .into_iter()
        .filter_map(|(folder, mut dates)| Some((folder, median(&mut dates)?)))
        .collect();
    let latest_file = metas.iter().filter_map(|meta| file_time(meta)).max();
    let dates: Vec<Option<PostDate>> = metas
        .iter()
        .map(|meta| {
            if meta.date.is_some() {
                meta.date
            } else {
                Some(infer(meta, &medians, latest_file))
            }
        })
        .collect();
    for (meta, date) in metas.iter_mut().zip(dates) {
        meta.date = date;
    }
}

fn infer(meta: &PostMeta, medians: &HashMap<&Path, i64>, latest_file: Option<i64>) -> PostDate {
    for folder in meta.file.path.ancestors().skip(1) {
        if let Some(&seconds) = medians.get(folder) {
            let is_top = folder.as_os_str().is_empty();
            let is_own = meta.file.path.parent() == Some(folder);
            let origin = if is_top && !is_own {
                DateOrigin::Archive
            } else {
                DateOrigin::Neighbours
            };
            return PostDate { seconds, origin };
        }
    }
    PostDate {
        seconds: file_time(meta).or(latest_file).unwrap_or(LAST_RESORT),
        origin: DateOrigin::FileTime,
    }
}

/// The lower of the two in the middle, where their number is even: a date that some post has.
fn median(dates: &mut [i64]) -> Option<i64> {
    let middle = dates.len().checked_sub(1)? / 2;
    Some(*dates.select_nth_unstable(middle).1)
}

fn file_time(meta: &PostMeta) -> Option<i64> {
    Some(meta.file.mtime / 1_000_000_000).filter(|seconds| *seconds >= OLDEST_FILE_TIME)
}
