//! Signals: rows are points in time, columns bands of frequency where there are several, channels sensors.
//!
//! Shifts, scaling and noise are those of Um et al. 2017 for a watch on the wrist, hidden spans of time and bands those of
//! SpecAugment (Park et al. 2019). What is hidden becomes real zero, which is the middle of the bytes.

use rand::Rng;

use super::geometry::{self, Edge, ZERO};
use super::strength::Strength;
use super::window::Window;
use crate::data::images::centre;

/// Largest shift in time to either side, as a share of the time.
const SHIFT: f64 = 0.125;
/// Factors of a channel lie within this of 1; their deviation, 0.115, is about the source's 0.1.
const LOUDNESS: f32 = 0.2;
/// Largest standard deviation of the noise, in steps of the bytes.
const NOISE: f32 = 4.0;
/// The longest span of time that is hidden, as a share of the time.
const HIDDEN_TIME: f64 = 0.2;
/// The widest band of columns that is hidden, as a share of them: the source's 27 of 80.
const HIDDEN_BAND: f64 = 0.34;
/// Share of the views in which a channel is hidden.
const HIDDEN_CHANNEL: f64 = 0.5;

/// Appends a view of a signal.
///
/// # Shapes
/// `signal` `[time, columns, channels]` as `window.image`; the view as `window.input`.
pub(super) fn push(pixels: &mut Vec<u8>, signal: &[u8], window: Window, strength: Strength, random: &mut impl Rng) {
    let (from, to) = (window.image.height, window.input.height);
    let row = geometry::draw_place(from, to, SHIFT, strength, random);
    let [_, column] = centre(window.image, window.input).map(|at| at as isize);
    let start = pixels.len();
    // A sensor that keeps its value: the other end would make a jump that nothing has caused.
    geometry::push(pixels, signal, window, [row, column], false, Edge::Repeated);
    let view = &mut pixels[start..];
    let [time, columns, channels] = [window.input.height, window.input.width, window.input.channels].map(usize::from);
    change_values(view, channels, strength, random);
    hide_time(view, time, strength, random);
    if columns > 1 {
        hide_band(view, [columns, channels], strength, random);
    }
    if channels > 1 && random.random_bool(strength.of(HIDDEN_CHANNEL)) {
        let hidden = random.random_range(0..channels);
        view.iter_mut().skip(hidden).step_by(channels).for_each(|value| *value = ZERO);
    }
}

/// `128 + factor (x - 128) + deviation noise`, with a factor for each channel and one deviation.
fn change_values(view: &mut [u8], channels: usize, strength: Strength, random: &mut impl Rng) {
    let loudness = strength.of_f32(LOUDNESS);
    let factors: Vec<f32> = (0..channels).map(|_| random.random_range(1.0 - loudness..=1.0 + loudness)).collect();
    let deviation = random.random_range(0.0..=strength.of_f32(NOISE));
    let zero = f32::from(ZERO);
    for values in view.chunks_exact_mut(channels) {
        for (value, factor) in values.iter_mut().zip(&factors) {
            let changed = zero + factor * (f32::from(*value) - zero) + deviation * noise(random);
            // A cast to u8 saturates.
            *value = changed.round() as u8;
        }
    }
}

/// Nearly gaussian, of mean 0 and deviation 1: a sum of four uniform bytes, whose variance is `4 (256^2 - 1) / 12`.
fn noise(random: &mut impl Rng) -> f32 {
    let sum: u16 = random.next_u32().to_le_bytes().map(u16::from).iter().sum();
    (f32::from(sum) - 510.0) / 21_845_f32.sqrt()
}

fn hide_time(view: &mut [u8], time: usize, strength: Strength, random: &mut impl Rng) {
    let (first, length) = draw_span(time, strength.of(HIDDEN_TIME), random);
    let row = view.len() / time;
    view[first * row..][..length * row].fill(ZERO);
}

fn hide_band(view: &mut [u8], [columns, channels]: [usize; 2], strength: Strength, random: &mut impl Rng) {
    let (first, length) = draw_span(columns, strength.of(HIDDEN_BAND), random);
    for row in view.chunks_exact_mut(columns * channels) {
        row[first * channels..][..length * channels].fill(ZERO);
    }
}

/// First place and length of a span of at most this share of the extent, anywhere in it.
fn draw_span(extent: usize, most: f64, random: &mut impl Rng) -> (usize, usize) {
    let length = random.random_range(0..=(extent as f64 * most) as usize);
    (random.random_range(0..=extent - length), length)
}

#[cfg(test)]
mod tests {
    use dim_model_format::Shape;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    const TIME: usize = 128;
    const CHANNELS: usize = 6;

