//! One post: its front matter as crawlers write it, mistakes included, around a scraped body.

use chrono::{DateTime, FixedOffset};

use super::body;
use super::random::Random;
use super::size::Sizes;
use super::text;
use super::tree::{Channel, DateForm, Tree};

/// A post that is ready to be written.
pub(crate) struct Post {
    /// Section, source and channel.
    pub(crate) folder: [&'static str; 3],
    /// The file's name without its extension: the title, without what file systems do not like.
    pub(crate) name: String,
    /// The whole file.
    pub(crate) text: String,
}

/// What crawlers get wrong, in about one file of a hundred.
#[derive(Clone, Copy)]
enum Mistake {
    /// `title: one: two`, which is not YAML
    UnquotedColon,
    /// `title: 'it's'`
    QuoteInQuotes,
    /// `title: “one”two`, typographic quotes for YAML's
    CurlyQuotes,
    /// Entities of HTML in the title
    Entities,
    /// No date at all
    NoDate,
    /// The date's key without a value
    EmptyDate,
}

const MISTAKES: [Mistake; 6] = [
    Mistake::UnquotedColon,
    Mistake::QuoteInQuotes,
    Mistake::CurlyQuotes,
    Mistake::Entities,
    Mistake::NoDate,
    Mistake::EmptyDate,
];

/// 2014-01-01T00:00:00Z, the first moment of the archive, in seconds since 1970.
const FIRST: u64 = 1_388_534_400;
/// Ten years in seconds.
const SPAN: u64 = 3_652 * 86_400;

/// When a post was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// At some time within the ten years.
    AnyTime,
    /// After them, a minute for each number; the file says so without a mistake.
    Newest,
}

/// The post of a number: the same for the same seed, whatever else is made.
pub(crate) fn post(seed: u64, number: u64, when: When, tree: &Tree, sizes: &Sizes) -> Post {
    let mut random = Random::new(seed, number);
    let channel = tree.draw(&mut random);
    let size = sizes.at(random.unit());
    let title = text::title(&mut random, channel.language);
    let mistake = random.per_mille(10).then(|| random.pick(&MISTAKES));
    let image = lead_image(&mut random, channel, size);
    let seconds = FIRST + random.between(0, SPAN);
    let (seconds, mistake) = match when {
        When::AnyTime => (seconds, mistake),
        When::Newest => (FIRST + SPAN + number * 60, None),
    };
    let date = date(seconds, channel.dates);
    let mut text = front_matter(channel, &title, &image, &date, mistake);
    let rest = size.saturating_sub(text.len() + body::FRAME);
    body::write(&mut random, channel, &title, rest, &mut text);
    Post {
        folder: [channel.section, channel.source, channel.name],
        name: file_name(&title),
        text,
    }
}

/// The keys that every file of such a crawler has, and the blank line before them.
fn front_matter(
    channel: &Channel,
    title: &str,
    image: &str,
    date: &str,
    mistake: Option<Mistake>,
) -> String {
    let title = written_title(title, mistake);
    let date = match mistake {
        Some(Mistake::NoDate) => String::new(),
        Some(Mistake::EmptyDate) => "date: \n".to_owned(),
        _ => format!("date: {date}\n"),
    };
    let Channel {
        section,
        source,
        name,
        ..
    } = channel;
    format!(
        "\n---\ntitle: {title}\ncategories: \n - {section}\n - {source}\n - {name}\nheadimg: '{image}'\nauthor: {source}\ncomments: false\n{date}thumbnail: '{image}'\n---\n"
    )
}

/// The title as YAML, or as somebody's idea of it.
fn written_title(title: &str, mistake: Option<Mistake>) -> String {
    match mistake {
        Some(Mistake::UnquotedColon) => format!("{}: {title}", title.replace(['"', '\''], "")),
        Some(Mistake::QuoteInQuotes) => format!("'It's {title}'"),
        Some(Mistake::CurlyQuotes) => format!("“{title}“"),
        Some(Mistake::Entities) => format!(
            "'{} &ldquo;&amp;&rdquo;&nbsp;&#39;'",
            title.replace('\'', "&#39;")
        ),
        // Both are what serialisers of YAML do; the one escapes nothing but the quote itself.
        _ if title.contains('"') || !title.contains('\'') => {
            format!("'{}'", title.replace('\'', "''"))
        }
        _ => format!("\"{}\"", title.replace('\\', "\\\\")),
    }
}

