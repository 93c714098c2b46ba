/* Whole numbers beyond 2^24: times, and what is reckoned with them. A number is the sum of two floats, each of which moves,
 * is picked and is chosen like any other; here they are put together, reckoned with as integers, and taken apart again.
 */
#include "nn/ops.h"

#define MOST 0x1p49 /* two floats hold no more; what is beyond, or no number, counts as 0 */

static int64_t together(float high, float low) {
  double sum = (double)high + (double)low;
  return sum > -MOST && sum < MOST ? (int64_t)sum : 0;
}

static int64_t reckon(mt_whole kind, int64_t a, int64_t b) {
  switch (kind) {
    case MT_WHOLE_ADD: return a + b;
    case MT_WHOLE_SUB: return a - b;
    case MT_WHOLE_MUL: return (int64_t)((uint64_t)a * (uint64_t)b);
    case MT_WHOLE_DIV: return b == 0 ? 0 : a / b;
    case MT_WHOLE_MOD:
    case MT_WHOLE_FMOD: {
      int64_t rest = b == 0 ? 0 : a % b;
      return kind == MT_WHOLE_MOD && rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }
    case MT_WHOLE_MIN: return a < b ? a : b;
    case MT_WHOLE_MAX: return a > b ? a : b;
    case MT_WHOLE_EQUAL: return a == b;
    case MT_WHOLE_LESS: return a < b;
    case MT_WHOLE_LESS_EQUAL: return a <= b;
  }
  return 0;
}

void mt_op_whole(mt_step *step) {
  enum { HIGH, A, A_LOW, B, B_LOW, LOW, OPERANDS };
  mt_walk walk = mt_walk_over(step->view, OPERANDS, 0, step->view[HIGH]->rank, step->rows);
  size_t count = mt_walk_pop(&walk);
  const ptrdiff_t *stride = mt_walk_inner(&walk);
  float *base[OPERANDS], nothing = 0;
  for (uint32_t o = 0; o < OPERANDS; o++) base[o] = step->view[o] != NULL ? mt_floats(step->run, step->view[o]) : &nothing;
  do {
    for (size_t i = 0; i < count; i++) {
      float *at[OPERANDS];
      for (uint32_t o = 0; o < OPERANDS; o++) at[o] = base[o] + walk.offset[o] + (ptrdiff_t)i * stride[o];
      int64_t a = together(*at[A], *at[A_LOW]), b = together(*at[B], *at[B_LOW]);
      int64_t y = reckon((mt_whole)step->op->kind, a, b);
      if (step->op->alpha != 0) y = (int32_t)(uint32_t)(uint64_t)y;
      float high = (float)y;
      *at[HIGH] = high;
      if (step->view[LOW] != NULL) *at[LOW] = (float)((double)y - (double)high);
    }
  } while (mt_walk_next(&walk));
}
