//! Real posts, where there are any at hand: set `NEWSPRINT_CORPUS` to a content folder.

#![allow(
    clippy::print_stderr,
    reason = "the warnings are for a person to judge"
)]

use std::path::PathBuf;

use newsprint_source::{FileBuffer, Outcome, Reader, load_body, scan};

use crate::common;

#[test]
fn no_post_of_the_corpus_is_lost() {
    let Some(content) = std::env::var_os("NEWSPRINT_CORPUS").map(PathBuf::from) else {
        return;
    };
    let found = scan(&content);
    assert!(
        !found.posts.is_empty(),
        "{} holds no posts",
        content.display()
    );
    let reader = Reader::new(chrono_tz::Tz::Asia__Shanghai, 200, common::NOW);
    let mut kinds = std::collections::BTreeMap::new();
    for file in found.posts {
        match reader.read(&content, file) {
            Outcome::Post { meta, warnings } => {
                let mut buffer = FileBuffer::of_thread();
                let body = load_body(&mut buffer, &content, &meta.file, &meta.body)
                    .expect("the file can still be read");
                assert_eq!(body.len(), meta.body.len(), "{:?}", meta.file.path);
                assert!(!meta.title.is_empty(), "{:?}", meta.file.path);
                *kinds.entry(format!("{:?}", meta.body_kind)).or_insert(0) += 1;
                for warning in warnings {
                    eprintln!("{warning}");
                }
                if std::env::var_os("NEWSPRINT_CORPUS_SHOW").is_some() {
                    eprintln!(
                        "{:?} {} {:?} {} [{}]",
                        meta.body_kind,
                        meta.words,
                        meta.title,
                        meta.excerpt,
                        meta.file.path.display()
                    );
                }
            }
            Outcome::SetAside(reason) => panic!("{reason}"),
        }
    }
    eprintln!("{kinds:?}");
}