fn lead_image(random: &mut Random, channel: &Channel, size: usize) -> String {
    match random.between(0, 9) {
        0 => String::new(),
        _ if size < 390 => String::new(),
        // Other posts of a line or two have the picture of a service.
        _ if size < 600 => format!("https://pic.example/300?r={}", random.between(0, 9999)),
        _ => body::image_address(random, channel),
    }
}

fn date(seconds: u64, form: DateForm) -> String {
    let hours = if matches!(form, DateForm::Http | DateForm::Utc) {
        0
    } else {
        8
    };
    let moment = FixedOffset::east_opt(hours * 3600)
        .zip(DateTime::from_timestamp(seconds.cast_signed(), 0))
        .map(|(zone, moment)| moment.with_timezone(&zone))
        .unwrap_or_default();
    let pattern = match form {
        DateForm::Http => "%a, %d %b %Y %H:%M:%S GMT",
        DateForm::Utc => "%Y-%m-%dT%H:%M:%S.000Z",
        DateForm::Offset => "%Y-%m-%dT%H:%M:%S%:z",
        DateForm::Plain => "%Y-%m-%d %H:%M:%S",
        DateForm::Slashes => "%Y/%m/%d %H:%M",
        DateForm::Chinese => "%Y年%-m月%-d日 %H:%M",
        DateForm::Day => "%Y-%m-%d",
    };
    moment.format(pattern).to_string()
}

/// Names end well before the 255 bytes that file systems allow, so that a number still fits behind.
fn file_name(title: &str) -> String {
    let mut name: String = title
        .chars()
        .map(|letter| {
            if r#"/\:*?"<>|"#.contains(letter) {
                '_'
            } else {
                letter
            }
        })
        .collect();
    while name.len() > 200 {
        name.pop();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{DateForm, Mistake, date, file_name, written_title};

    #[test]
    fn a_moment_is_written_in_every_form() {
        let cases = [
            (DateForm::Http, "Wed, 23 Feb 2022 07:18:34 GMT"),
            (DateForm::Utc, "2022-02-23T07:18:34.000Z"),
            (DateForm::Offset, "2022-02-23T15:18:34+08:00"),
            (DateForm::Plain, "2022-02-23 15:18:34"),
            (DateForm::Slashes, "2022/02/23 15:18"),
            (DateForm::Chinese, "2022年2月23日 15:18"),
            (DateForm::Day, "2022-02-23"),
        ];
        for (form, written) in cases {
            assert_eq!(date(1_645_600_714, form), written);
        }
    }

    #[test]
    fn titles_are_quoted_as_yaml_wants_or_not() {
        let cases = [
            ("一二", None, "'一二'"),
            ("It's 一", None, "\"It's 一\""),
            ("\"一\"", None, "'\"一\"'"),
            ("\"一\" it's", None, "'\"一\" it''s'"),
            ("一 & 二", Some(Mistake::UnquotedColon), "一 & 二: 一 & 二"),
            ("一", Some(Mistake::QuoteInQuotes), "'It's 一'"),
            ("一", Some(Mistake::CurlyQuotes), "“一“"),
            ("一", Some(Mistake::NoDate), "'一'"),
        ];
        for (title, mistake, written) in cases {
            assert_eq!(written_title(title, mistake), written);
        }
    }

    #[test]
    fn file_names_hold_nothing_that_a_file_system_refuses() {
        assert_eq!(file_name("一: \"二\"/三? <四>|\\*"), "一_ _二__三_ _四____");
        let long = file_name(&"长".repeat(100));
        assert_eq!(long, "长".repeat(66));
    }
}
