/**
 * Choosing what a policy says: how events fade for each source, and how much each source weighs, by what brings held-out
 * items back. The scores come from the device's own core; only their weighting is searched here.
 *
 * The measure is the mean of Recall@k and NDCG@k, which agree on most choices and keep each other honest.
 */
import type { Answers, People, Question } from './answer.js';
import type { Holdout } from './holdout.js';
import type { Workers } from './models.js';

export interface Figures {
  recall: number;
  ndcg: number;
}
export const merit = (figures: Figures) => (figures.recall + figures.ndcg) / 2;

export type Weights = [number, number, number, number];

export interface Choice {
  decays: number[];
  /** By source and length of history. */
  weights: Weights[];
  alone: Figures[];
  fused: Figures;
  /** What was tried and what it brought, for the build record. */
  tried: { what: string; recall: number; ndcg: number }[];
}

const K = 20;
const NORM_RANK = 20;
const DECAYS = [0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4];
const FACTORS = [0, 0.5, 0.7, 0.85, 1.2, 1.5, 2];
const CANDIDATES = 1000;
/** Lengths of history with fewer people than this take the weights that are best for everybody. */
const ENOUGH_PEOPLE = 400;
const gain = Float64Array.from({ length: 1001 }, (_, place) => 1 / Math.log2(place + 2));
const ideal = gain.map((_, n) => gain.subarray(0, n).reduce((sum, g) => sum + g, 0));

/** Normalised scores of all candidates of all people: what the merge of src/recall/merge.c adds up. */
interface Table {
  sources: number;
  start: Uint32Array;
  hit: Uint8Array;
  score: Float32Array;
  held: Uint32Array;
  length: Uint8Array;
}

export async function askAll(workers: Workers, question: Omit<Question, 'first' | 'last'>): Promise<Answers[]> {
  const people = question.people.start.length - 1;
  const parts = Math.min(people, 4 * workers.count);
  return Promise.all(Array.from({ length: parts }, (_, i) =>
    workers.run<Answers>('ask', { ...question, first: Math.floor((people * i) / parts), last: Math.floor((people * (i + 1)) / parts) })));
}

function tableOf(answers: readonly Answers[], holdout: Holdout): Table {
  const sources = answers[0]!.sources;
  const total = answers.reduce((sum, a) => sum + a.item.length, 0);
  const table: Table = {
    sources, start: new Uint32Array(holdout.count + 1), hit: new Uint8Array(total), score: new Float32Array(total * sources),
    held: new Uint32Array(holdout.count), length: new Uint8Array(holdout.count),
  };
  let person = 0;
  let at = 0;
  for (const part of answers)
    for (let p = 0; p + 1 < part.start.length; p++, person++) {
      const first = part.start[p]!;
      const last = part.start[p + 1]!;
      const held = holdout.held.subarray(holdout.heldStart[person]!, holdout.heldStart[person + 1]!);
      const wanted = new Set(held);
      table.held[person] = held.length;
      table.length[person] = lengthOf(holdout.people.start[person + 1]! - holdout.people.start[person]!);
      for (let s = 0; s < sources; s++) {
        const { zero, unit } = scaleOf(part, first, last, s);
        for (let c = first; c < last; c++) table.score[(at + c - first) * sources + s] = (part.score[c * sources + s]! - zero) * unit;
      }
      for (let c = first; c < last; c++) table.hit[at + c - first] = wanted.has(part.item[c]!) ? 1 : 0;
      at += last - first;
      table.start[person + 1] = at;
    }
  return table;
}

export const lengthOf = (events: number) => (events === 0 ? 0 : events < 5 ? 1 : events < 20 ? 2 : 3);

/** As set_scale of src/recall/merge.c. */
function scaleOf(part: Answers, first: number, last: number, s: number): { zero: number; unit: number } {
  let best = -Infinity;
  let worst = Infinity;
  let norm = NaN;
  for (let c = first; c < last; c++) {
    const rank = part.rank[c * part.sources + s]!;
    if (rank === 0) continue;
    const score = part.score[c * part.sources + s]!;
    if (score > best) best = score;
    if (score < worst) worst = score;
    if (rank === NORM_RANK) norm = score;
  }
  if (best === -Infinity) return { zero: 0, unit: 0 };
  if (Number.isNaN(norm)) norm = worst;
  const span = norm > 0 ? norm : best - worst;
  return { zero: norm > 0 ? 0 : worst, unit: span > 1e-30 ? 1 / span : 1 };
}

