//! Sentences and titles.

use super::random::Random;
use super::words::{
    ADJECTIVES, EMOJI, ENGLISH, LATIN, NOUNS, OPENINGS, ORGANISATIONS, PEOPLE, PLACES, REMARKS,
    TIMES, UNITS, VERBS,
};

/// The language of a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Language {
    Chinese,
    English,
}

/// Adds sentences until at least so many bytes have been added. They hold no character that means anything in HTML.
pub(crate) fn passage(random: &mut Random, language: Language, bytes: usize, out: &mut String) {
    let goal = out.len() + bytes;
    while out.len() < goal {
        match language {
            Language::Chinese => sentence(random, out),
            Language::English => english_sentence(random, out),
        }
    }
}

fn sentence(random: &mut Random, out: &mut String) {
    if random.per_mille(250) {
        out.push_str(random.pick(OPENINGS));
    }
    match random.between(0, 9) {
        0 | 1 => out.push_str(&format!(
            "{}，{}在{}{}了{}{}",
            random.pick(TIMES),
            random.pick(ORGANISATIONS),
            random.pick(PLACES),
            random.pick(VERBS),
            random.pick(ADJECTIVES),
            random.pick(NOUNS)
        )),
        2 => out.push_str(&format!(
            "{}表示：“{}，{}的{}更是如此。”{}",
            random.pick(PEOPLE),
            random.pick(REMARKS),
            random.pick(PLACES),
            random.pick(NOUNS),
            random.pick(REMARKS)
        )),
        3 => out.push_str(&format!(
            "{}的{}达到 {}.{} {}，同比增长 {}%",
            random.pick(ORGANISATIONS),
            random.pick(NOUNS),
            random.between(1, 980),
            random.between(0, 9),
            random.pick(UNITS),
            random.between(1, 300)
        )),
        4 => out.push_str(&format!(
            "{}和{}之间的关系，{}曾经{}过，但{}",
            random.pick(NOUNS),
            random.pick(NOUNS),
            random.pick(PEOPLE),
            random.pick(VERBS),
            random.pick(REMARKS)
        )),
        5 => out.push_str(&format!(
            "支持 {} 的{}{}，在《{}》一文里被反复提起",
            random.pick(LATIN),
            random.pick(ADJECTIVES),
            random.pick(NOUNS),
            random.pick(NOUNS)
        )),
        6 => out.push_str(&format!(
            "如果说{}是{}{}，那么{}就是{}的{}",
            random.pick(NOUNS),
            random.pick(ADJECTIVES),
            random.pick(NOUNS),
            random.pick(NOUNS),
            random.pick(PLACES),
            random.pick(NOUNS)
        )),
        7 => out.push_str(random.pick(REMARKS)),
        _ => out.push_str(&format!(
            "{}{}{}{}，{}",
            random.pick(PEOPLE),
            random.pick(VERBS),
            random.pick(ADJECTIVES),
            random.pick(NOUNS),
            random.pick(REMARKS)
        )),
    }
    out.push_str(random.weighted(&[(88, "。"), (5, "？"), (5, "！"), (2, "……")]));
    if random.per_mille(8) {
        out.push_str(random.pick(EMOJI));
    }
}

