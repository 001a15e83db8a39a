//! Power that is cut at every operation of the flash, in every way: nothing acknowledged is lost, the store always opens, and
//! an encoder always proves.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use dim_device::classes::{Head, NearestNeighbours};
use dim_device::service::StartError;
use dim_device::simulated_flash::Cut;
use dim_link::{Failure, Hello, Identity, KeptNormal, Novelty, Reply, Request};

use crate::encoders::{encoder, liar, outputs};
use crate::novelty::{learned, scores};
use crate::rig::{Firmware, Flash, Line, Mean, flash};
use crate::updates::{begin, identity};

/// What a workstation does. Each is done once it is acknowledged.
#[derive(Debug, Clone, Copy)]
enum Step {
    Learn(&'static str, u8),
    /// The first of the examples that are this one.
    Unlearn(&'static str, u8),
    Forget(Option<&'static str>),
    /// Keeps the statistics of this number.
    Keep(usize),
    ForgetNormal,
    /// Sends the encoder of this number.
    Send(usize),
    /// Starts again, with the encoder of this number.
    Restart(usize),
}

/// The classes of each encoder: examples by name.
type Classes = BTreeMap<[u8; 16], BTreeMap<&'static str, Vec<u8>>>;

/// What a workstation believes of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Belief {
    running: Identity,
    classes: Classes,
    /// The statistics that are kept, and their encoder.
    normal: Option<([u8; 16], usize)>,
}

impl Belief {
    fn own(&mut self) -> &mut BTreeMap<&'static str, Vec<u8>> {
        self.classes.entry(self.running.0).or_default()
    }

    /// After a step that was acknowledged.
    fn after(&self, step: Step, encoders: &[Vec<u8>]) -> Self {
        let mut after = self.clone();
        match step {
            Step::Learn(class, image) => after.own().entry(class).or_default().push(image),
            Step::Unlearn(class, image) => {
                let examples = after.own().get_mut(class).unwrap();
                examples.remove(examples.iter().position(|example| *example == image).unwrap());
                after.own().retain(|_, examples| !examples.is_empty());
            }
            Step::Forget(Some(class)) => drop(after.own().remove(class)),
            Step::Forget(None) => after.own().clear(),
            Step::Keep(number) => after.normal = Some((after.running.0, number)),
            Step::ForgetNormal => after.normal = None,
            Step::Send(_) => {}
            Step::Restart(encoder) => after.running = identity(&encoders[encoder]),
        }
        after
    }
}

/// Normal images of statistics; those of one are far from those of another in every cell.
const NORMAL: [[[u8; 4]; 2]; 3] = [
    [[10, 20, 30, 40], [14, 22, 28, 39]],
    [[200, 210, 190, 220], [204, 212, 188, 219]],
    [[90, 100, 120, 110], [91, 104, 121, 119]],
];

const SCRIPT: [Step; 48] = [
    Step::Learn("a", 3),
    Step::Learn("a", 90),
    Step::Learn("b", 200),
    Step::Learn("c", 7),
    Step::Forget(Some("b")),
    Step::Learn("d", 31),
    Step::Learn("e", 31),
    Step::Learn("a", 3),
    Step::Learn("a", 4),
    Step::Unlearn("a", 90),
    Step::Learn("c", 5),
    Step::Learn("d", 6),
    Step::Learn("e", 7),
    Step::Learn("a", 8),
    Step::Keep(0),
    // Another one in its place, and again in the place of the first.
    Step::Keep(1),
    Step::Keep(2),
    Step::Restart(0),
    Step::ForgetNormal,
    Step::Keep(1),
    Step::Send(1),
    Step::Learn("c", 250),
    Step::Restart(1),
    Step::Learn("a", 9),
    Step::Learn("b", 99),
    Step::Learn("b", 98),
    Step::Learn("b", 97),
    // One that lies: the second one runs on.
    Step::Send(2),
    Step::Restart(1),
    Step::Learn("c", 11),
    Step::Send(3),
    Step::Restart(3),
    // Those of the first encoder.
    Step::ForgetNormal,
    Step::Keep(0),
    Step::Learn("c", 12),
    Step::Learn("d", 13),
    Step::Forget(None),
    Step::Learn("d", 14),
    Step::Send(4),
    Step::Restart(4),
    Step::Learn("z", 15),
    // Its only one.
    Step::Unlearn("z", 15),
    // Back to the one in the firmware, and its classes.
    Step::Send(0),
    Step::Restart(0),
    Step::Learn("c", 16),
    Step::ForgetNormal,
    Step::Keep(2),
    Step::Keep(0),
];

fn image(number: u8) -> [u8; 4] {
    [number, number.wrapping_mul(7), 100, number.wrapping_add(50)]
}

/// Does a step as far as it goes; `None` if the power is gone.
fn perform(line: &mut dyn Line, step: Step, encoders: &[Vec<u8>]) -> Option<()> {
    let is_done = |reply: Reply<'_>| match reply {
        Reply::Learned { .. } | Reply::Done | Reply::Received { .. } | Reply::Novelty(_) => Some(()),
        Reply::Failed(Failure::Flash) => None,
        other => panic!("{step:?}: {other:?}"),
    };
    match step {
        Step::Learn(class, number) => {
            line.show(&image(number));
            line.ask(Request::Learn { class }, is_done)
        }
        Step::Unlearn(class, number) => {
            line.show(&image(number));
            line.ask(Request::Unlearn { class }, is_done)
        }
        Step::Forget(class) => line.ask(Request::Forget { class }, is_done),
        Step::Keep(number) => {
            let running = line.ask(Request::Hello, |reply| match reply {
                Reply::Hello(hello) => Some(hello.identity),
                _ => None,
            })?;
            let file = encoders.iter().find(|file| identity(file) == running).unwrap();
            let (normal, moments) = learned(file, NORMAL[number]);
            line.ask(Request::BeginNormal(normal), is_done)?;
            line.ask(Request::Normal { offset: 0, bytes: &moments }, is_done)?;
            line.ask(Request::EndNormal, is_done)?;
            line.ask(Request::KeepNormal, is_done)
        }
        Step::ForgetNormal => line.ask(Request::ForgetNormal, is_done),
        Step::Send(encoder) => {
            let file = &encoders[encoder];
            let mut sent = line.ask(begin(file), |reply| match reply {
                Reply::Received { bytes } => Some(bytes as usize),
                Reply::Failed(Failure::Flash) => None,
                other => panic!("{other:?}"),
            })?;
            while sent < file.len() {
                let bytes = &file[sent..file.len().min(sent + 128)];
                line.ask(Request::Update { offset: sent as u32, bytes }, is_done)?;
                sent += bytes.len();
            }
            line.ask(Request::EndUpdate, is_done)
        }
        Step::Restart(_) => Some(()),
    }
}

