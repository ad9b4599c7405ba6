//! What queries mean, on a handful of posts: the plain scan that the index is tested against.

use newsprint_search::query::{Query, ScannedPost, scan};

fn posts() -> Vec<ScannedPost> {
    let post = |title: &str, text: &str, path: [&str; 2], author: &str, year: i32| ScannedPost {
        source: path[1].to_owned(),
        categories: path.map(str::to_owned).to_vec(),
        authors: vec![author.to_owned()],
        year,
        ..ScannedPost::of(title, text)
    };
    vec![
        post(
            "钉钉推出低代码平台",
            "企业可以自己搭建应用。\n支持 iPhone",
            ["科技", "某报"],
            "张三",
            2021,
        ),
        post(
            "釘釘與低代碼",
            "5G手機上也能用",
            ["科技", "IT之家"],
            "李四",
            2022,
        ),
        post(
            "Open source news",
            "The Linux kernel 5.18 is out, says 某报",
            ["News", "LWN"],
            "Anne Example",
            2023,
        ),
        post(
            "低代 与 代码",
            "两件事",
            ["随笔", "某报海外版"],
            "张三丰",
            2024,
        ),
    ]
}

#[test]
fn queries_find_posts() {
    let cases: [(&str, &[usize]); 30] = [
        ("", &[]),
        ("钉钉 低代码", &[0, 1]),
        ("釘釘", &[0, 1]),
        ("低代码", &[0, 1]),
        ("低代", &[0, 1, 3]),
        ("代", &[0, 1, 3]),
        ("5G", &[1]),
        ("5g手机", &[1]),
        ("\"5g手机\"", &[1]),
        ("\"5g 手机\"", &[]),
        ("linux", &[2]),
        ("lin", &[2]),
        ("l", &[]),
        ("lin ", &[]),
        ("lin kernel", &[]),
        ("\"linux kernel\"", &[2]),
        ("\"kernel linux\"", &[]),
        ("\"kernel 5 18\"", &[2]),
        ("-低代码 代", &[3]),
        ("某报", &[2]),
        ("source:某报", &[0]),
        ("source:某", &[0, 3]),
        ("in:科技", &[0, 1]),
        ("in:科技 -source:it之家", &[0]),
        ("author:张三", &[0]),
        ("author:李", &[]),
        ("author:anne", &[2]),
        ("year:2022", &[1]),
        ("year:2022-2024 代", &[1, 3]),
        ("year:soon", &[]),
    ];
    let posts = posts();
    for (text, expected) in cases {
        assert_eq!(scan(&posts, &Query::parse(text)), expected, "{text}");
    }
}
