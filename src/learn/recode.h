/* Coding vectors as an earlier space was coded, so that what hardly changed does not move: its codebooks, gains, levels and scales
 * code all vectors, and an item keeps its codes where those still serve.
 *
 *   mt_codes_of      what the earlier space was written by, for mt_codes_encode and mt_codes_finish
 *   mt_codes_keep    gives items the codes that they had                          (then mt_codes_finish once more, for the bounds)
 *   mt_space_error   what coding loses, to tell whether an earlier space's way does as well as one that is trained anew
 */
#ifndef MT_LEARN_RECODE_H
#define MT_LEARN_RECODE_H

#include "learn/codes.h"

/* `space` is open with its base and all its layers. MT_INVALID: its tables are none that training writes. */
mt_status mt_codes_of(const mt_space *space, mt_codes *codes, mt_error *error);

/* `made` is open on the sections in `out`, and was coded by mt_codes_of(old). An item keeps its codes where they lose at most `more` times as
 * much: |x - old|² <= more · |x - made|². */
void mt_codes_keep(const mt_space *old, const mt_rows *rows, float more, const mt_space *made, const mt_codes_out *out);

/* Mean of |x - x̂|² / |x|² over the items that have a vector; in a cosine space of x at norm 1. 0 where none has one. */
double mt_space_error(const mt_space *space, const mt_rows *rows);

#endif