/// Squared distance to the rounded mean, in real numbers.
fn distance_to_mean(file: &[u8], examples: &[u8], embedding: &[i8]) -> u32 {
    let learned: Vec<Vec<i8>> = examples.iter().map(|number| outputs(file, &image(*number))[0].clone()).collect();
    let units = embedding.iter().enumerate().map(|(unit, value)| {
        let mean = learned.iter().map(|embedding| f64::from(embedding[unit])).sum::<f64>() / learned.len() as f64;
        (mean.round() - f64::from(*value)).powi(2) as u32
    });
    units.sum()
}

/// Squared distance to the nearest example.
fn distance_to_nearest(file: &[u8], examples: &[u8], embedding: &[i8]) -> u32 {
    let to = |number: &u8| {
        let learned = outputs(file, &image(*number))[0].clone();
        let units = learned.iter().zip(embedding);
        units.map(|(a, b)| (i32::from(*a) - i32::from(*b)).pow(2) as u32).sum()
    };
    examples.iter().map(to).min().unwrap()
}

struct Story<H> {
    head: PhantomData<H>,
    /// Squared distance of an embedding to a class, by the encoder and the examples.
    distance: fn(&[u8], &[u8], &[i8]) -> u32,
    encoders: Vec<Vec<u8>>,
    /// Starts that found the power gone a second time.
    twice: usize,
}

impl<H: Head> Story<H> {
    fn start<T>(&self, flash: &mut Flash, session: impl FnOnce(&mut dyn Line) -> T) -> Result<T, StartError> {
        Firmware::of(&self.encoders[0]).start_with::<H, T>(flash, session)
    }