    fn window(image: [u16; 3], input: [u16; 3]) -> Window {
        let [image, input] = [image, input].map(|[time, columns, channels]| Shape::new(time, columns, channels));
        Window { image, input }
    }

    fn views(signal: &[u8], window: Window, strength: f64, count: u64) -> Vec<Vec<u8>> {
        let view = |seed| {
            let mut pixels = Vec::new();
            push(&mut pixels, signal, window, Strength::new(strength), &mut StdRng::seed_from_u64(seed));
            pixels
        };
        (0..count).map(view).collect()
    }

    /// Of a watch: 128 samples of 6 sensors.
    fn watch() -> Window {
        window([TIME as u16, 1, CHANNELS as u16], [TIME as u16, 1, CHANNELS as u16])
    }

    #[test]
    fn without_strength_a_signal_is_itself_or_its_middle() {
        let signal: Vec<u8> = (0..TIME * CHANNELS).map(|at| (at * at % 251) as u8).collect();
        for view in views(&signal, watch(), 0.0, 50) {
            assert_eq!(view, signal);
        }
        for view in views(&signal, window([128, 1, 6], [64, 1, 6]), 0.0, 50) {
            assert_eq!(view, signal[32 * CHANNELS..96 * CHANNELS]);
        }
    }

    #[test]
    fn a_step_moves_by_at_most_an_eighth_of_the_time_and_ends_are_held() {
        let signal: Vec<u8> = (0..TIME * CHANNELS).map(|at| if at / CHANNELS < 64 { 28 } else { 228 }).collect();
        let mut places = Vec::new();
        for view in views(&signal, watch(), 1.0, 600) {
            // Low before, high after it, but for what is hidden.
            let of = |row: &[u8]| row.iter().map(|value| i32::from(*value) - 128).sum::<i32>();
            let is_high = |row: &[u8]| of(row) > 150;
            let is_low = |row: &[u8]| of(row) < -150;
            let rows: Vec<&[u8]> = view.chunks(CHANNELS).collect();
            let (last_low, first_high) =
                (rows.iter().rposition(|row| is_low(row)).unwrap(), rows.iter().position(|row| is_high(row)).unwrap());
            assert!(last_low < first_high, "nothing comes round from the other end");
            if first_high - last_low == 1 {
                places.push(first_high as f64);
            }
        }
        let [least, most] = [f64::min, f64::max].map(|of| places.iter().copied().reduce(of).unwrap());
        assert_eq!((least, most), (48.0, 80.0));
        let mean = places.iter().sum::<f64>() / places.len() as f64;
        // Five standard errors of a uniform mean.
        assert!((mean - 64.0).abs() < 5.0 * 33.0 / (12.0 * places.len() as f64).sqrt(), "{mean}");
    }

    #[test]
    fn channels_have_factors_of_their_own_about_the_middle_and_noise_has_a_deviation_of_up_to_four() {
        // Constant, so that neither shift nor noise moves a mean.
        let signal = [188, 68, 128, 228, 28, 148].repeat(TIME);
        let (mut factors, mut deviations, mut alike) = (Vec::new(), Vec::new(), 0);
        for view in views(&signal, watch(), 1.0, 500) {
            let seen: Vec<&[u8]> = view.chunks(CHANNELS).filter(|row| **row != [128; CHANNELS]).collect();
            let mean = |channel: usize| {
                seen.iter().map(|row| f64::from(row[channel]) - 128.0).sum::<f64>() / seen.len() as f64
            };
            let [first, second] = [mean(0) / 60.0, mean(1) / -60.0];
            if seen.iter().all(|row| row[0] == 128) || seen.iter().all(|row| row[1] == 128) {
                continue;
            }
            factors.push(first);
            alike += usize::from((first - second).abs() < 0.005);
            let variance = seen.iter().map(|row| (f64::from(row[0]) - 128.0 - mean(0)).powi(2)).sum::<f64>();
            deviations.push((variance / seen.len() as f64).sqrt());
        }
        let count = factors.len() as f64;
        assert!(factors.iter().all(|factor| (0.77..1.23).contains(factor)), "{factors:?}");
        let of = |values: &[f64]| values.iter().sum::<f64>() / count;
        // Uniform in 0.8 to 1.2 and in 0 to 4: five standard errors.
        assert!((of(&factors) - 1.0).abs() < 5.0 * 0.4 / (12.0 * count).sqrt(), "{}", of(&factors));
        assert!((of(&deviations) - 2.0).abs() < 5.0 * 4.0 / (12.0 * count).sqrt() + 0.05, "{}", of(&deviations));
        assert!(deviations.iter().all(|deviation| *deviation < 4.8));
        assert!((alike as f64) < 0.1 * count, "{alike} of {count}");
    }

