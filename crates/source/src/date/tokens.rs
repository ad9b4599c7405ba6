//! The text of a date as numbers, words and marks.

/// A piece of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Number {
        value: u64,
        /// How many digits it was written with.
        digits: u8,
    },
    /// In lower case.
    Word(&'a str),
    /// A separator, or one of the units `年月日时分秒`.
    Mark(char),
}

/// A date has fewer pieces than this.
const LIMIT: usize = 40;

/// The pieces of a date.
pub(super) type Tokens<'a> = Vec<Token<'a>>;

/// Words of a fixed meaning, longest first where one begins with another. What stands for
/// nothing is dropped: weekdays, labels.
const PHRASES: &[(&str, &[Token<'static>])] = &[
    ("星期", &[]),
    ("礼拜", &[]),
    ("禮拜", &[]),
    ("周", &[]),
    ("週", &[]),
    ("中国标准时间", &[Token::Word("bjt")]),
    ("中國標準時間", &[Token::Word("bjt")]),
    ("北京时间", &[Token::Word("bjt")]),
    ("北京時間", &[Token::Word("bjt")]),
    ("东八区", &[Token::Word("bjt")]),
    ("台北標準時間", &[Token::Word("bjt")]),
    ("日本標準時", &[Token::Word("jst")]),
    ("发布时间", &[]),
    ("发布日期", &[]),
    ("發布時間", &[]),
    ("更新时间", &[]),
    ("发布于", &[]),
    ("发表于", &[]),
    ("更新于", &[]),
    ("时间", &[]),
    ("日期", &[]),
    ("上午", &[Token::Word("am")]),
    ("午前", &[Token::Word("am")]),
    ("凌晨", &[Token::Word("am")]),
    ("清晨", &[Token::Word("am")]),
    ("早上", &[Token::Word("am")]),
    ("早晨", &[Token::Word("am")]),
    ("下午", &[Token::Word("pm")]),
    ("午後", &[Token::Word("pm")]),
    ("午后", &[Token::Word("pm")]),
    ("中午", &[Token::Word("noon")]),
    ("正午", &[Token::Word("noon")]),
    ("傍晚", &[Token::Word("pm")]),
    ("晚上", &[Token::Word("night")]),
    ("夜间", &[Token::Word("night")]),
    ("夜晚", &[Token::Word("night")]),
    ("深夜", &[Token::Word("night")]),
    ("晚", &[Token::Word("night")]),
    ("早", &[Token::Word("am")]),
    ("오전", &[Token::Word("am")]),
    ("오후", &[Token::Word("pm")]),
    ("小时", &[Token::Mark('?')]),
    ("年", &[Token::Mark('年')]),
    ("년", &[Token::Mark('年')]),
    ("月", &[Token::Mark('月')]),
    ("월", &[Token::Mark('月')]),
    ("日", &[Token::Mark('日')]),
    ("号", &[Token::Mark('日')]),
    ("號", &[Token::Mark('日')]),
    ("일", &[Token::Mark('日')]),
    ("时", &[Token::Mark('时')]),
    ("時", &[Token::Mark('时')]),
    ("点", &[Token::Mark('时')]),
    ("點", &[Token::Mark('时')]),
    ("시", &[Token::Mark('时')]),
    ("分", &[Token::Mark('分')]),
    ("분", &[Token::Mark('分')]),
    ("秒", &[Token::Mark('秒')]),
    ("초", &[Token::Mark('秒')]),
];

/// Cuts a date into pieces; also the name of a zone like `Asia/Shanghai`, if there is one.
/// `None` if it holds anything that has no place in a date.
pub(super) fn read(text: &str) -> Option<(Option<&str>, Tokens<'_>)> {
    let zone = region(text);
    let mut tokens = Tokens::with_capacity(12);
    let mut rest = text;
    let mut parenthesis = 0_usize;
    while let Some(c) = rest.chars().next() {
        if tokens.len() > LIMIT {
            return None;
        }
        if zone.is_some_and(|zone| rest.as_ptr() == zone.as_ptr()) {
            rest = &rest[zone.map_or(0, str::len)..];
            continue;
        }
        rest = match half_width(c) {
            '0'..='9' => number(rest, &mut tokens)?,
            'a'..='z' | 'A'..='Z' => word(rest, parenthesis > 0, &mut tokens),
            '(' | '[' | '<' => {
                parenthesis += 1;
                skip(rest)
            }
            ')' | ']' | '>' => {
                parenthesis = parenthesis.saturating_sub(1);
                skip(rest)
            }
            mark @ ('-' | '+' | '/' | ':' | '.' | ',') => {
                tokens.push(Token::Mark(mark));
                skip(rest)
            }
            '−' | '–' | '—' => {
                tokens.push(Token::Mark('-'));
                skip(rest)
            }
            c if c.is_whitespace()
                || matches!(c, '|' | '\'' | '"' | '@' | ';' | '·' | '、' | '。') =>
            {
                skip(rest)
            }
            // A weekday in brackets, as Japanese has it: `（月）`.
            '月' | '火' | '水' | '木' | '金' | '土' | '日' if parenthesis > 0 => skip(rest),
            _ => chinese(rest, &mut tokens)?,
        };
    }
    Some((zone, tokens))
}

fn skip(text: &str) -> &str {
    let width = text.chars().next().map_or(0, char::len_utf8);
    &text[width..]
}

/// The ASCII form of a full-width character.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

fn number<'a>(text: &'a str, tokens: &mut Tokens<'_>) -> Option<&'a str> {
    let (mut value, mut digits, mut length) = (0_u64, 0_u8, 0);
    for c in text.chars() {
        let Some(digit) = half_width(c).to_digit(10) else {
            break;
        };
        value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
        digits += 1;
        length += c.len_utf8();
    }
    tokens.push(Token::Number { value, digits });
    Some(&text[length..])
}

/// A word in ASCII letters. In brackets stand remarks, of which only a zone's name matters.
fn word<'a, 'w>(text: &'a str, remark: bool, tokens: &mut Tokens<'w>) -> &'a str {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if length == 0 {
        // A full-width letter.
        tokens.push(Token::Mark('?'));
        return skip(text);
    }
    let word = &text[..length];
    let known = super::zone::known_word(word).or_else(|| super::calendar::known_word(word));
    let dotted = |letter: &str| text[length..].to_ascii_lowercase().starts_with(letter);
    let mut rest = &text[length..];
    match known {
        Some(known) => tokens.push(Token::Word(known)),
        None if word.eq_ignore_ascii_case("a") && dotted(".m") => {
            tokens.push(Token::Word("am"));
            rest = rest[2..].strip_prefix('.').unwrap_or(&rest[2..]);
        }
        None if word.eq_ignore_ascii_case("p") && dotted(".m") => {
            tokens.push(Token::Word("pm"));
            rest = rest[2..].strip_prefix('.').unwrap_or(&rest[2..]);
        }
        None if remark => {}
        None => tokens.push(Token::Mark('?')),
    }
    rest
}

