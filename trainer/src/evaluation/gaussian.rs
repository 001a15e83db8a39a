//! Random numbers for tests of estimates whose truth is known.

/// A sample of the standard normal distribution (Box and Muller 1958).
pub(super) fn gaussian(random: &mut impl rand::Rng) -> f64 {
    let [u, v] = [1.0 - random.random::<f64>(), random.random::<f64>()];
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}
