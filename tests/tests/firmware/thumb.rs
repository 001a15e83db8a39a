//! Takes the code of a Thumb-2 image apart, as far as floating-point arithmetic can be told.

/// Whether a mapping symbol of the ELF for the Arm architecture starts code or data; `None` for any other symbol.
pub(crate) fn mark(name: &str) -> Option<bool> {
    let kind = name.split('.').next()?;
    [("$t", true), ("$d", false)].iter().find(|(mark, _)| *mark == kind).map(|(_, is_code)| *is_code)
}

/// Each instruction with its offset, the first half-word in the high half where there are two. `marks` say from where on
/// there is code or data.
pub(crate) fn instructions(code: &[u8], mut marks: Vec<(usize, bool)>) -> Vec<(usize, u32)> {
    marks.sort_unstable();
    let ends = marks.iter().skip(1).map(|(at, _)| *at).chain([code.len()]);
    let mut found = Vec::new();
    for ((start, is_code), end) in marks.iter().zip(ends) {
        let mut at = *start;
        while *is_code && at + 2 <= end {
            let half =
                |at: usize| code.get(at..at + 2).map_or(0, |bytes| u32::from(bytes[1]) << 8 | u32::from(bytes[0]));
            // Three patterns of the top five bits start an instruction of 32 bits.
            let is_long = half(at) >> 11 >= 0b11101;
            found.push((at, if is_long { half(at) << 16 | half(at + 2) } else { half(at) }));
            at += if is_long { 4 } else { 2 };
        }
    }
    found
}

/// Whether an instruction is data processing of the floating-point unit: coprocessors 10 and 11, of the encodings T1 and T2 of
/// the Armv7-M manual, A6.4 and A6.5. Moves, loads and stores of its registers are not.
pub(crate) fn is_float(instruction: u32) -> bool {
    let is_processing = instruction >> 24 & 0xef == 0xee && instruction & 0x10 == 0;
    is_processing && instruction >> 9 & 0b111 == 0b101
}

#[test]
fn floating_point_arithmetic_is_found() {
    // vadd.f32 s0, s0, s1; vcmp.f32 s0, #0; vcvt.s32.f32 s0, s0; vmul.f64 d0, d1, d2; vmaxnm.f32 s0, s0, s1
    for instruction in [0xee30_0a20, 0xeeb5_0a40, 0xeebd_0ac0, 0xee21_0b02, 0xfe80_0a20] {
        assert!(is_float(instruction), "{instruction:x}");
    }
    // vmov s0, r6; vstr s0, [r4, #4]; vldr s0, [r1]; umull r0, r1, r2, r3; smlad r0, r1, r2, r3; bl
    for instruction in [0xee00_6a10, 0xed84_0a01, 0xed91_0a00, 0xfba2_0103, 0xfb21_3002, 0xf000_f800] {
        assert!(!is_float(instruction), "{instruction:x}");
    }
}

#[test]
fn data_is_no_code() {
    // movs r0, #1; vadd.f32 s0, s0, s1; bx lr; the same bytes as data; nop
    let code = [0x01, 0x20, 0x30, 0xee, 0x20, 0x0a, 0x70, 0x47, 0x30, 0xee, 0x20, 0x0a, 0x00, 0xbf];
    let marks = vec![(8, false), (0, true), (12, true)];
    assert_eq!(instructions(&code, marks), [(0, 0x2001), (2, 0xee30_0a20), (6, 0x4770), (12, 0xbf00)]);
    assert_eq!([mark("$t"), mark("$d.12"), mark("$x"), mark("main")], [Some(true), Some(false), None, None]);
}