    /// Whether a device is as believed: it runs the encoder, has the classes, and tells images apart by their examples.
    fn is_as_believed(&self, line: &mut dyn Line, belief: &Belief) -> bool {
        let running = line.ask(Request::Hello, |reply| match reply {
            Reply::Hello(Hello { identity, kept: None, .. }) => identity,
            other => panic!("{other:?}"),
        });
        line.ask(Request::Prove, |reply| {
            assert!(matches!(reply, Reply::Computed { .. }), "the encoder does not prove")
        });
        let none = BTreeMap::new();
        let expected = belief.classes.get(&belief.running.0).unwrap_or(&none);
        let mut found = Vec::new();
        for index in 0..4 {
            line.ask(Request::Class { index }, |reply| match reply {
                Reply::Class(class) => {
                    found.extend(class.map(|class| (class.name.to_owned(), class.examples as usize)))
                }
                other => panic!("{other:?}"),
            });
        }
        found.sort();
        let counts: Vec<_> = expected.iter().map(|(name, examples)| ((*name).to_owned(), examples.len())).collect();
        if running != belief.running || found != counts {
            return false;
        }
        let file = self.encoders.iter().find(|file| identity(file) == running).unwrap();
        self.judges_as_believed(line, file, belief)
            && [3, 200].into_iter().all(|number| {
                line.show(&image(number));
                let found = line.ask(Request::Classify, |reply| match reply {
                    Reply::Classified(verdict) => Some(verdict.distance),
                    Reply::Failed(Failure::NoClass) => None,
                    other => panic!("{other:?}"),
                });
                let embedding = outputs(file, &image(number))[0].clone();
                let distance = |examples: &Vec<u8>| (self.distance)(file, examples, &embedding);
                found == expected.values().map(distance).min()
            })
    }

    /// Whether the statistics that are kept are those that are believed, and the images of each number are as far from them as the
    /// formula says: with a part of others among them, some would be farther.
    fn judges_as_believed(&self, line: &mut dyn Line, file: &[u8], belief: &Belief) -> bool {
        let kept = line.ask(Request::KeptNormal, |reply| match reply {
            Reply::KeptNormal(KeptNormal { kept, .. }) => kept,
            other => panic!("{other:?}"),
        });
        if kept != belief.normal.map(|(identity, _)| identity) {
            return false;
        }
        let own = belief.normal.filter(|(identity, _)| *identity == belief.running.0);
        NORMAL.iter().flatten().all(|image| {
            line.show(image);
            let told = line.ask(Request::Judge, |reply| match reply {
                Reply::Novelty(Novelty { images: 2, threshold: Some(700), score, .. }) => Some(f64::from(score)),
                Reply::Failed(Failure::NothingNormal) => None,
                other => panic!("{other:?}"),
            });
            let expected = own.map(|(_, number)| {
                let maps = NORMAL[number].map(|image| outputs(file, &image)[1].clone());
                scores(&maps, &outputs(file, image)[1]).into_iter().fold(0.0, f64::max)
            });
            match (told, expected) {
                (Some(told), Some(expected)) => (told - expected).abs() < 2.1,
                (told, expected) => told == expected,
            }
        })
    }

    /// A start and the step; whether all was acknowledged.
    fn step(&self, flash: &mut Flash, step: Step) -> bool {
        let done = self.start(flash, |line| perform(line, step, &self.encoders));
        matches!(done, Ok(Some(())))
    }

