// How something grows: the exponent of a power law, and a picture of it with both axes logarithmic, where a power law is a line
// and its exponent the slope.

const [WIDTH, HEIGHT] = [61, 13]

/** The slope of least squares through points [x, y], both logarithmic: 1 is linear growth. */
export function exponent(points) {
  const logs = points.map((point) => point.map(Math.log))
  const mean = (axis) => logs.reduce((sum, point) => sum + point[axis], 0) / logs.length
  const [x, y] = [mean(0), mean(1)]
  const along = (of) => logs.reduce((sum, [a, b]) => sum + (a - x) * of(a, b), 0)
  return along((_, b) => b - y) / along((a) => a - x)
}

/** `series`: a mark and its points each, the first of which counts for `·`, linear growth from its first point. */
export function plot(series, sayX, sayY) {
  const [[from, start]] = series[0][1]
  const xs = series.flatMap(([, points]) => points.map(([x]) => x))
  const [left, right] = [Math.min(...xs), Math.max(...xs)]
  const linear = (x) => (start * x) / from
  const ys = [...series.flatMap(([, points]) => points.map(([, y]) => y)), linear(right)]
  const [low, high] = [Math.min(...ys), Math.max(...ys)]
  const place = (value, least, most, cells) =>
    Math.round(((cells - 1) * Math.log(value / least)) / Math.log(most / least))
  const rows = Array.from({ length: HEIGHT }, () => Array.from({ length: WIDTH }, () => ' '))
  const put = (mark, x, y) => {
    const row = HEIGHT - 1 - place(y, low, high, HEIGHT)
    if (row >= 0 && row < HEIGHT) rows[row][place(x, left, right, WIDTH)] = mark
  }
  for (let column = 0; column < WIDTH; column += 2) {
    const x = left * (right / left) ** (column / (WIDTH - 1))
    put('·', x, linear(x))
  }
  for (const [mark, points] of series.toReversed()) for (const [x, y] of points) put(mark, x, y)
  const labels = [sayY(high), sayY(low)]
  const margin = Math.max(...labels.map((label) => label.length))
  const label = (row) => (row === 0 ? labels[0] : row === HEIGHT - 1 ? labels[1] : '').padStart(margin)
  const lines = rows.map((row, r) => `${label(r)} │${row.join('').trimEnd()}`)
  const ends = sayX(left) + sayX(right).padStart(WIDTH - sayX(left).length)
  return [...lines, `${' '.repeat(margin)} └${'─'.repeat(WIDTH)}`, `${' '.repeat(margin + 2)}${ends}`].join('\n')
}
