//! A filter for addresses: one a line on standard input, what the rules leave of each on
//! standard output (an empty line for one that is removed).
//!
//! `--image` judges them as images', `--keep-affiliates` leaves links that pay somebody,
//! `--rules FILE` adds a file in ClearURLs' format.

use std::error::Error;
use std::io::{self, BufRead as _, BufWriter, Write as _};

use newsprint_model::config::Affiliate;
use newsprint_rewrite::links::{LinkRules, Verdict};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let affiliate = if has("--keep-affiliates") {
        Affiliate::Keep
    } else {
        Affiliate::Strip
    };
    let mut rules = LinkRules::built_in(affiliate);
    for pair in arguments.windows(2).filter(|pair| pair[0] == "--rules") {
        rules.add_clearurls(&std::fs::read_to_string(&pair[1])?)?;
    }
    let mut output = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let verdict = if has("--image") {
            rules.image(&line, None)
        } else {
            rules.link(&line, None)
        };
        match verdict {
            Verdict::Keep => writeln!(output, "{line}")?,
            Verdict::Cleaned(url) | Verdict::Unwrapped(url) => writeln!(output, "{url}")?,
            Verdict::Removed(_) => writeln!(output)?,
        }
    }
    output.flush()?;
    Ok(())
}
