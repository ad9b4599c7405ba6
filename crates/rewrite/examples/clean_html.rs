//! An article body on standard input, the rewritten body on standard output, what was changed on standard error.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use std::io::Read;
use std::sync::Arc;

use newsprint_rewrite::{Context, Options, Rewriter, links::LinkRules};

fn main() -> std::io::Result<()> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let rules = Arc::new(LinkRules::built_in(Default::default()));
    let rewritten = Rewriter::new(rules, Options::default())
        .rewrite(&String::from_utf8_lossy(&bytes), &Context::default());
    println!("{}", rewritten.html);
    eprintln!("{:?}\n{:?}", rewritten.counts, rewritten.facts);
    Ok(())
}
