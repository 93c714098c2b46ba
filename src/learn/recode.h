/* Coding vectors as an earlier space was coded, so that what hardly changed does not move: its codebooks, gains, levels and scales
 * code all vectors, and an item keeps its codes where those still serve. What they lose is always that of today's vector, so nothing
 * that is kept goes stale little by little.
 *
 *   mt_codes_of      what the earlier space was written by, for what follows and mt_codes_finish
 *   mt_codes_serve   whether that does as well as tables of today would, by a sample
 *   mt_codes_recode  writes the codes of all items                                        (then mt_codes_finish)
 *
 * Decoding an item is a tenth of the work of coding it: those whose codes lose no more than is usual are never coded.
 */
#ifndef MT_LEARN_RECODE_H
#define MT_LEARN_RECODE_H

#include "learn/codes.h"

/* `space` is open with its base and all its layers. MT_INVALID: its tables are none that training writes. */
mt_status mt_codes_of(const mt_space *space, mt_codes *codes, mt_error *error);

/* usual_ret: what coding by `old` loses, the mean of |x - x̂|² / |x|² over a sample of the rows, in a cosine space of x at norm 1;
 * INFINITY where vectors of another shape are wanted, or where tables that are learned from the sample lose clearly less. */
mt_status mt_codes_serve(const mt_codes_config *wanted, const mt_codes *old, const mt_rows *rows, double *usual_ret, mt_error *error);

/* Of each number, whose codes the earlier space has there. */
typedef enum mt_fate {
  MT_FATE_OTHER = 0, /* nobody's, or another item's */
  MT_FATE_SAME = 1,  /* those of the same item */
  MT_FATE_GONE = 2   /* those of an item that is gone, and whose number waits: they stay where most others do */
} mt_fate;

typedef struct mt_recode {
  const mt_space *old;
  const unsigned char *fate; /* [items] mt_fate */
  const float *met;          /* [items] how often each is met, or NULL */
  double usual;              /* as mt_codes_serve says */
} mt_recode;

/* `codes` are those of how->old. */
mt_status mt_codes_recode(const mt_codes *codes, const mt_recode *how, const mt_rows *rows, const mt_codes_out *out, mt_error *error);

#endif
