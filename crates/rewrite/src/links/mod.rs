//! Judges and cleans the addresses in an article body.
//!
//! Every address goes the same way: `resolve` makes it absolute, `unwrap` takes the redirects and
//! proxies around it off, and `clean` takes the tracking parameters off what is left. What counts
//! as a tracker is data, in the crate's `rules/*.toml`, which `rules` compiles once into tables
//! that are asked by host and by parameter name; the cost of a link does not depend on the number
//! of rules. Nothing is serialised anew: a cleaned address is the original one with some bytes
//! left out.

mod address;
mod clean;
mod clearurls;
mod decode;
mod hosts;
mod matcher;
mod resolve;
mod rules;
mod schema;
mod unwrap;

use std::borrow::Cow;

use newsprint_model::Diagnostic;
use newsprint_model::config::Affiliate;

use address::Address;
use clearurls::ClearUrls;
use resolve::{Media, Resolved};
use rules::Tables;

/// The longest chain of redirects that is followed inside one address.
///
/// Real chains have two or three links; an address that hides more is built to exhaust.
const MAX_HOPS: usize = 16;

/// What to do with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The original bytes stand.
    Keep,
    /// The same target without trackers, or made absolute.
    Cleaned(String),
    /// The target that a redirect or a proxy stood in front of, itself cleaned.
    Unwrapped(String),
    /// The address must not be published.
    Removed(RemovedReason),
}

/// Why an address must not be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemovedReason {
    /// There is nothing in it.
    Empty,
    /// It is no address that a browser could follow.
    Unparsable,
    /// It would run a script or carry a document of its own (`javascript:`, `data:` …).
    Script,
    /// It names a file, or a host that exists only in the author's own network.
    Local,
    /// It opens an app that the reader may not have.
    AppScheme,
    /// It offers to share the article on some network.
    ShareDialog,
    /// It is relative, and nobody knows to what.
    Relative,
    /// A rule file declares the whole address to be a tracker.
    Tracker,
}

/// All that is known about trackers, immutable while articles are rewritten, and shared by all
/// workers.
#[derive(Debug)]
pub struct LinkRules {
    tables: Tables,
    clearurls: ClearUrls,
    affiliate: Affiliate,
}

impl LinkRules {
    /// The rules that come with the program; `affiliate` says whether links that pay somebody
    /// are taken apart too.
    pub fn built_in(affiliate: Affiliate) -> Self {
        Self {
            tables: Tables::built_in(affiliate),
            clearurls: ClearUrls::default(),
            affiliate,
        }
    }

    /// Applies a rule file in [ClearURLs' format](https://docs.clearurls.xyz/latest/specs/rules/)
    /// in addition.
    ///
    /// # Errors
    /// An error if the text is not such a file; nothing is added then. A warning if single
    /// patterns use what this regular expression engine lacks (look-around, back-references);
    /// all the others are in force.
    pub fn add_clearurls(&mut self, json: &str) -> Result<(), Diagnostic> {
        self.clearurls.add(json, self.affiliate)
    }

    /// Judges the target of a link. `url` is the attribute's value with its character references
    /// decoded, `base` the address of the article, if it is known.
    pub fn link(&self, url: &str, base: Option<&str>) -> Verdict {
        self.judge(url, base, Media::Link).0
    }

    /// Judges the address of an image, a video or a sound. Unlike a link's it may be a `data:`
    /// URL of a raster image, and it may not lead into the reader's own network.
    pub fn image(&self, url: &str, base: Option<&str>) -> Verdict {
        self.judge(url, base, Media::Image).0
    }

    /// The same, and whether [`is_tracking_pixel_host`](Self::is_tracking_pixel_host) holds of the address that is left.
    pub(crate) fn image_or_pixel(&self, url: &str, base: Option<&str>) -> (Verdict, bool) {
        self.judge(url, base, Media::Image)
    }

