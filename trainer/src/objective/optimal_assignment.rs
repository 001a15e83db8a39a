//! The cheapest way to give each of some rows a column of its own.

/// The column of each row, no two the same, for which the sum of `costs` is least: the Hungarian method (Kuhn 1955),
/// exact, with one shortest augmenting path for each row and `O(size^3)` steps (Jonker and Volgenant 1987).
///
/// `costs` `[size, size]` are finite; of several cheapest assignments it is always the same one.
pub fn optimal_assignment(costs: &[f64], size: usize) -> Vec<usize> {
    let mut prices = Prices { rows: vec![0.0; size], columns: vec![0.0; size] };
    let mut row_of = vec![None; size];
    for row in 0..size {
        let path = Path::shortest(costs, row, &row_of, &prices);
        path.raise(&mut prices, row, &row_of);
        path.give(row, &mut row_of);
    }
    let mut column_of = vec![0; size];
    for (column, row) in row_of.iter().enumerate() {
        column_of[row.expect("as many rows as columns are given one")] = column;
    }
    column_of
}

/// Prices whose sum is nowhere above the cost of a pair, and equals it where the pair is assigned: a proof that no
/// assignment of the same rows is cheaper.
struct Prices {
    rows: Vec<f64>,
    columns: Vec<f64>,
}

/// The way from a row without a column to a column without a row on which rows change theirs.
struct Path {
    /// Least excess of costs over prices up to each column.
    length: Vec<f64>,
    /// Column that the row before each column gives up for it; none where that is the first row.
    before: Vec<Option<usize>>,
    /// Columns whose length is final.
    reached: Vec<bool>,
    /// The column without a row.
    end: usize,
}

impl Path {
    /// The shortest one, by Dijkstra's algorithm over columns.
    fn shortest(costs: &[f64], first: usize, row_of: &[Option<usize>], prices: &Prices) -> Self {
        let size = row_of.len();
        let mut path =
            Self { length: vec![f64::INFINITY; size], before: vec![None; size], reached: vec![false; size], end: 0 };
        let (mut row, mut given_up, mut so_far) = (first, None, 0.0);
        loop {
            let mut nearest = None;
            for column in (0..size).filter(|column| !path.reached[*column]) {
                let excess = costs[row * size + column] - prices.rows[row] - prices.columns[column];
                if so_far + excess < path.length[column] {
                    path.length[column] = so_far + excess;
                    path.before[column] = given_up;
                }
                if nearest.is_none_or(|nearest| path.length[column] < path.length[nearest]) {
                    nearest = Some(column);
                }
            }
            let column = nearest.expect("a column without a row is reached before all are");
            path.reached[column] = true;
            so_far = path.length[column];
            match row_of[column] {
                Some(next) => (row, given_up) = (next, Some(column)),
                None => {
                    path.end = column;
                    return path;
                }
            }
        }
    }

    /// Makes every pair on the path cost just its prices.
    fn raise(&self, prices: &mut Prices, first: usize, row_of: &[Option<usize>]) {
        let whole = self.length[self.end];
        prices.rows[first] += whole;
        for (column, row) in row_of.iter().enumerate() {
            if let (true, Some(row)) = (self.reached[column], row) {
                let left = whole - self.length[column];
                prices.rows[*row] += left;
                prices.columns[column] -= left;
            }
        }
    }

    /// Gives each column on the path to the row before it.
    fn give(&self, first: usize, row_of: &mut [Option<usize>]) {
        let mut column = self.end;
        while let Some(before) = self.before[column] {
            row_of[column] = row_of[before];
            column = before;
        }
        row_of[column] = Some(first);
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    use super::*;

    fn total(costs: &[f64], columns: &[usize]) -> f64 {
        columns.iter().enumerate().map(|(row, column)| costs[row * columns.len() + column]).sum()
    }

    fn assert_permutation(columns: &[usize]) {
        let mut sorted = columns.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..columns.len()).collect::<Vec<_>>());
    }

    /// The least total of all orders of the columns, each tried.
    fn least(costs: &[f64], size: usize, taken: &mut Vec<usize>) -> f64 {
        if taken.len() == size {
            return total(costs, taken);
        }
        let mut best = f64::INFINITY;
        for column in 0..size {
            if !taken.contains(&column) {
                taken.push(column);
                best = best.min(least(costs, size, taken));
                taken.pop();
            }
        }
        best
    }

    #[test]
    fn no_order_of_the_columns_is_cheaper() {
        let mut random = StdRng::seed_from_u64(0);
        for size in 1..=7 {
            for draw in 0..40 {
                // Every second time few different numbers, so that many assignments cost the same.
                let cost = |random: &mut StdRng| match draw % 2 {
                    0 => random.random_range(-1.0..1.0),
                    _ => f64::from(random.random_range(-2..=2_i8)),
                };
                let costs: Vec<f64> = (0..size * size).map(|_| cost(&mut random)).collect();
                let columns = optimal_assignment(&costs, size);
                assert_permutation(&columns);
                let [found, expected] = [total(&costs, &columns), least(&costs, size, &mut Vec::new())];
                assert!((found - expected).abs() < 1e-12, "{costs:?}: {found} {expected}");
            }
        }
    }

    /// Numbers on a line are cheapest to move in their order.
    #[test]
    fn many_points_on_a_line_keep_their_order() {
        const SIZE: usize = 150;
        let mut random = StdRng::seed_from_u64(1);
        let mut points = || -> Vec<f64> { (0..SIZE).map(|_| random.random_range(-1.0..1.0)).collect() };
        let [from, to] = [points(), points()];
        let squares = |from: &f64| to.iter().map(|to| (from - to).powi(2)).collect::<Vec<_>>();
        let columns = optimal_assignment(&from.iter().flat_map(squares).collect::<Vec<_>>(), SIZE);
        assert_permutation(&columns);
        let mut rows: Vec<usize> = (0..SIZE).collect();
        rows.sort_by(|a, b| from[*a].total_cmp(&from[*b]));
        assert!(rows.windows(2).all(|pair| to[columns[pair[0]]] < to[columns[pair[1]]]));
    }

    #[test]
    fn of_nothing_comes_nothing() {
        assert!(optimal_assignment(&[], 0).is_empty());
    }
}