    /// Which of these beliefs the device is as, after a start with power; panics if none.
    fn belief<'b>(&self, flash: &mut Flash, beliefs: &[&'b Belief], told: &str) -> &'b Belief {
        let found = self.start(flash, |line| beliefs.iter().find(|belief| self.is_as_believed(line, belief)).copied());
        found.unwrap_or_else(|error| panic!("{told}: does not start: {error:?}")).unwrap_or_else(|| {
            let said = self.start(flash, |line| {
                (0..4).map(|index| line.ask(Request::Class { index }, |reply| format!("{reply:?}"))).collect::<Vec<_>>()
            });
            panic!("{told}: none of {beliefs:?}, but {said:?}")
        })
    }

    /// Cuts the power at every operation of a step, and in the starts after it too.
    fn cut(&mut self, start: &Flash, step: Step, before: &Belief, after: &Belief) -> usize {
        let mut counting = start.restarted();
        assert!(self.step(&mut counting, step), "{step:?} without a cut");
        let operations = counting.operations;
        for at in 0..operations {
            for cut in Cut::ALL {
                let told = format!("{step:?}, operation {at} of {operations}, cut {cut:?}");
                let mut flash = start.restarted();
                flash.cut = Some((at, cut));
                assert!(!self.step(&mut flash, step), "{told}: acknowledged without power");
                // Cut again while it recovers.
                for again in 0.. {
                    if cut != Cut::ALL[at % Cut::ALL.len()] {
                        break;
                    }
                    let mut flash = flash.restarted();
                    flash.cut = Some((again, Cut::ALL[again % Cut::ALL.len()]));
                    let is_started = self.start(&mut flash, |_| ()).is_ok();
                    let is_cut = flash.operations > again;
                    assert!(is_started || is_cut, "{told}, then at {again}");
                    if !is_cut {
                        break;
                    }
                    self.twice += 1;
                    self.belief(&mut flash.restarted(), &[before, after], &format!("{told}, then at {again}"));
                }
                let mut flash = flash.restarted();
                let found = self.belief(&mut flash, &[before, after], &told);
                // Whoever was not told does it again, unless it is seen to be done.
                let mut flash = flash.restarted();
                if found == before && !matches!(step, Step::Restart(_)) {
                    let again = self.start(&mut flash, |line| perform(line, step, &self.encoders));
                    assert_eq!(again, Ok(Some(())), "{told}, done again");
                    self.belief(&mut flash.restarted(), &[&self.next(after, step)], &format!("{told}, done again"));
                }
            }
        }
        operations
    }

    /// What a start after a step that was done makes of a belief.
    fn next(&self, belief: &Belief, step: Step) -> Belief {
        match step {
            // The one that lies does not run.
            Step::Send(2) => belief.clone(),
            Step::Send(encoder) => Belief { running: identity(&self.encoders[encoder]), ..belief.clone() },
            _ => belief.clone(),
        }
    }
}

#[test]
fn whatever_cuts_the_power_no_mean_is_lost() {
    tell::<Mean>(distance_to_mean);
}

/// There is room for all examples.
#[test]
fn whatever_cuts_the_power_no_example_is_lost() {
    tell::<NearestNeighbours<3, 4, 16, 1>>(distance_to_nearest);
}

/// Tells the whole story, with each of its steps cut everywhere.
fn tell<H: Head>(distance: fn(&[u8], &[u8], &[i8]) -> u32) {
    let encoders = vec![encoder(1, 300), encoder(2, 700), liar(3), encoder(4, 600), encoder(5, 400)];
    let mut story = Story::<H> { head: PhantomData, distance, encoders, twice: 0 };
    let mut flash = flash();
    let mut belief = Belief { running: identity(&story.encoders[0]), classes: Classes::new(), normal: None };
    // Until pages have to be emptied for others to be written.
    for _ in 0..40 {
        for step in [Step::Learn("w", 1), Step::Forget(Some("w"))] {
            assert!(story.step(&mut flash, step));
        }
    }
    flash = flash.restarted();
    let mut cuts = 0;
    for (number, step) in SCRIPT.into_iter().enumerate() {
        // There are four classes: these two find no room.
        if matches!(step, Step::Learn("e", _)) && belief.own().len() == 4 {
            continue;
        }
        if let Step::Send(encoder) = step {
            // The encoder in the slot that is written to is gone, and so are its classes.
            if encoder == 4 {
                belief.classes.remove(&identity(&story.encoders[1]).0);
            }
        }
        let after = match step {
            // Done by the start before the step: what was received runs.
            Step::Learn(..) if number > 0 && matches!(SCRIPT[number - 1], Step::Send(_)) => continue,
            _ => belief.after(step, &story.encoders),
        };
        let befores = match step {
            Step::Restart(_) => after.clone(),
            _ => belief.clone(),
        };
        // After a step that sends, the start that looks at it is the one that tries the encoder.
        let seen = story.next(&after, step);
        cuts += story.cut(&flash, step, &befores, &seen);
        assert!(story.step(&mut flash, step));
        flash = flash.restarted();
        belief = after;
        if let Step::Send(_) = step {
            belief = seen;
        }
        story.belief(&mut flash.restarted(), &[&belief], &format!("{step:?} without a cut"));
    }
    assert!(cuts > 150 && story.twice > 100, "only {cuts} operations were cut, and {} twice", story.twice);
    println!("{cuts} operations, each cut in {} ways; {} starts after them cut too", Cut::ALL.len(), story.twice);
}
