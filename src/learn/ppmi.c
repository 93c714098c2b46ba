#include "learn/ppmi.h"

#include <math.h>
#include <stdlib.h>

mt_status mt_ppmi(mt_lists *counts, mt_error *error) {
  double *in = calloc((size_t)counts->width + 1, sizeof *in), all = 0;
  if (in == NULL) return mt_fail(error, MT_NO_MEMORY, "learn: no memory for the meetings of %u items", counts->width);
  for (uint32_t e = 0; e < counts->start[counts->keys]; e++) in[counts->items[e]] += (double)counts->weights[e];
  for (uint32_t j = 0; j < counts->width; j++) {
    in[j] = in[j] > 0 ? pow(in[j], MT_PPMI_SMOOTH) : 0;
    all += in[j];
  }
  for (uint32_t i = 0; i < counts->keys; i++) {
    double out = 0, squares = 0;
    for (uint32_t e = counts->start[i]; e < counts->start[i + 1]; e++) out += (double)counts->weights[e];
    for (uint32_t e = counts->start[i]; e < counts->start[i + 1]; e++) {
      double n = (double)counts->weights[e], above = n > 0 ? log(n / out * all / in[counts->items[e]]) : 0;
      counts->weights[e] = above > 0 ? (float)above : 0;
      squares += above > 0 ? above * above : 0;
    }
    float scale = squares > 0 ? (float)(1 / sqrt(squares)) : 0;
    for (uint32_t e = counts->start[i]; e < counts->start[i + 1]; e++) counts->weights[e] *= scale;
  }
  free(in);
  return MT_OK;
}
