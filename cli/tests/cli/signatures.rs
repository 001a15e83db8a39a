//! `dim keygen`, `dim sign` and `dim verify`.

use dim_model_format::SIGNATURE_BYTES;

use crate::place::{Place, keys};

const SIGN: [&str; 4] = ["sign", "encoder.dim", "--key", "signer.pem"];
const VERIFY: [&str; 4] = ["verify", "encoder.dim", "--key", "signer.pub.pem"];

#[test]
fn a_signed_encoder_is_verified_and_used_as_before() {
    let place = Place::trained();
    let unsigned = place.read("encoder.dim");
    let key = place.json(&["keygen", "--out", "signer.pem"]);
    assert_eq!(keys(&key), ["public_key"]);
    let signed = place.json(&SIGN);
    assert_eq!(keys(&signed), ["identity", "public_key"]);
    assert_eq!(signed["public_key"], key["public_key"]);
    assert_eq!(place.read("encoder.dim").len(), unsigned.len() + SIGNATURE_BYTES);
    assert_eq!(place.json(&VERIFY), signed);
    assert_eq!(place.json(&["inspect", "encoder.dim"])["identity"], signed["identity"]);

    place.succeeds(&SIGN);
    assert_eq!(place.read("encoder.dim").len(), unsigned.len() + SIGNATURE_BYTES, "one signature, not two");
    assert!(place.read("encoder.dim").starts_with(&unsigned));
}

#[test]
fn what_cannot_be_trusted_is_refused() {
    let place = Place::trained();
    place.succeeds(&["keygen", "--out", "signer.pem"]);
    place.succeeds(&["keygen", "--out", "other.pem"]);
    place.refuses(&VERIFY, &["encoder.dim", "not signed", "dim sign"]);
    place.succeeds(&SIGN);
    place.refuses(&["verify", "encoder.dim", "--key", "other.pub.pem"], &["encoder.dim", "another key"]);
    place.refuses(&["verify", "encoder.dim", "--key", "signer.pem"], &["signer.pem", "no public Ed25519 key"]);
    place.refuses(&["sign", "encoder.dim", "--key", "signer.pub.pem"], &["signer.pub.pem", "dim keygen"]);
    place.refuses(&["keygen", "--out", "signer.pem"], &["signer.pem", "exists"]);

    let mut forged = place.read("encoder.dim");
    let last = forged.len() - 1;
    forged[last] ^= 1;
    place.write("encoder.dim", forged);
    place.refuses(&VERIFY, &["encoder.dim", "one of them was changed"]);
    place.write("encoder.dim", b"something else");
    place.refuses(&VERIFY, &["encoder.dim", "not a .dim file"]);
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_a_private_key() {
    use std::os::unix::fs::PermissionsExt;

    let place = Place::with_data();
    place.succeeds(&["keygen", "--out", "signer.pem"]);
    let mode = |name: &str| std::fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("signer.pem"), 0o600);
    assert_eq!(mode("signer.pub.pem") & 0o444, 0o444);
}

/// `openssl genpkey -algorithm ed25519`, and `openssl pkey -pubout` of it.
#[test]
fn keys_of_openssl_are_read() {
    let place = Place::trained();
    let private = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                   -----END PRIVATE KEY-----\n";
    let public = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
                  -----END PUBLIC KEY-----\n";
    place.write("signer.pem", private);
    place.write("signer.pub.pem", public);
    let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    assert_eq!(place.json(&SIGN)["public_key"], key);
    assert_eq!(place.json(&VERIFY)["public_key"], key);
}
