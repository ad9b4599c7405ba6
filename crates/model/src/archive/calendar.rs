//! Makes the calendar out of the posts' dates.

use std::collections::BTreeMap;

use chrono::Datelike;
use chrono_tz::Tz;

use super::{Day, Month, PostId, Year, local};

/// The years, months and days that have posts, given the times of posts in order.
pub(super) fn calendar(times: impl Iterator<Item = i64>, timezone: Tz) -> Vec<Year> {
    // Posts are in order of time, but where clocks go back over midnight a local day can come twice.
    let mut days: BTreeMap<(i32, u32, u32), Vec<PostId>> = BTreeMap::new();
    let dated = times.zip(0..).map(|(seconds, id)| {
        let date = local(timezone, seconds).date_naive();
        ((date.year(), date.month(), date.day()), PostId(id))
    });
    let dated: Vec<_> = dated.collect();
    for day in dated.chunk_by(|(a, _), (b, _)| a == b) {
        let posts = days.entry(day[0].0).or_default();
        posts.extend(day.iter().map(|(_, id)| id));
    }
    let mut years: Vec<Year> = Vec::new();
    for ((year, month, day), posts) in days {
        if years.last().map(|y| y.year) != Some(year) {
            years.push(Year {
                year,
                posts: Vec::new(),
                months: Vec::new(),
            });
        }
        let Some(in_year) = years.last_mut() else {
            continue;
        };
        if in_year.months.last().map(|m| m.month) != Some(month) {
            in_year.months.push(Month {
                month,
                posts: Vec::new(),
                days: Vec::new(),
            });
        }
        let Some(in_month) = in_year.months.last_mut() else {
            continue;
        };
        in_year.posts.extend(&posts);
        in_month.posts.extend(&posts);
        in_month.days.push(Day { day, posts });
    }
    for year in &mut years {
        year.posts.sort_unstable();
        year.months.iter_mut().for_each(|m| m.posts.sort_unstable());
    }
    years
}