    /// Whether fetching the address only counts the reader: an analytics host, a feed's counter,
    /// a one-pixel image.
    pub fn is_tracking_pixel_host(&self, url: &str) -> bool {
        let Resolved::Web(text) = resolve::absolute(url, None, Media::Image) else {
            return false;
        };
        Address::parse(&text).is_some_and(|address| {
            self.tables.matched(&address).is_pixel(&address) || self.clearurls.blocks(&address)
        })
    }

    /// Whether the address opens some network's dialog for sharing the article.
    pub fn is_share_dialog(&self, url: &str) -> bool {
        let Resolved::Web(text) = resolve::absolute(url, None, Media::Link) else {
            return false;
        };
        Address::parse(&text).is_some_and(|address| self.tables.is_share_dialog(&address))
    }

    /// The verdict on an address, and whether what is left is an image that only counts its readers.
    fn judge(&self, url: &str, base: Option<&str>, media: Media) -> (Verdict, bool) {
        let removed = |reason| (Verdict::Removed(reason), false);
        let mut text = match resolve::absolute(url, base, media) {
            Resolved::Web(text) => text,
            Resolved::Other(text) => return (verdict(url, text, false), false),
            Resolved::Removed(reason) => return removed(reason),
        };
        let mut unwrapped = false;
        for _ in 0..MAX_HOPS {
            let Some(address) = Address::parse(&text) else {
                return removed(RemovedReason::Unparsable);
            };
            if hosts::is_local(&address, media) {
                return removed(RemovedReason::Local);
            }
            let matched = self.tables.matched(&address);
            if media == Media::Link && matched.is_share_dialog(&address) {
                return removed(RemovedReason::ShareDialog);
            }
            let target =
                unwrap::target(&matched, &address).or_else(|| self.clearurls.target(&address));
            if let Some(target) = target {
                text = Cow::Owned(target);
                unwrapped = true;
                continue;
            }
            if self.clearurls.blocks(&address) {
                return removed(RemovedReason::Tracker);
            }
            // Without its trackers an address may show that it carries another one, so it is judged again.
            match clean::clean(&self.tables, &self.clearurls, &matched, &address) {
                Some(cleaned) => text = Cow::Owned(cleaned),
                None => {
                    let counts = media == Media::Image && matched.is_pixel(&address);
                    return (verdict(url, text, unwrapped), counts);
                }
            }
        }
        removed(RemovedReason::Unparsable)
    }
}

/// Says what became of `url` now that `text` is left of it.
fn verdict(url: &str, text: Cow<'_, str>, unwrapped: bool) -> Verdict {
    if unwrapped {
        Verdict::Unwrapped(text.into_owned())
    } else if text == url {
        Verdict::Keep
    } else {
        Verdict::Cleaned(text.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static RULES: LazyLock<LinkRules> = LazyLock::new(|| LinkRules::built_in(Affiliate::default()));

    proptest! {
        #[test]
        fn whether_an_image_counts_is_asked_of_what_is_left_of_its_address(
            start in "(https?:)?//(www\\.google-analytics\\.com|a:b@HM.baidu.com|img\\.example\\.com\\.?|127\\.0\\.0\\.1)",
            end in "(/collect|/hm\\.gif|/a\\.jpg|/1x1\\.gif|/spacer\\.gif)?([?&;]utm_source=a|;jsessionid=b|\\?url=https%3A%2F%2Fhm\\.baidu\\.com%2Fhm\\.gif| |#c|\\PC){0,3}",
        ) {
            let address = format!("{start}{end}");
            let (verdict, counts) = RULES.image_or_pixel(&address, None);
            prop_assert_eq!(&verdict, &RULES.image(&address, None));
            let left = match verdict {
                Verdict::Keep => Some(address),
                Verdict::Cleaned(left) | Verdict::Unwrapped(left) => Some(left),
                Verdict::Removed(_) => None,
            };
            prop_assert_eq!(counts, left.is_some_and(|left| RULES.is_tracking_pixel_host(&left)));
        }
    }
}