/// Chinese (Japanese, Korean) numerals and words.
fn chinese<'a>(text: &'a str, tokens: &mut Tokens<'_>) -> Option<&'a str> {
    let c = text.chars().next()?;
    if numeral(c).is_some() {
        return numerals(text, tokens);
    }
    let (phrase, meaning) = PHRASES
        .iter()
        .find(|(phrase, _)| text.starts_with(phrase))?;
    let mut rest = &text[phrase.len()..];
    tokens.extend_from_slice(meaning);
    if matches!(*phrase, "星期" | "礼拜" | "禮拜" | "周" | "週") {
        let day = rest
            .chars()
            .next()
            .filter(|c| "一二三四五六日天".contains(*c))?;
        rest = &rest[day.len_utf8()..];
    }
    Some(rest)
}

fn numeral(c: char) -> Option<u64> {
    "〇一二三四五六七八九"
        .chars()
        .position(|numeral| numeral == c)
        .map(|value| value as u64)
        .or(match c {
            '零' | '○' | 'Ｏ' => Some(0),
            '两' => Some(2),
            '十' => Some(10),
            '廿' => Some(20),
            '卅' => Some(30),
            _ => None,
        })
}

/// `二〇二二` digit by digit, `二十六` with its tens.
fn numerals<'a>(text: &'a str, tokens: &mut Tokens<'_>) -> Option<&'a str> {
    let (mut value, mut digits, mut length) = (0_u64, 0_u8, 0);
    let mut tens = false;
    for c in text.chars() {
        let Some(numeral) = numeral(c) else { break };
        length += c.len_utf8();
        digits = digits.checked_add(1).filter(|n| *n <= 8)?;
        value = match numeral {
            10 => {
                tens = true;
                value.max(1) * 10
            }
            20 | 30 => {
                tens = true;
                numeral
            }
            unit if tens => value + unit,
            unit => value * 10 + unit,
        };
    }
    tokens.push(Token::Number {
        value,
        digits: if tens { 2 } else { digits },
    });
    Some(&text[length..])
}

/// `Asia/Shanghai`: two words with a stroke between them.
fn region(text: &str) -> Option<&str> {
    let stroke = text.find('/')?;
    let is_letter = |b: &u8| b.is_ascii_alphabetic() || *b == b'_';
    let bytes = text.as_bytes();
    let before = bytes[..stroke]
        .iter()
        .rev()
        .take_while(|b| is_letter(b))
        .count();
    let after = bytes[stroke + 1..]
        .iter()
        .take_while(|b| is_letter(b) || **b == b'/')
        .count();
    if before < 3 || after < 3 {
        return None;
    }
    let name = &text[stroke - before..stroke + 1 + after];
    name.parse::<chrono_tz::Tz>().is_ok().then_some(name)
}
