//! Each element by itself, as a table says: activations and changes of scale.

use crate::operands::Operands;

/// `out[i] = table[in[i] + 128]`.
///
/// # Shapes
/// Both `[height, width, channels]`; `table` in two's complement.
pub(crate) fn lookup(table: &[u8; 256], operands: &mut Operands<'_>) -> Option<()> {
    let input = operands.input;
    for (q, _, out) in operands.elements(&input)? {
        // Flipping the top bit adds 128 in two's complement.
        out.set(table[usize::from(q.cast_unsigned() ^ 0x80)].cast_signed());
    }
    Some(())
}
