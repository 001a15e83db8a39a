use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;
pub(crate) static TIMES: Mutex<BTreeMap<String, (f64, f64, usize)>> = Mutex::new(BTreeMap::new());
pub(crate) struct T(String, Instant, f64);
impl T { pub(crate) fn new(name: String, mac: f64) -> Self { T(name, Instant::now(), mac) } }
impl Drop for T { fn drop(&mut self) { let s = self.1.elapsed().as_secs_f64(); let mut m = TIMES.lock().unwrap(); let e = m.entry(self.0.clone()).or_insert((0.0, 0.0, 0)); e.0 += s; e.1 += self.2; e.2 += 1; } }
pub(crate) fn dump(n: usize) { let m = TIMES.lock().unwrap(); let mut total = 0.0; for (k, (s, mac, c)) in m.iter() { total += s; eprintln!("{:9.3} ms {:6.1} GMAC/s {:4} {k}", s / n as f64 * 1e3, mac / s * 1e-9, c / n); } eprintln!("{:9.3} total", total / n as f64 * 1e3); }
