//! What can be asked of a device.

use dim_link::{Hello, Identity, Place, Reply, Request};
use dim_model_format::Shape;

use super::client::{Client, ClientError};
use super::explain::refused;
use super::line::Line;

/// A device that has said who it is.
pub struct Device<L> {
    pub(super) client: Client<L>,
    greeting: Greeting,
}

/// A device on any port.
pub type AnyDevice = Device<Box<dyn Line>>;

/// Who a device is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// Name of the board.
    pub board: String,
    /// Name of the encoder, its beginning if it is long.
    pub encoder: String,
    /// Of the encoder.
    pub identity: Identity,
    /// `built in`, `slot A` or `slot B`.
    pub place: &'static str,
    /// Of an image.
    pub image: Shape,
    /// Units of an embedding.
    pub units: usize,
    /// Classes that there are, and that there can be.
    pub classes: [usize; 2],
    /// Ticks of its clock in a second.
    pub ticks_per_second: u32,
    /// Longest part of an image or an encoder, in bytes.
    pub chunk: usize,
    /// Longest encoder, in bytes.
    pub slot: usize,
    /// Whether an encoder waits for the next start.
    pub pending: bool,
    /// Why the encoder that was sent last does not run.
    pub refusal: Option<String>,
    /// Encoder of the classes in its store, if it is another one.
    pub kept: Option<Identity>,
}

/// A class of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    /// Its name.
    pub name: String,
    /// Images that it was learned from.
    pub examples: u32,
}

/// What a device says of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The nearest class.
    pub class: String,
    /// Squared distance to it, in codes.
    pub distance: u32,
    /// Squared distance to the second nearest class.
    pub second: Option<u32>,
    /// Whether it is within the radius of the class's examples.
    pub is_known: bool,
}

/// How far an image is from normal ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// Images that were counted as normal.
    pub images: u32,
    /// Of the cell that differs most, in steps of 1/256; 0 of an image that was counted.
    pub score: u32,
    /// Row and column of that cell.
    pub cell: [u16; 2],
    /// Scores above it are of no normal image.
    pub threshold: Option<u32>,
}

