/**
 * What of a bundle has arrived in memory, how much of that is open, and what waits.
 *
 *     0 ──────── opened ──── waiting ──── checked ──── received ──── total
 *
 * A bundle arrives from its front, and each section is compared with its checksum when it is whole. As soon as what has
 * come is enough to recommend from, it opens; what comes later waits, and is opened over it between two calls.
 */
import type { Core } from './core.js'
import { MartelloError } from './errors.js'
import { wantsLayers, type Layers, type OpenOptions } from './options.js'
import { HEADER_BYTES } from '../generated/numbers.js'

const DEFAULT_MAX_BYTES = 512 * 1024 * 1024

export class Arrival {
  /** Bytes of the whole, 0 until its header has come, and those in memory. */
  total = 0
  received = 0
  /** How far sections are whole, and their checksums right. */
  private checked = 0
  /** How far all reaches that answers need, which is what `layers: 'base'` asks for. */
  private needed = Infinity
  /** Whether residual layers are asked for. */
  private all: boolean
  /** How far what is open reaches, and what is to be opened with the next call; 0: nothing. */
  private opened = 0
  private waiting = 0
  /** null: it was closed. */
  private kept: Core | null

  constructor(
    core: Core,
    private readonly options: OpenOptions = {},
  ) {
    this.kept = core
    this.all = wantsLayers('open: layers', options.layers ?? 'auto')
  }

  /** The core, with all open that has come. Throws where it was closed. */
  get core(): Core {
    const { held } = this
    try {
      if (this.waiting > 0) this.open(this.waiting)
    } catch {
      // the same is tried, and told, when all has arrived
    }
    return held
  }

  /** The bundle's length. Throws where it was closed. */
  get bytes(): number {
    void this.held
    return this.total
  }

  /** How far answers can be made from it. Throws where it was closed. */
  get loaded(): number {
    void this.held
    return this.waiting || this.opened
  }

  get closed(): boolean {
    return this.kept === null
  }

  /** How far what is asked for reaches. */
  get wanted(): number {
    return this.all ? this.total : this.needed
  }

  /** All that is asked for is here, and the rest is not needed. */
  get enough(): boolean {
    return !this.all && this.received >= this.needed
  }

  /** All that is asked for is open. */
  get whole(): boolean {
    return this.opened >= this.wanted
  }

  /** Asks for more. */
  want(layers: Layers): void {
    this.all = wantsLayers('load', layers) || this.all
  }

  /** The header says how much there will be; where it comes again, it is that of the same bundle. */
  meet(header: Uint8Array): void {
    const { held, total } = this
    if (total === 0) {
      this.total = held.lengthOf(header)
      return
    }
    const known = held.reserve(total, Infinity).subarray(0, HEADER_BYTES)
    if (known.some((byte, i) => byte !== header[i]))
      throw new MartelloError('load: found another bundle than the one that is open: it has changed; open it anew')
  }

  /** The next bytes: straight to their place. */
  place(chunk: Uint8Array): void {
    const { held, total, options } = this
    held.reserve(total, options.maxBytes ?? DEFAULT_MAX_BYTES).set(chunk, this.received)
    this.received += chunk.length
    const { arrived, needed } = held.measure(total, this.received)
    if (arrived <= this.checked) return
    this.needed = needed
    try {
      if (options.verify ?? true) held.verify(total, this.checked, arrived)
    } catch (error) {
      this.received = this.checked // what is damaged has to come again
      throw error
    }
    this.checked = arrived
    if (this.opened === 0) this.open(this.usable)
    else if (this.usable > this.opened) this.waiting = this.usable
  }

  /** Nothing more will come: opens what waits, and throws where something is missing. */
  finish(): void {
    const { total, received } = this
    void this.held
    if (received < this.wanted) throw new MartelloError(`open: ${received} of the bundle's ${total} bytes arrived`)
    if (this.opened === 0) this.open(received)
    else if (this.opened < this.usable) this.open(this.usable) // a call may have tried, and kept it to itself
  }

  /** A bundle that is here as a whole. */
  placeAll(bytes: Uint8Array): void {
    this.total = bytes.length
    this.place(bytes)
  }

  close(): void {
    this.kept = null
  }

  /** The core as it is. */
  private get held(): Core {
    if (this.kept === null) throw new MartelloError('recommender: it was closed')
    return this.kept
  }

  /** How far what has come, and is asked for, was found whole. */
  private get usable(): number {
    return Math.min(this.checked, this.wanted)
  }

  /** Where it fails, what was open still is. */
  private open(arrived: number): void {
    this.waiting = 0
    this.opened = this.held.open(this.total, arrived) || this.opened
  }
}
