//! How the tests compare an operator with burn's.

use std::fmt::Display;

/// Asserts that each tensor differs from the one expected by at most `tolerance` times the largest number in that.
pub(super) fn assert_close(found: &[Vec<f32>], expected: &[Vec<f32>], tolerance: f32, of: &dyn Display) {
    assert_eq!(found.len(), expected.len());
    for (what, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(found.len(), expected.len());
        let largest = expected.iter().fold(0.0_f32, |max, x| max.max(x.abs()));
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= tolerance * largest, "{of}, {what}: {found} {expected}, of {largest}");
        }
    }
}
