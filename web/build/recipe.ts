/** How models are trained: defaults that were good on logs of several kinds, changed by the config where it says so. */
import type { FactorsName, TdmPlan, TowerPlan } from './fit/config.js'
import type { FactorsPlan } from './fit/factors.js'
import type { SourceOptions } from './options.js'
import type { AlsSchedule, EasePlan, Item2vecPlan, Log, NeighbourPlan, TransitionPlan } from './training.js'
import { FLOAT_BITS } from '../generated/numbers.js'

export interface Recipe {
  neighbours: NeighbourPlan
  transitions: TransitionPlan
  /** null: it was not tried on held-out events. */
  ease: EasePlan | null
  /** null: held-out events did not want it, or were not asked. */
  item2vec: Item2vecPlan | null
  als: AlsSchedule
  /** Factors that the config asks to train by steps, and held-out events wanted: for so many epochs, in so many residual layers. */
  stepped: Partial<Record<FactorsName, SteppedPlan>>
  /** null: none was asked for, or held-out events did not want it. */
  tower: TowerPlan | null
  /** Residual layers of its items: it reads a history by their vectors, so what the base rounds away counts twice. */
  towerLayers: number[]
  /** How the imported tower was trained on; null: it stays as it came. */
  tuned: TowerPlan | null
  tdm: TdmPlan | null
  content: { dims: number; steps: number }
  /** Residual layers of given embeddings, and of the spaces that are trained here. Beside what a log teaches, the half a
   * percent of recall that the base loses is not worth two thirds of its bytes; a catalogue alone lives by its content
   * space, and loses 3 % and the right reasons (films asked with MovieLens histories). */
  layers: number[]
  factorLayers: number[]
  /** Sub-spaces of given embeddings; 0: chosen from their dimension. */
  subspaces: number
  /** By the name of a source, how many entries of each of its lists are kept, where that is fewer than there are: of lists that
   * were given, or whose training does not ask for a length. */
  lengths: Readonly<Record<string, number>>
  weightBits: number
  /** Whether the repeat source minds how long it takes until an item is taken again. */
  cadence: boolean
  /** Names of sources that are not made, since their bytes are wanted for others. */
  without: string[]
}

export type SteppedPlan = FactorsPlan & { epochs: number; layers: number[] }

/** Normalised adjacency: how much a long history, a popular key and a popular target are held back. */
const adjacency = (user: number, key: number, target: number) => ({ user, key, target, shrinkage: 0, cosine: false })
/** Cosine, for neighbours that few people share held back by as many people more. */
const COSINE = { user: 0, key: 0.5, target: 0.5, shrinkage: 10, cosine: true }
/** With times the best of these is chosen by held-out events: narrow tastes (toys) want the first, broad ones (films) the
 * second. Without, what is held out is drawn at random, which tells how well gaps are filled rather than what comes next, and
 * asks for smaller exponents than published splits do; so the exponents are those of random walks (RP3beta, Paudel et al.
 * 2017, among the strongest of the simple methods in Ferrari Dacrema et al. 2021). */
export const NEIGHBOURS_TIMED = [adjacency(0.5, 0.3, 0.2), adjacency(0.7, 0.6, 0.4), COSINE]
export const NEIGHBOURS_UNTIMED = [adjacency(1, 0.9, 0.1), COSINE]

/** With times, what is near an item counts too, and what follows what follows it, where held-out events say so: logs with few
 * events of an item (toys) want both, others (films) neither. */
export const TRANSITIONS = [
  { back: 0, onward: 0 },
  { back: 0.3, onward: 2 },
]

/** How much the weights of EASE are held down: held-out events choose, from FIRST_RIDGE the better way. The more people there are
 * for each item, the less is best. And how many weights are kept under each item; with fewer, what speaks against an item goes
 * first. */
export const RIDGES = [0.75, 1.5, 3, 6, 12, 24]
export const FIRST_RIDGE = 6
/** Weights that say what comes next have a row for each step, and want less; and how their events fade. */
export const FIRST_RIDGE_IN_ORDER = 1.5
export const EASE_FADING = 0.9
export const EASE_TOP = 200

/** What is met in one company. How far apart, and how many dimensions, hardly matters. */
export const ITEM2VEC = { dims: 64, window: 5, top: 200, steps: 4 }

/** Layers of factors that are trained by steps: none, or these, where held-out people miss what codes alone lose. */
export const STEPPED_LAYERS = [[], [4]]
/** Epochs of factors that are trained by steps, where nothing ends them sooner. */
const SPAN = 60
/** Where the order is known. */
const IN_ORDER = { ahead: 10, fading: 0.8 }
/** How most factors are trained by steps, but for how many epochs. */
const STEPS: FactorsPlan = {
  loss: 'softmax',
  dims: 64,
  batch: 128,
  negatives: 512,
  among: 1,
  rate: 0.1,
  span: SPAN,
  shown: 0.5,
  temperature: 1,
  margin: 0,
  weight: 0,
  ...IN_ORDER,
  walk: 0,
  positive: false,
  strength: 0,
  batches: 1,
}
/** … and each, where it is otherwise. */
export const STEPPED: Record<FactorsName, FactorsPlan> = {
  bpr: { ...STEPS, loss: 'bpr', dims: 128, among: 128, temperature: 0.2 },
  ccl: { ...STEPS, loss: 'ccl', dims: 128, negatives: 4096, margin: 0.6, weight: 300 },
  lightgcn: { ...STEPS, dims: 128, negatives: 4096, temperature: 0.1, strength: 1, batches: 32 },
  node2vec: { ...STEPS, dims: 128, negatives: 256, temperature: 0.1, walk: 4 },
  svdpp: { ...STEPS, loss: 'squared', weight: 30 },
  nmf: { ...STEPS, loss: 'squared', weight: 30, positive: true },
}

/** More dimensions need less to hold each of them back. */
export function wide(als: AlsSchedule, dims: number): AlsSchedule {
  return { ...als, dims, reg: dims > 64 ? als.reg / 2 : als.reg }
}

/** Residual layers as the config says, or as is usual. */
export const layersFrom = ({ layers }: SourceOptions): number[] => (layers === 'f32' ? [FLOAT_BITS] : (layers ?? [4]))

export function recipeFor(log: Log | null, config: SourceOptions): Recipe {
  const layers = layersFrom(config)
  const dims = config.dimension ?? 64
  const timed = log?.time != null
  return {
    neighbours: {
      ...(timed ? NEIGHBOURS_TIMED : NEIGHBOURS_UNTIMED)[0]!,
      longest: 5000,
      top: config.neighbours ?? (timed ? 50 : 30),
    },
    transitions: { window: 20, decay: 0.7, key: 0.3, target: 0.2, top: config.transitions ?? 50, ...TRANSITIONS[0]! },
    ease: null,
    item2vec: null,
    stepped: {},
    tower: null,
    towerLayers: layers,
    tuned: null,
    tdm: null,
    als: {
      dims,
      unobserved: 0.01,
      reg: 0.006,
      nu: 1,
      steps: 3,
      iterations: log === null ? 0 : 6,
      warm: 4,
      evenness: 0.3,
    },
    content: { dims: Math.min(dims, 64), steps: 6 },
    layers,
    factorLayers: config.layers === undefined && log !== null ? [] : layers,
    subspaces: config.subspaces ?? 0,
    lengths: {},
    weightBits: config.weightBits ?? 4,
    cadence: timed,
    without: [],
  }
}
