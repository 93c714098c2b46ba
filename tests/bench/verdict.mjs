// What a bench found against what is required, one row each.

/** Rows are collected with least and most, and printed together at the end. */
export class Verdict {
  #rows = []

  /** `found` must be at least `wanted`; `beside`: what else to say of it. */
  least(what, on, found, wanted, digits = 4, beside = '') {
    this.#rows.push([what, on, found.toFixed(digits), `≥ ${wanted.toFixed(digits)}`, beside, found >= wanted])
  }

  /** At most; the same. */
  most(what, on, found, wanted, unit, digits = 2, beside = '') {
    this.#rows.push([what, on, `${found.toFixed(digits)} ${unit}`, `≤ ${wanted} ${unit}`, beside, found <= wanted])
  }

  /** Prints the table; exit code 1 where something falls short. */
  print() {
    const widths = [0, 1, 2, 3].map((column) => Math.max(...this.#rows.map((row) => row[column].length)))
    console.log()
    for (const row of this.#rows) {
      const cells = row.slice(0, 5).map((cell, column) => cell.padEnd(widths[column] ?? 0))
      console.log(`${row[5] ? 'ok  ' : 'MISS'}  ${cells.join('  ').trimEnd()}`)
    }
    if (this.#rows.some((row) => !row[5])) process.exitCode = 1
  }
}
