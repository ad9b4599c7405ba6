//! The cases that Rust and `search.js` share: the same text and the same queries mean the same to both.

use newsprint_search::query::Query;
use newsprint_search::{Unit, fold, units};
use serde_json::Value;

fn cases(file: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(file).expect("JSON");
    file["cases"].as_array().expect("a list").clone()
}

fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list");
    list.iter().filter_map(Value::as_str).collect()
}

#[test]
fn text_is_folded_and_taken_apart() {
    for case in cases(include_str!("cases/units.json")) {
        let text = case[0].as_str().expect("text");
        let folded = fold(text);
        assert_eq!(folded, case[1].as_str().expect("text"), "{text}");
        let found: Vec<String> = units(&folded)
            .map(|placed| {
                let unit = match placed.unit {
                    Unit::Letter(letter) => letter.to_string(),
                    Unit::Word(word) => word.to_owned(),
                };
                format!("{}{unit}", if placed.joined { "+" } else { "" })
            })
            .collect();
        assert_eq!(found, texts(&case[2]), "{text}");
    }
}

#[test]
fn queries_are_taken_apart() {
    for case in cases(include_str!("cases/queries.json")) {
        let text = case[0].as_str().expect("text");
        let query = Query::parse(text);
        let sign = |excluded| if excluded { "-" } else { "" };
        let terms = query.terms.iter().map(|term| {
            let mut shown = sign(term.excluded).to_owned();
            for (number, part) in term.parts.iter().enumerate() {
                if number > 0 && !part.joined {
                    shown.push(' ');
                }
                shown.push_str(&part.text);
            }
            if term.may_begin {
                shown.push('*');
            }
            shown
        });
        let filters = query.filters.iter().map(|filter| {
            let name = filter.field.name();
            format!("{}{name}={}", sign(filter.excluded), filter.value)
        });
        let shown: Vec<String> = terms.chain(filters).collect();
        assert_eq!(shown, texts(&case[1]), "{text}");
    }
}
