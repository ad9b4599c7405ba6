//! Posts in the form that a peer reads best. Peers stop at front matter that is not quite YAML, at dates in other forms than
//! theirs, at terms that come twice; so that speed can be compared at all, they are given the same posts put in order.

use std::fs;
use std::path::Path;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use serde_json::Value;
use walkdir::WalkDir;

/// The form of front matter that a peer wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// YAML; category paths as flat terms
    Hugo,
    /// TOML; category paths as flat terms
    Zola,
    /// YAML; category paths as they are
    Hexo,
}

/// What a peer needs to know of a post.
#[derive(PartialEq, Eq, Debug)]
struct Plain<'a> {
    title: String,
    /// RFC 3339
    date: String,
    /// General to special
    categories: Vec<String>,
    body: &'a str,
}

/// The date of posts whose own cannot be read.
const NO_DATE: &str = "2016-01-01T00:00:00Z";

/// Writes all posts below `content` into one folder, in order of their paths, and gives back how many there are.
pub(super) fn convert(content: &Path, out: &Path, form: Form) -> Result<u64, String> {
    fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    let mut number = 0;
    for entry in WalkDir::new(content).sort_by_file_name() {
        let entry = entry.map_err(|error| error.to_string())?;
        let path = entry.path();
        if !entry.file_type().is_file() || path.extension().is_none_or(|kind| kind != "md") {
            continue;
        }
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let converted = written(&read(&text, &name), number, form);
        let target = out.join(format!("p{number}.md"));
        fs::write(&target, converted).map_err(|error| format!("{}: {error}", target.display()))?;
        number += 1;
    }
    Ok(number)
}

/// Reads a post line by line, so that nothing in it can stop a whole benchmark.
fn read<'a>(text: &'a str, file_name: &str) -> Plain<'a> {
    let (front_matter, body) = parts(text).unwrap_or(("", text));
    let mut post = Plain {
        title: file_name.to_owned(),
        date: NO_DATE.to_owned(),
        categories: Vec::new(),
        body,
    };
    let mut in_categories = false;
    for line in front_matter.lines() {
        if let Some(item) = line.trim_start().strip_prefix("- ") {
            if in_categories {
                post.categories.push(unquoted(item));
            }
            continue;
        }
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        in_categories = key == "categories";
        match key {
            "title" if !unquoted(value).is_empty() => post.title = unquoted(value),
            "date" => {
                if let Some(date) = rfc3339(&unquoted(value)) {
                    post.date = date;
                }
            }
            _ => {}
        }
    }
    post
}

/// Front matter and body, parted by the lines of three dashes.
fn parts(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim_start().strip_prefix("---")?;
    let (front_matter, body) = rest.split_once("\n---")?;
    Some((front_matter, body.split_once('\n')?.1))
}

fn unquoted(value: &str) -> String {
    let value = value.trim();
    let inside = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(inside) = inside('\'') {
        inside.replace("''", "'")
    } else {
        inside('"').unwrap_or(value).to_owned()
    }
}

/// The forms of dates that a corpus has; without a zone they are China's.
fn rfc3339(date: &str) -> Option<String> {
    const PATTERNS: [&str; 3] = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M"];
    let zoned = DateTime::parse_from_rfc2822(date)
        .or_else(|_| DateTime::parse_from_rfc3339(date))
        .ok();
    let local = || {
        PATTERNS
            .iter()
            .find_map(|pattern| NaiveDateTime::parse_from_str(date, pattern).ok())
            .or_else(|| {
                NaiveDate::parse_from_str(date, "%Y-%m-%d")
                    .ok()?
                    .and_hms_opt(0, 0, 0)
            })?
            .and_local_timezone(FixedOffset::east_opt(8 * 3600)?)
            .single()
    };
    Some(zoned.or_else(local)?.to_rfc3339())
}

