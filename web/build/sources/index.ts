/**
 * The sources that the builder makes, in the order of the bundle: given embeddings before other spaces, so that `nearest`
 * means them; then what the history is walked through; then what is good for everybody.
 */
import { als } from './als.js'
import { attributes } from './attributes.js'
import { content } from './content.js'
import { ease } from './ease.js'
import { embeddings } from './embeddings.js'
import { graph } from './graph.js'
import { i2i } from './i2i.js'
import { item2vec } from './item2vec.js'
import { newest } from './new.js'
import { next } from './next.js'
import { popular } from './popular.js'
import { repeat } from './repeat.js'
import { bpr, ccl, lightgcn, nmf, node2vec, svdpp } from './stepped.js'
import { together } from './together.js'
import { tdm } from './tdm.js'
import { tower } from './tower.js'
import { trending } from './trending.js'
import { usercf } from './usercf.js'

export const SOURCES = [
  embeddings,
  als,
  content,
  item2vec,
  bpr,
  ccl,
  lightgcn,
  node2vec,
  svdpp,
  nmf,
  tower,
  tdm,
  i2i,
  ease,
  next,
  together,
  repeat,
  usercf,
  graph,
  attributes,
  popular,
  trending,
  newest,
] as const

/** The sources that the builder makes. */
export type SourceName = (typeof SOURCES)[number]['name']
