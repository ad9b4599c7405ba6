//! What the names of files and folders say where the front matter says nothing.

use chrono_tz::Tz;
use newsprint_model::SourceFile;

use crate::date;
use crate::text::clean_line;

/// The folders that a file is in, from the top down.
pub(crate) fn folder_names(file: &SourceFile) -> Vec<String> {
    let folders = file
        .path
        .parent()
        .into_iter()
        .flat_map(|parent| parent.iter());
    folders
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// The folders that a file is in, as its category. Those that are dates, or `_posts`, are none.
pub(crate) fn folders_as_category(file: &SourceFile) -> Option<Vec<Box<str>>> {
    let is_category = |name: &String| {
        !name.starts_with('_')
            && !name
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | '年' | '月' | '日'))
    };
    let names: Vec<Box<str>> = folder_names(file)
        .into_iter()
        .filter(is_category)
        .filter_map(|name| {
            let (name, _) = clean_line(&name);
            (!name.is_empty()).then(|| name.into())
        })
        .collect();
    (!names.is_empty()).then_some(names)
}

/// The file's name without extension and date; the folder's if it is `index`; never empty.
pub(crate) fn title_from_name(file: &SourceFile, zone: Tz) -> Box<str> {
    let stem = file
        .path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let stem = if stem.eq_ignore_ascii_case("index") {
        folder_names(file).pop().unwrap_or(stem)
    } else {
        stem
    };
    let dated =
        date::path::in_name(&stem, zone).filter(|_| stem.starts_with(|c: char| c.is_ascii_digit()));
    let undated = dated.map_or(stem.as_str(), |found| {
        stem[found.end..].trim_start_matches(['-', '_', ' ', '.', '—', '：', '　'])
    });
    let name = if undated.trim().is_empty() {
        &stem
    } else {
        undated
    };
    let (title, _) = clean_line(name);
    if title.is_empty() {
        "untitled".into()
    } else {
        title.into()
    }
}
