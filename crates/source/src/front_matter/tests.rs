//! The forgiving parser and the strict one must agree wherever the strict one succeeds.

use proptest::prelude::*;

use super::{Language, Value, parse, strict};

/// Lines as they stand in front matter: keys that no part of the program knows, so that every
/// value means what YAML says, with the kinds of values that people write.
fn block() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "ka", "k-b", "k_c", "Kd", "k e", "'k f'", "\"k g\"", "键",
    ]);
    let piece = prop::sample::select(vec![
        "a",
        "b c",
        "中文",
        "1",
        "1.10",
        "true",
        "~",
        ":",
        ": ",
        "：",
        "#",
        " # c",
        "'",
        "''",
        "\"",
        "\\\"",
        "\\n",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "- ",
        "-",
        "|",
        ">",
        "&x ",
        "*x",
        "!t ",
        "%",
        "@",
        "`",
        "?",
        "\t",
        " ",
        "http://a.example/?x=1#y",
        "2022-09-26",
        "10:15",
    ]);
    let value = prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat());
    let line = (key, value, 0..6_u8).prop_map(|(key, value, shape)| match shape {
        0 => format!("{key}: '{}'\n", value.replace('\'', "''")),
        1 => format!(
            "{key}: \"{}\"\n",
            value.replace('\\', "\\\\").replace('"', "\\\"")
        ),
        2 => format!("{key}:\n - {value}\n - x\n"),
        3 => format!("{key}: {value}\n  {value}\n"),
        4 => format!("{key}:\n  n: {value}\n"),
        _ => format!("{key}: {value}\n"),
    });
    // A repeated key is the one thing about which the two differ on purpose.
    let is_new = |lines: &Vec<String>| {
        let mut keys: Vec<_> = lines.iter().map(|line| line.split(':').next()).collect();
        keys.sort_unstable();
        keys.windows(2).all(|pair| pair[0] != pair[1])
    };
    prop::collection::vec(line, 1..4)
        .prop_filter("keys are repeated", is_new)
        .prop_map(|lines| lines.concat())
}

/// What a value says and how it is spelled. The strict parser does not tell a quoted text from
/// one without quotes that means nothing else.
fn said(value: &Value<'_>) -> String {
    match value {
        Value::Scalar(scalar) => format!("{:?} {}", scalar.text, value.to_json()),
        Value::List(list) => format!("[{}]", list.iter().map(said).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => format!(
            "{{{}}}",
            map.iter()
                .map(|(key, value)| format!("{key}: {}", said(value)))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn what_is_well_formed_means_what_yaml_says(block in block()) {
        let Some(strictly) = strict::yaml(&block) else { return Ok(()) };
        // YAML wants a blank before a comment; the strict parser does not insist on it.
        let lax = [
            "'#", "\"#", "|#", ">#", "-#", "|1#", ">1#", "|-1#", ">-1#",
        ];
        if lax.iter().any(|lax| block.contains(lax)) {
            return Ok(());
        }
        let found = parse(Language::Yaml, &block, 0);
        let found: Vec<_> = found.entries.iter().map(|entry| (entry.key.as_ref(), said(&entry.value))).collect();
        let strictly: Vec<_> = strictly.iter().map(|(key, value)| (key.as_ref(), said(value))).collect();
        prop_assert_eq!(found, strictly, "{}", block);
    }
}
