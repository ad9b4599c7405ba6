//! The arithmetic of charts. Templates draw them as SVG; this only says where things go.

use tera::{Error, Kwargs, Map, State, TeraResult, Value};

/// How many digits coordinates have after the point: a tenth of a unit is finer than a screen shows.
const PRECISION: f64 = 10.0;

/// The filter `bars`: gives every element of a list with a `count` the fields of its column in a bar chart,
/// `x`, `y`, `width` and `height`, within a field of `width` by `height` units, `gap` units apart.
/// The largest count fills the height; a count above zero is at least one unit high.
pub(crate) fn bars(elements: &[Value], kwargs: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    let width = kwargs.must_get::<f64>("width")?;
    let height = kwargs.must_get::<f64>("height")?;
    let gap = kwargs.get::<f64>("gap")?.unwrap_or(0.0);
    let counts = counts(elements)?;
    let most = counts.iter().copied().fold(0.0, f64::max);
    let step = width / (elements.len().max(1) as f64);
    let columns = elements
        .iter()
        .zip(counts)
        .enumerate()
        .map(|(at, (element, count))| {
            let tall = if count > 0.0 {
                (height * count / most).max(1.0)
            } else {
                0.0
            };
            let mut column = element.as_map().cloned().unwrap_or_default();
            set(&mut column, "x", at as f64 * step);
            set(&mut column, "y", height - tall);
            set(&mut column, "width", (step - gap).max(step / 2.0));
            set(&mut column, "height", tall);
            Value::from(column)
        });
    Ok(Value::from(columns.collect::<Vec<Value>>()))
}

/// The filter `shares`: gives every element of a list with a `count` the field `share`, its part of the
/// largest count, in units of `of` (100 where not given).
pub(crate) fn shares(elements: &[Value], kwargs: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    let whole = kwargs.get::<f64>("of")?.unwrap_or(100.0);
    let counts = counts(elements)?;
    let most = counts.iter().copied().fold(0.0, f64::max);
    let rows = elements.iter().zip(counts).map(|(element, count)| {
        let mut row = element.as_map().cloned().unwrap_or_default();
        set(
            &mut row,
            "share",
            if most > 0.0 {
                whole * count / most
            } else {
                0.0
            },
        );
        Value::from(row)
    });
    Ok(Value::from(rows.collect::<Vec<Value>>()))
}

fn counts(elements: &[Value]) -> TeraResult<Vec<f64>> {
    elements
        .iter()
        .map(|element| {
            element
                .get_from_path("count")
                .and_then(Value::as_f64)
                .ok_or_else(|| Error::message("every element must have a number `count`"))
        })
        .collect()
}

fn set(map: &mut Map, key: &'static str, number: f64) {
    let rounded = (number * PRECISION).round() / PRECISION;
    // Whole numbers are written without a point.
    let value = if rounded.fract() == 0.0 {
        Value::from(rounded as i64)
    } else {
        Value::from(rounded)
    };
    map.insert(key.into(), value);
}
