/** What the towers that are trained here have in common; each has a file of its own, which reads like its paper's figure. */
import type { Drawing, Drawn } from './draw.js'

export interface TowerShape {
  width: number
  /** Of the histories that this program takes, and the longest that any does. */
  length: number
  longest: number
  blocks: number
  heads: number
  /** Of the layers between. */
  hidden: number
  /** Frequencies of a filter beside attention, of the tower that has one. */
  filter: number
  /** What cosines are divided by, of towers that compare by these. */
  temperature: number
}

export interface TowerDrawing {
  drawing: Drawing
  /** What learns: `vectors` of each row, [batch, vectors, width], or [batch, width] where there is one. */
  output: Drawn
  vectors: number
  /** What a device asks with, [batch, width]. */
  query: Drawn
}
