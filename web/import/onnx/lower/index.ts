/** Which op is lowered how. What is not here can be folded at most, where its inputs are constants. */
import { ELEMENTWISE } from './elementwise.js'
import { MATRIX_OPS } from './matrix.js'
import { MOVEMENT } from './movement.js'
import { POOLING } from './pooling.js'
import { RECURRENT } from './recurrent.js'
import { REDUCTION } from './reduce.js'
import type { Lowering } from './context.js'

export const LOWERINGS: Readonly<Record<string, Lowering>> = {
  ...ELEMENTWISE,
  ...MOVEMENT,
  ...REDUCTION,
  ...MATRIX_OPS,
  ...POOLING,
  ...RECURRENT,
}