/** Figures of one weighting. `length`: only people with such a history. */
function figuresOf(table: Table, weights: readonly number[], length?: number): Figures & { people: number } {
  const { sources } = table;
  const top = new Float64Array(K);
  const topHit = new Uint8Array(K);
  let recall = 0;
  let ndcg = 0;
  let people = 0;
  for (let p = 0; p + 1 < table.start.length; p++) {
    if (table.held[p] === 0 || (length !== undefined && table.length[p] !== length)) continue;
    people++;
    let count = 0;
    for (let c = table.start[p]!; c < table.start[p + 1]!; c++) {
      let fused = 0;
      for (let s = 0; s < sources; s++) fused += weights[s]! * table.score[c * sources + s]!;
      if (count === K && fused <= top[K - 1]!) continue;
      let place = count < K ? count++ : K - 1;
      for (; place > 0 && top[place - 1]! < fused; place--) {
        top[place] = top[place - 1]!;
        topHit[place] = topHit[place - 1]!;
      }
      top[place] = fused;
      topHit[place] = table.hit[c]!;
    }
    let hits = 0;
    let gained = 0;
    for (let i = 0; i < count; i++)
      if (topHit[i]) {
        hits++;
        gained += gain[i]!;
      }
    recall += hits / table.held[p]!;
    ndcg += gained / ideal[Math.min(table.held[p]!, K)]!;
  }
  return { recall: recall / Math.max(1, people), ndcg: ndcg / Math.max(1, people), people };
}

/** Coordinate ascent: each weight in turn is scaled, zeroed or brought back, while that helps. */
function climb(table: Table, start: readonly number[], length?: number): { weights: number[]; figures: Figures } {
  let weights = [...start];
  let best = figuresOf(table, weights, length);
  for (let round = 0; round < 6; round++) {
    const before = merit(best);
    for (let s = 0; s < weights.length; s++) {
      const tries = weights[s]! > 0 ? FACTORS.map((factor) => factor * weights[s]!) : [0.05, 0.15, 0.4, 1];
      for (const value of tries) {
        const next = weights.with(s, value);
        if (next.every((weight) => weight === 0)) continue;
        const figures = figuresOf(table, next, length);
        // A source costs bytes: it stays silent unless it helps, and falls silent where it does not hurt.
        const margin = value === 0 ? -1e-5 : weights[s] === 0 ? 5e-4 * merit(best) : 0;
        if (merit(figures) > merit(best) + margin) {
          best = figures;
          weights = next;
        }
      }
    }
    if (merit(best) < before * 1.0005) break;
  }
  return { weights, figures: best };
}

/**
 * `bundle` holds all sources with weight 1 (a source with weight 0 is left out of the search). `faded` says which of
 * them walk the history, so that a decay means something. `timed`: the order of events is known.
 */
export async function tune(workers: Workers, name: string, bundle: Uint8Array, sourceNames: readonly string[], faded: readonly boolean[],
  holdout: Holdout, timed: boolean, say: (line: string) => void): Promise<Choice> {
  const n = sourceNames.length;
  const ask = (weights: number[], decays: number[], k: number, people: People = holdout.people) =>
    askAll(workers, { name, bundle, people, k, weights, decays });
  const only = (s: number) => Array.from({ length: n }, (_, other) => (other === s ? 1 : 0));
  const tried: Choice['tried'] = [];
  const note = (what: string, figures: Figures) => tried.push({ what, recall: figures.recall, ndcg: figures.ndcg });
  const decays = Array.from({ length: n }, () => 1);
  const alone: Figures[] = [];
  for (let s = 0; s < n; s++) {
    const measure = async (decay: number) => {
      const table = tableOf(await ask(only(s), decays.with(s, decay), 2 * K), holdout);
      const figures = figuresOf(table, only(s));
      note(`${sourceNames[s]} alone, decay ${decay}`, figures);
      return figures;
    };
    let best = await measure(1);
    if (timed && faded[s])
      for (const decay of DECAYS) {
        const figures = await measure(decay);
        if (merit(figures) > merit(best)) {
          best = figures;
          decays[s] = decay;
        } else if (merit(figures) < 0.97 * merit(best)) break; // past the peak
      }
    alone.push(best);
    say(`${sourceNames[s]} alone: recall ${best.recall.toFixed(4)}, ndcg ${best.ndcg.toFixed(4)}${timed && faded[s] ? `, decay ${decays[s]}` : ''}`);
  }
  const strongest = Math.max(...alone.map(merit), 1e-9);
  const start: number[] = alone.map((figures, s) => (faded[s] ? merit(figures) / strongest : 0));
  if (start.every((weight) => weight === 0)) start.fill(1);
  const table = tableOf(await ask(Array.from({ length: n }, () => 1), decays, CANDIDATES), holdout);
  const all = climb(table, start);
  note('fused', all.figures);
  const weights = all.weights.map((weight): Weights => [0, weight, weight, weight]);
  for (const length of [1, 2, 3]) {
    const { people, ...before } = figuresOf(table, all.weights, length);
    if (people < ENOUGH_PEOPLE) continue;
    const better = climb(table, all.weights, length);
    if (merit(better.figures) < merit(before) * 1.003) continue; // not worth a rule of its own
    better.weights.forEach((weight, s) => { weights[s]![length] = weight; });
    note(`fused, histories of length class ${length}`, better.figures);
  }
  return { decays, weights, alone, fused: all.figures, tried };
}
