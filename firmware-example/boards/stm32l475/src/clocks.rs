//! 80 MHz of the internal oscillator of 16 MHz.

use embassy_stm32::Config;
use embassy_stm32::rcc::{Pll, PllMul, PllPreDiv, PllRDiv, PllSource, Sysclk};

pub(crate) fn config() -> Config {
    let mut config = Config::default();
    config.rcc.hsi = true;
    // 16 MHz * 10 / 2
    config.rcc.pll = Some(Pll {
        source: PllSource::HSI,
        prediv: PllPreDiv::DIV1,
        mul: PllMul::MUL10,
        divp: None,
        divq: None,
        divr: Some(PllRDiv::DIV2),
    });
    config.rcc.sys = Sysclk::PLL1_R;
    config
}
