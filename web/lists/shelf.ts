/**
 * Lists that stay on the device, each a file of its own, and the order in which they were wanted:
 *
 *     PREFIX7          list 7 of the root whose PREFIX it is
 *     PREFIXorder      numbers, those that were wanted last at the end
 *
 * Nothing here is relied on. What is read back is looked at as what was fetched; what cannot be read is fetched, and what cannot be
 * written is fetched the next time. Tabs that write at a time may lose some of the order, and no list.
 */
import type { ListOptions } from '../recommender/files.js'

const ORDER = 'order'

export class Shelf {
  /** Numbers of lists, those that were wanted last at the end. */
  private kept = new Set<number>()
  private opened: Promise<void> | undefined
  /** The order as it was written. */
  private written = ''
  private writing: Promise<void> = Promise.resolve()

  /** `bytesOf`: a list by its number; 0: there is none. */
  constructor(
    private readonly stay: NonNullable<ListOptions['stay']>,
    private readonly bytesOf: (list: number) => number,
  ) {}

  /** Looks what is there. */
  open(): Promise<void> {
    this.opened ??= this.look()
    return this.opened
  }

  has(list: number): boolean {
    return this.kept.has(list)
  }

  /** null: it is not there. */
  async read(list: number): Promise<Uint8Array | null> {
    const { files, prefix } = this.stay
    return tried(async () => {
      const blob = await files.read(`${prefix}${list}`)
      return blob && new Uint8Array(await blob.arrayBuffer())
    })
  }

  /** What is there is not that list. */
  async drop(list: number): Promise<void> {
    const { files, prefix } = this.stay
    this.kept.delete(list)
    await tried(() => files.remove(`${prefix}${list}`))
  }

  /** Keeps what was fetched, as far as there is room: `bytes` at most, or less. Those that were wanted longest ago go. */
  update(fetched: ReadonlyMap<number, Uint8Array>, wanted: readonly number[], bytes = this.stay.bytes): Promise<void> {
    this.writing = this.writing.then(() => this.write(fetched, wanted, bytes)).catch(() => {})
    return this.writing
  }

  private async look(): Promise<void> {
    const { files, prefix } = this.stay
    const there = await this.there()
    const order: unknown = await tried(async () => JSON.parse(await (await files.read(prefix + ORDER))!.text()))
    for (const list of Array.isArray(order) ? order : []) if (there.delete(list)) there.add(list)
    this.kept = there
  }

  private async there(): Promise<Set<number>> {
    const { files, prefix } = this.stay
    const names = (await tried(() => files.names())) ?? []
    const numbers = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
    return new Set(numbers.filter((number) => /^\d{1,9}$/.test(number) && this.bytesOf(+number) > 0).map(Number))
  }

  private async write(
    fetched: ReadonlyMap<number, Uint8Array>,
    wanted: readonly number[],
    most: number,
  ): Promise<void> {
    const { files, prefix } = this.stay
    const { kept } = this
    // another tab may have written some, which are then those that were wanted longest ago
    const there = fetched.size > 0 ? await this.there() : new Set(kept)
    const order = new Set([...there].filter((list) => !kept.has(list)))
    for (const list of kept) if (there.has(list)) order.add(list)
    for (const list of [...fetched.keys(), ...wanted]) if (order.delete(list) || fetched.has(list)) order.add(list)
    let bytes = 0
    for (const list of order) bytes += this.bytesOf(list)
    for (const list of order) {
      if (bytes <= most) break
      order.delete(list)
      bytes -= this.bytesOf(list)
    }
    this.kept = order
    for (const list of there) if (!order.has(list)) await this.drop(list)
    for (const [list, own] of fetched)
      if (order.has(list) && !there.has(list) && (await tried(() => this.put(`${prefix}${list}`, own))) === null)
        order.delete(list) // it is fetched the next time
    const text = JSON.stringify([...order])
    if (text === this.written) return
    this.written = text
    const name = prefix + ORDER
    await tried(() => (order.size > 0 ? this.put(name, new TextEncoder().encode(text)) : files.remove(name)))
  }

  private async put(name: string, bytes: Uint8Array): Promise<void> {
    const sink = await this.stay.files.write(name)
    try {
      await sink.write(bytes as Uint8Array<ArrayBuffer>)
      await sink.close()
    } catch (error) {
      await sink.abort().catch(() => {})
      throw error
    }
  }
}

/** null: the storage fails. */
async function tried<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch {
    return null
  }
}
