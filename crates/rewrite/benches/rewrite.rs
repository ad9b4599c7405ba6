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

/// An article of at least that many bytes, as dense in markup as scraped articles are on average: in 6 KiB
/// some 45 elements, three links and three images.
fn article(bytes: usize) -> String {
    const PART: &str = concat!(
        "<p style=\"text-indent: 2em; line-height: 1.75em; color: rgb(51, 51, 51);\">　　今天上午，<strong>开放地图</strong>项目公布了",
        "<a href=\"https://maps.example/news/42?utm_source=feed&amp;id=7\" target=\"_blank\">新的数据格式</a>，",
        "数据体积比上一版减少了三分之一，读取速度提高一倍。项目负责人在邮件列表中说，新格式已经过两年的试用，兼容现有的全部工具。</p>\n",
        "<p style=\"text-align: center;\"><img class=\"lazyload\" src=\"https://img.example/loading.gif\" ",
        "data-src=\"https://img.example/2022/09/map.jpg?imageView2/2/w/1000\" data-w=\"1000\" data-ratio=\"0.5625\" alt=\"\"></p>\n",
        "<p style=\"text-align: center; font-size: 12px;\"><span style=\"color: #888;\">图为新格式的示意</span></p>\n",
        "<section><span>社区成员可以从即日起下载试用，并在论坛里报告遇到的问题，开发组会在每周三集中答复。<br><br>　　",
        "下一版预计在明年春天发布，届时将加入增量更新，用户不必每次都下载完整的文件，网络条件不好的地区也能及时得到新数据。</span></section>\n",
        "<p>　　格式的说明文档共有一百二十页，由十一位志愿者用八个月写成，已经译成中文、法文和西班牙文。文档采用知识共享协议，",
        "任何人都可以复制、修改和再发布。项目组还提供了一套测试数据，供各家软件核对自己的读写结果是否与规范一致。</p>\n",
        "<div class=\"text-block\"><div><p><span style=\"font-size: 16px;\">多家地图软件表示将在下一个版本里支持新格式，",
        "其中两家已经放出了测试版，用户反馈启动时间明显缩短，手机上的耗电也有所下降。旧格式至少保留到后年年底。</span></p></div></div>\n",
    );
    PART.repeat(bytes.div_ceil(PART.len()))
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
