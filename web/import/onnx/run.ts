/** A program by itself: run by the core on whole arrays, as `predict`, golden pairs and the parity report need it. */
import { Learn, type Pointer } from '../../learn/learn.js'
import type { Program, ProgramInput } from './compile.js'
import { sizeOf } from './model/tensor.js'

/** An array in C order. */
export interface NumberArray {
  shape: readonly number[]
  data: ArrayLike<number>
}

/** A program at work by itself, in the core. */
export class ProgramRunner {
  private readonly learn: Learn
  private readonly bytes: Pointer
  private readonly run: Pointer
  readonly program: Program

  private constructor(learn: Learn, program: Program) {
    this.learn = learn
    this.program = program
    this.bytes = learn.put(program.bytes)
    this.run = learn.make('mt_make_program', this.bytes, program.bytes.length)
  }

  /** An instance of the core with the program in it. */
  static async start(program: Program): Promise<ProgramRunner> {
    return new ProgramRunner(await Learn.start(), program)
  }

  /** Outputs in the program's order. What is the rest of another input is left out. Every input has the same number of rows, or is one for all. */
  outputs(given: readonly NumberArray[]): Float32Array[] {
    const { program, learn } = this
    const inputs = program.inputs.map(({ restOf }, i) => (restOf === undefined ? given[i] : restsOf(given[restOf])))
    const rows = this.rowsOf(inputs)
    program.inputs.forEach((input, i) => {
      if (!input.rows) this.port(i, sizeOf(input.shape)).set(Float32Array.from(inputs[i].data))
    })
    learn.call('mt_program_request', this.run)
    const lines = program.inputs.map((input, i) => (input.rows ? rowLines(input, inputs[i], rows) : null))
    const results = program.outputs.map((output) => new Float32Array(sizeOf(output.shape) * (output.rows ? rows : 1)))
    for (let at = 0; at < rows; at += program.capacity) {
      const count = Math.min(program.capacity, rows - at)
      lines.forEach((line, i) => {
        if (line === null) return
        const size = sizeOf(program.inputs[i].shape)
        this.port(i, count * size).set(line.subarray(at * size, (at + count) * size))
      })
      learn.call('mt_program_rows', this.run, count)
      program.outputs.forEach((output, o) => {
        const size = sizeOf(output.shape)
        const found = this.port(program.inputs.length + o, size * (output.rows ? count : 1))
        results[o].set(found, output.rows ? at * size : 0)
      })
    }
    return results.map((data, o) => batchBack(program.outputs[o], data, rows))
  }

  /** The least time of one run of `rows` rows, in milliseconds, request and all. */
  fastest(rows: number, repeats: number): number {
    let best = Infinity
    for (let i = 0; i < repeats; i++) {
      const before = performance.now()
      this.learn.call('mt_program_request', this.run)
      this.learn.call('mt_program_rows', this.run, rows)
      best = Math.min(best, performance.now() - before)
    }
    return best
  }

  /** Gives its memory back. */
  drop(): void {
    this.learn.drop(this.run, this.bytes)
  }

  private rowsOf(inputs: readonly NumberArray[]): number {
    const at = this.program.inputs.findIndex((input) => input.rows)
    return at < 0 ? 1 : inputs[at].shape[this.program.inputs[at].batchAxis]
  }

  private port(port: number, length: number): Float32Array {
    return this.learn.f32(this.learn.run('mt_program_port', this.run, port), length)
  }
}

/** What float32 rounds away. */
export const restsOf = ({ shape, data }: NumberArray): NumberArray => ({
  shape,
  data: Float64Array.from(data, (value) => value - Math.fround(value)),
})

/** All rows of an input, one after the other, whichever axis the model has them on. */
function rowLines(input: ProgramInput, array: NumberArray, rows: number): Float32Array {
  if (input.batchAxis === 0) return Float32Array.from(array.data)
  const inner = sizeOf(array.shape.slice(input.batchAxis + 1))
  const outer = sizeOf(array.shape.slice(0, input.batchAxis))
  const out = new Float32Array(array.data.length)
  let at = 0
  for (let row = 0; row < rows; row++)
    for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) out[at++] = array.data[(o * rows + row) * inner + i]
  return out
}

/** The other way round. */
function batchBack(output: ProgramInput, data: Float32Array, rows: number): Float32Array {
  if (!output.rows || output.batchAxis === 0) return data
  const rest = output.shape.slice(1)
  const inner = sizeOf(rest.slice(output.batchAxis))
  const outer = sizeOf(rest.slice(0, output.batchAxis))
  const out = new Float32Array(data.length)
  let at = 0
  for (let row = 0; row < rows; row++)
    for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) out[(o * rows + row) * inner + i] = data[at++]
  return out
}

/** The shape of an output for so many rows, as the model declares it. */
export function outputShape(output: ProgramInput, rows: number): number[] {
  if (!output.rows) return [...output.shape]
  const [first, ...rest] = output.shape
  rest.splice(output.batchAxis, 0, first * rows)
  return rest
}
