/**
 * When to stop, and what was reached by then. Who says when to stop cannot say how good it is: the best of many rounds looks
 * better than it is. So people are two halves, and each half is judged by the round that the other one likes best.
 */
import { difference } from '../tune/ways.js'

const SURE = 1.96

export interface Verdict {
  /** Means over people. */
  merged: number
  ranked: number
  /** How much the second is above the first, from and to, with a confidence of 95 %. */
  above: [from: number, to: number]
}

export class Judge {
  /** How many rounds there were, and the one that all people together like best; 0: none. */
  rounds = 0
  best = 0
  /** … with what NDCG. */
  ndcg: number
  /** By round from 0, which is the merge alone, and person: the mean of the person's moments. */
  private readonly each: Float32Array[]
  private readonly people: number[]

  /** `person`: whose each moment is; `merged`: the moments' NDCG by the merge alone. */
  constructor(
    private readonly person: readonly number[],
    merged: ArrayLike<number>,
  ) {
    this.people = [...new Set(person)].sort((a, b) => a - b)
    this.each = [this.byPerson(merged)]
    this.ndcg = mean(this.each[0]!)
  }

  /** One round more. */
  add(moments: ArrayLike<number>): void {
    const each = this.byPerson(moments)
    this.each.push(each)
    this.rounds++
    if (mean(each) <= this.ndcg) return
    this.best = this.rounds
    this.ndcg = mean(each)
  }

  verdict(): Verdict {
    const isOf = (half: number) => (_: number, place: number) => place % 2 === half
    const chosen = [0, 1].map((half) => {
      const means = this.each.map((each) => mean(each.filter(isOf(half))))
      return means.indexOf(Math.max(...means))
    })
    const merged = this.each[0]!
    const ranked = merged.map((_, place) => this.each[chosen[1 - (place % 2)]!]![place]!)
    const { mean: by, error } = difference(ranked, merged)
    return { merged: mean(merged), ranked: mean(ranked), above: [by - SURE * error, by + SURE * error] }
  }

  private byPerson(moments: ArrayLike<number>): Float32Array {
    const place = new Map(this.people.map((person, i) => [person, i]))
    const [sums, counts] = [new Float32Array(this.people.length), new Float32Array(this.people.length)]
    this.person.forEach((person, moment) => {
      sums[place.get(person)!]! += moments[moment]!
      counts[place.get(person)!]!++
    })
    return sums.map((sum, i) => sum / counts[i]!)
  }
}

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