fn english_sentence(random: &mut Random, out: &mut String) {
    let words = random.between(6, 18);
    for place in 0..words {
        let word = random.pick(ENGLISH);
        if place == 0 {
            out.push_str(&capitalised(word));
        } else {
            out.push(' ');
            out.push_str(word);
        }
    }
    out.push_str(random.pick(&[". ", ". ", ". ", "? ", "! "]));
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A few words, as in a link or a heading.
pub(crate) fn phrase(random: &mut Random, language: Language) -> String {
    match language {
        Language::Chinese => match random.between(0, 2) {
            0 => format!("{}{}", random.pick(ADJECTIVES), random.pick(NOUNS)),
            1 => format!("{}{}", random.pick(VERBS), random.pick(NOUNS)),
            _ => format!("{}的{}", random.pick(PLACES), random.pick(NOUNS)),
        },
        Language::English => {
            let count = random.between(2, 4);
            let words: Vec<&str> = (0..count).map(|_| random.pick(ENGLISH)).collect();
            words.join(" ")
        }
    }
}

/// A title: plain text with every kind of quotes in it, colons, numbers, sometimes an ampersand or an angle bracket.
pub(crate) fn title(random: &mut Random, language: Language) -> String {
    match language {
        Language::Chinese => chinese_title(random),
        Language::English => {
            let mut words: Vec<String> = (0..random.between(3, 9))
                .map(|_| capitalised(random.pick(ENGLISH)))
                .collect();
            match random.between(0, 9) {
                0 => words[0].push(':'),
                1 => words[0] = format!("\"{}\"", words[0]),
                2 => words[0].push_str("'s"),
                3 => words[0].push_str(" &"),
                _ => {}
            }
            words.join(" ")
        }
    }
}

fn chinese_title(random: &mut Random) -> String {
    let noun = random.pick(NOUNS);
    let what = format!("{}{}{noun}", random.pick(VERBS), random.pick(ADJECTIVES));
    let who = random.pick(ORGANISATIONS);
    match random.between(0, 15) {
        0 => format!("“{noun}”为什么{}", random.pick(REMARKS)),
        1 => format!("「{}」{who}{what}", random.pick(NOUNS)),
        2 => format!("《{noun}》：{}", random.pick(REMARKS)),
        3 => format!(
            "{who}{what}：{} {}",
            random.between(2, 999),
            random.pick(UNITS)
        ),
        4 => format!("{who}: {what}"),
        5 => format!("\"{noun}\"的第 {} 天", random.between(2, 400)),
        6 => format!("{who}‘{}’{what}", random.pick(ADJECTIVES)),
        7 => format!("It's {} | {what}", random.pick(LATIN)),
        8 => format!(
            "【{}】{who}{what}，{}",
            random.pick(PLACES),
            random.pick(REMARKS)
        ),
        9 => format!("{} & {noun}，{}", random.pick(LATIN), random.pick(REMARKS)),
        10 => format!(
            "{what}{}？",
            random.pick(&["值不值得买", "还能走多远", "到底贵在哪"])
        ),
        11 => format!("{}{what} #{}", random.pick(PEOPLE), random.between(1, 2000)),
        12 => format!("{}{who}{what}！{}", random.pick(TIMES), random.pick(EMOJI)),
        _ => format!(
            "{who}在{}{what}，{}",
            random.pick(PLACES),
            random.pick(REMARKS)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, Random, passage, phrase, title};

    #[test]
    fn a_passage_has_the_length_asked_for_and_no_markup() {
        for language in [Language::Chinese, Language::English] {
            for bytes in [0, 1, 30, 500, 20_000] {
                let mut out = String::from("before");
                passage(&mut Random::new(3, bytes as u64), language, bytes, &mut out);
                let added = out.len() - "before".len();
                assert!(
                    (bytes..bytes + 400).contains(&added),
                    "{language:?} {bytes}: {added}"
                );
                assert!(!out.contains(['<', '>', '&']), "{out}");
            }
        }
    }

    #[test]
    fn titles_are_single_lines_with_every_kind_of_quotes() {
        let mut random = Random::new(5, 5);
        let titles: Vec<String> = (0..600)
            .map(|number| {
                let language = if number % 4 == 0 {
                    Language::English
                } else {
                    Language::Chinese
                };
                assert!(!phrase(&mut random, language).is_empty());
                title(&mut random, language)
            })
            .collect();
        assert!(titles.iter().all(|title| !title.contains('\n')));
        for wanted in [
            '“', '「', '《', '‘', '"', '\'', '：', ':', '&', '|', '#', '【',
        ] {
            assert!(
                titles.iter().any(|title| title.contains(wanted)),
                "{wanted}"
            );
        }
    }
}
