//! Ed25519 signatures behind a file.

use dim_model_format::{Error, Model, SIGNATURE_BYTES, SignatureError, sign, signer, verify};

use crate::golden::FILE;

/// The first test of RFC 8032, section 7.1.
const SECRET: [u8; 32] = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
const PUBLIC: [u8; 32] = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

const fn hex<const N: usize>(text: &str) -> [u8; N] {
    let (digits, mut bytes, mut i) = (text.as_bytes(), [0; N], 0);
    while i < 2 * N {
        let digit = digits[i];
        let value = if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 };
        bytes[i / 2] = bytes[i / 2] << 4 | value;
        i += 1;
    }
    bytes
}

fn signed(file: &[u8]) -> Vec<u8> {
    [file, &sign(file, &SECRET).unwrap()].concat()
}

#[test]
fn a_signed_file_is_the_file_and_its_signature() {
    let signed = signed(FILE);
    assert_eq!(signed.len(), FILE.len() + SIGNATURE_BYTES);
    assert_eq!(signed[..FILE.len()], *FILE);
    assert_eq!(signed[FILE.len()..][..8], *b"\x93SIG\r\n\x1a\n");
    assert_eq!(signed[FILE.len() + 8..][..32], PUBLIC);
    assert_eq!(verify(&signed, &PUBLIC), Ok(()));
    assert_eq!(signer(&signed), Ok(PUBLIC));
    assert_eq!(Model::parse(&signed).unwrap().identity(), Model::parse(FILE).unwrap().identity());
}

/// Computed with OpenSSL 3 from the same key: `openssl pkeyutl -sign -rawin`.
#[test]
fn another_implementation_makes_the_same_signature() {
    let expected: [u8; 64] = hex("e28da6e5441dcc11e93f92d6afac9b0c14b5f1bd833e50dc4982e7498c8240f0\
         d59832bc3883afafc6069c4fd34c355dfabb93065ddad7c28d149a897e281900");
    assert_eq!(sign(FILE, &SECRET).unwrap()[40..], expected);
}

#[test]
fn bytes_behind_the_signature_do_not_matter() {
    let partition = [&signed(FILE)[..], &[0xff; 100]].concat();
    assert_eq!(verify(&partition, &PUBLIC), Ok(()));
    assert_eq!(sign(&partition, &SECRET), sign(FILE, &SECRET), "an old signature is not signed");
}

#[test]
fn every_changed_byte_is_noticed() {
    let signed = signed(FILE);
    for position in 0..signed.len() {
        let mut changed = signed.clone();
        changed[position] ^= 0x40;
        let error = verify(&changed, &PUBLIC).unwrap_err();
        let behind = position.checked_sub(FILE.len());
        let expected = match (position, behind) {
            (_, Some(0..8)) => error == SignatureError::Missing,
            (_, Some(8..40)) => error == SignatureError::OtherSigner,
            (0..40, None) => {
                matches!(error, SignatureError::File(_) | SignatureError::Forged | SignatureError::Missing)
            }
            _ => error == SignatureError::Forged,
        };
        assert!(expected, "byte {position}: {error}");
    }
}

#[test]
fn what_is_not_signed_or_by_another_is_told_apart() {
    assert_eq!(verify(FILE, &PUBLIC), Err(SignatureError::Missing));
    let signed = signed(FILE);
    for length in FILE.len()..signed.len() {
        assert_eq!(verify(&signed[..length], &PUBLIC), Err(SignatureError::Missing), "{length} bytes");
    }
    assert_eq!(verify(&signed, &[1; 32]), Err(SignatureError::OtherSigner));
    assert_eq!(verify(&signed[1..], &PUBLIC), Err(SignatureError::File(Error::NotADimFile)));
    assert_eq!(sign(&FILE[..100], &SECRET), Err(Error::Truncated { needed: 395, got: 100 }));
    assert_eq!(SignatureError::Missing.to_string(), "not signed");

    // A signer that is trusted, but no point of the curve.
    let mut odd = signed;
    let no_key = [2; 32];
    odd[FILE.len() + 8..][..32].copy_from_slice(&no_key);
    assert_eq!(verify(&odd, &no_key), Err(SignatureError::Key));
}
