//! Blocks of a convolution by tiles. `SADD16` and `SSUB16` add and subtract both halves of a word.

/// The end of a loop over rows of positions: r0 to r5 each stand at the start of the next position, and five more are the same one of
/// the next row. On the stack are bytes of a position and rows left.
macro_rules! next_row {
    () => {
        "ldrd r6, r7, [sp, #4]
        add r6, r6, r6, lsl #2
        add r0, r6
        add r1, r6
        add r2, r6
        add r3, r6
        add r4, r6
        add r5, r6
        subs r7, #1
        str r7, [sp, #8]
        bne 1b
        add sp, #12
        pop {{r4-r11, pc}}"
    };
}

mod filter;
mod input;
mod products;
mod sums;

pub(crate) use filter::transform_filter;
pub(crate) use input::{transform_columns, transform_rows};
pub(crate) use products::multiply_positions;
pub(crate) use sums::transform_sums;
