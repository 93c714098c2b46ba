/**
 * Asking a bundle what it would recommend to many people, through the very core that a device runs. Tuning reads what
 * every source says of every candidate; evaluation reads the slates.
 */
import { readFile } from 'node:fs/promises';
import { Core } from '../core.js';

/** Histories one after the other: person p's events are start[p] .. start[p + 1], oldest first. */
export interface People {
  start: Uint32Array;
  item: Uint32Array;
  worth: Float32Array | null;
  time: Float64Array | null;
}

export interface Question {
  /** The bundle, in shared memory, and its name: a worker opens it once. */
  name: string;
  bundle: Uint8Array;
  people: People;
  first: number;
  last: number;
  k: number;
  /** Overrides by source; NaN leaves the policy's. */
  weights?: number[];
  decays?: number[];
}

/** What each person of the range was answered; candidate c's sources are c · sources and on. */
export interface Answers {
  sources: number;
  start: Uint32Array;
  item: Uint32Array;
  score: Float32Array;
  rank: Uint16Array;
}

let opened: { name: string; core: Core } | undefined;
let compiled: Promise<WebAssembly.Module> | undefined;

async function open(name: string, bundle: Uint8Array): Promise<Core> {
  if (opened?.name === name) return opened.core;
  compiled ??= readFile(new URL('./core.wasm', import.meta.url)).then((bytes) => WebAssembly.compile(bytes));
  const core = new Core(await WebAssembly.instantiate(await compiled));
  core.reserve(bundle.length, Infinity).set(bundle);
  core.open(bundle.length, false);
  opened = { name, core };
  return core;
}

export async function answer(question: Question): Promise<Answers> {
  const core = await open(question.name, question.bundle);
  const { wasm, rec } = core;
  const sources = wasm.mt_sources(rec);
  const { start, item, worth, time } = question.people;
  const starts = [0];
  const items: number[] = [];
  const scores: number[] = [];
  const ranks: number[] = [];
  for (let person = question.first; person < question.last; person++) {
    wasm.mt_begin(rec);
    for (let e = start[person]!; e < start[person + 1]!; e++) wasm.mt_add_event(rec, item[e]!, worth?.[e] ?? 1, time?.[e] ?? NaN);
    question.weights?.forEach((weight, s) => { if (!Number.isNaN(weight)) core.setWeight(s, weight); });
    question.decays?.forEach((decay, s) => { if (!Number.isNaN(decay)) core.setDecay(s, decay); });
    core.eachPick(question.k, (picked, score, rank) => {
      items.push(picked);
      for (let s = 0; s < sources; s++) {
        scores.push(score[s]!);
        ranks.push(rank[s]!);
      }
    });
    starts.push(items.length);
  }
  return { sources, start: Uint32Array.from(starts), item: Uint32Array.from(items), score: Float32Array.from(scores), rank: Uint16Array.from(ranks) };
}
