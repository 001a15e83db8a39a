//! What a device's failures mean, and what to do about them.

use dim_link::{Failure, Refusal};

/// One line.
pub(super) fn explain(failure: &Failure) -> String {
    match *failure {
        Failure::Frame => "the device does not know the request; use a firmware of this program's release".to_owned(),
        Failure::Offset { expected } => format!("the device expected byte {expected}; do it again"),
        Failure::Image { expected, got } => format!("an image has {expected} bytes for this device, not {got}"),
        Failure::Encoder => "the encoder does not compute what it did before; restart the device".to_owned(),
        Failure::Flash => "the device's flash failed; nothing was changed".to_owned(),
        Failure::Full => "the device has no room for another class or example; forget some".to_owned(),
        Failure::Name => format!("the name of a class has 1 to {} bytes", dim_link::NAME_BYTES),
        Failure::NoClass => {
            "the device knows no such class; `dim device PORT classes` lists those that it knows".to_owned()
        }
        Failure::NoExample => "the image is none of the examples of this class, and was not taken back".to_owned(),
        Failure::OtherEncoder { stored } => format!(
            "the device has classes of encoder {stored} in its store, which are not mixed with others; go back to that \
             encoder, or forget them with `dim device PORT forget --all`"
        ),
        Failure::NoFeatureMap => {
            "the encoder has no local feature map of a size that the firmware has set aside".to_owned()
        }
        Failure::NothingNormal => "the device has counted fewer than two normal images; show it some".to_owned(),
        Failure::Update => "the encoder is longer than a slot of the device, or no update has begun".to_owned(),
        Failure::SameEncoder => "the device runs this encoder already".to_owned(),
        Failure::Normal => {
            "the statistics are not of the encoder that the device runs, or no images have them; learn them \
                            again with `dim novelty --normal`"
                .to_owned()
        }
        Failure::OtherNormal { stored } => format!(
            "the device keeps what is normal for encoder {stored}, which is not mixed with another's; go back to that \
             encoder, or forget it with `dim device PORT novelty forget`"
        ),
        Failure::NoRoom { needed, available } => format!(
            "the device did not keep what is normal: with it the store takes {needed} bytes, and this board's has {available}"
        ),
        Failure::Refused(refusal) => format!("the device refuses the encoder: {}", refused(&refusal)),
        _ => "the device fails in a way that this program does not know; use one of its release".to_owned(),
    }
}

/// Why an encoder does not run, without a full stop.
pub(super) fn refused(refusal: &Refusal) -> String {
    match *refusal {
        Refusal::Checksum => "its bytes are not those that were sent; send it again".to_owned(),
        Refusal::Unreadable => "it cannot be read; write it again with `dim quantize`".to_owned(),
        Refusal::Untrusted => "the firmware takes encoders of one signer only; sign it with `dim sign`".to_owned(),
        Refusal::Arena { needed, available } => {
            format!("it needs {needed} bytes of memory, and the firmware has set {available} aside")
        }
        Refusal::Image { needed, available } => {
            format!("its image has {needed} bytes, and the firmware has set {available} aside")
        }
        Refusal::Units { needed, available } => {
            format!("its embedding has {needed} units, and the firmware is for {available}")
        }
        Refusal::NoProof => "it states no proof; write it again with `dim quantize`".to_owned(),
        Refusal::Disproved => "it did not compute on the device what its proof states".to_owned(),
        Refusal::Crashed => "the device never finished its proof".to_owned(),
        _ => "for a reason that this program does not know".to_owned(),
    }
}
