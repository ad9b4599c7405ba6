//! The body of a post: a line, a short item or an article, filled to a size.

use super::markup::Writer;
use super::random::Random;
use super::text::Language;
use super::tree::{Channel, Style};

pub(crate) use super::markup::image_address;

const BEFORE: &str = "\n<div>   \n";
const AFTER: &str = "  \n</div>\n            ";

/// What stands around every body, in bytes.
pub(crate) const FRAME: usize = BEFORE.len() + AFTER.len();

/// Bodies below this many bytes are a line of news.
const LINE: usize = 260;
/// Bodies below this many bytes are a short item: a picture, a few lines.
const ITEM: usize = 1_500;

/// Adds a body of about so many bytes.
pub(crate) fn write(
    random: &mut Random,
    channel: &Channel,
    title: &str,
    bytes: usize,
    out: &mut String,
) {
    out.push_str(BEFORE);
    let end = out.len() + bytes;
    let mut writer = Writer::new(random, channel, out);
    if bytes < LINE {
        line(&mut writer, title, end);
    } else if bytes < ITEM {
        item(&mut writer, end);
    } else {
        article(&mut writer, end);
    }
    out.push_str(AFTER);
}

/// A line of news: text alone, or the title again, or a link to where the whole of it stands.
fn line(writer: &mut Writer<'_>, title: &str, end: usize) {
    match writer.random.between(0, 9) {
        0 | 1 if title.len() + 10 < writer.left(end) => {
            writer.text_of(title);
            writer.out.push_str("<br>");
            writer.passage(writer.left(end));
        }
        2 | 3 if writer.left(end) > 120 => {
            writer.passage(writer.left(end) - 90);
            writer.link();
        }
        4 if writer.left(end) > 180 => writer.image(),
        5 => writer.element("p", &[], |writer| writer.passage(writer.left(end))),
        _ => writer.passage(writer.left(end)),
    }
}

/// A short item: a picture or a film with a few lines around it.
fn item(writer: &mut Writer<'_>, end: usize) {
    match writer.random.between(0, 11) {
        0..=4 => {
            writer.image();
            writer.out.push_str("<br>");
        }
        5 => writer.frame(),
        6 => writer.film(),
        7 => writer.paragraph(120),
        _ => {}
    }
    while writer.left(end) > 60 {
        let room = writer.left(end);
        match writer.random.between(0, 9) {
            0..=2 => writer.paragraph(room.min(400)),
            3 if room > 250 => writer.image(),
            4 if room > 250 => {
                writer.passage(60);
                writer.link();
            }
            _ => {
                writer.passage(room.min(320));
                writer.out.push_str("<br>");
            }
        }
    }
}

/// What an article is made of besides paragraphs.
#[derive(Clone, Copy)]
enum Block {
    Paragraph,
    Image,
    Gallery,
    Heading,
    List,
    Quote,
    Code,
    Figure,
    Table,
    Frame,
    Film,
    Rule,
    Card,
    Digest,
    Empty,
}

/// How often a block comes, among 1,000 of an article by an editor.
const BLOCKS: [(u64, Block); 15] = [
    (711, Block::Paragraph),
    (105, Block::Image),
    (5, Block::Gallery),
    (75, Block::Heading),
    (18, Block::List),
    (9, Block::Quote),
    (7, Block::Code),
    (9, Block::Figure),
    (2, Block::Table),
    (3, Block::Frame),
    (2, Block::Film),
    (4, Block::Rule),
    (22, Block::Card),
    (6, Block::Digest),
    (18, Block::Empty),
];

fn article(writer: &mut Writer<'_>, end: usize) {
    let wrapped = writer.random.per_mille(600);
    if wrapped {
        writer.open_wrapper();
    }
    let tail = writer.random.between(0, 99);
    // The tail is part of the size.
    let body_end = if tail < 20 { end - 350 } else { end };
    while writer.left(body_end) > 40 {
        let mut block = writer.random.weighted(&BLOCKS);
        if writer.left(body_end) < 500 {
            block = Block::Paragraph;
        }
        write_block(writer, block, body_end);
    }
    match tail {
        0..=5 => writer.share_buttons(),
        6..=11 => writer.related(),
        12..=16 => writer.pixel(),
        17..=19 => writer.script(),
        20..=29 => writer.copyright(),
        _ => {}
    }
    if wrapped {
        writer.close_wrapper();
    }
}

fn write_block(writer: &mut Writer<'_>, block: Block, end: usize) {
    let room = writer.left(end);
    match block {
        Block::Paragraph => {
            let length = paragraph_length(writer).min(room);
            writer.paragraph(length);
        }
        Block::Image => writer.image_block(),
        Block::Gallery => writer.gallery(),
        Block::Heading => writer.heading(),
        Block::List => writer.list(),
        Block::Quote => writer.quote(),
        Block::Code => writer.code(),
        Block::Figure => writer.figure(),
        Block::Table => writer.table(),
        Block::Frame => writer.frame(),
        Block::Film => writer.film(),
        Block::Rule => writer.out.push_str("<hr>"),
        Block::Card => writer.card(),
        Block::Digest => writer.digest(),
        Block::Empty => writer.out.push_str("<p><br></p>"),
    }
}

/// Most paragraphs are short, some are long; those that `br` part are longer.
fn paragraph_length(writer: &mut Writer<'_>) -> usize {
    let longest = match (writer.channel.style, writer.channel.language) {
        (Style::Breaks, _) => 560,
        (_, Language::English) => 480,
        _ => 420,
    };
    let (one, other) = (
        writer.random.between(20, longest),
        writer.random.between(20, longest),
    );
    one.min(other) as usize + 20
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::{FRAME, Random, write};

    #[test]
    fn bodies_have_about_the_size_asked_for_and_stand_in_a_div() {
        let tree = Tree::new();
        for bytes in [0, 10, 200, 800, 3_000, 20_000, 100_000] {
            for number in 0..40 {
                let mut random = Random::new(bytes as u64, number);
                let channel = tree.draw(&mut random);
                let mut out = String::new();
                write(&mut random, channel, "题目", bytes, &mut out);
                let made = out.len() - FRAME;
                assert!(
                    made <= bytes + bytes / 5 + 700 && made + 400 >= bytes,
                    "{bytes}: {made}"
                );
                assert!(out.starts_with("\n<div>") && out.trim_end().ends_with("</div>"));
            }
        }
    }
}
