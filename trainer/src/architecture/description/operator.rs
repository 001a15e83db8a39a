//! What a layer computes: the one key of its table that names an operator.

use super::error::{Fault, Problem};
use super::table::{Table, Value};
use super::window::{WINDOW, window};
use crate::architecture::{Extent, Operator, Source};

/// The keys, in the order in which a person is told of them.
pub(super) const OPERATORS: [&str; 9] =
    ["conv", "depthwise", "linear", "max_pool", "average_pool", "global_average", "add", "unfold", "fold"];
const CHANNELS: &str = "a whole number from 1 to 65535";
const PIXELS: &str = "a whole number of pixels from 1 to 65535";
const TRUE: &str = "true, or left out";

/// The operator of the layer in `table` with its key; it reads `input`, and `named` finds another layer.
pub(super) fn operator(
    table: &mut Table<'_>,
    input: Extent,
    named: impl Fn(&Value<'_>) -> Result<Source, Fault>,
) -> Result<(&'static str, Operator), Fault> {
    let mut given: Vec<Value<'_>> = OPERATORS.iter().filter_map(|key| table.take(key)).collect();
    if let [first, second, ..] = &given[..] {
        return Err(Fault::new(second.at, Problem::Operators(first.key, second.key)));
    }
    let Some(value) = given.pop() else {
        return Err(Fault::new(table.at, Problem::NoOperator(OPERATORS.join(", "))));
    };
    let key = value.key;
    Ok((key, of_key(value, input, named)?))
}

fn of_key(
    value: Value<'_>,
    input: Extent,
    named: impl Fn(&Value<'_>) -> Result<Source, Fault>,
) -> Result<Operator, Fault> {
    let shape = input.shape;
    match value.key {
        "conv" => {
            let mut table = value.table(&[&["channels"], &WINDOW[..]].concat())?;
            let channels = table.need("channels", "channels = 32")?.number(1..=65_535, CHANNELS)?;
            Ok(Operator::Conv2d { channels, window: window(&mut table, shape, false)? })
        }
        "depthwise" => Ok(Operator::DepthwiseConv2d { window: window(&mut value.table(&WINDOW)?, shape, false)? }),
        "linear" => Ok(Operator::Linear { units: value.number(1..=65_535, CHANNELS)? }),
        "max_pool" => Ok(Operator::MaxPool2d { window: window(&mut value.table(&WINDOW)?, shape, true)? }),
        "average_pool" => Ok(Operator::AveragePool2d { window: window(&mut value.table(&WINDOW)?, shape, true)? }),
        "add" => Ok(Operator::Add { shortcut: named(&value)? }),
        "unfold" => {
            let mut table = value.table(&["crop", "stride"])?;
            let crop: u16 = table.need("crop", "crop = 16")?.number(1..=65_535, PIXELS)?;
            // Half of a crop apart, as the paper's.
            let half = (crop / 2).max(1);
            let stride = table.take("stride").map_or(Ok(half), |value| value.number(1..=65_535, PIXELS))?;
            Ok(Operator::Unfold { crop, stride })
        }
        _ if !value.flag()? => Err(value.refused(TRUE)),
        "global_average" => {
            let too_large = || Problem::GlobalAverage { rows: shape.height, columns: shape.width };
            Operator::global_average(shape).ok_or_else(|| Fault::new(value.at, too_large()))
        }
        _ => Ok(Operator::Fold { grid: u16::try_from(input.crops.isqrt()).unwrap_or(u16::MAX) }),
    }
}
