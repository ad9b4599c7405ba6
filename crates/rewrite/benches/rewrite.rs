//! What a body costs: an article of 6 KiB as crawlers leave it, ten and a hundred of them in one, and a hostile one.

use std::sync::Arc;

use divan::Bencher;
use divan::counter::BytesCount;
use newsprint_rewrite::links::LinkRules;
use newsprint_rewrite::{Context, Options, Rewriter, absolutize};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// An article of at least that many bytes.
fn article(bytes: usize) -> String {
    let part = "<p style=\"text-indent: 2em; line-height: 1.75em; color: rgb(51, 51, 51);\">　　今天上午，<strong>开放地图</strong>项目公布了\
        <a href=\"https://maps.example/news/42?utm_source=feed&amp;utm_medium=rss&amp;id=7\" target=\"_blank\">新的数据格式</a>，\
        数据体积比上一版减少了三分之一，读取速度提高一倍。项目负责人在邮件列表中说，新格式已经过两年的试用，兼容现有的全部工具。</p>\
        <p style=\"text-align: center;\"><img class=\"lazyload\" src=\"https://img.example/loading.gif\" data-src=\"https://img.example/2022/09/map.jpg?imageView2/2/w/1000\" data-w=\"1000\" data-ratio=\"0.5625\" alt=\"\"></p>\
        <p style=\"text-align: center; font-size: 12px;\"><span style=\"color: #888;\">图为新格式的示意</span></p>\
        <section><span>社区成员可以从即日起下载试用。<br><br>　　详情见<a href=\"https://link.example/?target=https%3A%2F%2Fwiki.example%2Fformat\">说明页</a>。</span></section>\n\
        <div class=\"share-box\"><a href=\"https://service.weibo.com/share/share.php?url=x\">微博</a></div>";
    part.repeat(bytes.div_ceil(part.len()))
}

fn rewriter() -> Rewriter {
    Rewriter::new(
        Arc::new(LinkRules::built_in(Default::default())),
        Options::default(),
    )
}

#[divan::bench(args = [6 << 10, 60 << 10, 600 << 10])]
fn rewrite(bencher: Bencher<'_, '_>, bytes: usize) {
    let (mut rewriter, body) = (rewriter(), article(bytes));
    bencher
        .counter(BytesCount::of_str(&body))
        .bench_local(|| rewriter.rewrite(&body, &Context::default()));
}

#[divan::bench]
fn rewrite_hostile(bencher: Bencher<'_, '_>) {
    let (mut rewriter, body) = (rewriter(), "<p><b><i><table>x<a href=x><div>".repeat(200));
    bencher
        .counter(BytesCount::of_str(&body))
        .bench_local(|| rewriter.rewrite(&body, &Context::default()));
}

#[divan::bench]
fn absolutize_nothing(bencher: Bencher<'_, '_>) {
    let body = rewriter()
        .rewrite(&article(6 << 10), &Context::default())
        .html;
    bencher
        .counter(BytesCount::of_str(&body))
        .bench_local(|| absolutize(&body, "https://news.example/a.html").len());
}