impl<L: Line> Device<L> {
    /// Asks a device who it is.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn greet(mut client: Client<L>) -> Result<Self, ClientError> {
        let greeting = client.ask(Request::Hello, |reply| match reply {
            Reply::Hello(hello) => {
                Some(if hello.version == dim_link::VERSION { Ok(read(&hello)) } else { Err(hello.version) })
            }
            _ => None,
        })?;
        Ok(Self { client, greeting: greeting.map_err(|device| ClientError::Version { device })? })
    }

    /// Who it is, as it said when it was greeted.
    pub const fn greeting(&self) -> &Greeting {
        &self.greeting
    }

    /// Lets the encoder prove itself; ticks of the device's clock.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn prove(&mut self) -> Result<u64, ClientError> {
        self.client.ask(Request::Prove, computed)
    }

    /// Sends an image, `[height, width, channels]`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn show(&mut self, image: &[u8]) -> Result<(), ClientError> {
        let chunk = self.greeting.chunk.max(1);
        for (offset, pixels) in (0_u32..).step_by(chunk).zip(image.chunks(chunk)) {
            self.client.ask(Request::Image { offset, pixels }, |reply| match reply {
                Reply::Received { .. } => Some(()),
                _ => None,
            })?;
        }
        Ok(())
    }

    /// The embedding of an image, int8 codes `[units]`, and the ticks that it took.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn embed(&mut self, image: &[u8]) -> Result<(Vec<i8>, u64), ClientError> {
        self.show(image)?;
        let ticks = self.client.ask(Request::Embed, computed)?;
        Ok((self.read(self.greeting.units, |offset| Request::Read { offset })?, ticks))
    }

    /// The local feature map of the image that was shown last, `[height, width, channels]` of so many elements.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn feature_map(&mut self, elements: usize) -> Result<Vec<i8>, ClientError> {
        self.read(elements, |offset| Request::FeatureMap { offset })
    }

    /// So many codes, part after part.
    fn read(&mut self, count: usize, request: fn(u32) -> Request<'static>) -> Result<Vec<i8>, ClientError> {
        let mut codes: Vec<i8> = Vec::with_capacity(count);
        while codes.len() < count {
            let offset = u32::try_from(codes.len()).unwrap_or(u32::MAX);
            let values = self.client.ask(request(offset), |reply| match reply {
                Reply::Values { offset: at, values } if at == offset && !values.is_empty() => Some(values.to_vec()),
                _ => None,
            })?;
            codes.extend(values.iter().map(|value| value.cast_signed()));
        }
        Ok(codes)
    }

    /// The least ticks of some runs with an image.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn bench(&mut self, image: &[u8], runs: u16) -> Result<u64, ClientError> {
        self.show(image)?;
        self.client.ask(Request::Bench { runs }, computed)
    }

    /// Teaches an example, and gives the number of those that its class has now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn learn(&mut self, class: &str, image: &[u8]) -> Result<u32, ClientError> {
        self.show(image)?;
        self.client.ask(Request::Learn { class }, |reply| match reply {
            Reply::Learned { examples } => Some(examples),
            _ => None,
        })
    }

    /// Takes an example back, and gives the number of those that are left of its class.
    ///
    /// # Errors
    /// [`ClientError`]; then nothing is taken back.
    pub fn unlearn(&mut self, class: &str, image: &[u8]) -> Result<u32, ClientError> {
        self.show(image)?;
        self.client.ask(Request::Unlearn { class }, |reply| match reply {
            Reply::Learned { examples } => Some(examples),
            _ => None,
        })
    }

    /// The class of an image.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn classify(&mut self, image: &[u8]) -> Result<Told, ClientError> {
        self.show(image)?;
        self.client.ask(Request::Classify, |reply| match reply {
            Reply::Classified(verdict) => Some(Told {
                class: verdict.class.to_owned(),
                distance: verdict.distance,
                second: verdict.second,
                is_known: verdict.is_known,
            }),
            _ => None,
        })
    }

    /// Lets it forget a class, or all of them.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn forget(&mut self, class: Option<&str>) -> Result<(), ClientError> {
        self.client.ask(Request::Forget { class }, done)
    }

    /// The classes that it knows.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn classes(&mut self) -> Result<Vec<Learned>, ClientError> {
        let most = u16::try_from(self.greeting.classes[1]).unwrap_or(u16::MAX);
        let mut classes = Vec::new();
        for index in 0..most {
            let class = self.client.ask(Request::Class { index }, |reply| match reply {
                Reply::Class(class) => {
                    Some(class.map(|class| Learned { name: class.name.to_owned(), examples: class.examples }))
                }
                _ => None,
            })?;
            classes.extend(class);
        }
        Ok(classes)
    }

    /// Counts a normal image.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn learn_normal(&mut self, image: &[u8]) -> Result<Judged, ClientError> {
        self.show(image)?;
        self.client.ask(Request::LearnNormal, judged)
    }

    /// Takes a normal image that was not counted for the threshold.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn set_threshold(&mut self, image: &[u8]) -> Result<Judged, ClientError> {
        self.show(image)?;
        self.client.ask(Request::SetThreshold, judged)
    }

    /// How far an image is from the normal ones.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn judge(&mut self, image: &[u8]) -> Result<Judged, ClientError> {
        self.show(image)?;
        self.client.ask(Request::Judge, judged)
    }

    /// Lets it forget what is normal.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn forget_normal(&mut self) -> Result<(), ClientError> {
        self.client.ask(Request::ForgetNormal, done)
    }

    /// Lets it start again; it has to be greeted anew.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn restart(mut self) -> Result<Client<L>, ClientError> {
        self.client.ask(Request::Restart, done)?;
        Ok(self.client)
    }
}

fn computed(reply: Reply<'_>) -> Option<u64> {
    match reply {
        Reply::Computed { ticks } => Some(ticks),
        _ => None,
    }
}

pub(super) fn done(reply: Reply<'_>) -> Option<()> {
    (reply == Reply::Done).then_some(())
}

pub(super) fn judged(reply: Reply<'_>) -> Option<Judged> {
    match reply {
        Reply::Novelty(novelty) => Some(Judged {
            images: novelty.images,
            score: novelty.score,
            cell: novelty.cell,
            threshold: novelty.threshold,
        }),
        _ => None,
    }
}

fn read(hello: &Hello<'_>) -> Greeting {
    let [height, width, channels] = hello.image;
    Greeting {
        board: hello.board.to_owned(),
        encoder: hello.encoder.to_owned(),
        identity: hello.identity,
        place: match hello.place {
            Place::BuiltIn => "built in",
            Place::SlotA => "slot A",
            Place::SlotB => "slot B",
        },
        image: Shape::new(height, width, channels),
        units: hello.units.into(),
        classes: [hello.classes.into(), hello.most_classes.into()],
        ticks_per_second: hello.ticks_per_second,
        chunk: hello.chunk as usize,
        slot: hello.slot as usize,
        pending: hello.pending,
        refusal: hello.refusal.as_ref().map(refused),
        kept: hello.kept.map(Identity),
    }
}
