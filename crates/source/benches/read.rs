//! How long one thread takes to read a post. With `NEWSPRINT_CORPUS` set to a content folder
//! its posts are read; otherwise a made-up one of the usual size is.

use std::path::PathBuf;

use divan::counter::{BytesCount, ItemsCount};
use newsprint_model::SourceFile;
use newsprint_source::{Reader, scan};

fn main() {
    divan::main();
}

fn posts() -> Vec<(SourceFile, Vec<u8>)> {
    match std::env::var_os("NEWSPRINT_CORPUS").map(PathBuf::from) {
        Some(content) => scan(&content)
            .posts
            .into_iter()
            .filter_map(|file| {
                std::fs::read(content.join(&file.path))
                    .ok()
                    .map(|bytes| (file, bytes))
            })
            .collect(),
        None => vec![made_up()],
    }
}

fn made_up() -> (SourceFile, Vec<u8>) {
    let front = "\n---\ntitle: '新版发布：速度更快，占用更少'\ncategories: \n - 新闻\n - 某站\n - 最新\nheadimg: 'https://img.example/a.jpg'\nauthor: 某站\ncomments: false\ndate: Wed, 23 Feb 2022 07:18:34 GMT\nthumbnail: 'https://img.example/a.jpg'\n---\n\n";
    let paragraph = "<p style=\"text-indent: 2em;\">这一版改写了<strong>存储层</strong>，读取<a href=\"https://a.example/x\">大文件</a>时占用的内存少了一半。</p>";
    let bytes = format!("{front}<div>\n{}\n</div>\n", paragraph.repeat(42)).into_bytes();
    let file = SourceFile {
        path: "新闻/某站/最新/新版发布.md".into(),
        size: bytes.len() as u64,
        mtime: 0,
    };
    (file, bytes)
}

#[divan::bench]
fn parse(bencher: divan::Bencher<'_, '_>) {
    let posts = posts();
    let reader = Reader::new(chrono_tz::Tz::Asia__Shanghai, 200, 1_700_000_000);
    let bytes: usize = posts.iter().map(|(_, bytes)| bytes.len()).sum();
    bencher
        .counter(ItemsCount::new(posts.len()))
        .counter(BytesCount::new(bytes))
        .bench(|| {
            for (file, bytes) in &posts {
                divan::black_box(reader.parse(file.clone(), bytes));
            }
        });
}