    #[test]
    fn noise_has_mean_0_and_deviation_1() {
        let mut random = StdRng::seed_from_u64(4);
        let all: Vec<f64> = (0..20_000).map(|_| f64::from(noise(&mut random))).collect();
        let mean = all.iter().sum::<f64>() / 20_000.0;
        let variance = all.iter().map(|value| value * value).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 5.0 / 20_000_f64.sqrt(), "{mean}");
        assert!((variance - 1.0).abs() < 0.05, "{variance}");
        // As many within one deviation as of a normal distribution, 68.3 %.
        let within = all.iter().filter(|value| value.abs() < 1.0).count() as f64 / 20_000.0;
        assert!((within - 0.683).abs() < 0.03, "{within}");
    }

    #[test]
    fn a_span_of_time_and_a_channel_are_hidden_as_often_and_as_long_as_stated() {
        // No value comes near the middle by itself.
        let signal = vec![228; TIME * CHANNELS];
        let (mut lengths, mut hidden_channels) = (Vec::new(), [0; CHANNELS]);
        for view in views(&signal, watch(), 1.0, 1000) {
            let rows: Vec<&[u8]> = view.chunks(CHANNELS).collect();
            let hidden: Vec<usize> = (0..TIME).filter(|row| *rows[*row] == [128; CHANNELS]).collect();
            assert!(hidden.windows(2).all(|pair| pair[1] == pair[0] + 1), "one span");
            lengths.push(hidden.len());
            let channels: Vec<usize> =
                (0..CHANNELS).filter(|channel| rows.iter().all(|row| row[*channel] == 128)).collect();
            assert!(channels.len() <= 1);
            channels.iter().for_each(|channel| hidden_channels[*channel] += 1);
            let others = rows.iter().enumerate().filter(|(row, _)| !hidden.contains(row));
            let seen = others.flat_map(|(_, row)| row.iter().enumerate());
            assert!(seen.filter(|(channel, _)| !channels.contains(channel)).all(|(_, value)| *value != 128));
        }
        assert_eq!((lengths.iter().min(), lengths.iter().max()), (Some(&0), Some(&25)));
        let mean = lengths.iter().sum::<usize>() as f64 / 1000.0;
        // 0 to 25, of deviation 7.5: five standard errors.
        assert!((mean - 12.5).abs() < 5.0 * 7.5 / 1000_f64.sqrt(), "{mean}");
        // 500 of 1000, and a sixth of them for each: deviations 15.8 and 8.7.
        assert!((421..579).contains(&hidden_channels.iter().sum::<i32>()), "{hidden_channels:?}");
        assert!(hidden_channels.iter().all(|count| (40..127).contains(count)), "{hidden_channels:?}");
    }

    #[test]
    fn of_a_spectrogram_a_band_of_columns_is_hidden_and_no_channel() {
        let signal = vec![228; 49 * 40];
        let mut widths = Vec::new();
        for view in views(&signal, window([49, 40, 1], [49, 40, 1]), 1.0, 500) {
            let is_hidden = |column: usize| (0..49).all(|row| view[row * 40 + column] == 128);
            let hidden: Vec<usize> = (0..40).filter(|column| is_hidden(*column)).collect();
            assert!(hidden.windows(2).all(|pair| pair[1] == pair[0] + 1), "one band");
            widths.push(hidden.len());
        }
        assert_eq!((widths.iter().min(), widths.iter().max()), (Some(&0), Some(&13)));
        let mean = widths.iter().sum::<usize>() as f64 / 500.0;
        // 0 to 13, of deviation 4.03: five standard errors.
        assert!((mean - 6.5).abs() < 5.0 * 4.03 / 500_f64.sqrt(), "{mean}");
    }

    #[test]
    fn a_longer_recording_is_seen_at_every_place_and_nothing_is_made_up() {
        // Values say where they are.
        let signal: Vec<u8> = (0..120).map(|at| 130 + at as u8).collect();
        let window = window([120, 1, 1], [100, 1, 1]);
        let mut places = [0; 21];
        for seed in 0..500 {
            let random = &mut StdRng::seed_from_u64(seed);
            places[geometry::draw_place(120, 100, SHIFT, Strength::FULL, random) as usize] += 1;
        }
        assert!(places.iter().all(|count| *count > 5), "{places:?}");
        for view in views(&signal, window, 1.0, 20) {
            assert_eq!(view.len(), 100);
        }
    }
}
