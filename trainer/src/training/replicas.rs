//! The devices of a run: the first one, which the networks live on, and others that compute on copies of them.

use std::iter::once;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use burn::module::Module;
use burn::optim::{GradientsAccumulator, GradientsParams};
use burn::tensor::Device;

/// Devices that compute equal shards of a step, each on a thread of its own for the whole run: burn keeps a GPU's
/// memory and the running statistics of batch normalization by thread. The first one's is the thread that asks.
#[derive(Debug)]
pub(super) struct Replicas {
    devices: Vec<Device>,
    /// One for each device after the first.
    threads: Vec<Sender<Work>>,
}

type Work = Box<dyn FnOnce() + Send>;

impl Replicas {
    /// For `shards` shards on as many devices, or all on a single one. The devices are to differentiate.
    pub(super) fn new(devices: &[Device], shards: usize) -> Self {
        let devices: Vec<Device> = devices.iter().cycle().take(shards).cloned().collect();
        let start = |_: &Device| {
            let (sender, receiver) = channel::<Work>();
            // Ends with the sender.
            thread::spawn(move || receiver.into_iter().for_each(|work| work()));
            sender
        };
        let threads = devices.iter().skip(1).map(start).collect();
        Self { devices, threads }
    }

    /// Where each shard is computed.
    pub(super) fn devices(&self) -> &[Device] {
        &self.devices
    }

    /// `module` for each device. Only the first one's running statistics go on; the copies' are forgotten.
    pub(super) fn copies<M: Module>(&self, module: &M) -> Vec<M> {
        // Once through evaluation mode, since a mere clone shares its running statistics, and would move them away.
        let copy = |device| module.valid().train().fork(device);
        once(module.clone()).chain(self.devices.iter().skip(1).map(copy)).collect()
    }

    /// Does `work` on an item for each device, all at once, and returns what came of them in the same order.
    pub(super) fn each<I, O>(&self, items: Vec<I>, work: impl Fn(I) -> O + Clone + Send + 'static) -> Vec<O>
    where
        I: Send + 'static,
        O: Send + 'static,
    {
        let mut items = items.into_iter();
        let first = items.next();
        let start = |(thread, item): (&Sender<Work>, I)| {
            let (sender, receiver) = channel();
            let work = work.clone();
            // Neither sending fails but after a panic on the other side.
            let _ = thread.send(Box::new(move || drop(sender.send(work(item)))));
            receiver
        };
        let others: Vec<Receiver<O>> = self.threads.iter().zip(items).map(start).collect();
        let first = first.map(&work);
        let wait = |other: Receiver<O>| other.recv().expect("a device failed on its thread, which said why");
        first.into_iter().chain(others.into_iter().map(wait)).collect()
    }

    /// The sum of the devices' gradients of `module`, on the first device.
    pub(super) fn sum<M: Module>(&self, module: &M, gradients: Vec<GradientsParams>) -> GradientsParams {
        let mut sum = GradientsAccumulator::new();
        for (gradients, device) in gradients.into_iter().zip(&self.devices) {
            let is_here = *device == self.devices[0];
            let here = if is_here { gradients } else { gradients.to_device(&self.devices[0], module) };
            sum.accumulate(module, here);
        }
        sum.grads()
    }
}
