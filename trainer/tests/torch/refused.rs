//! Files that do not fit, with the error that says why and what to do.

use dim_host::pickle::PickleError;
use dim_trainer::architecture::Preset;
use dim_trainer::exchange::torch::{TorchError, assign, read};

use crate::files::load;
use crate::{renames, tiny};

fn refusal(file: &str, texts: &[&str]) -> String {
    assign(&tiny(), &read(&load(file)).unwrap(), &renames(texts)).unwrap_err().to_string()
}

#[test]
fn a_file_with_more_than_the_encoder_says_what_it_has() {
    let error = refusal("tiny-checkpoint.pth", &[]);
    for words in [
        "tiny has 4 convolutions and fully connected layers, the file 5",
        "--map",
        "state_dict.encoder.first.conv.weight [8, 3, 4, 4], state_dict.encoder.first.conv.bias [8]",
        "more, which --list shows",
    ] {
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn another_architecture_is_refused_with_both_shapes() {
    let file = load("edge28-dw.pth");
    let tensors = read(&file).unwrap();
    let error = assign(&Preset::Edge28.architecture(), &tensors, &[]).unwrap_err().to_string();
    assert!(error.contains("edge28 has 5 convolutions and fully connected layers, the file 8"), "{error}");
    let error = refusal("tiny-module.pth", &["first.*=*", "hidden.*=*", "second.*=*", "y.*=*"]);
    assert_eq!(error, "two tensors are named conv.weight; give them different names with --map");

    let [conv, others @ ..] =
        ["second.conv.*=@0.*", "first.bn.*=@0.norm.*", "first.conv.*=@1.*", "second.bn.*=@1.norm.*"];
    let rest = ["hidden.0.*=@2.*", "hidden.1.*=@2.norm.*", "y.*=@3.*"];
    let error = refusal("tiny-module.pth", &[&[conv], &others[..], &rest].concat());
    assert_eq!(
        error,
        "tensor second.conv.weight has shape [16, 8, 4, 4], layer 0 of tiny takes [8, 3, 4, 4]; choose the --preset or \
         --encoder of the file, or its tensors with --map"
    );
}

#[test]
fn what_is_missing_is_named() {
    let all = [
        "first.conv.*=@0.*",
        "first.bn.*=@0.norm.*",
        "second.conv.*=@1.*",
        "second.bn.*=@1.norm.*",
        "hidden.0.*=@2.*",
        "hidden.1.*=@2.norm.*",
        "y.weight=@3.weight",
    ];
    let error = refusal("tiny-module.pth", &all);
    assert!(
        error.starts_with("no tensor @3.bias for layer 3 of tiny; name it with --map; the file has first.conv.weight"),
        "{error}"
    );
    let error = refusal("tiny-module.pth", &all[1..]);
    assert!(error.starts_with("no tensor @0.weight for layer 0 of tiny"), "{error}");
    let error = refusal("tiny-module.pth", &["decoder.*=*"]);
    assert!(error.starts_with("no tensor matches --map decoder.*; the file has"), "{error}");
    let error = refusal("tiny-module.pth", &["y.*=@9.*"]);
    assert!(error.starts_with("@9: tiny has no such layer; name @0 to @3"), "{error}");
}

#[test]
fn other_files_are_refused() {
    assert_eq!(read(b"\x89PNG").unwrap_err(), TorchError::Unknown);
    // A pickle of something else, five times as torch.save has it: no storages, no tensors.
    let empty = b"\x80\x02}q\x00.\x80\x02}.\x80\x02}.\x80\x02}.\x80\x02].";
    assert_eq!(read(empty).unwrap_err(), TorchError::Empty);
    // An instruction that builds what torch.save never builds.
    assert_eq!(
        read(b"\x80\x02P1\n.").unwrap_err(),
        TorchError::Pickle(PickleError::Instruction { instruction: b'P', at: 2 })
    );
}
