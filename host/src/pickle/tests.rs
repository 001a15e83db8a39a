//! Pickles as Python 3.11 writes them, and some that it would obey.

use super::*;

#[test]
fn plain_values_are_what_they_were() {
    // pickle.dumps({"a": [1, -2, True, None], "b": (b"\x07", "é")}, protocol=2)
    let pickle = b"\x80\x02}q\x00(X\x01\x00\x00\x00aq\x01]q\x02(K\x01J\xfe\xff\xff\xff\x88NeX\x01\x00\x00\x00bq\x03\
                   C\x01\x07q\x04X\x02\x00\x00\x00\xc3\xa9q\x05\x86q\x06u.";
    let read = Pickle::read(pickle).unwrap();
    assert_eq!(read.len, pickle.len());
    let list = read.sequence(read.item(read.root, "a").unwrap()).unwrap();
    assert_eq!(list.iter().map(|id| read.integer(*id)).collect::<Vec<_>>(), [Some(1), Some(-2), Some(1), None]);
    let &[bytes, text] = read.sequence(read.item(read.root, "b").unwrap()).unwrap() else { panic!() };
    assert!(matches!(read.values[bytes], Value::Bytes(b"\x07")));
    assert_eq!(read.text(text), Some("é"));
    assert_eq!(read.item(read.root, "c"), None);
}

#[test]
fn what_is_called_is_only_named() {
    let read = Pickle::read(b"cos\nsystem\n(X\x08\x00\x00\x00rm -rf /tR.").unwrap();
    let Value::Object(object) = &read.values[read.root] else { panic!() };
    assert_eq!(read.global(object.of), Some("os.system"));
    assert_eq!(read.text(read.sequence(object.arguments).unwrap()[0]), Some("rm -rf /"));
}

#[test]
fn a_pickle_cut_anywhere_is_refused() {
    let pickle = b"\x80\x02}q\x00X\x01\x00\x00\x00aq\x01]q\x02(K\x01K\x02es.";
    assert!(Pickle::read(pickle).is_ok());
    for len in 0..pickle.len() {
        assert!(matches!(Pickle::read(&pickle[..len]), Err(PickleError::Damaged { .. })), "{len}");
    }
    assert_eq!(
        Pickle::read(b"\x80\x02P1\n.").unwrap_err().to_string(),
        "unknown instruction 0x50 at byte 2 of the pickle"
    );
    assert_eq!(Pickle::read(b"\x80\x02K\x01t.").unwrap_err(), PickleError::Damaged { at: 4 });
}