/// The post as a file. Strings are written as JSON, which both YAML 1.2 and TOML understand.
fn written(post: &Plain<'_>, number: u64, form: Form) -> String {
    let Plain {
        title, date, body, ..
    } = post;
    let title = Value::from(title.as_str());
    let terms = Value::from(match form {
        Form::Hexo => post.categories.clone(),
        Form::Hugo | Form::Zola => (1..=post.categories.len())
            .map(|depth| post.categories[..depth].join("-"))
            .collect(),
    });
    match form {
        Form::Hugo => format!(
            "---\ntitle: {title}\ndate: {date}\nslug: p{number}\ncategories: {terms}\n---\n{body}"
        ),
        Form::Zola => format!(
            "+++\ntitle = {title}\ndate = {date}\npath = \"{}/p{number}\"\n[taxonomies]\ncategories = {terms}\n+++\n{body}",
            date[..10].replace('-', "/")
        ),
        Form::Hexo => format!(
            "---\ntitle: {title}\ndate: {date}\ncategories: {terms}\ndisableNunjucks: true\n---\n{body}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, NO_DATE, Plain, convert, read, rfc3339, written};

    #[test]
    fn dates_of_every_form_become_rfc_3339() {
        for (date, wanted) in [
            (
                "Wed, 23 Feb 2022 07:18:34 GMT",
                Some("2022-02-23T07:18:34+00:00"),
            ),
            (
                "2022-02-23T07:18:34.000Z",
                Some("2022-02-23T07:18:34+00:00"),
            ),
            (
                "2022-02-23T15:18:34+08:00",
                Some("2022-02-23T15:18:34+08:00"),
            ),
            ("2022-02-23 15:18:34", Some("2022-02-23T15:18:34+08:00")),
            ("2022/02/23 15:18", Some("2022-02-23T15:18:00+08:00")),
            ("2022年2月23日 15:18", Some("2022-02-23T15:18:00+08:00")),
            ("2022-02-23", Some("2022-02-23T00:00:00+08:00")),
            ("", None),
            ("yesterday", None),
        ] {
            assert_eq!(rfc3339(date).as_deref(), wanted, "{date}");
        }
    }

    #[test]
    fn a_post_is_read_with_its_mistakes() {
        let text = "\n---\ntitle: 'it''s: one'\ncategories: \n - 甲\n - '乙'\nauthor: x\ndate: 2022-02-23\n---\n\n<div>\n---\n</div>\n";
        let post = read(text, "name");
        assert_eq!(
            post,
            Plain {
                title: "it's: one".to_owned(),
                date: "2022-02-23T00:00:00+08:00".to_owned(),
                categories: vec!["甲".to_owned(), "乙".to_owned()],
                body: "\n<div>\n---\n</div>\n",
            }
        );
    }

    #[test]
    fn anything_is_a_post() {
        for text in [
            "",
            "text",
            "---",
            "---\n---",
            "---\ntitle: \n---\n",
            "---\n- a\n:\n---\nx",
        ] {
            let post = read(text, "name");
            assert_eq!(
                (post.title.as_str(), post.date.as_str()),
                ("name", NO_DATE),
                "{text:?}"
            );
        }
    }

    #[test]
    fn every_peer_gets_its_form() {
        let post = Plain {
            title: "“一” \"二\"".to_owned(),
            date: "2022-02-23T00:00:00+08:00".to_owned(),
            categories: vec!["甲".to_owned(), "乙".to_owned()],
            body: "<p>\n",
        };
        for (form, wanted) in [
            (
                Form::Hugo,
                "---\ntitle: \"“一” \\\"二\\\"\"\ndate: 2022-02-23T00:00:00+08:00\nslug: p7\ncategories: [\"甲\",\"甲-乙\"]\n---\n<p>\n",
            ),
            (
                Form::Zola,
                "+++\ntitle = \"“一” \\\"二\\\"\"\ndate = 2022-02-23T00:00:00+08:00\npath = \"2022/02/23/p7\"\n[taxonomies]\ncategories = [\"甲\",\"甲-乙\"]\n+++\n<p>\n",
            ),
            (
                Form::Hexo,
                "---\ntitle: \"“一” \\\"二\\\"\"\ndate: 2022-02-23T00:00:00+08:00\ncategories: [\"甲\",\"乙\"]\ndisableNunjucks: true\n---\n<p>\n",
            ),
        ] {
            assert_eq!(written(&post, 7, form), wanted, "{form:?}");
        }
    }

    #[test]
    fn posts_are_converted_and_other_files_are_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let content = folder.path().join("content/a");
        std::fs::create_dir_all(&content).expect("it can be made");
        for (name, text) in [
            ("one.md", "---\ntitle: x\n---\nbody"),
            ("two.md", ""),
            ("three.png", ""),
        ] {
            std::fs::write(content.join(name), text).expect("it can be written");
        }
        let out = folder.path().join("out");
        assert_eq!(
            convert(&folder.path().join("content"), &out, Form::Hugo),
            Ok(2)
        );
        let first = std::fs::read_to_string(out.join("p0.md")).expect("it is there");
        assert!(first.ends_with("---\nbody"), "{first}");
        assert!(out.join("p1.md").exists() && !out.join("p2.md").exists());
    }
}
